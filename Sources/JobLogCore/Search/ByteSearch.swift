#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds bytes in bytes, 16 at a time: by the needle's rarest byte first.
package struct ByteSearch: Sendable {
    private let needle: [UInt8]
    private let ignoresCase: Bool
    /// Where in the needle its rarest byte is.
    private let rare: Int

    /// The letters of English text and of JSON, the commonest first.
    private static let common = Array(#" e"tainosrldh:cmupg,wyfbv0123456789k_-.x/zjq"#.utf8)

    /// A search for a needle; ignoring the case of ASCII letters, or not.
    package init(_ needle: [UInt8], ignoresCase: Bool) {
        self.needle = ignoresCase ? needle.map(Self.lowered) : needle
        self.ignoresCase = ignoresCase
        let ranks = self.needle.map { Self.common.firstIndex(of: Self.lowered($0)) ?? Self.common.count }
        rare = ranks.indices.max { ranks[$0] < ranks[$1] } ?? 0
    }

    var count: Int { needle.count }

    private static func lowered(_ byte: UInt8) -> UInt8 { ASCII.isUpper(byte) ? byte | 0x20 : byte }

    /// Whether a byte is in a text.
    static func occurs(_ byte: UInt8, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.baseAddress.map { memchr($0, Int32(byte), text.count) != nil } ?? false
    }

    /// The first place at or after `start` where the needle is.
    package func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard !needle.isEmpty else { return start <= text.count ? start : nil }
        guard let base = text.baseAddress, text.count - start >= needle.count else { return nil }
        return needle.withUnsafeBufferPointer { needle in
            guard let needleBase = needle.baseAddress else { return nil }
            return first(base, text.count, from: start, needleBase)
        }
    }

    private func first(
        _ text: UnsafePointer<UInt8>, _ count: Int, from start: Int, _ needle: UnsafePointer<UInt8>
    ) -> Int? {
        let length = self.needle.count
        let wanted = needle[rare]
        // A bit more than the wanted byte may pass this sieve; the comparison that follows is exact.
        let fold: UInt8 = ignoresCase && ASCII.isLetter(wanted) ? 0x20 : 0
        let wantedLane = SIMD16<UInt8>(repeating: wanted)
        let foldLane = SIMD16<UInt8>(repeating: fold)
        var at = start + rare
        let end = count - length + rare + 1
        while at + 16 <= end {
            let lane = UnsafeRawPointer(text + at).loadUnaligned(as: SIMD16<UInt8>.self) | foldLane
            // Asked of the mask itself, `any` is a call that costs more than all the rest.
            let found = unsafeBitCast(lane .== wantedLane, to: SIMD2<UInt64>.self)
            if found[0] | found[1] != 0 {
                for place in at..<at + 16 where text[place] | fold == wanted {
                    if matches(text + place - rare, needle, length) { return place - rare }
                }
            }
            at += 16
        }
        while at < end {
            if text[at] | fold == wanted, matches(text + at - rare, needle, length) { return at - rare }
            at += 1
        }
        return nil
    }

    @inline(__always)
    private func matches(_ text: UnsafePointer<UInt8>, _ needle: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        for index in 0..<length {
            let byte = ignoresCase ? Self.lowered(text[index]) : text[index]
            if byte != needle[index] { return false }
        }
        return true
    }
}
