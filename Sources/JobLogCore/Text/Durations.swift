/// Spans of time for people.
public enum Durations {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]

    /// How long something took or has been going on, in its two greatest units: `850ms`, `12s`, `1m 12s`, `2d 3h`.
    public static func text(_ milliseconds: Int64) -> String {
        let span = max(0, milliseconds)
        guard let index = units.firstIndex(where: { span >= $0.milliseconds }) else { return "\(span)ms" }
        let unit = units[index]
        let whole = "\(span / unit.milliseconds)\(unit.name)"
        guard index + 1 < units.count else { return whole }
        let rest = span % unit.milliseconds / units[index + 1].milliseconds
        return rest == 0 ? whole : "\(whole) \(rest)\(units[index + 1].name)"
    }

    /// The ms of `90s`, `5m`, `1h30m`, `2d`, `1w`, `250ms`, `1.5h`; nil for anything else, a number alone included.
    public static func parse(_ text: some StringProtocol) -> Int64? {
        var rest = Substring(text)
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = JSONNumber(text: String(digits))?.double, let factor = factor(of: unit) else {
                return nil
            }
            total += number * factor
        }
        guard total <= Double(UnixTime.limit) else { return nil }
        return Int64(total)
    }

    private static func factor(of unit: Substring) -> Double? {
        switch unit {
        case "ms": 1
        case "w": 7 * 86_400_000
        default: units.first { $0.name == unit }.map { Double($0.milliseconds) }
        }
    }
}
