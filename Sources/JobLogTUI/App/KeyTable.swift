import TerminalUI

/// One line of the key table.
public struct KeyBinding: Sendable, Hashable {
    /// The keys, the first one being the one that is shown in footers.
    public let keys: [Key]
    /// What they ask for.
    public let action: Action
    /// Where they do.
    public let contexts: Set<KeyContext>
    /// A word for the footer; nil keeps it out of there.
    public let label: String?
    /// A sentence for help and documentation.
    public let help: String

    init(_ keys: [Key], _ action: Action, _ contexts: Set<KeyContext>, _ label: String? = nil, _ help: String) {
        self.keys = keys
        self.action = action
        self.contexts = contexts
        self.label = label
        self.help = help
    }

    /// The names of the keys, as help and documentation write them.
    public var names: String { keys.map(\.name).joined(separator: " ") }
}

/// The one table of keys: behaviour, footer, help screen and `docs/keys.md` all come from it.
public enum KeyTable {
    private static let all: Set<KeyContext> = [.jobs, .log, .help]
    private static let everywhere: Set<KeyContext> = [.jobs, .log, .help, .prompt]
    private static let lists: Set<KeyContext> = [.jobs, .log]

    /// The bindings, in the order of help and footer.
    public static let bindings: [KeyBinding] = [
        KeyBinding([Key(.enter)], .open, [.jobs], "log", "Open the log of the selected job."),
        KeyBinding(
            [Key(.enter)], .unfold, [.log], "unfold",
            "Show the whole entry with its metadata, or the lines that repeat it; or fold it again."),
        KeyBinding(
            [Key("/")], .search, [.log], "search",
            "Search messages and metadata, for text or a regular expression; small letters mean capital ones too."),
        KeyBinding([Key("n")], .nextHit, [.log], nil, "To the next line that the search found."),
        KeyBinding([Key("N")], .previousHit, [.log], nil, "To the line before that the search found."),
        KeyBinding(
            [Key("&")], .filter, [.log], "filter",
            "Show only lines with a text or regular expression; &! those without. One filter after the other."),
        KeyBinding(
            [Key(.backspace)], .removeFilter, [.log], nil,
            "Take the last filter off; then the range of times, then the level."),
        KeyBinding([Key("d")], .dim, [.log], nil, "Dim lines that the filters do not want instead of hiding them."),
        KeyBinding([Key("f"), Key("F")], .follow, [.log], "follow", "Follow the end of the log, or stop following."),
        KeyBinding([Key("a")], .scope, [.jobs], "active/all", "Show active jobs only, or all."),
        KeyBinding([Key("s")], .sort, [.jobs], "sort", "Sort by start, activity, progress or id."),
        KeyBinding([Key("e")], .nextError, [.log], "error", "Go to the next error."),
        KeyBinding([Key("E")], .previousError, [.log], nil, "Go to the error before."),
        KeyBinding([Key("w")], .nextWarning, [.log], "warning", "Go to the next warning."),
        KeyBinding([Key("W")], .previousWarning, [.log], nil, "Go to the warning before."),
        KeyBinding([Key("1")], .debug, [.log], nil, "Show all levels."),
        KeyBinding([Key("2")], .info, [.log], nil, "Show info and more serious lines."),
        KeyBinding([Key("3")], .warn, [.log], "warn+", "Show warnings and errors."),
        KeyBinding([Key("4")], .error, [.log], nil, "Show errors only."),
        KeyBinding([Key(control: "w")], .wrap, [.log], "wrap", "Wrap long lines, or cut them."),
        KeyBinding(
            [Key("t")], .time, [.log], "time",
            "Show the time of day, or the time before now, since the job began, or since the line before, or none."),
        KeyBinding([Key("u")], .utc, [.log], nil, "Show times in UTC, or local."),
        KeyBinding(
            [Key("T")], .goToTime, [.log], nil,
            "Go to a time (14:02, -5m, RFC 3339, Unix ms), or show a range only (14:02..14:10); empty for all."),
        KeyBinding([Key("v")], .timeline, [.log], nil, "Show the timeline above the log, or hide it."),
        KeyBinding([Key("[")], .earlier, [.log], nil, "One column of the timeline back."),
        KeyBinding([Key("]")], .later, [.log], nil, "One column of the timeline on."),
        KeyBinding(
            [Key("m")], .mark, [.log], nil,
            "Mark the line, or take its mark off; the title tells the time between marks."),
        KeyBinding([Key("'")], .nextMark, [.log], nil, "Go to the next marked line."),
        KeyBinding([Key("j"), Key(.down)], .down, all, nil, "One line down."),
        KeyBinding([Key("k"), Key(.up)], .up, all, nil, "One line up."),
        KeyBinding([Key(control: "d")], .halfPageDown, all, nil, "Half a page down."),
        KeyBinding([Key(control: "u")], .halfPageUp, all, nil, "Half a page up."),
        KeyBinding([Key(" "), Key(.pageDown)], .pageDown, [.log, .help], nil, "One page down."),
        KeyBinding([Key(.pageDown)], .pageDown, [.jobs], nil, "One page down."),
        KeyBinding([Key("b"), Key(.pageUp)], .pageUp, all, nil, "One page up."),
        KeyBinding([Key("g"), Key(.home)], .first, all, nil, "To the beginning."),
        KeyBinding([Key("G"), Key(.end)], .last, all, nil, "To the end; in a log, follow it."),
        KeyBinding([Key("h"), Key(.left)], .left, [.log], nil, "Sideways to the left, when lines are cut."),
        KeyBinding([Key("l"), Key(.right)], .right, [.log], nil, "Sideways to the right, when lines are cut."),
        KeyBinding([Key(control: "r")], .refresh, lists, nil, "Read everything on screen again."),
        KeyBinding([Key(.enter)], .confirm, [.prompt], "go", "Take what was typed."),
        KeyBinding(
            [Key(.escape), Key(control: "c")], .cancel, [.prompt], "leave", "Leave, and go back to where you were."),
        KeyBinding(
            [Key(control: "r")], .literal, [.prompt], "text/regex",
            "Mean the text as it is, or as a regular expression."),
        KeyBinding([Key(.up), Key(.down)], .recall, [.prompt], "before", "What was typed before."),
        KeyBinding(
            ["a", "e", "w", "u", "k"].map { Key(control: $0) }, .edit, [.prompt], nil,
            "To the beginning or end; delete the word before, all before, or all behind."),
        KeyBinding([Key(control: "l")], .redraw, everywhere, nil, "Draw the screen again."),
        KeyBinding([Key(control: "z")], .suspend, everywhere, nil, "Suspend joblog; fg goes on."),
        KeyBinding([Key("?"), Key(.function(1))], .help, all, "help", "Show or leave this help."),
        KeyBinding([Key("q")], .back, [.log, .help], "back", "Back to where you came from."),
        KeyBinding([Key(.escape)], .back, [.help], nil, "Back to where you came from."),
        KeyBinding([Key(.escape)], .clear, [.log], nil, "End the search; without one, back to where you came from."),
        KeyBinding([Key("q")], .back, [.jobs], "quit", "Quit."),
        KeyBinding([Key("Q"), Key(control: "c"), Key(control: "\\")], .quit, all, nil, "Quit at once."),
    ]

    /// What a key asks for; nil for a key without a meaning there.
    public static func action(for key: Key, in context: KeyContext) -> Action? {
        bindings.first { $0.contexts.contains(context) && $0.keys.contains(key) }?.action
    }

    /// The footer of a context.
    static func hints(in context: KeyContext) -> [KeyHints.Hint] {
        bindings.filter { $0.contexts.contains(context) }.compactMap { binding in
            // The way out and the way to all other keys must fit in any width.
            let isVital = [.help, .back, .confirm, .cancel].contains(binding.action)
            return binding.label.map { KeyHints.Hint(binding.keys[0].name, $0, isVital: isVital) }
        }
    }

    /// `docs/keys.md`.
    public static var markdown: String {
        var text = "# Keys\n\nGenerated from the key table; the help screen (`?`) shows the same.\n"
        for context in KeyContext.allCases {
            text += "\n## \(context.rawValue)\n\n| keys | what they do |\n|---|---|\n"
            for binding in bindings where binding.contexts.contains(context) {
                text += "| \(binding.keys.map { "`\($0.name)`" }.joined(separator: " ")) | \(binding.help) |\n"
            }
        }
        return text
    }
}
