/// How one record stands in a journal's file: 32 bytes of header, the job's id, the entry. Numbers are little-endian.
///
///     0  mark           4   where a reader that lost its way looks for the next frame
///     4  header check   4   CRC-32 of bytes 8 to 32, so that no damaged length is ever believed
///     8  sequence       8   counts up by one a record, never falls in one file
///     16 level, flags   4   level in the lowest byte, bit 8: suspect
///     20 id length      4
///     24 entry length   4
///     28 payload check  4   CRC-32 of id and entry
///
/// Both checks start from the file's salt, so that an entry that holds the bytes of a frame is not taken for one.
struct JournalFrame {
    static let headerSize = 32
    /// The largest id and entry together.
    static let maximumPayload = 32 << 20
    /// Two of its bytes are in no UTF-8 text.
    static let mark: [UInt8] = [0xf5, 0x4a, 0x4c, 0xfa]
    private static let markWord: UInt32 = 0xfa4c_4af5
    private static let suspectFlag: UInt32 = 0x100

    let sequence: UInt64
    private let flags: UInt32
    private let idCount: Int
    private let entryCount: Int
    private let payloadCheck: UInt32

    /// Bytes in the file.
    var size: Int { Self.headerSize + idCount + entryCount }

    /// Bytes that a record takes in the file.
    static func size(of record: JournalRecord) -> Int {
        headerSize + record.job.bytes.count + record.entry.count
    }

    /// Reads a header; nil when these bytes are none.
    init?(header: UnsafeRawBufferPointer, salt: UInt32) {
        guard header.count >= Self.headerSize, header.number(at: 0, as: UInt32.self) == Self.markWord,
            header.number(at: 4, as: UInt32.self)
                == CRC32.checksum(UnsafeRawBufferPointer(rebasing: header[8..<Self.headerSize]), seed: salt)
        else { return nil }
        sequence = header.number(at: 8, as: UInt64.self)
        flags = header.number(at: 16, as: UInt32.self)
        idCount = Int(header.number(at: 20, as: UInt32.self))
        entryCount = Int(header.number(at: 24, as: UInt32.self))
        payloadCheck = header.number(at: 28, as: UInt32.self)
        if idCount + entryCount > Self.maximumPayload { return nil }
    }

    /// Whether id and entry are what was written; `bytes` is the whole frame.
    func isIntact(_ bytes: UnsafeRawBufferPointer, salt: UInt32) -> Bool {
        payloadCheck == CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<size]), seed: salt)
    }

    /// The record in a whole frame.
    func record(in bytes: UnsafeRawBufferPointer) -> JournalRecord {
        let entryStart = Self.headerSize + idCount
        return JournalRecord(
            job: JobID(bytes: UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<entryStart])),
            // The level was checked with the rest; should a later writer know more levels, they are graver than ours.
            level: LogLevel(rawValue: Int(flags & 0xff)) ?? .error,
            entry: Array(UnsafeRawBufferPointer(rebasing: bytes[entryStart..<size])),
            isSuspect: flags & Self.suspectFlag != 0)
    }

    /// Adds a record's frame to `buffer`.
    static func write(_ record: JournalRecord, sequence: UInt64, salt: UInt32, to buffer: inout [UInt8]) {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: headerSize))
        buffer.append(contentsOf: record.job.bytes)
        buffer.append(contentsOf: record.entry)
        buffer.withUnsafeMutableBytes { whole in
            let frame = UnsafeMutableRawBufferPointer(rebasing: whole[start...])
            let payload = UnsafeRawBufferPointer(rebasing: frame[headerSize...])
            frame.store(markWord, at: 0)
            frame.store(sequence, at: 8)
            frame.store(UInt32(record.level.rawValue) | (record.isSuspect ? suspectFlag : 0), at: 16)
            frame.store(UInt32(record.job.bytes.count), at: 20)
            frame.store(UInt32(record.entry.count), at: 24)
            frame.store(CRC32.checksum(payload, seed: salt), at: 28)
            let header = UnsafeRawBufferPointer(rebasing: frame[8..<headerSize])
            frame.store(CRC32.checksum(header, seed: salt), at: 4)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at an offset.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Puts a number at an offset, little-endian.
    func store(_ number: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}
