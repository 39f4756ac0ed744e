/// What the argument parser tells of a command by `--experimental-dump-help`, as far as a page shows it.
struct CommandDump: Decodable {
    /// What a program prints: its root command.
    struct Program: Decodable {
        var command: CommandDump
    }

    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var defaultSubcommand: String?
    var arguments: [ArgumentDump]?
    var subcommands: [CommandDump]?

    /// The subcommands that have a page; the parser's own `help` is described by the pages themselves.
    var shown: [CommandDump] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }
}

/// An argument of a command.
struct ArgumentDump: Decodable {
    /// How an argument is given.
    enum Kind: String, Decodable {
        case positional, option, flag
    }

    /// One of an option's names.
    struct Name: Decodable {
        enum Kind: String, Decodable {
            case long, short, longWithSingleDash
        }

        var kind: Kind
        var name: String

        /// The name with a single hyphen less, which mdoc adds.
        var behindHyphen: String { kind == .long ? "-\(name)" : name }
    }

    var kind: Kind
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var discussion: String?
    var sectionTitle: String?
    var shouldDisplay: Bool?
    var isOptional: Bool
    var isRepeating: Bool
    var allValues: [String]?

    /// Whether this is the flag that takes back what another one says: `--no-utc`, of `--utc`.
    func isInversion(of other: ArgumentDump) -> Bool {
        guard kind == .flag, other.kind == .flag, abstract == other.abstract, let names, let others = other.names else {
            return false
        }
        return names.contains { name in others.contains { name.name == "no-\($0.name)" } }
    }
}
