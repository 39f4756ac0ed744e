/// The first 128 bytes of a journal's file.
///
///     0   a line with the version, 20 bytes; the salt; CRC-32
///     32  the same again, because without its salt no frame can be read
///     64  a mark: the sequence of the newest confirmed record, where the next frame begins, CRC-32
///     96  another mark; they are written by turns, so that a torn one leaves the one before
struct JournalHeader {
    static let size = 128
    private static let line = Array("joblog journal 1\n".utf8)
    private static let blockSize = 32
    private static let markSize = 20

    /// What was delivered.
    struct Mark {
        /// Every record up to this one; 0 when none was.
        var sequence: UInt64 = 0
        /// Where in the file the first one after it begins.
        var offset = JournalHeader.size
    }

    let salt: UInt32
    var mark = Mark()
    private var nextSlot = 0

    init(salt: UInt32) {
        self.salt = salt
    }

    /// Reads a header; nil when the bytes are none, or one of a version that this code does not know.
    init?(bytes: [UInt8]) {
        guard bytes.count >= Self.size else { return nil }
        let read = bytes.withUnsafeBytes { bytes -> (salt: UInt32, mark: Mark, nextSlot: Int)? in
            let salts = [0, Self.blockSize].lazy.compactMap { Self.salt(in: bytes, at: $0) }
            guard let salt = salts.first else { return nil }
            var newest = Mark()
            var nextSlot = 0
            for slot in 0..<2 {
                let block = UnsafeRawBufferPointer(rebasing: bytes[Self.slotOffset(slot)...].prefix(Self.markSize))
                guard Self.isIntact(block, salt: salt) else { continue }
                let sequence = block.number(at: 0, as: UInt64.self)
                if sequence >= newest.sequence {
                    newest = Mark(
                        sequence: sequence, offset: Int(clamping: block.number(at: 8, as: UInt64.self)))
                    nextSlot = 1 - slot
                }
            }
            return (salt, newest, nextSlot)
        }
        guard let read else { return nil }
        salt = read.salt
        mark = read.mark
        nextSlot = read.nextSlot
    }

    /// The whole header, with the mark in both its places.
    var bytes: [UInt8] {
        var block = Self.line + [UInt8](repeating: 0, count: Self.blockSize - Self.line.count)
        block.withUnsafeMutableBytes { block in
            block.store(salt, at: 20)
            let checked = UnsafeRawBufferPointer(rebasing: block[..<28])
            block.store(CRC32.checksum(checked, seed: 0), at: 28)
        }
        let padding = [UInt8](repeating: 0, count: Self.blockSize - Self.markSize)
        return block + block + markBytes + padding + markBytes + padding
    }

    /// Moves the mark.
    ///
    /// - Returns: the bytes to write, and where.
    mutating func move(to mark: Mark) -> (bytes: [UInt8], offset: Int) {
        self.mark = mark
        defer { nextSlot = 1 - nextSlot }
        return (markBytes, Self.slotOffset(nextSlot))
    }

    /// Whether the process died before the header was whole: then no record was written.
    static func isUnfinished(_ bytes: [UInt8]) -> Bool {
        bytes.count < size && bytes.prefix(line.count).elementsEqual(line.prefix(bytes.count))
    }

    private var markBytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.markSize)
        bytes.withUnsafeMutableBytes { bytes in
            bytes.store(mark.sequence, at: 0)
            bytes.store(UInt64(mark.offset), at: 8)
            let checked = UnsafeRawBufferPointer(rebasing: bytes[..<16])
            bytes.store(CRC32.checksum(checked, seed: salt), at: 16)
        }
        return bytes
    }

    private static func slotOffset(_ slot: Int) -> Int { (2 + slot) * blockSize }

    private static func isIntact(_ mark: UnsafeRawBufferPointer, salt: UInt32) -> Bool {
        mark.number(at: 16, as: UInt32.self)
            == CRC32.checksum(UnsafeRawBufferPointer(rebasing: mark[..<16]), seed: salt)
    }

    private static func salt(in bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32? {
        let block = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + blockSize])
        let check = CRC32.checksum(UnsafeRawBufferPointer(rebasing: block[..<28]), seed: 0)
        guard block.starts(with: line), block.number(at: 28, as: UInt32.self) == check else { return nil }
        return block.number(at: 20, as: UInt32.self)
    }
}
