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
