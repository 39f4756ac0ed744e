/// One column of one row of the screen.
public struct Cell: Hashable, Sendable {
    /// The character, a scalar value; 0 in the right half of a wide one.
    public var base: UInt32
    /// Marks that combine with it, scalar values; 0 for none.
    public var marks: (UInt32, UInt32)
    /// How it looks.
    public var style: Style

    /// A cell with one character.
    public init(_ base: UInt32, style: Style = .plain) {
        self.base = base
        marks = (0, 0)
        self.style = style
    }

    /// An empty cell.
    public static let blank = Cell(0x20)

    /// Whether it is the right half of a wide character.
    public var isContinuation: Bool { base == 0 }

    /// Whether two cells look the same.
    public static func == (lhs: Cell, rhs: Cell) -> Bool {
        lhs.base == rhs.base && lhs.style == rhs.style && lhs.marks.0 == rhs.marks.0 && lhs.marks.1 == rhs.marks.1
    }

    /// Feeds what makes a cell look as it does.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(base)
        hasher.combine(style)
        hasher.combine(marks.0)
        hasher.combine(marks.1)
    }
}
