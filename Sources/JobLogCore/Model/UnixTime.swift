/// Times as the wire has them: Unix time in ms.
public enum UnixTime {
    /// The largest distance from 1970 that JavaScript has a date for. Decoded times are clamped to it, so that no
    /// arithmetic on absurd ones can overflow; the bytes that were decoded still have what was written.
    public static let limit: Int64 = 8_640_000_000_000_000

    /// The time in a JSON field: a number, or a string with a number or an ISO 8601 date; nil for anything else.
    public static func milliseconds(_ value: JSONValue?) -> Int64? {
        switch value {
        case .number(let number): milliseconds(number)
        case .string(let text): JSONNumber(text: text).map(milliseconds) ?? ISO8601.milliseconds(text).map(clamp)
        default: nil
        }
    }

    /// `milliseconds` within ``limit``.
    public static func clamp(_ milliseconds: Int64) -> Int64 { min(max(milliseconds, -limit), limit) }

    private static func milliseconds(_ number: JSONNumber) -> Int64 {
        if let whole = Int64(number.text) { return clamp(whole) }
        guard let value = Double(number.text) else { return 0 }
        return Int64(min(max(value, -Double(limit)), Double(limit)).rounded(.down))
    }
}
