import JobLogCore

/// What a folded entry shows of itself: bounded, however large the entry is.
///
/// Entries of megabytes are decoded once for it, and once more when they are unfolded; frames need only this.
struct LogGist: Sendable {
    /// The most bytes of a message that are kept; whatever is larger counts as huge.
    static let messageBytes = 16_384
    private static let metadataBytes = 2_000

    /// Unix time in ms; nil when the entry has none.
    let timestamp: Int64?
    /// The level; nil when the type is missing or unknown.
    let level: LogLevel?
    /// The level's badge, or an unknown type as it is written.
    let badge: String
    /// The message, or its beginning; not sanitised.
    let message: String
    /// The UTF-8 bytes of the whole message.
    let messageSize: Int
    /// The metadata's JSON, or its beginning; nil when there is none.
    let metadata: ArraySlice<UInt8>?

    init(_ record: LogRecord) { self.init(record.headline) }

    private init(_ headline: LogHeadline) {
        timestamp = headline.timestamp
        level = headline.level
        badge = headline.badge
        messageSize = headline.message.utf8.count
        message =
            messageSize > Self.messageBytes
            ? String(decoding: headline.message.utf8.prefix(Self.messageBytes), as: UTF8.self) : headline.message
        // Copied, so that it does not keep all of the entry in memory.
        metadata = headline.metadata.map {
            $0.count > Self.metadataBytes ? Array($0.prefix(Self.metadataBytes))[...] : $0
        }
    }

    /// Whether not all of the message is here.
    var isCut: Bool { messageSize > message.utf8.count }

    /// Whether decoding the record costs so much that it is done once only.
    static func isHuge(_ record: LogRecord) -> Bool { record.bytes.count > messageBytes }
}
