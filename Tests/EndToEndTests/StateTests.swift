import Foundation
import JobLogCore
import TestSupport
import Testing

/// What the screen remembers between runs, in a file that is whole whatever happens.
@Suite(.inTurn) struct StateTests {
    private let place: Workplace
    private let folder: TemporaryFolder
    private var path: String { folder.file("joblog/state.json") }

    init() async throws {
        place = try Workplace()
        folder = try TemporaryFolder()
        for (id, state) in [("job-a", "running"), ("job-b", "completed")] {
            try await place.state(id, state)
            try await place.say("line of \(id)", at: Int(Date().timeIntervalSince1970 * 1_000), to: id)
        }
    }

    private func terminal(_ arguments: String..., state: String? = nil) async throws -> Tmux {
        let terminal = try Tmux(
            width: 120, height: 30,
            environment: place.environment.merging(["XDG_STATE_HOME": state ?? folder.path]) { $1 })
        try await terminal.start([place.joblog] + arguments)
        return terminal
    }

    private func leave(_ terminal: Tmux) async throws {
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    private func content() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// Leaves a file as an earlier run would.
    private func store(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file("joblog"), withIntermediateDirectories: true)
        try folder.write(text, to: "joblog/state.json")
    }

    // MARK: - From run to run

    @Test func theScreenComesBackAsItWasLeft() async throws {
        let terminal = try await terminal()
        try await terminal.waitFor { $0.contains("job-a") && $0.contains("TYPE") && !$0.contains("job-b") }
        try await terminal.send("a", "s", "O", "Space", "Escape", "o")
        try await terminal.waitFor { $0.contains("job-b") && $0.contains("Logs for job job-") }
        try await terminal.send("Tab", "Tab", "/")
        try await terminal.enter("line of")
        try await terminal.waitFor { $0.contains("/line of") && $0.rows.last?.contains("q back") == true }
        try await leave(terminal)
        #expect(try mode(path) == 0o600)
        #expect(try mode(folder.file("joblog")) == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("joblog")) == ["state.json"])
        let next = try await self.terminal()
        try await next.waitFor { $0.contains("job-b") && $0.contains("Logs for job job-") }
        try await next.send("s", "Tab", "Tab", "/", "Up")
        try await next.waitFor { $0.rows.last?.hasPrefix(" /line of") == true }
        try await next.send("Escape")
        // Apart there is room for all columns that are chosen.
        try await next.send("Tab", "o", "o")
        try await next.waitFor { $0.contains("OWNER") && $0.contains("job-b") && !$0.contains("TYPE") }
        try await leave(next)
        #expect(try content().contains(#""sort":"progress""#))
    }

    @Test func aFileIsShownAsTheUserLooksAtLogs() async throws {
        let file = folder.file("log.jsonl")
        _ = try await place.run("export", "job-b", "--output", file)
        let terminal = try await terminal("open", file)
        try await terminal.waitFor { $0.rows.contains { $0.hasPrefix("▸") && $0.contains(":") } }
        for _ in 0..<4 { try await terminal.send("t") }
        try await terminal.waitFor { $0.rows.contains("▸ INFO  line of job-b") }
        try await leave(terminal)
        #expect(try content() == #"{"version":1,"times":"off"}"# + "\n")
        let next = try await self.terminal("job-a")
        try await next.waitFor { $0.rows.contains("▸ INFO  line of job-a") }
    }

