import Foundation
import JobLogCore
import TerminalUI
import TestSupport
import Testing

/// All of the corpus, on the screen: every byte that is written to the terminal is looked at.
@Suite(.inTurn) struct HostileScreenTests {
    private let place: Workplace
    private let folder: TemporaryFolder
    private let id = JobID("hostile")

    init() async throws {
        place = try await Workplace(withHostileJob: id)
        folder = try TemporaryFolder()
    }

    /// The screen on the hostile job's log, with all that is written to the terminal kept from before it begins.
    private func terminal(_ arguments: String..., width: Int = 120, height: Int = 40) async throws -> Tmux {
        let terminal = try Tmux(width: width, height: height, environment: place.environment)
        try await terminal.start(
            ["/bin/sh", "-c", "read go; cd \"$0\" && exec \"$@\"", folder.path, place.joblog] + arguments)
        _ = try await terminal.output(of: ["pipe-pane", "-O", "cat > \(folder.file("written"))"])
        try await terminal.send("Enter")
        return terminal
    }

    /// Leaves the screen, and looks at what it has written.
    private func leave(_ terminal: Tmux, atLeast count: Int) async throws -> [UInt8] {
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
        #expect(try await terminal.display("#{pane_title}") != "title")
        var written: [UInt8] = []
        // What the pane was told last may still be on its way to the file.
        try await eventually("the end of what was written") {
            written = Array(try Data(contentsOf: URL(filePath: folder.file("written"))))
            return String(decoding: written.suffix(400), as: UTF8.self).contains("\u{1B}[?1049l")
        }
        #expect(written.count > count)
        let stranger = TerminalStream.stranger(in: written)
        #expect(stranger == nil)
        return written
    }

    /// Goes down by pages until the last row that there is.
    private func page(_ terminal: Tmux, until end: String) async throws {
        for _ in 0..<300 {
            try await terminal.send("PageDown")
            let screen = try await terminal.capture()
            #expect(HostileCorpus.harm(in: Array(screen.text.utf8)) == nil)
            if screen.contains(end) { return }
        }
        Issue.record("\(end) never comes")
    }

    @Test func theLogIsRead() async throws {
        let terminal = try await terminal("hostile")
        try await terminal.waitFor("Loaded logs")
        try await terminal.send("g")
        try await page(terminal, until: "{\"message\":\"unfinished")
        // Sideways, and cut where it was wrapped.
        try await terminal.send("C-w", "Right", "Right", "g", "Left", "Left")
        try await page(terminal, until: "{\"message\":\"unfinished")
        try await terminal.send("C-w", "g")
        // Each entry unfolded, and folded again.
        for _ in 0..<HostileCorpus.entries.count {
            try await terminal.send("Enter", "PageDown")
            _ = try await terminal.capture()
            try await terminal.send("PageUp", "Enter", "j")
        }
        for times in 0..<4 { try await terminal.send("t", times % 2 == 0 ? "v" : "u") }
        try await terminal.send("/")
        try await terminal.type("a")
        try await terminal.send("Enter", "n", "n", "N", "K")
        try await terminal.send("Escape")
        try await terminal.send("L")
        _ = try await terminal.capture()
        _ = try await leave(terminal, atLeast: 20_000)
    }

    @Test func jobsAreLookedAt() async throws {
        let terminal = try await terminal("browse")
        try await terminal.waitFor("Online")
        try await terminal.send("a")
        try await terminal.waitFor("hostile")
        try await page(terminal, until: "id-7-")
        try await terminal.send("g")
        // The pages of each job's panel.
        for _ in 0..<(HostileCorpus.texts.count + 1) {
            for _ in 0..<5 { try await terminal.send("Right") }
            _ = try await terminal.capture()
            try await terminal.send("j")
        }
        try await terminal.send("o")
        try await terminal.waitFor("Logs for job")
        for _ in 0..<HostileCorpus.texts.count { try await terminal.send("k") }
        // What the filter, the commands and the search across jobs show of it.
        try await terminal.send("o", "S")
        try await terminal.waitFor("Search all logs")
        try await terminal.type("a")
        try await terminal.send("Enter")
        try await terminal.waitFor { $0.contains("hostile") && $0.contains("lines") }
        for _ in 0..<10 { try await terminal.send("PageDown") }
        _ = try await leave(terminal, atLeast: 20_000)
    }

    @Test func whatIsCopiedAndSavedIsHarmless() async throws {
        let terminal = try await terminal("hostile", "--no-state")
        try await terminal.waitFor("Loaded logs")
        try await terminal.send("g")
        for _ in 0..<HostileCorpus.entries.count { try await terminal.send("c", "y", "j") }
        for kind in ["txt", "csv", "html", "jsonl"] {
            try await terminal.send("C-s")
            try await terminal.waitFor("Save ")
            try await terminal.send("C-u")
            try await terminal.type("saved.\(kind)")
            try await terminal.send("Enter")
            try await terminal.waitFor("to saved.\(kind)")
            let saved = Array(try Data(contentsOf: URL(filePath: folder.file("saved.\(kind)"))))
            #expect(saved.count > 100_000)
            #expect(HostileCorpus.harm(in: saved) == nil, "\(kind)")
        }
        try await terminal.send("|")
        try await terminal.type("cat > piped")
        try await terminal.send("Enter")
        try await terminal.waitFor("Press a key to go back")
        try await terminal.send("Up")
        try await terminal.waitFor("Piped")
        #expect(HostileCorpus.harm(in: Array(try Data(contentsOf: URL(filePath: folder.file("piped"))))) == nil)
        let written = try await leave(terminal, atLeast: 20_000)
        let copied = String(decoding: written, as: UTF8.self).matches(of: /\e\]52;c;([A-Za-z0-9+\/=]*)\a/).map(\.1)
        #expect(copied.count > HostileCorpus.entries.count)
        for text in copied {
            let text = try #require(Data(base64Encoded: String(text)))
            #expect(HostileCorpus.harm(in: Array(text)) == nil)
        }
    }

    @Test func columnsStayStraight() async throws {
        let terminal = try await place.terminal("hostile", width: 80, height: 24)
        try await terminal.waitFor("Logs for job hostile")
        try await terminal.send("g")
        var pages = 0
        while pages < 12 {
            let screen = try await terminal.capture()
            let places = screen.rows.compactMap { row in
                row.firstRange(of: "INFO  ").map { TextWidth.columns(of: String(row[..<$0.lowerBound])) }
            }
            #expect(Set(places).count <= 1, "\(screen.text)")
            pages += 1
            try await terminal.send("PageDown")
        }
    }
}
