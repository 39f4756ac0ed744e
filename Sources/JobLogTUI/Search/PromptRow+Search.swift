import TerminalUI

extension PromptRow {
    /// The row in which the pattern of a search through all logs is typed, on a screen of a width.
    init(_ prompt: SearchPrompt, hints: [KeyHints.Hint], width: Int) {
        let label = width < 60 ? (prompt.isLiteral ? "Text: " : "All logs: ") : prompt.label
        self.init(
            label: TextWidth.truncate(label, to: 30), input: prompt.input, problem: prompt.problem,
            problemAt: prompt.problemAt, placeholder: "text or regular expression", hints: hints)
    }
}
