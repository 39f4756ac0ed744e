/// A line of text of which each part has its own style.
public struct Spans: Sendable, Hashable {
    /// A part of the line.
    public struct Span: Sendable, Hashable {
        /// The text.
        public var text: String
        /// How it looks.
        public var style: Style
    }

    /// The parts, from left to right.
    public private(set) var spans: [Span] = []

    /// An empty line.
    public init() {}

    /// A line of one part.
    public init(_ text: String, _ style: Style = .plain) { add(text, style) }

    /// Adds a part on the right.
    public mutating func add(_ text: String, _ style: Style = .plain) {
        spans.append(Span(text: text, style: style))
    }

    /// The columns that the line takes.
    public var width: Int { spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }

    /// Draws the line into a row; what does not fit is cut, with `…` at the cut.
    @discardableResult
    public func draw(into buffer: inout CellBuffer, x: Int, y: Int, maxWidth: Int) -> Int {
        var column = 0
        for span in spans {
            let left = maxWidth - column
            guard left > 0 else { break }
            column += buffer.put(
                TextWidth.truncate(span.text, to: left), x: x + column, y: y, style: span.style, maxWidth: left)
        }
        return column
    }

    /// Draws the line so that it ends in a column.
    public func draw(into buffer: inout CellBuffer, endingAt end: Int, y: Int, maxWidth: Int) {
        let width = min(width, maxWidth)
        draw(into: &buffer, x: end - width, y: y, maxWidth: width)
    }
}
