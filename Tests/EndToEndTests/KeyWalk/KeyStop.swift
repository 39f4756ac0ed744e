import JobLogTUI
import TerminalUI
import TestSupport

/// Something to be seen on a screen.
struct Sight: Sendable {
    /// What it is, for messages.
    let name: String
    /// Whether it is on a screen.
    let isOn: @Sendable (TerminalScreen) -> Bool

    init(_ name: String, isOn: @escaping @Sendable (TerminalScreen) -> Bool) {
        self.name = name
        self.isOn = isOn
    }

    /// Some row holds a text.
    static func text(_ text: String) -> Sight { Sight("\"\(text)\"") { $0.contains(text) } }

    /// No row holds a text.
    static func no(_ text: String) -> Sight { Sight("no \"\(text)\"") { !$0.contains(text) } }

    /// The first row with the cursor's sign holds a text.
    static func cursor(_ text: String) -> Sight {
        Sight("the cursor on \"\(text)\"") { screen in
            screen.rows.first { $0.hasPrefix("▸") }?.contains(text) == true
        }
    }

    /// The chosen row of a box holds a text.
    static func choice(_ text: String) -> Sight {
        Sight("\"\(text)\" chosen") { screen in screen.rows.contains { $0.contains("│ ▸ \(text)") } }
    }

    /// The title of what is shown, in the row below the header, holds a text.
    static func title(_ text: String) -> Sight { Sight("the title \"\(text)\"") { $0.rows[1].contains(text) } }

    /// That title does not hold a text.
    static func noTitle(_ text: String) -> Sight { Sight("no title \"\(text)\"") { !$0.rows[1].contains(text) } }

    /// The last row, and what is said above it, holds a text.
    static func foot(_ text: String) -> Sight {
        Sight("\"\(text)\" at the foot") { $0.rows.suffix(3).contains { $0.contains(text) } }
    }

    /// The text before the terminal's own cursor, which is shown, ends so.
    static func typed(_ text: String) -> Sight {
        Sight("\"\(text)\" before the cursor") { screen in
            screen.isCursorVisible
                && String(screen.rows[screen.cursor.row].prefix(screen.cursor.column)).trimmed.hasSuffix(text)
        }
    }

    /// Both.
    func and(_ other: Sight) -> Sight {
        Sight("\(name) and \(other.name)") { self.isOn($0) && other.isOn($0) }
    }

    /// A line is typed.
    static let prompt = Sight("a prompt") { $0.isCursorVisible }
    /// Neither a box nor a line that is typed.
    static let nothingAbove = Sight("nothing above it") { !$0.contains("┌") && !$0.isCursorVisible }
    /// The shell, to which the program has given the terminal back at its end.
    static let shell = Sight("the shell's prompt") { !$0.isAlternate && $0.rows.last { $0 != "" } == KeyWalk.prompt(0) }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}

/// Keys that lead somewhere, and how it is seen that they have.
struct KeyStep: Sendable {
    /// What is pressed.
    enum Press: Sendable {
        /// Keys by tmux' names.
        case keys([String])
        /// Text that is typed.
        case text(String)
        /// The key of an action in the scene's context.
        case action(Action)
        /// Nothing: something else writes on the terminal.
        case smear(String)
        /// Nothing: jobs of the server come into a state.
        case turn([Int], String)
    }

    let press: [Press]
    let until: Sight

    init(_ keys: String..., until: Sight) { (press, self.until) = ([.keys(keys)], until) }

    init(_ action: Action, until: Sight) { (press, self.until) = ([.action(action)], until) }

    init(_ press: [Press], until: Sight) { (self.press, self.until) = (press, until) }
}

extension [KeyStep] {
    /// Take away what is said at the foot.
    static let quiet = [KeyStep(":", until: .prompt), KeyStep("Escape", until: .nothingAbove)]
}

/// What a key is to do, where that is seen, and the way back.
struct KeyStop: Sendable {
    /// What is to be found elsewhere than on the screen: a file, the clipboard, a change in Redis.
    struct Effect: Sendable {
        let name: String
        let isThere: @Sendable (KeyWalk) async throws -> Bool
    }

    /// Leads from the scene's base to where the key does something.
    var before: [KeyStep] = []
    /// What is seen after the key, and was not before it.
    let sees: Sight
    var effect: Effect?
    /// Leads back to the base.
    var after: [KeyStep] = []

    init(_ before: [KeyStep] = [], sees: Sight, effect: Effect? = nil, after: [KeyStep] = []) {
        (self.before, self.sees, self.effect, self.after) = (before, sees, effect, after)
    }
}

extension Sight {
    /// Whatever is shown: the base that follows is waited for.
    static let any = Sight("anything") { _ in true }
}

/// What the keys of an action are to do.
enum KeyExpectation: Sendable {
    /// Each the same.
    case all(KeyStop)
    /// Each something else, by their names in the table.
    case each([String: KeyStop])

    static func sees(_ sight: Sight, then keys: String..., effect: KeyStop.Effect? = nil) -> KeyExpectation {
        .all(KeyStop(sees: sight, effect: effect, after: keys.isEmpty ? [] : [KeyStep([.keys(keys)], until: .any)]))
    }

    /// A sentence at the foot, which a command that is begun and left takes away again.
    static func says(_ text: String, then keys: String..., effect: KeyStop.Effect? = nil) -> KeyExpectation {
        .all(KeyStop(sees: .foot(text), effect: effect, after: [KeyStep([.keys(keys)], until: .any)] + .quiet))
    }

    /// A question, which is not answered.
    static func asks(_ before: KeyStep..., text: String, after: KeyStep...) -> KeyExpectation {
        .all(KeyStop(before, sees: .text(text), after: [KeyStep("Escape", until: .nothingAbove)] + after))
    }

    static func stop(
        _ before: KeyStep..., sees: Sight, effect: KeyStop.Effect? = nil, after: KeyStep...
    ) -> KeyExpectation {
        .all(KeyStop(before, sees: sees, effect: effect, after: after))
    }

    /// What a key does.
    func stop(of key: Key) -> KeyStop? {
        switch self {
        case .all(let stop): stop
        case .each(let stops): stops[key.name]
        }
    }

    /// The names of keys that it knows apart.
    var names: Set<String> {
        if case .each(let stops) = self { Set(stops.keys) } else { [] }
    }
}

/// The keys that mean the same everywhere.
extension KeyExpectation {
    /// What something else wrote over the screen goes away.
    static let redraws = stop(
        KeyStep([.smear("#smear#")], until: .text("#smear#")), sees: .no("#smear#"))

    static let leavesMouse = stop(
        sees: Sight("the mouse left to the terminal") { !$0.wantsMouse },
        after: KeyStep(.mouse, until: Sight("the mouse taken back") { $0.wantsMouse }))

    static let tellsCost = sees(.foot(" commands/s, "), then: "C-g")

    static let stops = stop(
        sees: Sight("a stopped job") { !$0.isAlternate && $0.contains("Stopped") },
        after: KeyStep([.text("fg"), .keys(["Enter"])], until: Sight("the screen") { $0.isAlternate }))

    static let quits = sees(.shell)
}

/// A context of the key table: the way in, and what each of its actions is to do.
struct KeyScene: Sendable {
    let context: KeyContext
    /// The arguments with which the program is started.
    var arguments: [String] = []
    /// The terminal's rows.
    var height = 24
    /// Leads there from what the program shows first.
    let entry: [KeyStep]
    /// What is seen there, before and after each key.
    let base: Sight
    let actions: [Action: KeyExpectation]
}
