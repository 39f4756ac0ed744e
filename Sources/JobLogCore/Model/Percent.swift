/// Progress in percent.
public enum Percent {
    /// `percent` within 0 to 100; nil for NaN.
    public static func clamp(_ percent: Double?) -> Double? {
        guard let percent, !percent.isNaN else { return nil }
        return min(max(percent, 0), 100)
    }

    /// `percent` for people: whole, and rounded down, so that 100% stands only where all is done.
    public static func text(_ percent: Double) -> String { "\(Int((clamp(percent) ?? 0).rounded(.down)))%" }
}
