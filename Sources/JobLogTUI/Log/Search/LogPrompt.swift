import JobLogCore
import TerminalUI

/// A line that is being typed below a log: what to look for, what to show, where to go.
struct LogPrompt: Sendable {
    /// What is asked for.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case search, filter, time, save, pipe
    }

    /// The place in the log to which Escape goes back.
    struct Place: Sendable {
        /// The cursor's line; nil where there was none.
        var id: Int32?
        var isFollowing: Bool
        /// What was looked for.
        var pattern: LogPattern?
    }

    let kind: Kind
    var input: TextInput
    /// What was typed here before.
    let history: InputHistory
    let origin: Place
    /// Whether the text is meant letter by letter.
    var isLiteral: Bool
    /// Whether lines are wanted in which it does not occur.
    var isInverted = false
    /// The lines that the file or the command is for.
    var outgoing: OutLines?
    /// Why the text is none yet; a sentence.
    var problem: String?
    /// The character of the text at which it goes wrong, counted from 1.
    var problemAt: Int?
    /// The filter in whose place the text comes, by its place among them.
    var replaced: Int?

    /// What stands before the text.
    var label: String {
        switch kind {
        case .search: isLiteral ? "/text " : "/"
        case .filter: (isInverted ? "&!" : "&") + (isLiteral ? "text " : "")
        case .time: "Go to time: "
        case .save: "Save \(outgoing?.what ?? "") as: "
        case .pipe: "Pipe \(outgoing?.what ?? "")\(isLiteral ? " as JSON" : "") to: "
        }
    }

    /// Whether a key does something here: not all prompts of a context complete names, or take text in two ways.
    func takes(_ action: Action) -> Bool {
        switch action {
        case .complete: kind == .save
        case .literal: [.search, .filter, .pipe].contains(kind)
        default: true
        }
    }

    /// What stands where nothing is typed yet.
    var placeholder: String {
        switch kind {
        case .search: "text or regular expression"
        case .filter: isInverted ? "what lines must not have" : "what lines must have; ! first: must not"
        case .time: "14:02, -5m, 14:02..14:10, empty for all"
        case .save: "name.txt, .jsonl, .csv, .html or .joblog"
        case .pipe: "a command; empty for $PAGER or less"
        }
    }
}
