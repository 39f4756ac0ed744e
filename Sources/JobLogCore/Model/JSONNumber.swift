/// A JSON number as it was written: `33.333333333333336`, `1e400` and 400 digits come out as they went in.
///
/// Equality is that of the text: `1.0` and `1` are different.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// The number's text, in JSON's grammar.
    public let text: String

    /// A whole number.
    public init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// A number as JavaScript prints it; nil for NaN and infinity, which JSON does not have.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = JavaScriptNumber.text(value)
    }

    /// A number from text; nil unless it is a JSON number and nothing else.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        let fits = bytes.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(buffer)
            return cursor.number() != nil && cursor.isAtEnd
        }
        guard fits else { return nil }
        self.text = text
    }

    /// Text that the parser has found to be a number.
    init(checked text: String) {
        self.text = text
    }

    /// The whole number (`45`, `45.0`, `1e3`); nil for fractions and beyond `Int`.
    public var int: Int? {
        if let int = Int(text) { return int }
        return double.flatMap { Int(exactly: $0) }
    }

    /// The nearest double; nil when the number is beyond its range.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The text.
    public var description: String { text }
}

/// Numbers as JavaScript's `Number.prototype.toString` prints them.
public enum JavaScriptNumber {
    /// `45` not `45.0`, `33.333333333333336`, `0.000001`, `1e-7`, `1e+21`; `NaN`, `Infinity`, `-Infinity`.
    public static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return "0" }
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        let (digits, point) = shortestDigits(value.magnitude)
        return (value < 0 ? "-" : "") + place(digits, point)
    }

    /// The shortest digits that read back as the same double, and where the decimal point stands before or among them.
    ///
    /// Swift prints the same shortest digits as JavaScript and differs only in where it changes to an exponent.
    private static func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        var digits = mantissa.flatMap(\.utf8)
        var point = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point)
    }

    private static func place(_ digits: [UInt8], _ point: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        switch point {
        case digits.count...21 where point >= digits.count:
            return text + String(repeating: "0", count: point - digits.count)
        case 1...21:
            return text.prefix(point) + "." + text.dropFirst(point)
        case -5...0:
            return "0." + String(repeating: "0", count: -point) + text
        default:
            let exponent = point - 1
            let mantissa = digits.count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
        }
    }
}
