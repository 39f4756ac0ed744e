/// What order and choice need to know of a line: looked at once.
public struct LineFacts: Sendable {
    /// The time by which the line is ordered, Unix ms.
    public internal(set) var time: Int64
    /// The time that the entry says it is of, corrected by what is known of its worker's clock; nil when it says none.
    public let own: Int64?
    /// How serious the entry is: info where its type is missing or unknown, and for a checkpoint; nil for other marks,
    /// which are about the log itself and are to be seen in every choice of its lines.
    public internal(set) var level: LogLevel?
    /// Whether the entry says that it is from the future.
    public internal(set) var isFromFuture = false
    // Four bytes, in this place: with them a line's facts take forty, as they would without.
    private var sourceNumber: UInt32 = 0
    /// Equal for entries of the same level and message.
    @usableFromInline let digest: UInt64
    /// The number of its writer; ``LogLanes/none`` for a mark.
    public internal(set) var lane: UInt32 = 0

    /// The number of the log that the line is from.
    public internal(set) var source: Int {
        get { Int(sourceNumber) }
        set { sourceNumber = UInt32(truncatingIfNeeded: newValue) }
    }

    /// Whether the entry says a time that can be believed.
    public var hasTime: Bool { own != nil && !isFromFuture }

    /// Whether an entry may be by the same writer, and have the same level and message, as another: ``LogDocument/saysTheSame(_:_:)``
    /// tells whether it is so.
    @inlinable
    public func mayRepeat(_ other: LineFacts) -> Bool { digest == other.digest && lane == other.lane }

    init(_ mark: LogDocument.Mark, at time: Int64, source: Int) {
        self.time = time
        own = nil
        digest = 0
        if case .checkpoint = mark { level = .info } else { level = nil }
        lane = LogLanes.none
        self.source = source
    }

    /// What is known of an entry, and what it says of its writer.
    static func read(_ record: LogRecord) -> (facts: LineFacts, signature: LogSignature.Found) {
        let scanned = record.bytes.withUnsafeBufferPointer { bytes -> (LineFacts, LogSignature.Found)? in
            guard let head = LogScanner.scan(bytes) else { return nil }
            let level = head.level ?? .info
            let digest = Self.digest(UnsafeBufferPointer(rebasing: bytes[head.message]), level, record.large)
            let signature = head.metadata.map { LogSignature.find(in: bytes, $0) } ?? LogSignature.Found()
            let own = head.timestamp.map { $0 - signature.clockSkew }
            return (LineFacts(own: own, digest: digest, level: level), signature)
        }
        if let scanned { return scanned }
        let entry = record.entry
        let level = entry.level ?? .info
        var message = entry.message
        let signature = LogSignature.find(in: entry.metadata)
        let own = entry.timestamp.map { $0 - signature.clockSkew }
        return (
            LineFacts(own: own, digest: message.withUTF8 { Self.digest($0, level, record.large) }, level: level),
            signature
        )
    }

    private init(own: Int64?, digest: UInt64, level: LogLevel) {
        time = 0
        self.own = own
        self.digest = digest
        self.level = level
    }

    /// Of a large entry's message only the beginning is there.
    private static func digest(
        _ message: UnsafeBufferPointer<UInt8>, _ level: LogLevel, _ large: LargeEntry?
    ) -> UInt64 {
        let seed = UInt64(level.rawValue + 1)
        return large.map { $0.messageDigest ^ seed } ?? ByteDigest.of(message, seed: seed)
    }
}

extension LogRecord {
    /// Whether two entries have the same message.
    func hasSameMessage(as other: LogRecord) -> Bool {
        if let large { return other.large.map { large.hasSameMessage(as: $0) } ?? false }
        if other.isCut { return false }
        let scanned = bytes.withUnsafeBufferPointer { one in
            other.bytes.withUnsafeBufferPointer { two -> Bool? in
                guard let first = LogScanner.scan(one), let second = LogScanner.scan(two),
                    !first.messageHasEscapes, !second.messageHasEscapes
                else { return nil }
                return one[first.message].elementsEqual(two[second.message])
            }
        }
        return scanned ?? (headline.message == other.headline.message)
    }
}
