/// A bar that is filled by eighths of a column, or by columns in ASCII.
public struct ProgressBar: Sendable, Hashable {
    /// How much is done, 0–1.
    public var fraction: Double
    /// How the filled part looks.
    public var style: Style

    /// A bar; the fraction is clamped, and 0 where it is no number.
    public init(fraction: Double, style: Style = .plain) {
        self.fraction = fraction.isFinite ? min(1, max(0, fraction)) : 0
        self.style = style
    }

    /// The bar as text of a width.
    public func text(width: Int, glyphs: Glyphs) -> String {
        guard width > 0 else { return "" }
        guard glyphs.isUnicode else {
            let full = Int((fraction * Double(width)).rounded(.down))
            return String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
        }
        let eighths = Int((fraction * Double(width * 8)).rounded(.down))
        var text = String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 { text.unicodeScalars.append(Self.parts[eighths % 8 - 1]) }
        return TextWidth.pad(text, to: width)
    }

    private static let parts: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// Draws the bar into one row.
    public func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        buffer.put(
            text(width: width, glyphs: Glyphs(isUnicode: buffer.isUnicode)), x: x, y: y, style: style, maxWidth: width)
    }
}
