import TestSupport
import Testing

@Suite(.inTurn) struct PaintTests {
    @Test(arguments: ["xterm-256color", "tmux-256color", "screen-256color"])
    func aScrolledLineCostsLittle(term: String) async throws {
        let terminal = try Pty.probe("log", environment: ["TERM": term])
        try await terminal.read(until: "q quit")
        for line in 39...45 {
            terminal.type("j")
            let output = try await terminal.read(until: "\(100_000 + line)")
            // The rest of the row comes in the same write; the next round counts it.
            #expect(output.utf8.count <= 250)
        }
    }

    @Test(arguments: ["xterm-256color", "screen-256color"])
    func aScrolledLogLooksAsIfPaintedAnew(term: String) async throws {
        let scrolled = try Tmux(width: 120, height: 40, environment: ["TERM": term])
        try await scrolled.start([BuiltProducts.path(of: "TerminalProbe"), "log"])
        try await scrolled.waitFor("q quit")
        try await scrolled.type("jjjkjj")
        let screen = try await scrolled.waitFor("100043 ")
        #expect(screen.rows.first == "Logs for job ID")
        #expect(screen.rows.last == "q quit")
        let numbers = screen.rows.dropFirst().dropLast().map { Int($0.prefix(6)) }
        #expect(numbers == Array(100_006...100_043))
    }

    @Test func wideAndCombiningCharactersKeepTheirColumns() async throws {
        let terminal = try Tmux(width: 40, height: 10)
        try await terminal.start([BuiltProducts.path(of: "TerminalProbe"), "wide"])
        let first = try await terminal.waitFor("語|")
        #expect(first.rows[0] == "日本語|")
        #expect(first.rows[1] == "e\u{301}a\u{308}o|")
        #expect(first.rows[2] == "a␛[2Jb␇c\u{FFFD}d|")
        #expect(first.rows[3] == " 日本|")
        try await terminal.type("x")
        let second = try await terminal.waitFor(" x本語|")
        #expect(second.rows[1] == "e\u{301}a\u{308}oo")
        #expect(second.rows[3] == " 日語|")
    }

    @Test func aControlIsNeverSent() async throws {
        let terminal = try Pty.probe("wide")
        let output = try await terminal.read(until: "日本|")
        let cleared = output.split(separator: "\u{1B}[2J", omittingEmptySubsequences: false)
        // ncurses clears the screen once; the text that holds the same bytes does not.
        #expect(cleared.count == 2)
        #expect(!output.contains("\u{7}"))
        #expect(!output.contains("\u{9B}"))
    }

    @Test func withoutUnicodeEverythingIsASCII() async throws {
        let terminal = try Pty.probe("wide", environment: ["LC_ALL": "C"])
        let output = try await terminal.read(until: "??|")
        #expect(output.utf8.allSatisfy { $0 < 0x80 })
    }

    #if os(Linux)
    @Test func aFrameIsOneWrite() async throws {
        let terminal = try Pty.probe("writes")
        var counts: [Int] = []
        for _ in 0..<4 {
            try await terminal.read(until: "writes-")
            counts.append(try #require(Int(try await terminal.read(until: ".").dropLast())))
            terminal.type("x")
        }
        // Between the first two ncurses also turns the keypad on.
        #expect(zip(counts.dropFirst(), counts.dropFirst(2)).allSatisfy { $1 - $0 == 1 }, "\(counts)")
    }
    #endif

    @Test func withoutALocaleItIsUnicode() async throws {
        let terminal = try Pty.probe("wide", environment: ["LC_ALL": "-", "LC_CTYPE": "-", "LANG": "-"])
        try await terminal.read(until: "日本語|")
    }

    @Test func coloursAreThoseOfTheTerminal() async throws {
        let many = try await Pty.probe("colors").read(until: "bold")
        #expect(many.contains("\u{1B}[31mred"))
        #expect(many.contains("\u{1B}[38;5;255m"))
        let eight = try await Pty.probe("colors", environment: ["TERM": "xterm"]).read(until: "bold")
        #expect(eight.contains("\u{1B}[31mred"))
        #expect(!eight.contains("38;5"))
        let none = try await Pty.probe("plain").read(until: "bold")
        #expect(!none.contains("\u{1B}[31m"))
        #expect(none.contains("1mbold"))
    }

    @Test func theCursorIsSeenOnlyWhereItIsAskedFor() async throws {
        let terminal = try Tmux(width: 40, height: 10)
        try await terminal.start([BuiltProducts.path(of: "TerminalProbe"), "cursor"])
        let first = try await terminal.waitFor("event-0-ready.")
        #expect(!first.isCursorVisible)
        try await terminal.type("c")
        let second = try await terminal.waitFor { $0.isCursorVisible }
        #expect(second.cursor == (5, 3))
        try await terminal.type("c")
        try await terminal.waitFor { !$0.isCursorVisible }
    }
}
