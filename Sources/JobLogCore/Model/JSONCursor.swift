#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A position in UTF-8 JSON text and the grammar's small parts, shared by the parser and the log scanner.
///
/// The methods move on over what fits. Where it does not fit they answer nil or false and stand at the offending byte.
/// A cursor never outlives the closure that lends it the buffer.
struct JSONCursor {
    /// A string's content and what is known of it.
    struct Text {
        /// The offsets between the quotes.
        let range: Range<Int>
        /// Whether there is a backslash in it.
        let hasEscapes: Bool
        /// Whether all of it is UTF-8.
        let isValid: Bool
    }

    let base: UnsafePointer<UInt8>?
    let count: Int
    var at = 0

    @inline(__always)
    init(_ buffer: UnsafeBufferPointer<UInt8>) {
        base = buffer.baseAddress
        count = buffer.count
    }

    @inline(__always)
    var isAtEnd: Bool { at >= count }

    /// The byte at hand; 0, which fits nowhere, at the end.
    @inline(__always)
    var byte: UInt8 { peek(0) }

    @inline(__always)
    func peek(_ distance: Int) -> UInt8 {
        guard let base, at + distance < count else { return 0 }
        return base[at + distance]
    }

    @inline(__always)
    mutating func skipSpace() {
        while at < count {
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    @inline(__always)
    mutating func take(_ expected: UInt8) -> Bool {
        guard at < count, byte == expected else { return false }
        at += 1
        return true
    }

    /// Bytes that are expected to be there, compared at once.
    @inline(__always)
    mutating func take(literal: StaticString) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard let base, at &+ length <= count, memcmp(base + at, literal.utf8Start, length) == 0 else { return false }
        at &+= length
        return true
    }

    /// What is left of a string of plain ASCII without escapes, to behind its closing quote; nil for any other.
    @inline(__always)
    mutating func plainString() -> Range<Int>? {
        guard let base else { return nil }
        let start = at
        let end = PlainText.end(base, count, from: start)
        guard end < count, base[end] == 0x22 else { return nil }
        at = end &+ 1
        return start..<end
    }

    /// A word such as `true`.
    mutating func take(word: StaticString) -> Bool {
        guard matches(word, at: at) else { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    @inline(__always)
    func matches(_ word: StaticString, at offset: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard let base, offset &+ length <= count else { return false }
        let expected = word.utf8Start
        var index = 0
        while index < length {
            if base[offset &+ index] != expected[index] { return false }
            index &+= 1
        }
        return true
    }

    /// A string, from its opening to behind its closing quote.
    @inline(__always)
    mutating func string() -> Text? {
        guard let base, take(0x22) else { return nil }
        let start = at
        var hasEscapes = false
        var isValid = true
        while true {
            at = PlainText.end(base, count, from: at)
            guard at < count else { return nil }
            switch base[at] {
            case 0x22:
                at += 1
                return Text(range: start..<(at - 1), hasEscapes: hasEscapes, isValid: isValid)
            case 0x5C:
                hasEscapes = true
                guard takeEscape() else { return nil }
            case 0x00..<0x20: return nil
            case 0x20..<0x80: at += 1
            default:
                let length = UTF8Sequence.length(base + at, available: count - at)
                if length == 0 { isValid = false }
                at += max(1, length)
            }
        }
    }

    private mutating func takeEscape() -> Bool {
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
            return true
        case UInt8(ascii: "u"):
            at += 1
            for _ in 0..<4 {
                guard JSONCursor.hexDigit(byte) != nil else { return false }
                at += 1
            }
            return true
        default: return false
        }
    }

    /// A number in the strict grammar.
    mutating func number() -> Range<Int>? {
        let start = at
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard takeDigits() else { return nil }
        }
        if take(UInt8(ascii: ".")) {
            guard takeDigits() else { return nil }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard takeDigits() else { return nil }
        }
        return start..<at
    }

    private mutating func takeDigits() -> Bool {
        let start = at
        while case UInt8(ascii: "0")...UInt8(ascii: "9") = byte { at += 1 }
        return at > start
    }

    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
