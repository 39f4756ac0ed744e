#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

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
    public static let keepAlive = ":\n\n"

    /// The event as it stands in a stream. Line ends in name and id, which would break it, are left out.
    public var text: String {
        var text = "event: \(Self.inOneLine(name))\n"
        if let id { text += "id: \(Self.inOneLine(id))\n" }
        // JSON has no line breaks of its own; a reader takes CR for one too.
        guard Self.holdsBreak(data) else { return text + "data: \(data)\n\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r", "\r\n"].contains($0) })
        {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }

    private static func holdsBreak(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, 0x0A, bytes.count) != nil || memchr(start, 0x0D, bytes.count) != nil
        }
    }

    private static func inOneLine(_ text: String) -> String {
        text.filter { !["\n", "\r", "\r\n", "\0"].contains($0) }
    }
}
