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
    /// The bytes of the whole entry where only its beginning is held; nil where all of it is.
    let largeSize: Int?
    /// The metadata's JSON without the worker's signature, or its beginning; nil when there is none.
    let metadata: ArraySlice<UInt8>?
    /// Whether the entry has metadata, be it the signature alone.
    let hasMetadata: Bool

    init(_ record: LogRecord) { self.init(record.headline, record.large) }

    private init(_ headline: LogHeadline, _ large: LargeEntry?) {
        largeSize = large?.size
        timestamp = headline.timestamp
        level = headline.level
        badge = headline.badge
        messageSize = large?.messageSize ?? headline.message.utf8.count
        message =
            headline.message.utf8.count > Self.messageBytes
            ? String(decoding: headline.message.utf8.prefix(Self.messageBytes), as: UTF8.self) : headline.message
        // Copied, so that it does not keep all of the entry in memory.
        metadata = headline.metadata.flatMap {
            $0.count > Self.metadataBytes
                ? Array($0.prefix(Self.metadataBytes))[...] : LogSignature.removed(from: $0)
        }
        hasMetadata = headline.metadata != nil
    }

    /// Whether not all of the message is here.
    var isCut: Bool { messageSize > message.utf8.count }

    /// Whether decoding the record costs so much that it is done once only.
    static func isHuge(_ record: LogRecord) -> Bool { record.bytes.count > messageBytes }
}
