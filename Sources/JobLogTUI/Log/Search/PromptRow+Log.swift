import TerminalUI

extension PromptRow {
    /// The row in which something is typed below a log, on a screen of a width; `hits` says what a search found so far.
    init(_ prompt: LogPrompt, hits: String?, hints: [KeyHints.Hint], width: Int) {
        var remark = Spans()
        if let hits, prompt.kind == .search { remark.add(hits + "  ", Theme.link) }
        self.init(
            label: TextWidth.truncate(prompt.label, to: width / 2), input: prompt.input, problem: prompt.problem,
            problemAt: prompt.problemAt, placeholder: prompt.placeholder,
            hints: hints, remark: remark)
    }
}
