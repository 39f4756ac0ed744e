/// One element of a job's log list, as it is stored: bytes, decoded when they are looked at.
///
/// Where a viewer holds it, a large one is cut: its bytes are then an entry with the same time, level and id, and with the
/// beginning of its message, and ``large`` tells of the whole.
public struct LogRecord: Sendable, Hashable {
    /// The element's bytes.
    public let bytes: ArraySlice<UInt8>
    /// What is known of the whole entry where only its beginning is here; nil where all of it is.
    public let large: LargeEntry?

    /// A record of these bytes.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        large = nil
    }

    /// A record of these bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes[...]
        large = nil
    }

    /// A record of a text's bytes.
    public init(_ text: String) {
        bytes = Array(text.utf8)[...]
        large = nil
    }

    init(_ bytes: ArraySlice<UInt8>, large: LargeEntry?) {
        self.bytes = bytes
        self.large = large
    }

    /// A record of what ``LargeEntry/cutting`` has made of an element.
    init(shortened: ArraySlice<UInt8>) {
        guard let (large, bytes) = LargeEntry.read(shortened) else { preconditionFailure("not made by LargeEntry") }
        self.bytes = bytes
        self.large = large
    }

    /// The same records with their bytes in one buffer of their own.
    static func copied(_ records: some Collection<LogRecord>) -> [LogRecord] {
        var all: [UInt8] = []
        all.reserveCapacity(records.reduce(0) { $0 + $1.bytes.count })
        for record in records { all += record.bytes }
        var end = 0
        return records.map { record in
            defer { end += record.bytes.count }
            return LogRecord(all[end..<(end + record.bytes.count)], large: record.large)
        }
    }

    /// The entry's `id`, without decoding the rest where that can be helped; nil when it has none.
    public var identifier: String? {
        guard let head = LogScanner.scan(bytes) else { return entry.id }
        return head.id.map { String(decoding: head.slice(bytes, $0), as: UTF8.self) }
    }

    /// The entry's time in Unix ms, without decoding the rest where that can be helped; nil when it has none.
    public var timestamp: Int64? {
        guard let head = LogScanner.scan(bytes) else { return entry.timestamp }
        return head.timestamp
    }

    /// The entry's level, without decoding the rest where that can be helped; nil when it has none that is known.
    public var level: LogLevel? {
        guard let head = LogScanner.scan(bytes) else { return entry.level }
        return head.level
    }

    /// The decoded entry.
    public var entry: LogEntry { LogEntry.decode(bytes) }
}
