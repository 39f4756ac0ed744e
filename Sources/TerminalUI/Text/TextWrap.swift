/// Breaks a line of text into rows of a width.
public enum TextWrap {
    /// The rows of a text: broken after blanks, within a word only where the word alone is wider than a row.
    ///
    /// - Parameters:
    ///   - text: one line of text.
    ///   - width: the columns of a row, at least 1.
    ///   - limit: the most rows to make; the rest of the text is left out.
    /// - Returns: at least one row.
    public static func rows(of text: String, width: Int, limit: Int = .max) -> [Substring] {
        let width = max(1, width)
        let scalars = text.unicodeScalars
        if text.utf8.count <= width, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return [text[...]] }
        var rows: [Substring] = []
        var start = scalars.startIndex
        var used = 0
        var breakAt: String.Index?
        var usedAtBreak = 0
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let columns = TextWidth.shown(scalar, isUnicode: true).map { TextWidth.columns(of: $0) } ?? 0
            if used + columns > width, used > 0 {
                if scalar == " " {
                    // A blank at the end of a row may hang over.
                    rows.append(text[start..<index])
                    index = scalars.index(after: index)
                    start = index
                    used = 0
                } else if let at = breakAt {
                    rows.append(text[start..<at])
                    start = at
                    used -= usedAtBreak
                } else {
                    rows.append(text[start..<index])
                    start = index
                    used = 0
                }
                breakAt = nil
                if rows.count >= limit { return rows }
                continue
            }
            used += columns
            index = scalars.index(after: index)
            if scalar == " " {
                breakAt = index
                usedAtBreak = used
            }
        }
        if start < scalars.endIndex || rows.isEmpty { rows.append(text[start...]) }
        return rows
    }
}
