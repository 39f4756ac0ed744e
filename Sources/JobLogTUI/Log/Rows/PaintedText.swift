import TerminalUI

/// A line of text of which some parts look different.
struct PaintedText: Sendable {
    /// A part and how it looks.
    struct Paint: Sendable {
        /// Offsets of the line's UTF-8.
        var range: Range<Int>
        var style: Style
    }

    private(set) var text = ""
    private(set) var paints: [Paint] = []

    init(_ text: String = "") { self.text = text }

    mutating func add(_ part: String, _ style: Style? = nil) {
        let start = text.utf8.count
        text += part
        if let style { paints.append(Paint(range: start..<text.utf8.count, style: style)) }
    }
}

extension [PaintedText.Paint] {
    /// The paints of a part of the line, counted from where it begins.
    func clipped(to part: Range<Int>) -> [PaintedText.Paint] {
        compactMap { paint in
            let range = paint.range.clamped(to: part)
            guard !range.isEmpty else { return nil }
            return PaintedText.Paint(
                range: range.lowerBound - part.lowerBound..<range.upperBound - part.lowerBound, style: paint.style)
        }
    }
}
