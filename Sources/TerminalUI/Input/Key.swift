/// A key press.
public struct Key: Hashable, Sendable {
    /// Which key.
    public enum Code: Hashable, Sendable {
        /// A key that types a character.
        case character(Unicode.Scalar)
        /// Arrow keys.
        case up, down, left, right
        /// Keys that go far.
        case home, end, pageUp, pageDown
        /// Keys that confirm, leave and go on.
        case enter, escape, tab, backTab
        /// Keys that edit.
        case backspace, delete, insert
        /// A function key by its number.
        case function(Int)
    }

    /// Which key.
    public let code: Code
    /// Whether Control was held.
    public let isControl: Bool

    /// A key press.
    public init(_ code: Code, control: Bool = false) {
        self.code = code
        isControl = control
    }

    /// The key that types a character.
    public init(_ scalar: Unicode.Scalar) { self.init(.character(scalar)) }

    /// A character with Control, for example `Key(control: "d")`.
    public init(control scalar: Unicode.Scalar) { self.init(.character(scalar), control: true) }

    /// Whether it puts a character into a line that is typed.
    public var isTyped: Bool {
        if case .character = code { !isControl } else { false }
    }

    /// The key's name as help and documentation write it: `j`, `^D`, `PgDn`, `Enter`.
    public var name: String {
        switch code {
        case .character(" "): isControl ? "^Space" : "Space"
        case .character(let scalar): isControl ? "^" + String(scalar).uppercased() : String(scalar)
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .function(let number): "F\(number)"
        }
    }
}
