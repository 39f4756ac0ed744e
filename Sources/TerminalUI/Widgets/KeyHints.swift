/// A row of keys and what they do; as many as fit, the vital ones first.
public struct KeyHints: Sendable, Hashable {
    /// A key and what it does.
    public struct Hint: Sendable, Hashable {
        /// The key's name.
        public var key: String
        /// What it does, in a word or two.
        public var label: String

        /// Whether it is there before all others where not all fit.
        public var isVital: Bool

        /// A hint.
        public init(_ key: String, _ label: String, isVital: Bool = false) {
            self.key = key
            self.label = label
            self.isVital = isVital
        }

        var width: Int { TextWidth.columns(of: key) + 1 + TextWidth.columns(of: label) }
    }

    /// The hints, from left to right.
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

    /// The hints that fit, in their order.
    public func fitting(_ width: Int) -> [Hint] {
        var left = width
        var fitting: Set<Int> = []
        for vital in [true, false] {
            for (index, hint) in hints.enumerated() where hint.isVital == vital {
                let columns = hint.width + (fitting.isEmpty ? 0 : 2)
                guard columns <= left else { continue }
                left -= columns
                fitting.insert(index)
            }
        }
        return hints.indices.filter(fitting.contains).map { hints[$0] }
    }

    /// The columns that all of them take.
    public var columns: Int { hints.isEmpty ? 0 : hints.map { $0.width + 2 }.reduce(-2, +) }

    /// The hints that fit into a row of `width` columns from `x` on, each with the columns that it takes.
    public func places(x: Int, width: Int) -> [(hint: Hint, columns: Range<Int>)] {
        var column = x
        return fitting(width).map { hint in
            defer { column += hint.width + 2 }
            return (hint, column..<column + hint.width)
        }
    }

    /// Draws the row.
    public func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        for (hint, columns) in places(x: x, width: width) {
            let used = buffer.put(hint.key, x: columns.lowerBound, y: y, style: keyStyle)
            buffer.put(hint.label, x: columns.lowerBound + used + 1, y: y, style: labelStyle)
        }
    }
}
