import JobLogCore
import JobLogTUI
import YAMLReader

/// What a setting can be.
enum SettingValue: Sendable, Hashable {
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([String])

    /// For people.
    var text: String {
        switch self {
        case .flag(let isOn): isOn ? "true" : "false"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .list(let words): words.joined(separator: ", ")
        }
    }

    /// For programs.
    var json: JSONValue {
        switch self {
        case .flag(let isOn): .bool(isOn)
        case .number(let number): JSONValue(number)
        case .text(let text): .string(text)
        case .list(let words): .array(words.map { .string($0) })
        }
    }
}

/// Something that the configuration file may say: a row of ``SettingTable``, which is the one place that knows it.
struct Setting: Sendable, Hashable {
    /// What a value looks like.
    enum Kind: Sendable, Hashable {
        case flag
        case number(ClosedRange<Int>)
        /// A span of time, in seconds.
        case duration
        case text
        /// A file, `~/` being the home folder.
        case file
        /// Text that is never printed.
        case secret
        /// A program with its arguments, or a line for the shell.
        case command
        case choice([String])
        /// Some of these, in an order.
        case list([String])
    }

    /// Where in the file it may stand.
    enum Scope: Sendable {
        /// At the top only.
        case general
        /// At the top and in a profile, which goes before.
        case connection
        /// In a profile only: an address, and who connects there, belong together.
        case profile
    }

    /// Its names in the file, with dots between.
    let path: String
    /// The option that goes before everything else; nil for none.
    let option: String?
    /// The option that turns a flag off.
    let offOption: String?
    /// The variable that goes before the file; nil for none.
    let variable: String?
    let kind: Kind
    let scope: Scope
    /// The commands that heed it.
    let commands: [String]
    /// What holds where nothing says otherwise, for people.
    let standard: String
    /// A sentence.
    let meaning: String
    /// What it is called in `state.json`, where a choice made on the screen is remembered; nil where none is.
    let member: String?

    init(
        _ path: String, _ kind: Kind, option: String? = nil, off: String? = nil, variable: String? = nil,
        scope: Scope = .general, for commands: [String], standard: String, member: String? = nil, _ meaning: String
    ) {
        self.path = path
        self.kind = kind
        self.option = option
        offOption = off ?? (kind == .flag ? option.map { "--no-" + $0.dropFirst(2) } : nil)
        self.variable = variable
        self.scope = scope
        self.commands = commands
        self.standard = standard
        self.member = member
        self.meaning = meaning
    }

    static func == (a: Setting, b: Setting) -> Bool { a.path == b.path }
    func hash(into hasher: inout Hasher) { hasher.combine(path) }

    /// Whether it stands at the top of the file, and its option before a command.
    var isCommon: Bool { !commands.contains { path.hasPrefix($0 + ".") } }

    /// Whether it is about the server and how it is reached.
    var isAboutConnection: Bool { scope != .general }
}

extension Setting.Kind {
    /// Why a value cannot be used: what stands behind the name of whatever gives it.
    struct Refusal: Error {
        let sentence: String
    }

    /// Whether `${VARIABLE}` is understood in it.
    var isText: Bool {
        switch self {
        case .text, .file, .secret: true
        default: false
        }
    }

    /// The value of a variable.
    func value(of text: String) throws(Refusal) -> SettingValue {
        switch self {
        case .flag:
            switch text.lowercased() {
            case "1", "true", "yes", "on": return .flag(true)
            case "0", "false", "no", "off": return .flag(false)
            default: throw refusal(of: text)
            }
        case .number(let range):
            guard let number = Int(text), range.contains(number) else { throw refusal(of: text) }
            return .number(number)
        case .duration:
            guard let span = Durations.parse(text), span >= 1_000 else { throw refusal(of: text) }
            return .number(Int(span / 1_000))
        case .choice(let choices):
            guard choices.contains(text) else { throw refusal(of: text) }
            return .text(text)
        case .list(let known):
            let words = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
            for word in words where !known.contains(word) { throw refusal(of: word) }
            return .list(words)
        case .text, .file, .secret, .command:
            return .text(text)
        }
    }

    /// The value of a node of the file.
    func value(of node: YAMLNode) throws(Refusal) -> SettingValue {
        guard !node.isNull else { throw Refusal(sentence: "has no value here; leave it out, or give one") }
        switch self {
        case .flag:
            guard let isOn = node.bool else { throw refusal(of: Self.shown(node)) }
            return .flag(isOn)
        case .number(let range):
            guard let number = node.int, range.contains(number) else { throw refusal(of: Self.shown(node)) }
            return .number(number)
        case .list:
            guard let items = node.items else { return try value(of: try text(of: node)) }
            var words: [String] = []
            for item in items { words.append(try text(of: item)) }
            for word in words where word.contains(",") { throw refusal(of: word) }
            return try value(of: words.joined(separator: ","))
        case .command:
            guard let items = node.items else { return .text(try text(of: node)) }
            var words: [String] = []
            for item in items { words.append(try text(of: item)) }
            guard !words.isEmpty else { throw refusal(of: "an empty list") }
            return .list(words)
        case .duration, .choice, .text, .file, .secret:
            return try value(of: try text(of: node))
        }
    }

    private func text(of node: YAMLNode) throws(Refusal) -> String {
        guard let text = node.text else { throw refusal(of: Self.shown(node)) }
        return text
    }

    private static func shown(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): isPlain ? text : "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    private func refusal(of shown: String) -> Refusal {
        let shown = String(TerminalText.line(shown).prefix(60))
        switch self {
        case .flag: return Refusal(sentence: "is true or false, not \(shown)")
        case .number(let range) where range.upperBound == .max:
            return Refusal(sentence: "takes a number of at least \(range.lowerBound), not \(shown)")
        case .number(let range):
            return Refusal(sentence: "takes a number from \(range.lowerBound) to \(range.upperBound), not \(shown)")
        case .duration: return Refusal(sentence: "is a span of time such as 90s, 12h or 7d, not \(shown)")
        case .choice(let choices):
            return Refusal(sentence: "is \(Self.list(choices, "or")), not \(shown)")
        case .list(let known):
            let nearest = NearestName.of(shown, in: known).map { "; did you mean \($0)?" } ?? ""
            return Refusal(sentence: "is a list of \(Self.list(known, "and")); \(shown) is none of them\(nearest)")
        // What was written may be the secret itself.
        case .secret: return Refusal(sentence: "is text")
        case .text, .file: return Refusal(sentence: "is text, not \(shown)")
        case .command: return Refusal(sentence: "is a list of words, or a line for the shell, not \(shown)")
        }
    }

    private static func list(_ words: [String], _ conjunction: String) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }

    /// For the documentation.
    var description: String {
        switch self {
        case .flag: "`true` or `false`"
        case .number(let range) where range.upperBound == .max: "a number, at least \(range.lowerBound)"
        case .number(let range): "a number, \(range.lowerBound) to \(range.upperBound)"
        case .duration: "a span of time: `12h`, `7d`"
        case .text: "text"
        case .file: "a file"
        case .secret: "a secret"
        case .command: "a list of words, or a line for `/bin/sh`"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let known): "a list of " + known.map { "`\($0)`" }.joined(separator: ", ")
        }
    }
}
