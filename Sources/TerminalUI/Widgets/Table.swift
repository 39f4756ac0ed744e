/// Rows of cells below a header, one of them selected.
public struct Table: Sendable {
    /// A column.
    public struct Column: Sendable, Hashable {
        /// How wide a column is.
        public enum Width: Sendable, Hashable {
            /// So many columns.
            case fixed(Int)
            /// A share of what is left, but at least so many columns.
            case share(Int, least: Int)
        }

        /// The word above it.
        public var title: String
        /// How wide it is.
        public var width: Width
        /// Whether its cells stand on the right.
        public var isTrailing: Bool

        /// A column.
        public init(_ title: String, _ width: Width, trailing: Bool = false) {
            self.title = title
            self.width = width
            isTrailing = trailing
        }
    }

    /// The columns, from left to right.
    public var columns: [Column]
    /// How the header looks.
    public var headerStyle: Style
    /// How the selected row looks besides.
    public var selectedAttributes: Style.Attributes

    /// A table.
    public init(_ columns: [Column], headerStyle: Style = .dim, selectedAttributes: Style.Attributes = .bold) {
        self.columns = columns
        self.headerStyle = headerStyle
        self.selectedAttributes = selectedAttributes
    }

    /// The width of each column when the table is `width` wide; 0 for the last ones where not all fit.
    public func widths(in width: Int) -> [Int] {
        let gaps = max(0, columns.count - 1)
        let least = columns.map { column in
            switch column.width {
            case .fixed(let width): width
            case .share(_, let least): least
            }
        }
        var left = width - gaps - least.reduce(0, +)
        var widths = least
        let shares = columns.map { column in
            if case .share(let share, _) = column.width { share } else { 0 }
        }
        let all = shares.reduce(0, +)
        if left > 0, all > 0 {
            for (index, share) in shares.enumerated() { widths[index] += left * share / all }
        }
        // What is too narrow loses its columns from the right, but never the first two.
        for index in widths.indices.reversed() where left < 0 && index > 1 {
            left += widths[index] + 1
            widths[index] = 0
        }
        if left > 0, let flexible = shares.firstIndex(where: { $0 > 0 }), all > 0 {
            widths[flexible] += width - widths.reduce(0, +) - (widths.count { $0 > 0 } - 1)
        }
        return widths
    }

    /// The columns of the screen that each column takes when the table is `width` wide from `x` on; none for those that
    /// do not fit.
    public func places(x: Int, width: Int) -> [Range<Int>] {
        var column = x
        return widths(in: width).map { cell in
            defer { column += cell > 0 ? cell + 1 : 0 }
            return column..<column + cell
        }
    }

    /// Draws the header into a row.
    public func drawHeader(into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        draw(columns.map { Spans($0.title, headerStyle) }, into: &buffer, x: x, y: y, width: width)
    }

    /// Draws a row of cells.
    public func draw(
        _ cells: [Spans], isSelected: Bool = false, into buffer: inout CellBuffer, x: Int, y: Int, width: Int
    ) {
        for (index, place) in places(x: x, width: width).enumerated() where !place.isEmpty && index < cells.count {
            if columns[index].isTrailing {
                cells[index].draw(into: &buffer, endingAt: place.upperBound, y: y, maxWidth: place.count)
            } else {
                cells[index].draw(into: &buffer, x: place.lowerBound, y: y, maxWidth: place.count)
            }
        }
        if isSelected {
            buffer.restyle(Rect(x: x, y: y, width: width, height: 1)) { $0 = $0.adding(selectedAttributes) }
        }
    }
}
