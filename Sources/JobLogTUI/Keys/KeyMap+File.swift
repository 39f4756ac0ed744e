import JobLogCore
import TerminalUI

extension KeyMap {
    /// The name that stands for all places where an action can be asked for.
    private static let everywhere = "everywhere"
    /// They lead out whatever a file says.
    static let interrupts = [Key(control: "c"), Key(control: "\\")]
    /// What must be there in each place that has it: nobody is to be shut in.
    private static let waysOut: Set<Action> = [.back, .cancel, .no, .confirm, .press, .yes]
    /// The key table with the keys of a file.
    ///
    /// An object with a member for each place, by the names of ``KeyContext``, or `everywhere`; each an object that gives an
    /// action, by the names of ``Action``, its keys: a string, or an array of strings, which may be empty. A key that is given to
    /// one action is taken from the one that had it there.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - file: the file's name.
    /// - Throws: `SettingsError` for what the file cannot mean, with its line and column.
    public init(parsing text: [UInt8], file: String) throws(SettingsError) {
        self.init()
        let file = try SettingsFile(text, name: file)
        // What is said of one place counts more than what is said of all.
        let members = file.object.members.sorted { $0.key == Self.everywhere && $1.key != Self.everywhere }
        for member in members {
            let places = KeyContext.allCases.filter { $0.name == member.key }
            guard member.key == Self.everywhere || !places.isEmpty else {
                throw file.error(
                    "there is no place \(member.key)"
                        + Self.hint(member.key, [Self.everywhere] + KeyContext.allCases.map(\.name)), at: [member.key])
            }
            guard let object = member.value.object else {
                throw file.error("\(member.key) is an object: {\"search\": [\"/\"]}", at: [member.key], isValue: true)
            }
            var given: [KeyContext: [Key: String]] = [:]
            for item in object.members {
                let path = [member.key, item.key]
                try bind(item, in: places.isEmpty ? KeyContext.allCases : places, path, file, &given)
            }
        }
        try checkWaysOut(file)
    }

    private mutating func bind(
        _ item: JSONObject.Member, in places: [KeyContext], _ path: [String], _ file: SettingsFile,
        _ given: inout [KeyContext: [Key: String]]
    ) throws(SettingsError) {
        guard let action = Action(rawValue: item.key) else {
            let known = Action.allCases.map(\.rawValue)
            throw file.error("there is no action \(item.key)" + Self.hint(item.key, known), at: path)
        }
        guard !action.isOfTheLine else {
            throw file.error("the keys that edit a line are the same everywhere", at: path)
        }
        let contexts = places.filter { context in
            KeyTable.bindings.contains { $0.action == action && $0.contexts.contains(context) }
        }
        guard !contexts.isEmpty else {
            throw file.error("\(item.key) means nothing in \(path[0])", at: path)
        }
        let keys = try Self.keys(item.value, path, file)
        for context in contexts {
            for key in keys {
                if context.isTyped, key.isTyped {
                    throw file.error(
                        "\(key.name) is typed as text in \(context.name): take a key with Ctrl, or one that has a name",
                        at: path, isValue: true)
                }
                if let other = given[context]?[key] {
                    throw file.error(
                        "\(key.name) is given to \(other) already in \(context.name)", at: path, isValue: true)
                }
                given[context, default: [:]][key] = item.key
            }
            let fixed = Self.interrupts.filter { self.action(for: $0, in: context) == action }
            bind(action, to: keys + fixed.filter { !keys.contains($0) }, in: context)
        }
    }

    private static func keys(
        _ value: JSONValue, _ path: [String], _ file: SettingsFile
    ) throws(SettingsError) -> [Key] {
        var keys: [Key] = []
        var names: [JSONValue] = [value]
        if case .array(let values) = value { names = values }
        for name in names {
            guard let text = name.string, let key = Key(name: text) else {
                throw file.error(
                    "there is no key \(name.lenientText ?? "null"); j, ^D, Space, Enter, PgDn, Shift-Tab and F5 are some",
                    at: path, isValue: true)
            }
            guard !Self.interrupts.contains(key) else {
                throw file.error("\(key.name) always quits, or leaves what is typed", at: path, isValue: true)
            }
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    private func checkWaysOut(_ file: SettingsFile) throws(SettingsError) {
        for context in KeyContext.allCases {
            let wanted = Set(KeyTable.bindings.filter { $0.contexts.contains(context) }.map(\.action))
                .intersection(Self.waysOut)
            for action in wanted where name(of: action, in: context) == nil {
                let path = [context.name, action.rawValue]
                let isGiven = file.object[context.name]?[action.rawValue] != nil
                throw file.error(
                    "\(action.rawValue) in \(context.name) needs a key", at: isGiven ? path : [context.name])
            }
        }
    }

    private static func hint(_ word: String, _ known: [String]) -> String {
        NearestName.of(word, in: known).map { "; did you mean \($0)?" } ?? "; joblog keys -o json lists them"
    }
}
