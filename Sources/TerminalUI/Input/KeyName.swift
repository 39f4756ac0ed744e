extension Key {
    private static let named: [String: Code] = [
        "up": .up, "down": .down, "left": .left, "right": .right, "↑": .up, "↓": .down, "←": .left, "→": .right,
        "home": .home, "end": .end, "pgup": .pageUp, "pageup": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown,
        "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab, "shift-tab": .backTab,
        "backtab": .backTab, "backspace": .backspace, "del": .delete, "delete": .delete, "ins": .insert,
        "insert": .insert, "space": .character(" "),
    ]

    /// The key of a name: a character, `^D` or `Ctrl-D`, or the name of a key (`Space`, `PgDn`, `F5`) in capital or small letters.
    /// Nil for what a terminal cannot tell, and for what no key has.
    public init?(name: String) {
        let scalars = Array(name.unicodeScalars)
        let lower = name.lowercased()
        if let code = Self.named[lower] {
            self.init(code)
        } else if scalars.count == 1, scalars[0].value > 0x20, !(0x7F..<0xA0).contains(scalars[0].value) {
            self.init(scalars[0])
        } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), 1...12 ~= number {
            self.init(.function(number))
        } else if let rest = Self.behindControl(lower) {
            self.init(controlled: rest)
        } else {
            return nil
        }
    }

    private static func behindControl(_ name: String) -> String? {
        for prefix in ["^", "ctrl-", "ctrl+", "c-"] where name.hasPrefix(prefix) && name.count > prefix.count {
            return String(name.dropFirst(prefix.count))
        }
        return nil
    }

    /// Some keys with Control are other keys to a terminal.
    private init?(controlled name: String) {
        switch name {
        case "space", "@": self.init(control: " ")
        case "i": self.init(.tab)
        case "m", "j": self.init(.enter)
        case "h", "?": self.init(.backspace)
        case "[": self.init(.escape)
        default:
            guard let scalar = name.unicodeScalars.first, name.unicodeScalars.count == 1,
                ("a"..."z").contains(scalar) || ["\\", "]", "^", "_"].contains(scalar)
            else { return nil }
            self.init(control: scalar)
        }
    }
}
