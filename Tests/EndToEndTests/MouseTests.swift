import Foundation
import TestSupport
import Testing

/// The mouse and pasted text on a real terminal, by what terminals send.
@Suite(.inTurn) struct MouseTests {
    private func report(_ code: Int, _ x: Int, _ y: Int, _ final: String = "M") -> String {
        "\u{1B}[<\(code);\(x + 1);\(y + 1)\(final)"
    }

    /// Where a text stands, once it is there.
    private func place(of text: String, on terminal: Tmux) async throws -> (x: Int, y: Int) {
        let screen = try await terminal.waitFor(text)
        let y = try #require(screen.rows.firstIndex { $0.contains(text) })
        let found = try #require(screen.rows[y].firstRange(of: text))
        // Nothing wide stands before what these tests look for.
        return (screen.rows[y][..<found.lowerBound].unicodeScalars.count, y)
    }

    private func click(_ text: String, on terminal: Tmux) async throws {
        let place = try await place(of: text, on: terminal)
        try await terminal.type(report(0, place.x, place.y) + report(0, place.x, place.y, "m"))
    }

    private func wheel(_ steps: Int, over text: String, on terminal: Tmux) async throws {
        let place = try await place(of: text, on: terminal)
        try await terminal.type(String(repeating: report(steps < 0 ? 64 : 65, place.x, place.y), count: abs(steps)))
    }

    @Test func theMouseDoesWhatKeysDo() async throws {
        let place = try Workplace()
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        for id in ["first", "second", "third"] { try await place.state("job-\(id)", "running", progress: 40) }
        for number in 0..<200 {
            try await place.say("line \(number).", at: now - 200_000 + number * 1_000, to: "job-second")
        }
        let terminal = try await place.terminal(width: 120, height: 40, environment: ["LC_ALL": "C.UTF-8"])
        // Which job is selected from the beginning depends on which was found first; a click on that one would open it.
        let beginning = try await terminal.waitFor("a selection") {
            $0.contains("all 3") && $0.rows.contains { $0.hasPrefix("▸") }
        }
        if !beginning.rows.contains(where: { $0.hasPrefix("▸") && $0.contains("job-first") }) {
            try await click("running   job-first", on: terminal)
        }
        try await terminal.waitFor("the selection") {
            $0.rows.contains { $0.hasPrefix("▸") && $0.contains("job-first") }
        }
        try await click("running   job-second", on: terminal)
        try await terminal.waitFor("the selection") {
            $0.rows.contains { $0.hasPrefix("▸") && $0.contains("job-second") }
        }
        try await click("Attempts", on: terminal)
        try await terminal.waitFor("[Attempts]")
        // The first brings the keys back to the list, the second opens the log.
        try await click("running   job-second", on: terminal)
        try await click("running   job-second", on: terminal)
        try await terminal.waitFor("following")
        try await wheel(-10, over: "line 190.", on: terminal)
        try await terminal.waitFor { $0.contains("paused") && $0.contains("line 150.") && !$0.contains("line 190.") }
        try await click("line 150.", on: terminal)
        try await terminal.waitFor { $0.rows.contains { $0.hasPrefix("▸") && $0.hasSuffix("line 150.") } }
        // Pasted, a line is text, whatever is in it.
        try await click("& filter", on: terminal)
        try await terminal.waitFor { $0.rows.last?.hasPrefix(" &") == true }
        try await terminal.type("\u{1B}[200~line\r\n15\u{3}\u{1B}[201~")
        try await terminal.waitFor { $0.rows.last?.hasPrefix(" &line 15") == true }
        try await click("Enter go", on: terminal)
        try await terminal.waitFor { $0.contains("[&line 15]") && $0.contains("/11 ") }
        try await click("[&line 15]", on: terminal)
        try await terminal.waitFor { !$0.contains("[&line 15]") && $0.contains("line 149.") }
        try await click("? help", on: terminal)
        try await terminal.waitFor("── Help ")
        try await wheel(2, over: "── Help ", on: terminal)
        try await terminal.waitFor { $0.contains("── Help ") && $0.rows[2] != " Log" }
        try await click("q back", on: terminal)
        try await terminal.waitFor("line 150.")
        try await terminal.send("M")
        try await terminal.waitFor("Mouse is the terminal's: M takes it back")
        try await terminal.type(report(0, 1, 5) + "q")
        try await terminal.waitFor("job-first")
    }

    @Test func theMouseIsLeftToTheTerminalWhereThatIsWanted() async throws {
        let place = try Workplace()
        let terminal = try Tmux(width: 100, height: 30, environment: place.environment)
        try await terminal.start([place.joblog, "--no-mouse"])
        try await terminal.waitFor("Online")
        #expect(try await terminal.reportsMouse == false)
        try await terminal.send("M")
        try await terminal.waitFor("Mouse is joblog's: M leaves it to the terminal")
        #expect(try await terminal.reportsMouse)
        try await terminal.send("M")
        try await terminal.waitFor("Mouse is the terminal's: M takes it back")
        #expect(try await terminal.reportsMouse == false)
    }
}
