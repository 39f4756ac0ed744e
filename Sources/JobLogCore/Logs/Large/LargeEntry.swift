import RedisClient

/// What is known of a large entry of which only the beginning is held.
///
/// A viewer would otherwise hold all of a log whose entries have megabytes. ``JobSource/whole(_:of:)`` reads the rest when
/// it is wanted; the entry is found again by its size and digest, as positions in a list move.
public final class LargeEntry: Sendable, Hashable {
    /// Entries of more bytes are cut, where a viewer reads them.
    public static let limit = 65_536

    /// The bytes of the whole entry.
    public let size: Int
    /// The digest of the whole entry.
    let digest: UInt64
    /// The bytes of the whole message, decoded.
    public let messageSize: Int
    /// The digest of the whole message, decoded.
    let messageDigest: UInt64

    fileprivate init(size: Int, digest: UInt64, messageSize: Int, messageDigest: UInt64) {
        self.size = size
        self.digest = digest
        self.messageSize = messageSize
        self.messageDigest = messageDigest
    }

    /// Whether they are of the same entry.
    public static func == (one: LargeEntry, other: LargeEntry) -> Bool {
        one.size == other.size && one.digest == other.digest
    }

    /// Feeds what tells entries apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// Whether both have the same message.
    func hasSameMessage(as other: LargeEntry) -> Bool {
        messageSize == other.messageSize && messageDigest == other.messageDigest
    }

    /// Whether these bytes are the whole entry.
    func isOf(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count == size && ByteDigest.of(bytes) == digest }
}

/// What a large entry becomes while a reply is read: four numbers, then an entry of which less is there.
extension LargeEntry {
    private static let headerBytes = 32

    /// Cuts large entries of logs while they are read.
    static let cutting = ReplyShortener(above: limit) { shortened($0) }

    /// What stands for a large entry that is to be shown.
    static func shortened(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let cut = EntryCut(bytes.bindMemory(to: UInt8.self))
        return header(bytes, cut.messageSize, cut.messageDigest) + cut.bytes
    }

    /// What stands for an entry that need only be recognised.
    static func header(
        _ bytes: UnsafeRawBufferPointer, _ messageSize: Int = 0, _ messageDigest: UInt64 = 0
    ) -> [UInt8] {
        [UInt64(bytes.count), ByteDigest.of(bytes), UInt64(messageSize), messageDigest].flatMap { number in
            withUnsafeBytes(of: number) { Array($0) }
        }
    }

    /// The entry, and the bytes that are held of it.
    static func read(_ shortened: ArraySlice<UInt8>) -> (large: LargeEntry, bytes: ArraySlice<UInt8>)? {
        guard shortened.count >= headerBytes else { return nil }
        let numbers = shortened.withUnsafeBytes { bytes in
            (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        let large = LargeEntry(
            size: Int(numbers[0]), digest: numbers[1], messageSize: Int(numbers[2]), messageDigest: numbers[3])
        return (large, shortened.dropFirst(headerBytes))
    }
}

extension LogRecord {
    /// Whether only the beginning of the entry is here.
    public var isCut: Bool { large != nil }

    /// The bytes of the whole entry.
    public var size: Int { large?.size ?? bytes.count }

    /// A digest of the whole entry's bytes.
    package var digest: UInt64 { large?.digest ?? bytes.withUnsafeBytes { ByteDigest.of($0) } }

    /// A record of an entry as a viewer holds it: cut where it is large.
    public func cut() -> LogRecord {
        guard !isCut, bytes.count > LargeEntry.limit else { return self }
        return LogRecord(shortened: bytes.withUnsafeBytes { LargeEntry.shortened($0) }[...])
    }

    /// The entry as the beginning of one of `size` bytes, of which nothing else is known.
    func beginning(ofSize size: Int) -> LogRecord {
        LogRecord(bytes, large: LargeEntry(size: size, digest: digest, messageSize: size, messageDigest: digest))
    }

    /// The entry as it may leave the screen when the rest of it cannot be had: its message says that it is cut.
    package func admittingCut() -> LogRecord {
        guard let large else { return self }
        var entry = entry
        entry.message += "… (cut: \(large.size) bytes in all)"
        guard entry.isJSON else { return LogRecord(entry.message) }
        return LogRecord(bytes: EntryCut.encode(entry, metadata: entry.metadata))
    }
}

extension LogRecord {
    /// The same in memory of its own, so that it does not hold what it was read with.
    func copied() -> LogRecord { LogRecord(Array(bytes)[...], large: large) }
}
