/// Which of a cluster's slots a key is in: each slot is on one node, and its keys with it.
enum HashSlot {
    /// How many slots there are.
    static let count = 16_384

    /// The slot of a key: that of its hash tag where it has one, the part between the first `{` and the `}` after it.
    static func of(_ key: ArraySlice<UInt8>) -> Int {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")),
            let close = key[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        else { return Int(crc16(key)) % count }
        return Int(crc16(key[(open + 1)..<close])) % count
    }

    /// CRC16/XMODEM.
    static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.withUnsafeBufferPointer { bytes in
            table.withUnsafeBufferPointer { table in
                var crc: UInt16 = 0
                for byte in bytes { crc = crc << 8 ^ table[Int(UInt8(crc >> 8) ^ byte)] }
                return crc
            }
        }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
