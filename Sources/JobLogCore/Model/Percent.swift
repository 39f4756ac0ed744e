/// Progress in percent.
public enum Percent {
    /// `percent` within 0 to 100; nil for NaN.
    public static func clamp(_ percent: Double?) -> Double? {
        guard let percent, !percent.isNaN else { return nil }
        return min(max(percent, 0), 100)
    }
}
