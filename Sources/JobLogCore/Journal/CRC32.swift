/// The CRC-32 of IEEE 802.3, eight bytes at a time.
enum CRC32 {
    /// Eight tables of 256, one for each place in a word of eight bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 {
                value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
            }
            tables[index] = value
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xff)]
        }
        return tables
    }()

    /// The checksum of `bytes`; with the seed 0 it is the one that zip and gzip write.
    static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var crc = ~seed
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let mixed = word ^ UInt64(crc)
                let low =
                    tables[7 * 256 + Int(mixed & 0xff)] ^ tables[6 * 256 + Int(mixed >> 8 & 0xff)]
                    ^ tables[5 * 256 + Int(mixed >> 16 & 0xff)] ^ tables[4 * 256 + Int(mixed >> 24 & 0xff)]
                let high =
                    tables[3 * 256 + Int(mixed >> 32 & 0xff)] ^ tables[2 * 256 + Int(mixed >> 40 & 0xff)]
                    ^ tables[256 + Int(mixed >> 48 & 0xff)] ^ tables[Int(mixed >> 56)]
                crc = low ^ high
                offset += 8
            }
            while offset < bytes.count {
                crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xff)]
                offset += 1
            }
            return ~crc
        }
    }
}
