import JobLogCore

/// Something that can be asked for by its name, behind `:`.
struct Command: Sendable, Hashable {
    /// What is to be done.
    enum Deed: Sendable, Hashable {
        /// What a key would do.
        case action(Action)
        /// Show another theme.
        case theme
        /// Go to a line by its number.
        case line
        /// Show lines of a level and more serious ones.
        case level
    }

    /// What stands behind the name.
    enum Argument: String, Sendable, Hashable {
        case theme, order, level, job, text, time, path, line = "number"
    }

    /// The name, in small letters with hyphens: `next-error`.
    let name: String
    /// Shorter names.
    let aliases: [String]
    let deed: Deed
    let argument: Argument?
    /// Whether it means nothing without one.
    let needsArgument: Bool
    /// The keys that do the same, for people; empty where none does.
    let keys: String
    /// A sentence.
    let help: String

    /// What a key does in a place.
    init(_ binding: KeyBinding) {
        name = Self.name(of: binding.action)
        aliases = Self.aliases[binding.action] ?? []
        deed = .action(binding.action)
        argument = Self.arguments[binding.action]
        needsArgument = false
        keys = binding.names
        help = binding.help
    }

    private init(_ name: String, _ deed: Deed, _ argument: Argument, _ help: String) {
        self.name = name
        aliases = []
        self.deed = deed
        self.argument = argument
        needsArgument = true
        keys = ""
        self.help = help
    }

    /// What can be asked for in a place, the place's own first.
    static func all(in place: KeyContext, _ keys: KeyMap) -> [Command] {
        var seen: Set<Action> = [.command, .down, .up, .left, .right]
        let actions = keys.bindings.filter { $0.contexts.contains(place) && seen.insert($0.action).inserted }
        let ofLogs = [
            Command("level", .level, .level, "Show lines of this level and more serious ones."),
            Command(
                "line", .line, .line,
                "Go to a line by its number among those that are shown; the number alone does too."),
        ]
        return actions.map(Command.init) + (place == .log ? ofLogs : [])
            + [Command("theme", .theme, .theme, "Show another theme.")]
    }

    /// `next-error` for `nextError`.
    static func name(of action: Action) -> String {
        var name = ""
        for character in action.rawValue {
            if character.isUppercase, name.last?.isUppercase != true { name += "-" }
            name += character.lowercased()
        }
        return name.replacing("-j-s-o-n", with: "-json")
    }

    private static let aliases: [Action: [String]] = [
        .quit: ["q!"], .back: ["q"], .goToTime: ["goto"], .save: ["w"], .help: ["h"], .filter: ["f"],
    ]
    private static let arguments: [Action: Argument] = [
        .sort: .order, .filter: .text, .search: .text, .searchAll: .text, .goToTime: .time, .save: .path, .pipe: .text,
        .open: .job,
    ]
}
