/// What a terminal shows at one moment.
public struct TerminalScreen: Sendable, CustomStringConvertible {
    /// The rows from top to bottom, without trailing blanks; as many as the terminal has.
    public var rows: [String]
    /// The cursor, counted from 0 at the top left.
    public var cursor: (column: Int, row: Int)
    /// False when the program has hidden it.
    public var isCursorVisible: Bool
    /// True while the program uses the alternate screen.
    public var isAlternate: Bool
    /// True while the program asks for the mouse.
    public var wantsMouse: Bool

    /// All rows, each with a line end.
    public var text: String { rows.map { $0 + "\n" }.joined() }
    /// The screen between two rules, for messages.
    public var description: String {
        let rule = String(repeating: "─", count: 40)
        return "\(rule)\n\(text)\(rule) cursor \(cursor.column),\(cursor.row)"
    }

    /// Whether some row holds this text. Text that goes over the end of a row is not found.
    public func contains(_ text: String) -> Bool {
        row(containing: text) != nil
    }

    /// The first row that holds this text, counted from 0.
    public func row(containing text: String) -> Int? {
        rows.firstIndex { $0.contains(text) }
    }
}
