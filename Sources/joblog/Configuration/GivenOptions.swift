/// The options of the command line that the table of settings knows, with what was given to them.
///
/// The argument parser has taken the command line already, or will: this only tells which options are there. It takes no value of
/// an option for one, as the parser takes nothing that begins with a hyphen for a value.
struct GivenOptions: Sendable {
    /// What stands before a command may be one of these.
    private enum Option {
        case takesValue(String)
        case flag(String, isOn: Bool)
    }

    static let config = "--config"

    private static let common: [String: Option] = options(of: SettingTable.joblog.settings.filter(\.isCommon))
    private static let all: [String: Option] = options(of: SettingTable.joblog.settings)

    private let values: [String: String]

    init(_ arguments: some Sequence<String>) {
        var values: [String: String] = [:]
        var waiting: String?
        for argument in arguments.prefix(while: { $0 != "--" }) {
            if let name = waiting {
                values[name] = argument
                waiting = nil
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch Self.all[parts[0]] {
            case .takesValue(let name)?:
                if parts.count == 2 { values[name] = parts[1] } else { waiting = name }
            case .flag(let name, let isOn)?: values[name] = isOn ? "true" : "false"
            case nil: break
            }
        }
        self.values = values
    }

    /// What was given to an option; `true` or `false` for a flag, nil where it was not given.
    subscript(option: String) -> String? { values[option] }

    /// Those that say where jobs are and how they are read, for a parser that knows no others.
    var aboutConnection: [String] {
        Self.options(of: SettingTable.joblog.settings.filter(\.isAboutConnection)).flatMap { name, option in
            switch option {
            case .takesValue: values[name].map { [name, $0] } ?? []
            case .flag(let on, let isOn): values[on] == "\(isOn)" ? [name] : []
            }
        }
    }

    private static func options(of settings: [Setting]) -> [String: Option] {
        var options = [config: Option.takesValue(config)]
        for setting in settings {
            guard let option = setting.option else { continue }
            if let off = setting.offOption {
                options[option] = .flag(option, isOn: true)
                options[off] = .flag(option, isOn: false)
            } else {
                options[option] = .takesValue(option)
            }
        }
        return options
    }

    /// Common options may stand before the subcommand too: `joblog --url … ls`. The parser wants them behind it.
    ///
    /// - Returns: the arguments with leading common options moved to the end, before a `--` if there is one.
    static func leadingMoved(_ arguments: [String]) -> [String] {
        var end = 0
        scan: while end < arguments.count {
            let parts = arguments[end].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch common[String(parts.first ?? "")] {
            case .flag? where parts.count == 1: end += 1
            case .takesValue? where parts.count == 2: end += 1
            case .takesValue? where end + 1 < arguments.count: end += 2
            default: break scan
            }
        }
        let rest = arguments[end...]
        let at = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<at] + arguments[..<end] + rest[at...])
    }
}
