/// A row of keys and what they do; as many as fit, the first ones first.
public struct KeyHints: Sendable, Hashable {
    /// A key and what it does.
    public struct Hint: Sendable, Hashable {
        /// The key's name.
        public var key: String
        /// What it does, in a word or two.
        public var label: String

        /// A hint.
        public init(_ key: String, _ label: String) {
            self.key = key
            self.label = label
        }
    }

    /// The hints, the most useful first.
    public var hints: [Hint]
    /// How keys look.
    public var keyStyle: Style
    /// How labels look.
    public var labelStyle: Style

    /// A row of hints.
    public init(_ hints: [Hint], keyStyle: Style = .bold, labelStyle: Style = .dim) {
        self.hints = hints
        self.keyStyle = keyStyle
        self.labelStyle = labelStyle
    }

    /// Draws the row.
    public func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        var column = 0
        for hint in hints {
            let columns = TextWidth.columns(of: hint.key) + 1 + TextWidth.columns(of: hint.label)
            let gap = column == 0 ? 0 : 2
            guard column + gap + columns <= width else { continue }
            column += gap
            column += buffer.put(hint.key, x: x + column, y: y, style: keyStyle)
            column += 1
            column += buffer.put(hint.label, x: x + column, y: y, style: labelStyle)
        }
    }
}
