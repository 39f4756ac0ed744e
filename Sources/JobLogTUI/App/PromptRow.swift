import JobLogCore
import TerminalUI

/// A row in which something is typed, in place of the footer.
struct PromptRow {
    /// What stands before the text.
    let label: String
    let input: TextInput
    /// Why the text is none yet; a sentence.
    let problem: String?
    /// The character of the text at which it goes wrong, counted from 1.
    let problemAt: Int?
    /// What stands where nothing is typed yet.
    let placeholder: String
    /// The keys that are told.
    let hints: [KeyHints.Hint]
    /// What stands before the keys.
    var remark = Spans()

    /// Draws the row; where the cursor is.
    func draw(into buffer: inout CellBuffer, y: Int, width: Int) -> Point {
        let start = 1 + buffer.put(label, x: 1, y: y, style: .bold)
        var end = width - 1
        if let problem {
            // The end of the sentence says what is wrong.
            let text = TextWidth.truncateStart(TerminalText.line(problem), to: width * 2 / 3)
            end -= TextWidth.columns(of: text) + 1
            buffer.put(text, x: end + 1, y: y, style: Theme.caution)
        } else {
            let (fitting, columns) = fitting(width: width)
            fitting.draw(into: &buffer, x: width - 1 - columns, y: y, width: columns)
            end -= columns + (columns > 0 ? 2 : 0)
            remark.draw(into: &buffer, endingAt: end, y: y, maxWidth: max(0, end - start - 4))
            end -= remark.width
        }
        if input.text.isEmpty, problem == nil {
            let text = TextWidth.truncate(placeholder, to: max(0, end - start - 1))
            buffer.put(text, x: start + 1, y: y, style: Theme.faint)
        }
        return input.draw(into: &buffer, x: start, y: y, width: max(1, end - start), problemAt: problemAt)
    }

    /// The keys that are shown, each with the columns that it takes.
    func hintPlaces(width: Int) -> [(hint: KeyHints.Hint, columns: Range<Int>)] {
        guard problem == nil else { return [] }
        let (fitting, columns) = fitting(width: width)
        return fitting.places(x: width - 1 - columns, width: columns)
    }

    /// The keys for which there is room, and the columns that they take.
    private func fitting(width: Int) -> (hints: KeyHints, columns: Int) {
        let start = 1 + TextWidth.columns(of: label)
        let room = width - start - remark.width - max(24, TextWidth.columns(of: input.text) + 3)
        let fitting = KeyHints(KeyHints(hints).fitting(max(0, room)), labelStyle: Theme.faint)
        return (fitting, fitting.columns)
    }
}

extension TextInput {
    /// Draws the text, the character at which it goes wrong marked, counted from 1; where the cursor is.
    fileprivate func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int, problemAt: Int?) -> Point {
        let place = draw(into: &buffer, x: x, y: y, width: width)
        guard let problemAt else { return place }
        let scalars = text.unicodeScalars
        let head = String(String.UnicodeScalarView(scalars.prefix(max(0, problemAt - 1))))
        let column = place.x - TextWidth.columns(of: String(text.prefix(cursor))) + TextWidth.columns(of: head)
        if column >= x, column < x + width {
            buffer.restyle(Rect(x: column, y: y, width: 1, height: 1)) { $0 = Theme.wrong }
        }
        return place
    }
}
