import Foundation
import TestSupport
import Testing

/// The screen as a guest of the user's terminal: what it takes it gives back.
@Suite(.inTurn) struct TerminalTests {
    /// How the screen is left.
    enum Leaving: String, CaseIterable {
        case key = "q", interrupt = "C-c", terminated = "TERM", hungUp = "HUP"
    }

    private func shell(
        _ place: Workplace, width: Int = 100, height: Int = 30, environment: [String: String] = [:]
    ) async throws -> Tmux {
        let terminal = try Tmux(
            width: width, height: height, environment: place.environment.merging(environment) { $1 })
        try await terminal.startShell()
        return terminal
    }

    /// The settings of the terminal, asked for in its shell.
    private func settings(_ terminal: Tmux, _ folder: TemporaryFolder, _ name: String) async throws -> String {
        try await terminal.enter("stty -a > \(folder.file(name)); echo \(name) written")
        try await terminal.waitFor("\(name) written") { $0.rows.contains("\(name) written") }
        return try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    /// The rows that hold something, up to the line that opened the screen.
    private func history(_ screen: TerminalScreen) -> [String] {
        Array(screen.rows.prefix { !$0.contains("/joblog") })
    }

    @Test(arguments: Leaving.allCases) func everythingIsGivenBack(leaving: Leaving) async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let folder = try TemporaryFolder()
        let terminal = try await shell(place)
        try await terminal.enter("echo what was there before")
        try await terminal.waitFor { $0.rows.contains("what was there before") }
        let before = try await settings(terminal, folder, "before")
        let screenBefore = try await terminal.capture()
        try await terminal.enter("\(place.joblog); echo \"status $?\"")
        let open = try await terminal.waitFor("running   job")
        #expect(open.isAlternate && !open.contains("what was there before"))
        switch leaving {
        case .key, .interrupt: try await terminal.send(leaving.rawValue)
        case .terminated: kill(try await terminal.screenPID(), SIGTERM)
        case .hungUp: kill(try await terminal.screenPID(), SIGHUP)
        }
        let left = try await terminal.waitFor("the shell") {
            !$0.isAlternate && $0.rows.contains { $0.hasPrefix("status ") }
        }
        switch leaving {
        case .key, .interrupt: #expect(left.rows.contains("status 0"))
        case .terminated: #expect(left.rows.contains("status 143"))
        case .hungUp: #expect(left.rows.contains("status 129"))
        }
        #expect(left.isCursorVisible && !left.wantsMouse)
        #expect(history(left) == history(screenBefore).filter { !$0.isEmpty && $0 != "$" })
        #expect(try await settings(terminal, folder, "after") == before)
        try await terminal.enter("echo typed as ever")
        try await terminal.waitFor { $0.rows.contains("typed as ever") }
        try await eventually("the end of the viewer's connections") { try await place.viewers().isEmpty }
    }

