import JobLogCore
import TerminalUI

/// The pattern of a search through all logs, while it is typed.
struct SearchPrompt: Sendable {
    var input: TextInput
    /// What was searched for before.
    let history: InputHistory
    var isLiteral: Bool
    /// Why the text is no pattern; a sentence.
    var problem: String?
    /// The character of the text at which it goes wrong, counted from 1.
    var problemAt: Int?

    var label: String { isLiteral ? "Search all logs, text: " : "Search all logs: " }
}

/// The search through the logs of all jobs: what is typed, what was found, and what lies behind it.
struct SearchScreen: Sendable {
    var prompt: SearchPrompt?
    /// What was found; nil where the results are not shown.
    var results: JobResults?
    /// The log from which the search was begun, to which one comes back.
    var behind: LogPane?
    /// The merged log from which that one was opened.
    var furtherBehind: LogPane?
    /// Whether patterns were last meant as text.
    private var isLiteral = false
    private var number = 0

    /// Begins to ask for a pattern.
    mutating func ask(_ text: String, _ history: InputHistory) {
        prompt = SearchPrompt(input: TextInput(text, history: history), history: history, isLiteral: isLiteral)
    }

    /// Puts a text into the prompt.
    mutating func type(_ text: String) {
        guard let history = prompt?.history else { return }
        prompt?.input = TextInput(text, history: history)
        promptChanged()
    }

    /// The text changed: whether it is a pattern is told at once.
    mutating func promptChanged() {
        guard let prompt else { return }
        self.prompt?.problem = nil
        self.prompt?.problemAt = nil
        guard !prompt.input.text.isEmpty else { return }
        do throws(LogPattern.Invalid) {
            _ = try LogPattern.smart(prompt.input.text, isLiteral: prompt.isLiteral)
        } catch {
            self.prompt?.problem = error.description
            self.prompt?.problemAt = error.position
        }
    }

    /// The search that was typed, which begins; nil where nothing was typed, or no pattern: then the prompt stays.
    mutating func confirm() -> SearchOrder? {
        guard let prompt else { return nil }
        let typed = prompt.input.text
        // As elsewhere, nothing typed is what was typed last.
        guard let text = typed.isEmpty ? prompt.history.lines.last : typed else {
            self.prompt = nil
            return nil
        }
        guard let order = begin(text, isLiteral: prompt.isLiteral) else { return nil }
        isLiteral = prompt.isLiteral
        self.prompt = nil
        return order
    }

    /// The same search once more.
    mutating func again() -> SearchOrder? {
        results.flatMap { begin($0.order.text, isLiteral: $0.order.isLiteral) }
    }

    private mutating func begin(_ text: String, isLiteral: Bool) -> SearchOrder? {
        let order = SearchOrder(number: number + 1, text: text, isLiteral: isLiteral)
        guard let pattern = try? order.pattern() else { return nil }
        number = order.number
        results = JobResults(order, pattern)
        return order
    }
}
