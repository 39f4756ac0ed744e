/// Tables as RFC 4180 has them, but for the line ends: a line feed alone, as Unix tools want it.
enum CSV {
    /// A row with its end.
    static func row(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\n"
    }

    /// A cell: what a terminal would obey is made visible, and what a spreadsheet would take for a formula is text.
    /// Line ends are kept, within quotes.
    private static func cell(_ content: String) -> String {
        var text = TerminalText.lines(content).joined(separator: "\n")
        if isFormula(text) { text = "'" + text }
        // A semicolon too: it is the separator of spreadsheets in half of the world.
        guard text.contains(where: { ",;\"\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Whether a spreadsheet would calculate: numbers are none, with whatever sign.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.first(where: { !$0.isWhitespace }), "=+-@＝＋－＠".contains(first) else { return false }
        return JSONNumber(text: text) == nil
    }
}
