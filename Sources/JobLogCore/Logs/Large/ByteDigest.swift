/// A digest of bytes, quick and not secret: who makes two agree on purpose is found out when they are compared.
enum ByteDigest {
    /// The digest of these bytes; with another seed another one.
    static func of(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
        of(UnsafeRawBufferPointer(bytes), seed: seed)
    }

    /// Eight bytes at a time.
    static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15 ^ seed
        guard let base = bytes.baseAddress else { return state }
        var at = 0
        while at + 8 <= bytes.count {
            state = mixed(state ^ (base + at).loadUnaligned(as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < bytes.count {
            rest = rest << 8 | UInt64(bytes[at])
            at += 1
        }
        return mixed(state ^ rest)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return high ^ low
    }
}
