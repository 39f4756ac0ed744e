import TestSupport
import Testing

@Suite(.inTurn) struct InputTests {
    /// What a terminal sends, and the name under which it arrives.
    private static let keys: [(String, String)] = [
        ("a", "a"), ("\u{1B}", "Esc"), ("\u{13}", "^S"), ("\u{11}", "^Q"), ("\u{3}", "^C"), ("\u{1C}", "^\\"),
        ("\u{4}", "^D"), ("\0", "^Space"), ("\u{1F}", "^_"), (" ", "Space"),
        ("\u{1B}OA", "↑"), ("\u{1B}OB", "↓"), ("\u{1B}OC", "→"), ("\u{1B}OD", "←"), ("\u{1B}[A", "↑"),
        ("\u{1B}[5~", "PgUp"), ("\u{1B}[6~", "PgDn"), ("\u{1B}OH", "Home"), ("\u{1B}OF", "End"),
        ("\u{1B}[1~", "Home"), ("\u{1B}[4~", "End"), ("\u{1B}[3~", "Del"), ("\u{1B}[2~", "Ins"),
        ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"), ("\u{1B}[24~", "F12"), ("\u{1B}[Z", "Shift-Tab"),
        ("\r", "Enter"), ("\n", "Enter"), ("\t", "Tab"), ("\u{7F}", "Backspace"), ("\u{8}", "Backspace"),
        ("é", "é"), ("日", "日"), ("€", "€"),
    ]

    @Test func everyKeyArrivesByItsName() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        for (number, (bytes, name)) in Self.keys.enumerated() {
            terminal.type(bytes)
            try await terminal.read(until: "event-\(number + 1)-\(name).")
        }
    }

    @Test func aCharacterMayComeInPieces() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        // A byte that is wrong is nothing, and what follows it is not lost.
        terminal.type([0xFF, 0x80, 0x61, 0xE6, 0x97])
        try await terminal.read(until: "event-1-a.")
        terminal.type([0xA5])
        try await terminal.read(until: "event-2-日.")
    }

    @Test(arguments: ["\u{1B}[1;5A", "\u{1B}[I", "\u{1B}[57;3u", "\u{1B}[<35;3;4M"])
    func aSequenceThatIsNoKeyIsNothing(sequence: String) async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type(sequence + "a")
        try await terminal.read(until: "event-1-a.")
    }

    @Test func keysAfterOneAnotherKeepTheirOrder() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("\u{1B}xjk\u{1B}OBz")
        // Escape, x, j, k, down, z.
        try await terminal.read(until: "event-6-z.")
    }

    @Test func aNewSizeIsOneEvent() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.resize(width: 100, height: 30)
        try await terminal.read(until: "event-1-100x30.")
        // ncurses must not add a key of its own.
        terminal.type("a")
        try await terminal.read(until: "event-2-a.")
    }
}
