import JobLogCore
import TerminalUI

/// The row in which the pattern of a search through all logs is typed.
struct SearchPromptView {
    let prompt: SearchPrompt

    /// Draws the row; where the cursor is.
    func draw(into buffer: inout CellBuffer, y: Int, width: Int) -> Point {
        let label = TextWidth.truncate(width < 60 ? (prompt.isLiteral ? "Text: " : "All logs: ") : prompt.label, to: 30)
        let start = 1 + buffer.put(label, x: 1, y: y, style: .bold)
        var end = width - 1
        if let problem = prompt.problem {
            // The end of the sentence says what is wrong.
            let text = TextWidth.truncateStart(TerminalText.line(problem), to: width * 2 / 3)
            end -= TextWidth.columns(of: text) + 1
            buffer.put(text, x: end + 1, y: y, style: Style(.yellow, on: .default, .bold))
        } else {
            let hints = KeyHints(KeyTable.hints(in: .searchPrompt), labelStyle: Theme.faint)
            let room = width - start - max(24, TextWidth.columns(of: prompt.input.text) + 3)
            let fitting = KeyHints(hints.fitting(max(0, room)), labelStyle: Theme.faint)
            fitting.draw(into: &buffer, x: width - 1 - fitting.columns, y: y, width: fitting.columns)
            end -= fitting.columns + (fitting.columns > 0 ? 2 : 0)
        }
        if prompt.input.text.isEmpty, prompt.problem == nil {
            let text = TextWidth.truncate("text or regular expression", to: max(0, end - start - 1))
            buffer.put(text, x: start + 1, y: y, style: Theme.faint)
        }
        return prompt.input.draw(
            into: &buffer, x: start, y: y, width: max(1, end - start), problemAt: prompt.problemAt)
    }
}
