import TerminalUI

/// The prompt for a command in place of the footer, and above it what the text could become.
struct CommandView {
    let prompt: CommandPrompt
    let candidates: [CommandPrompt.Candidate]
    let hints: [KeyHints.Hint]

    private static let most = 8

    /// Draws both; where the cursor is.
    func draw(into buffer: inout CellBuffer, size: Size) -> Point {
        let footer = size.height - 1
        drawCandidates(into: &buffer, Rect(x: 0, y: 1, width: size.width, height: footer - 1))
        return Self.row(prompt, hints: hints).draw(into: &buffer, y: footer, width: size.width)
    }

    /// The prompt alone.
    static func row(_ prompt: CommandPrompt, hints: [KeyHints.Hint]) -> PromptRow {
        PromptRow(
            label: ":", input: prompt.input, problem: prompt.problem, problemAt: nil,
            placeholder: "a command; Tab completes it", hints: hints)
    }

    private func drawCandidates(into buffer: inout CellBuffer, _ area: Rect) {
        let rows = min(candidates.count, Self.most, max(1, area.height / 2))
        guard rows > 0 else { return }
        let chosen = prompt.chosen ?? 0
        let first = min(max(0, chosen - rows + 1), candidates.count - rows)
        let shown = candidates[first..<first + rows]
        let titleWidth = min(shown.map { TextWidth.columns(of: $0.title) }.max() ?? 0, max(12, area.width / 2))
        let top = area.maxY - rows - 1
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        buffer.fill(Rect(x: 0, y: top, width: area.width, height: rows + 1))
        buffer.put(String(repeating: glyphs.rule, count: area.width), x: 0, y: top, style: Theme.faint)
        if candidates.count > rows {
            Spans(" \(chosen + 1)/\(candidates.count) ").draw(
                into: &buffer, endingAt: area.width - 2, y: top, maxWidth: area.width / 2)
        }
        for (offset, candidate) in shown.enumerated() {
            let isChosen = prompt.chosen == first + offset
            let title = TextWidth.pad(TextWidth.truncate(candidate.title, to: titleWidth), to: titleWidth)
            var line = Spans(isChosen ? "\(glyphs.pointer) " : "  ", Theme.pointer)
            line.add(title, isChosen ? Theme.pointer : .bold)
            line.add("  \(candidate.help)", Theme.faint)
            line.draw(into: &buffer, x: 0, y: top + 1 + offset, maxWidth: area.width - 1)
        }
    }
}