    /// What nobody handles: the program dies of it, and the terminal is as it was.
    @Test(arguments: [SIGSEGV, SIGABRT, SIGILL]) func aFatalSignalGivesItBack(signal: Int32) async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let folder = try TemporaryFolder()
        let terminal = try await shell(place, environment: ["SWIFT_BACKTRACE": "enable=no", "TMPDIR": folder.path])
        let before = try await settings(terminal, folder, "before")
        try await terminal.enter("\(place.joblog); echo \"status $?\"")
        try await terminal.waitFor("running   job")
        kill(try await terminal.screenPID(), signal)
        let left = try await terminal.waitFor("the shell") {
            !$0.isAlternate && $0.rows.contains("status \(128 + signal)")
        }
        #expect(left.isCursorVisible)
        #expect(try await settings(terminal, folder, "after") == before)
    }

    /// What Swift tells of a crash is not for the screen.
    @Test(
        .withoutSanitizer("A sanitizer does not let itself be stopped for a backtrace."), arguments: [SIGSEGV, SIGILL])
    func theReportOfACrashIsInAFileThatIsNamed(signal: Int32) async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let folder = try TemporaryFolder()
        // As it is for who sets nothing: it asks whether anybody is there, where it can.
        let backtrace = "enable=yes,color=no,symbolicate=off,threads=crashed,images=none"
        let terminal = try await shell(
            place, width: 200, environment: ["SWIFT_BACKTRACE": backtrace, "TMPDIR": folder.path])
        let before = try await settings(terminal, folder, "before")
        try await terminal.enter("\(place.joblog); echo \"status $?\"")
        try await terminal.waitFor("running   job")
        kill(try await terminal.screenPID(), signal)
        let left = try await terminal.waitFor("the shell", timeout: .seconds(120)) {
            !$0.isAlternate && $0.rows.contains("status \(128 + signal)")
        }
        #expect(!left.contains("Thread ") && !left.contains("Press space"), "\(left)")
        let sentence = "joblog has crashed. What is known of it is in "
        let row = try #require(left.rows.first { $0.hasPrefix(sentence) }, "\(left)")
        let report = try String(contentsOfFile: String(row.dropFirst(sentence.count)), encoding: .utf8)
        #expect(report.contains("signal \(signal)") && report.contains("Thread 0"), "\(report)")
        #expect(try await settings(terminal, folder, "after") == before)
    }

    @Test func suspendingGivesItBackForAWhile() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let folder = try TemporaryFolder()
        let terminal = try await shell(place)
        let before = try await settings(terminal, folder, "before")
        try await terminal.enter(place.joblog)
        try await terminal.waitFor("running   job")
        try await terminal.send("C-z")
        let stopped = try await terminal.waitFor { !$0.isAlternate && $0.contains("Stopped") }
        #expect(stopped.isCursorVisible)
        // A stopped process reads nothing: the server must not have anything to tell it.
        #expect(try await place.viewers().isEmpty)
        #expect(try await settings(terminal, folder, "meanwhile") == before)
        try await terminal.enter("fg")
        try await terminal.waitFor { $0.isAlternate && $0.contains("running   job") && $0.contains("● Online") }
        try await terminal.send("q")
        try await terminal.waitFor { !$0.isAlternate }
        #expect(try await settings(terminal, folder, "after") == before)
    }

    /// What is on screen while sizes change, and what its last row says then.
    enum Place: CaseIterable {
        case list, log, help, dialog

        var keys: [String] {
            switch self {
            case .list: []
            case .log: ["Enter"]
            case .help: ["?"]
            case .dialog: ["C"]
            }
        }

        /// Whether a screen of some size is whole.
        func isWhole(_ screen: TerminalScreen, width: Int, height: Int) -> Bool {
            guard screen.rows.count == height, screen.rows.allSatisfy({ $0.count <= width }) else { return false }
            let lines = screen.rows.count { $0.contains("INFO ") }
            switch self {
            case .list:
                return screen.rows[0].contains("● Online") && screen.contains("running   job")
                    && screen.rows[height - 1].contains("q quit")
            case .log:
                return screen.rows[0].contains("● Online") && screen.rows[1].contains("Logs for job job")
                    && screen.contains("line 50 ") && screen.rows[height - 1].contains("q back")
                    && lines == min(50, height - 3)
            case .help: return screen.rows[1].contains("─ Help ─") && screen.rows[height - 1].contains("q back")
            case .dialog: return screen.contains("Cancel job") && screen.contains("┌") && screen.contains("┘")
            }
        }
    }

    @Test(arguments: Place.allCases) func sizesMayChangeAtAnyTime(at spot: Place) async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        for number in 1...50 { try await place.say("line \(number) with some text to wrap", to: "job") }
        let terminal = try await place.terminal(width: 80, height: 24)
        try await terminal.waitFor("line 50")
        for key in spot.keys { try await terminal.send(key) }
        try await terminal.waitFor("the place") { spot.isWhole($0, width: 80, height: 24) }
        for round in 0..<40 {
            let (width, height) = (1 + round * 137 % 300, 1 + round * 39 % 100)
            try await terminal.resize(width: width, height: height)
            // Some are gone before they are drawn; others are looked at.
            guard round % 4 == 3, width >= 80, height >= 20 else { continue }
            try await terminal.waitFor("\(width)x\(height)") { spot.isWhole($0, width: width, height: height) }
        }
        for (width, height) in [(1, 1), (300, 100), (1, 100), (300, 1), (90, 20)] {
            try await terminal.resize(width: width, height: height)
        }
        try await terminal.waitFor("its last size") { spot.isWhole($0, width: 90, height: 20) }
        try await terminal.send("Q")
        if spot == .dialog { try await terminal.send("Escape", "Q") }
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func whereThereIsTooLittleRoomItSaysHowMuchItNeeds() async throws {
        let place = try Workplace()
        let terminal = try await place.terminal(width: 39, height: 10)
        try await terminal.waitFor("joblog needs 40x10")
        try await terminal.resize(width: 40, height: 10)
        try await terminal.waitFor("● Online")
        try await terminal.resize(width: 12, height: 3)
        try await terminal.waitFor("joblog needs")
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func theLeastSizeShowsWhatCounts() async throws {
        let place = try Workplace()
        try await place.state("job", "running", progress: 40)
        try await place.say("Reading (40%)", to: "job")
        let terminal = try await place.terminal(width: 40, height: 10)
        let list = try await terminal.waitFor("the list") { screen in
            ["● Online", "running", "job", "40%", "q quit", "? help"].allSatisfy { screen.contains($0) }
        }
        #expect(list.rows.allSatisfy { $0.count <= 40 })
        try await terminal.send("Enter")
        try await terminal.waitFor("the log") { screen in
            ["● Online", "Logs for job job", "INFO  Reading (40%)", "q back"].allSatisfy { screen.contains($0) }
        }
        try await terminal.send("?")
        try await terminal.waitFor("Enter")
        try await terminal.send("q", "q", "q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    #if os(Linux)
    /// Swift's own pool of threads wakes up once a second for good when it was used once: at rest nothing may.
    @Test func nothingRunsOnThePoolThatNeverSleeps() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("line 1", to: "job")
        let terminal = try await shell(place)
        try await terminal.enter("\(place.joblog)")
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("line 1") }
        try await terminal.send("Enter")
        try await terminal.waitFor("Logs for job")
        try await place.say("line 2", to: "job")
        try await terminal.waitFor("line 2")
        try await terminal.send("C-z")
        try await terminal.waitFor { !$0.isAlternate && $0.contains("Stopped") }
        try await terminal.enter("fg")
        try await terminal.waitFor { $0.isAlternate && $0.contains("line 2") && $0.contains("● Online") }
        let tasks = "/proc/\(try await terminal.screenPID())/task"
        let names = try FileManager.default.contentsOfDirectory(atPath: tasks).map { thread in
            try String(contentsOfFile: "\(tasks)/\(thread)/comm", encoding: .utf8)
        }
        #expect(names.count > 1)
        #expect(!names.contains { $0.contains("default-qos") }, "\(names)")
    }
    #endif

    @Test func coloursCanBeTurnedOff() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("It broke", level: "error", to: "job")
        // A foreground or background of the eight, sixteen or 256 colours.
        let color = /\u{1B}\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m/
        let plain = try await place.terminal("job", environment: ["NO_COLOR": "1"])
        try await plain.waitFor("ERROR It broke")
        #expect(try await plain.capture(colors: true).text.firstMatch(of: color) == nil)
        let never = try await place.terminal("job", "--color", "never")
        try await never.waitFor("ERROR It broke")
        #expect(try await never.capture(colors: true).text.firstMatch(of: color) == nil)
        let colored = try await place.terminal("job")
        try await colored.waitFor("ERROR It broke")
        #expect(try await colored.capture(colors: true).text.firstMatch(of: color) != nil)
    }
}