    @Test func noStateIsNeitherReadNorWritten() async throws {
        try store(#"{"version":1,"scope":"all"}"#)
        let terminal = try await terminal("--no-state")
        try await terminal.waitFor { $0.contains("job-a") && $0.contains("completed 1") && $0.contains("Online") }
        #expect(try await !terminal.capture().contains("job-b"))
        try await terminal.send("s")
        try await leave(terminal)
        #expect(try content() == #"{"version":1,"scope":"all"}"#)
    }

    // MARK: - Files that are not as they should be

    @Test func aDamagedFileIsReplacedWhenThereIsSomethingNew() async throws {
        try store(#"{"version":1,"sco"#)
        let terminal = try await terminal()
        try await terminal.waitFor("state.json is damaged and was ignored: \(path)")
        try await leave(terminal)
        #expect(try content() == #"{"version":1,"sco"#)
        // What a log has to say does not take its place.
        let log = try await self.terminal("job-a")
        try await log.waitFor { $0.contains("line of job-a") && $0.contains("state.json is damaged") }
        try await leave(log)
        let next = try await self.terminal()
        try await next.waitFor("state.json is damaged")
        try await next.send("r")
        try await leave(next)
        #expect(try content() == #"{"version":1,"reversed":true}"# + "\n")
    }

    @Test func aNewerFileIsLeftAlone() async throws {
        let newer = #"{"version":2,"scope":"all"}"#
        try store(newer)
        let terminal = try await terminal()
        try await terminal.waitFor("state.json is of a newer joblog and is left alone: \(path)")
        try await terminal.send("r")
        try await leave(terminal)
        #expect(try content() == newer)
    }

    @Test func whatCannotBeWrittenIsSaid() async throws {
        let terminal = try await terminal(state: "/dev/null")
        try await terminal.waitFor { $0.contains("job-a") && $0.contains("Online") }
        try await terminal.send("r")
        try await terminal.waitFor("What the screen remembers was not saved: /dev/null is no folder.")
        try await terminal.send("a")
        try await terminal.waitFor("job-b")
        try await leave(terminal)
    }

    /// As anybody may put one into a folder for all.
    @Test(.enabled(if: geteuid() == 0, "only root can make links of others")) func linksOfOthersAreNotFollowed()
        async throws
    {
        let (mine, link) = (folder.file("mine"), folder.file("joblog"))
        try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
        try folder.write(#"{"version":1,"scope":"all"}"#, to: "mine/state.json")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: mine)
        let terminal = try await terminal()
        try await terminal.waitFor("job-b")
        try await terminal.send("r")
        try await leave(terminal)
        let written = #"{"version":1,"reversed":true,"scope":"all"}"# + "\n"
        #expect(try content() == written)
        #expect(lchown(link, 65_534, 65_534) == 0)
        let next = try await self.terminal()
        try await next.waitFor("\(link) belongs to another user, and was not read")
        try await next.send("s")
        try await leave(next)
        #expect(try content() == written)
    }

    // MARK: - At any moment

    @Test func aKilledScreenLeavesAWholeFile() async throws {
        let other = try await terminal()
        try await other.waitFor("job-a")
        for round in 0..<5 {
            let terminal = try await terminal()
            let hadType = try await terminal.waitFor { $0.contains("job-a") && $0.contains("Online") }.contains("TYPE")
            let before = try? content()
            try await terminal.send("O", "Space", "Escape")
            try await other.send("s")
            try await terminal.waitFor { $0.contains("TYPE") != hadType && !$0.contains("Columns") }
            // In half of the rounds while the file is due, in the others just when it was written.
            if round % 2 == 1 { try await eventually("the file") { (try? content()) != before } }
            kill(try await terminal.panePID(), SIGKILL)
            #expect(try await terminal.waitForExit() == .signalled(SIGKILL))
            if let text = try? content() { _ = try json(text) }
        }
        try await leave(other)
        _ = try json(try content())
    }

    @Test func aScreenThatIsToldToEndKeepsWhatWasChosen() async throws {
        let terminal = try await terminal()
        try await terminal.waitFor { $0.contains("job-a") && $0.contains("Online") }
        try await terminal.send("a")
        try await terminal.waitFor("job-b")
        kill(try await terminal.panePID(), SIGTERM)
        #expect(try await terminal.waitForExit() == .signalled(SIGTERM))
        #expect(try content() == #"{"version":1,"scope":"all"}"# + "\n")
    }
}
