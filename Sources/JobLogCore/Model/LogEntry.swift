/// A log entry, decoded as leniently as can be: whatever is in the list is shown, never dropped.
///
/// What could not be understood stays visible: an unknown type as written, an entry without a message as its whole
/// JSON text, text that is no JSON as it is.
public struct LogEntry: Sendable, Hashable {
    /// Unix time in ms; nil when the entry has none. A number, a string of digits and ISO 8601 text are understood.
    public var timestamp: Int64?
    /// The level; nil when the type is missing or unknown.
    public var level: LogLevel?
    /// The type as written, when it is there but unknown.
    public var typeText: String?
    /// The text, not sanitised.
    public var message: String
    /// The metadata; nil when there is none.
    public var metadata: JSONValue?
    /// Unique, sortable text, on entries that joblog's publisher wrote.
    public var id: String?
    /// Whether the bytes are JSON; if not, `message` is all of them.
    public var isJSON: Bool

    /// An entry of these parts.
    public init(
        timestamp: Int64? = nil, level: LogLevel? = nil, typeText: String? = nil, message: String,
        metadata: JSONValue? = nil, id: String? = nil, isJSON: Bool = true
    ) {
        self.timestamp = timestamp
        self.level = level
        self.typeText = typeText
        self.message = message
        self.metadata = metadata
        self.id = id
        self.isJSON = isJSON
    }

    /// The entry that `bytes`, one list element, are. Every input gives one.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> LogEntry {
        if let head = LogScanner.scan(bytes) { return LogEntry(head, bytes) }
        return parse(bytes)
    }

    /// The same by the parser alone; what ``LogScanner`` is held against.
    static func parse(_ bytes: ArraySlice<UInt8>) -> LogEntry {
        guard let value = try? JSONValue(parsing: bytes) else {
            return LogEntry(message: String(decoding: bytes, as: UTF8.self), isJSON: false)
        }
        guard let object = value.object else { return LogEntry(message: String(decoding: bytes, as: UTF8.self)) }
        let type = object["type"]?.lenientText
        let level = type.flatMap(LogLevel.init(wire:))
        return LogEntry(
            timestamp: UnixTime.milliseconds(object["timestamp"]), level: level, typeText: level == nil ? type : nil,
            message: message(object["message"], bytes), metadata: object["metadata"]?.nonNull,
            id: object["id"]?.lenientText)
    }

    /// The entry of a head that was scanned from `bytes`.
    init(_ head: LogHead, _ bytes: ArraySlice<UInt8>) {
        let content = head.slice(bytes, head.message)
        let metadata = head.metadata.flatMap { try? JSONValue(parsing: head.slice(bytes, $0)) }
        self.init(
            timestamp: head.timestamp, level: head.level,
            message: content.withUnsafeBufferPointer { JSONParser.text($0, hasEscapes: head.messageHasEscapes) },
            metadata: metadata?.nonNull,
            id: head.id.map { String(decoding: head.slice(bytes, $0), as: UTF8.self) })
    }

    private static func message(_ value: JSONValue?, _ bytes: ArraySlice<UInt8>) -> String {
        switch value {
        case nil: String(decoding: bytes, as: UTF8.self)
        case .string(let text): text
        case let other?: other.text()
        }
    }

    /// The bytes of an entry as the list holds it: what a TypeScript worker writes, then `id`.
    public static func encode(
        timestamp: Int64, type: LogLevel, message: String, metadata: JSONValue? = nil, id: EntryID? = nil
    ) -> [UInt8] {
        var bytes = encodeOpen(LogLine(type, message, metadata: metadata, timestamp: timestamp))
        seal(&bytes, id)
        return bytes
    }

    /// The entry of a line without its end, which holds its id and is not known yet.
    static func encodeOpen(_ line: LogLine) -> [UInt8] {
        var writer = JSONWriter(capacity: line.message.utf8.count + 224)
        writer.open()
        writer.member("timestamp", line.timestamp)
        writer.member("type", line.level.wire)
        writer.member("message", line.message)
        writer.member("metadata", value: line.metadata)
        return writer.bytes
    }

    /// Ends an entry that was encoded open.
    static func seal(_ bytes: inout [UInt8], _ id: EntryID?) {
        var writer = JSONWriter(continuing: bytes)
        bytes = []
        if let id { writer.member("id", id) }
        writer.close()
        bytes = writer.bytes
    }
}
