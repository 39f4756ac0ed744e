import Foundation
import TestSupport
import Testing

/// What a terminal is sent so that it tells of the mouse and marks what is pasted, and so that it does so no more.
enum InputModeBytes {
    static let mouseBegin = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
    static let mouseEnd = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
    static let begin = "\u{1B}[?2004h" + mouseBegin
    static let end = mouseEnd + "\u{1B}[?2004l"
}

/// The mouse and pasted text, on a real terminal.
@Suite(.inTurn) struct MouseTests {
    @Test(arguments: ["xterm-256color", "tmux-256color", "screen-256color"])
    func theTerminalIsAskedForThem(term: String) async throws {
        let terminal = try Pty.probe("keys", environment: ["TERM": term])
        let taken = try await terminal.read(until: "event-0-ready.")
        #expect(taken.contains("\u{1B}[?1h"))
        // Once is enough, and whoever leaves the screen leaves them.
        #expect(taken.components(separatedBy: InputModeBytes.begin).count == 2)
        #expect(!taken.contains(InputModeBytes.end))
        terminal.type("q")
        let given = try await terminal.read(until: "left: q")
        #expect(given.components(separatedBy: InputModeBytes.end).count == 2)
        #expect(!given.contains(InputModeBytes.begin))
    }

    @Test(arguments: ["linux", "vt100", "vt220", "ansi"])
    func aTerminalWithoutThemIsNotAsked(term: String) async throws {
        let terminal = try Pty.probe("keys", environment: ["TERM": term])
        var output = try await terminal.read(until: "event-0-ready.")
        // Turned on by hand, too.
        terminal.type("MM")
        output += try await terminal.read(until: "event-2-M.")
        terminal.type("q")
        output += try await terminal.read(until: "left: q")
        for mode in ["?1000", "?1002", "?1006", "?2004"] { #expect(!output.contains(mode)) }
    }

    @Test func whatTheMouseDoesArrives() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        let reports = [
            ("\u{1B}[<0;4;5M", "press(TerminalUI.MouseEvent.Button.left)-3,4"),
            ("\u{1B}[<32;300;5M", "drag(TerminalUI.MouseEvent.Button.left)-299,4"),
            ("\u{1B}[<0;4;5m", "release(TerminalUI.MouseEvent.Button.left)-3,4"),
            ("\u{1B}[<65;1;1M", "wheelDown-0,0"), ("\u{1B}[<80;1;1M", "^wheelUp-0,0"),
            ("\u{1B}[M\u{60}!!", "wheelUp-0,0"),
        ]
        for (number, (bytes, name)) in reports.enumerated() {
            terminal.type(bytes)
            try await terminal.read(until: "event-\(number + 1)-\(name).")
        }
        terminal.type("a\u{1B}[<0;4")
        try await terminal.read(until: "event-7-a.")
        terminal.type(";5Mb")
        try await terminal.read(until: "event-9-b.")
    }

    @Test func theWheelTurnsFast() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type(String(repeating: "\u{1B}[<65;10;10M", count: 1_000) + "a")
        try await terminal.read(until: "event-1001-a.")
    }

    @Test func turnedOffTheMouseIsTheTerminals() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("M")
        let off = try await terminal.read(until: "event-1-M.")
        #expect(off.contains(InputModeBytes.mouseEnd))
        #expect(!off.contains("2004"))
        // What was under way is nothing, and is not taken for keys.
        terminal.type("\u{1B}[<0;4;5Ma")
        try await terminal.read(until: "event-2-a.")
        // Coming back from somewhere else does not turn it on.
        terminal.type("L")
        let lent = try await terminal.read(until: "event-4-120x40.")
        #expect(lent.contains("\u{1B}[?2004h"))
        #expect(!lent.contains("?1000h"))
        terminal.type("M")
        let on = try await terminal.read(until: "event-5-M.")
        #expect(on.contains(InputModeBytes.mouseBegin))
        terminal.type("\u{1B}[<64;4;5M")
        try await terminal.read(until: "event-6-wheelUp-3,4.")
    }

    @Test func whoeverIsLentTheTerminalHasTheMouse() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("L")
        let lent = try await terminal.read(until: "lent")
        #expect(lent.contains(InputModeBytes.end))
        #expect(!lent.contains("\u{1B}[?1000h"))
        let back = try await terminal.read(until: "event-2-120x40.")
        #expect(back.contains(InputModeBytes.begin))
    }

    @Test func reportsUnderWayAreNotLeftToTheShell() async throws {
        let shell = try Pty(["bash", "--norc", "--noprofile", "-i"], environment: ["PS1": "JOBS> ", "HISTFILE": "-"])
        try await shell.read(until: "JOBS> ")
        shell.type("\(try BuiltProducts.path(of: "TerminalProbe")) keys\n")
        try await shell.read(until: "event-0-ready.")
        // `W` leaves when more is there, which it does not read.
        shell.type("\u{1B}[<65;77;1MW")
        try await shell.read(until: "waiting")
        shell.type("\u{1B}[<65;77;1M")
        try await shell.read(until: "left: q")
        shell.type("echo again $((40 + 2))\n")
        let output = try await shell.read(until: "again 42")
        #expect(!output.contains("77;1M"))
    }

    @Test func whatIsPastedArrivesInOnePiece() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        // Controls in it are no keys.
        terminal.type("\u{1B}[200~q\u{3}\u{1A}é\u{1B}[201~")
        try await terminal.read(until: #"event-1-paste-5-"q\u{03}\u{1A}é"."#)
        terminal.type("a")
        try await terminal.read(until: "event-2-a.")
    }

    @Test func aMegabyteIsPasted() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        let text = String(repeating: "0123456789abcde\n", count: 62_500)
        terminal.type("\u{1B}[200~\(text)\u{1B}[201~b")
        try await terminal.read(until: "event-2-b.")
    }

    @Test func aPasteWithoutItsEndEndsByItself() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("\u{1B}[200~half")
        try await terminal.read(until: #"event-1-paste-4-"half"."#)
        terminal.type("q")
        try await terminal.read(until: "left: q")
    }
}
