/// The cursor in a short list that may change under it, such as that of a dialog.
public struct ChoiceCursor: Sendable, Hashable {
    private var wanted = 0

    /// A cursor on the first row.
    public init() {}

    /// Moves by some rows, in a list of `count`.
    public mutating func move(by rows: Int, of count: Int) {
        wanted = min(max(0, wanted + rows), max(0, count - 1))
    }

    /// Goes to a row.
    public mutating func go(to row: Int) { wanted = max(0, row) }

    /// The row that it is on, in a list of `count`; nil where there is none.
    public func row(of count: Int) -> Int? { count > 0 ? min(wanted, count - 1) : nil }

    /// The rows to show of a list of `count` in a box on `area`, so that the cursor's row is among them.
    public func window(of count: Int, in area: Rect) -> Range<Int> {
        let room = max(1, area.height - 2)
        let first = max(0, min((row(of: count) ?? 0) - room + 1, count - room))
        return first..<min(count, first + room)
    }
}
