import TerminalUI
import Testing

@Suite struct KeyTests {
    @Test(arguments: [
        (Key("j"), "j"), (Key("J"), "J"), (Key(" "), "Space"), (Key("?"), "?"), (Key("ä"), "ä"),
        (Key(control: "d"), "^D"), (Key(control: "\\"), "^\\"), (Key(control: " "), "^Space"),
        (Key(.up), "↑"), (Key(.down), "↓"), (Key(.left), "←"), (Key(.right), "→"),
        (Key(.home), "Home"), (Key(.end), "End"), (Key(.pageUp), "PgUp"), (Key(.pageDown), "PgDn"),
        (Key(.enter), "Enter"), (Key(.escape), "Esc"), (Key(.tab), "Tab"), (Key(.backTab), "Shift-Tab"),
        (Key(.backspace), "Backspace"), (Key(.delete), "Del"), (Key(.insert), "Ins"), (Key(.function(12)), "F12"),
    ])
    func names(key: Key, name: String) {
        #expect(key.name == name)
    }

    @Test func aKeyWithControlIsAnother() {
        #expect(Key("d") != Key(control: "d"))
        #expect(Set([Key("d"), Key(control: "d"), Key("d")]).count == 2)
    }
}
