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
        guard maxWidth > 0 else { return 0 }
        // Where not all of it fits, one column is for the sign that says so, and nothing follows it.
        let isCut = width > maxWidth
        let room = isCut ? maxWidth - 1 : maxWidth
        var column = 0
        for span in spans {
            let head = TextWidth.prefix(of: span.text, columns: room - column).text
            let isWhole = head.utf8.count == span.text.utf8.count
            column += buffer.put(isWhole ? head : head + "…", x: x + column, y: y, style: span.style)
            guard isWhole else { break }
        }
        return column
    }

    /// Draws the line so that it ends in a column.
    public func draw(into buffer: inout CellBuffer, endingAt end: Int, y: Int, maxWidth: Int) {
        draw(into: &buffer, x: start(endingAt: end, maxWidth: maxWidth), y: y, maxWidth: min(width, maxWidth))
    }

    /// The column in which the line begins that is drawn so that it ends in another.
    public func start(endingAt end: Int, maxWidth: Int) -> Int { end - min(width, maxWidth) }

    /// The place among the parts of the one that a column belongs to, counted from the line's beginning; nil beside it.
    public func index(at column: Int) -> Int? {
        var end = 0
        guard column >= 0 else { return nil }
        return spans.firstIndex { span in
            end += TextWidth.columns(of: span.text)
            return column < end
        }
    }
}
