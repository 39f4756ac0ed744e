import JobLogCore
import TerminalUI

/// The row in which something is typed, in place of the footer.
struct LogPromptView {
    let prompt: LogPrompt
    let hits: String?

    /// Draws the row; where the cursor is.
    func draw(into buffer: inout CellBuffer, y: Int, width: Int) -> Point {
        let label = TextWidth.truncate(prompt.label, to: width / 2)
        let start = 1 + buffer.put(label, x: 1, y: y, style: .bold)
        var end = width - 1
        if let problem = prompt.problem {
            // The end of the sentence says what is wrong.
            let text = TextWidth.truncateStart(TerminalText.line(problem), to: width * 2 / 3)
            end -= TextWidth.columns(of: text) + 1
            buffer.put(text, x: end + 1, y: y, style: Style(.yellow, on: .default, .bold))
        } else {
            var right = Spans()
            if let hits, prompt.kind == .search { right.add(hits + "  ", Theme.link) }
            let hints = KeyHints(
                KeyTable.hints(in: prompt.outgoing == nil ? .prompt : .output), labelStyle: Theme.faint)
            let room = width - start - right.width - max(24, TextWidth.columns(of: prompt.input.text) + 3)
            let fitting = KeyHints(hints.fitting(max(0, room)), labelStyle: Theme.faint)
            let columns = fitting.columns
            fitting.draw(into: &buffer, x: width - 1 - columns, y: y, width: columns)
            end -= columns + (columns > 0 ? 2 : 0)
            right.draw(into: &buffer, endingAt: end, y: y, maxWidth: max(0, end - start - 4))
            end -= right.width
        }
        if prompt.input.text.isEmpty, prompt.problem == nil {
            let text = TextWidth.truncate(prompt.placeholder, to: max(0, end - start - 1))
            buffer.put(text, x: start + 1, y: y, style: Theme.faint)
        }
        return prompt.input.draw(
            into: &buffer, x: start, y: y, width: max(1, end - start), problemAt: prompt.problemAt)
    }
}

extension TextInput {
    /// Draws the text, the character at which it goes wrong marked, counted from 1; where the cursor is.
    func draw(into buffer: inout CellBuffer, x: Int, y: Int, width: Int, problemAt: Int?) -> Point {
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
