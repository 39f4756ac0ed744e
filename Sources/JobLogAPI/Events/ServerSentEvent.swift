/// An event of a stream of server-sent events (WHATWG HTML, `text/event-stream`).
public struct ServerSentEvent: Sendable, Hashable {
    /// What kind it is; `message` where the stream names none.
    public var name: String
    /// Its data; lines are separated by LF.
    public var data: String
    /// What a client sends as `Last-Event-ID` to go on after it; nil where it has no place of its own.
    public var id: String?

    /// An event of these parts.
    public init(_ name: String, data: String, id: String? = nil) {
        self.name = name
        self.data = data
        self.id = id
    }

    /// A comment, which keeps a quiet stream alive.
    public static let heartbeat: [UInt8] = [0x3A, 0x0A, 0x0A]

    /// The event as it stands in a stream. Line ends in name and id, which would break it, are left out.
    public func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 64)
        Self.line("event", name.utf8.filter(Self.isNoEnd), to: &bytes)
        if let id { Self.line("id", id.utf8.filter { Self.isNoEnd($0) && $0 != 0 }, to: &bytes) }
        for line in data.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            // A reader takes CR for the end of a line too.
            for part in line.split(separator: 0x0D, omittingEmptySubsequences: false) {
                Self.line("data", part, to: &bytes)
            }
        }
        bytes.append(0x0A)
        return bytes
    }

    private static func isNoEnd(_ byte: UInt8) -> Bool { byte != 0x0A && byte != 0x0D }

    private static func line(_ field: StaticString, _ value: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        field.withUTF8Buffer { bytes += $0 }
        bytes += [0x3A, 0x20]
        bytes += value
        bytes.append(0x0A)
    }
}
