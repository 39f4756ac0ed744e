/// Runs of bytes that stand in a JSON string as they are: ASCII without quotes, backslashes and controls.
enum PlainText {
    /// The offset of the first byte at or after `start` that is no plain text, eight bytes at a time; else the count.
    @inline(__always)
    static func end(_ buffer: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = buffer.baseAddress else { return buffer.count }
        return end(base, buffer.count, from: start)
    }

    /// Whether all of it is printable ASCII without backslashes: JSON of it has no escape, and no terminal obeys it.
    static func isHarmless(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            // Without a way out, the compiler looks at many bytes at once.
            var others: UInt8 = 0
            for byte in buffer { others |= (byte &- 0x20 > 0x5E ? 1 : 0) | (byte == 0x5C ? 1 : 0) }
            return others == 0
        }
    }

    /// The same for `count` bytes at `base`.
    @inline(__always)
    static func end(_ base: UnsafePointer<UInt8>, _ count: Int, from start: Int) -> Int {
        let highs: UInt64 = 0x8080_8080_8080_8080
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = start
        while at &+ 8 <= count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // A borrow can mark a byte too many, but only above one that is rightly marked: the lowest mark is true.
            let marks =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- (ones &* 0x20)) & ~word) | word) & highs
            if marks != 0 { return at &+ (marks.trailingZeroBitCount >> 3) }
            at &+= 8
        }
        while at < count, base[at] != 0x22, base[at] != 0x5C, base[at] >= 0x20, base[at] < 0x80 { at &+= 1 }
        return at
    }
}
