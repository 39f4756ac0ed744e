/// Numbers over time as a row of small columns, the greatest one full.
public struct Sparkline: Sendable, Hashable {
    /// The numbers, oldest first.
    public var values: [Int]

    /// A row of these numbers; negative ones count as 0.
    public init(_ values: [Int]) { self.values = values.map { max(0, $0) } }

    /// The row as text, one column a number: blank for 0, and never blank for another.
    public func text(glyphs: Glyphs) -> String {
        let signs: [Unicode.Scalar] =
            glyphs.isUnicode ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [".", ":", "-", "=", "+", "*", "#", "@"]
        let greatest = max(1, values.max() ?? 1)
        var text = String.UnicodeScalarView()
        for value in values {
            text.append(value == 0 ? " " : signs[min(signs.count - 1, (value * signs.count - 1) / greatest)])
        }
        return String(text)
    }
}
