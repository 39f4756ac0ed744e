/// What a line of a log shows of an entry, decoded without looking into its metadata.
public struct LogHeadline: Sendable {
    /// Unix time in ms; nil when the entry has none.
    public let timestamp: Int64?
    /// The level; nil when the type is missing or unknown.
    public let level: LogLevel?
    /// The type as written, when it is there but unknown.
    public let typeText: String?
    /// The text, not sanitised.
    public let message: String
    /// The metadata's JSON as it is stored; nil when there is none.
    public let metadata: ArraySlice<UInt8>?
}

extension LogRecord {
    /// The entry's headline. Every input gives one, and the same as `entry` has.
    public var headline: LogHeadline {
        let scanned = bytes.withUnsafeBufferPointer { buffer -> LogHeadline? in
            guard let head = LogScanner.scan(buffer) else { return nil }
            let content = UnsafeBufferPointer(rebasing: buffer[head.message])
            let metadata = head.metadata.flatMap { range in
                buffer[range].elementsEqual(Self.null) ? nil : head.slice(bytes, range)
            }
            return LogHeadline(
                timestamp: head.timestamp, level: head.level, typeText: nil,
                message: JSONParser.text(content, hasEscapes: head.messageHasEscapes), metadata: metadata)
        }
        if let scanned { return scanned }
        let entry = entry
        return LogHeadline(
            timestamp: entry.timestamp, level: entry.level, typeText: entry.typeText, message: entry.message,
            metadata: entry.metadata.map { $0.encode()[...] })
    }

    private static let null = Array("null".utf8)
}
