/// Takes a stream of server-sent events apart, in whatever pieces it comes. Pure.
///
/// What a stream may make a reader hold is bounded: an event of more bytes ends it.
public struct ServerSentEventParser: Sendable {
    /// Why a stream cannot be read on.
    public enum Problem: Error, Sendable, Hashable {
        /// An event, or a line of one, has more bytes than are held.
        case tooLarge(limit: Int)
    }

    /// The most bytes of an event unless told otherwise: a log entry may have some megabytes.
    public static let defaultLimit = 64 << 20

    /// What the stream asks its readers to wait before they connect again; nil where it asks for nothing.
    public private(set) var retry: Duration?
    /// The id of the newest event that was given out, or of an earlier one; empty where there was none.
    public private(set) var lastID: String

    private let limit: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    /// The id that counts once the event is complete.
    private var id: String
    private var hasOwnID = false
    private var isAfterCR = false
    private var isAtStart = true

    /// A parser for a stream that goes on after `lastID`.
    public init(lastID: String = "", limit: Int = defaultLimit) {
        self.limit = limit
        self.lastID = lastID
        id = lastID
    }

    /// Takes the next bytes; gives the events that they complete.
    public mutating func take(_ bytes: some Collection<UInt8>) throws(Problem) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var rest = bytes[...]
        // The second half of CR LF, which ended a line already.
        if isAfterCR, let first = rest.first {
            isAfterCR = false
            if first == 0x0A { rest = rest.dropFirst() }
        }
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            try hold(rest[..<end])
            if let event = endLine() { events.append(event) }
            let next = rest.index(after: end)
            if rest[end] == 0x0D {
                if next == rest.endIndex {
                    isAfterCR = true
                    rest = rest[next...]
                } else {
                    rest = rest[next] == 0x0A ? rest[rest.index(after: next)...] : rest[next...]
                }
            } else {
                rest = rest[next...]
            }
        }
        try hold(rest)
        return events
    }

    private mutating func hold(_ piece: some Collection<UInt8>) throws(Problem) {
        guard line.count + data.count + piece.count <= limit else { throw .tooLarge(limit: limit) }
        line += piece
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: line.capacity < 1 << 16) }
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: 0x3A) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        case "id":
            guard !value.contains(0) else { break }
            id = String(decoding: value, as: UTF8.self)
            hasOwnID = true
        case "retry":
            guard !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }),
                let milliseconds = Int32(String(decoding: value, as: UTF8.self))
            else { break }
            retry = .milliseconds(milliseconds)
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            name = ""
            data = []
            hasData = false
            hasOwnID = false
        }
        lastID = id
        guard hasData else { return nil }
        return ServerSentEvent(
            name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self), id: hasOwnID ? id : nil)
    }
}
