import JobLogCore
import TerminalUI

/// A command that is being typed, and what it could become.
struct CommandPrompt: Sendable {
    /// What the text could become.
    struct Candidate: Sendable, Hashable {
        /// The text in the prompt, were it taken.
        let text: String
        /// What stands for it in the list.
        let title: String
        let help: String
    }

    /// What the text means.
    struct Order: Sendable, Hashable {
        let command: Command
        /// What stands behind the name; nil for nothing.
        let argument: String?
    }

    private(set) var input: TextInput
    /// Why the text is no command; a sentence.
    private(set) var problem: String?
    /// The text before candidates were gone through, and which one is shown now.
    private var choosing: (typed: String, index: Int)?
    private let commands: [Command]
    private let place: KeyContext
    private let history: InputHistory

    init(_ commands: [Command], in place: KeyContext, history: InputHistory) {
        self.commands = commands
        self.place = place
        self.history = history
        input = TextInput(history: history)
    }

    /// What was typed; without what candidates made of it.
    var typed: String { choosing?.typed ?? input.text }
    /// The candidate that is shown; nil where none was chosen.
    var chosen: Int? { choosing?.index }

    /// Takes a key that edits the line.
    mutating func take(_ key: Key) -> TextInput.Outcome { edited(by: input.take(key)) }

    /// Takes pasted text.
    mutating func paste(_ text: String) { _ = edited(by: input.paste(text)) }

    private mutating func edited(by outcome: TextInput.Outcome) -> TextInput.Outcome {
        if outcome == .edited {
            choosing = nil
            problem = nil
        }
        return outcome
    }

    /// Puts the next candidate into the line, or the one before.
    mutating func complete(_ candidates: [Candidate], by step: Int) {
        guard !candidates.isEmpty else {
            problem = "Nothing begins so."
            return
        }
        let index =
            choosing.map { ($0.index + step + candidates.count) % candidates.count }
            ?? (step > 0 ? 0 : candidates.count - 1)
        choosing = (typed, index)
        problem = nil
        input = TextInput(candidates[index].text, history: history)
        // Where there is but one, what follows it can be typed at once.
        if candidates.count == 1 { choosing = nil }
    }

    mutating func fail(_ sentence: String) { problem = sentence }

    /// What the text could become; `names` gives what can stand behind a command.
    func candidates(_ names: (Command.Argument, String) -> [String]) -> [Candidate] {
        let (word, rest) = Self.split(typed)
        guard let rest else {
            return matching(word).map { command in
                let follows = command.argument.map { " <\($0.rawValue)>" } ?? ""
                return Candidate(
                    text: command.needsArgument ? command.name + " " : command.name, title: command.name + follows,
                    help: TextWidth.pad(command.keys, to: 9) + " " + command.help)
            }
        }
        guard let command = find(word).first, let argument = command.argument else { return [] }
        return names(argument, rest).map { Candidate(text: "\(command.name) \($0)", title: $0, help: "") }
    }

    /// Commands that begin so, then those that have it in them.
    private func matching(_ word: String) -> [Command] {
        let word = word.lowercased()
        let first = commands.filter { $0.name.hasPrefix(word) || $0.aliases.contains(word) }
        return first + commands.filter { !first.contains($0) && $0.name.contains(word) }
    }

    /// The commands that a word may stand for.
    private func find(_ word: String) -> [Command] {
        let word = word.lowercased()
        if let exact = commands.first(where: { $0.name == word || $0.aliases.contains(word) }) { return [exact] }
        return commands.filter { $0.name.hasPrefix(word) }
    }

    /// What the text asks for; nil, and the reason, where it is no command here.
    mutating func order(_ keys: KeyMap) -> Order? {
        let (word, rest) = Self.split(input.text)
        if let number = Int(word), number > 0, rest == nil, let line = commands.first(where: { $0.deed == .line }) {
            return Order(command: line, argument: word)
        }
        let found = find(word)
        if found.count > 1 {
            problem =
                "\(word) may be " + found.prefix(6).map(\.name).joined(separator: ", ") + (found.count > 6 ? " …" : ".")
            return nil
        }
        guard let command = found.first else {
            problem = reason(against: word, keys)
            return nil
        }
        let argument = rest.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        if argument != nil, command.argument == nil {
            problem = "\(command.name) takes nothing behind it."
            return nil
        }
        if argument == nil, command.needsArgument {
            problem = "\(command.name) needs a \(command.argument?.rawValue ?? "")."
            return nil
        }
        return Order(command: command, argument: argument)
    }

    /// Why a word is no command in this place.
    private func reason(against word: String, _ keys: KeyMap) -> String {
        let shown = TerminalText.line(word)
        for other in [KeyContext.jobs, .log, .panel, .results] where other != place {
            guard Command.all(in: other, keys).contains(where: { $0.name == word.lowercased() }) else { continue }
            return "\(shown) is not for here: \(other.rawValue)."
        }
        let nearest = NearestName.of(word, in: commands.map(\.name))
        return "There is no command \(shown)" + (nearest.map { "; did you mean \($0)?" } ?? ".")
    }

    /// The first word, and what stands behind the blank after it; nil where there is no blank.
    private static func split(_ text: String) -> (word: String, rest: String?) {
        let text = text.drop { $0 == " " || $0 == ":" }
        guard let blank = text.firstIndex(of: " ") else { return (String(text), nil) }
        return (String(text[..<blank]), String(text[blank...].drop { $0 == " " }))
    }
}
