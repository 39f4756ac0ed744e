import Foundation
import TestSupport
import Testing

/// However the program ends, the terminal is as it was.
@Suite(.inTurn) struct RestoreTests {
    private static let leavesScreen = "\u{1B}[?1049l"
    private static let showsCursor = "\u{1B}[?25h"

    /// Where reports of crashes are left.
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The probe that crashes when it is told to.
    private func crash(_ environment: [String: String] = [:]) throws -> Pty {
        try Pty.probe("crash", environment: environment.merging(["TMPDIR": folder.path]) { $1 })
    }

    private func expectRestored(_ terminal: Pty, _ output: String) {
        #expect(terminal.hasFirstModes)
        #expect(output.contains(Self.leavesScreen))
        #expect(output.contains(Self.showsCursor))
        #expect(output.contains(InputModeBytes.end))
    }

    @Test func takingItChangesIt() async throws {
        let terminal = try Pty.probe("keys")
        let output = try await terminal.read(until: "event-0-ready.")
        #expect(output.contains("\u{1B}[?1049h"))
        #expect(output.contains("\u{1B}[?25l"))
        #expect(!terminal.hasFirstModes)
    }

    @Test func afterLeaving() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("q")
        let output = try await terminal.read(until: "left: q")
        #expect(try await terminal.waitForExit() == .exited(0))
        expectRestored(terminal, output)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    func afterASignalThatAsksToEnd(signal: Int32) async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.signal(signal)
        let output = try await terminal.read(until: "left: signal \(signal)")
        #expect(try await terminal.waitForExit() == .exited(0))
        expectRestored(terminal, output)
    }

    @Test(arguments: [("s", SIGSEGV), ("a", SIGABRT)])
    func afterAFatalSignal(key: String, signal: Int32) async throws {
        let terminal = try crash()
        try await terminal.read(until: "event-0-ready.")
        terminal.type(key)
        #expect(try await terminal.waitForExit() == .signalled(signal))
        expectRestored(terminal, terminal.rest)
    }

    @Test func afterAFatalError() async throws {
        let terminal = try crash()
        try await terminal.read(until: "event-0-ready.")
        terminal.type("f")
        let status = try await terminal.waitForExit()
        // x86 and ARM trap by different signals.
        #expect([.signalled(SIGILL), .signalled(SIGTRAP)].contains(status))
        expectRestored(terminal, terminal.rest)
        let shown = terminal.rest.components(separatedBy: Self.leavesScreen).last
        #expect(shown?.contains("Fatal error: as told") == true)
    }

    @Test func afterAFatalErrorOnAnotherThread() async throws {
        let terminal = try crash()
        try await terminal.read(until: "event-0-ready.")
        terminal.type("t")
        let status = try await terminal.waitForExit()
        #expect([.signalled(SIGILL), .signalled(SIGTRAP)].contains(status))
        expectRestored(terminal, terminal.rest)
    }

    @Test(.withoutSanitizer("A sanitizer gives the handler no stack of its own."))
    func afterTheStackHasOverflown() async throws {
        let terminal = try crash()
        try await terminal.read(until: "event-0-ready.")
        terminal.type("o")
        let status = try await terminal.waitForExit()
        #expect([.signalled(SIGSEGV), .signalled(SIGBUS)].contains(status))
        expectRestored(terminal, terminal.rest)
    }

    @Test func afterExitInTheMiddle() async throws {
        let terminal = try crash()
        try await terminal.read(until: "event-0-ready.")
        terminal.type("x")
        #expect(try await terminal.waitForExit() == .exited(3))
        expectRestored(terminal, terminal.rest)
    }

    /// Asked whether to hold the terminal for questions, Swift's backtracer would.
    @Test(.withoutSanitizer("A sanitizer does not let itself be stopped for a backtrace."))
    func swiftsBacktracerWritesToAFileThatIsNamed() async throws {
        let terminal = try crash(["SWIFT_BACKTRACE": "enable=yes,color=no"])
        try await terminal.read(until: "event-0-ready.")
        terminal.type("f")
        let status = try await terminal.waitForExit()
        #expect([.signalled(SIGILL), .signalled(SIGTRAP)].contains(status))
        expectRestored(terminal, terminal.rest)
        let shown = try #require(terminal.rest.components(separatedBy: Self.leavesScreen).last)
        #expect(shown.contains("Fatal error: as told") && !shown.contains("Thread 0") && !shown.contains("Press space"))
        let path = try #require(shown.firstMatch(of: /joblog has crashed. What is known of it is in (\S+)/)?.1)
        #expect(path.hasPrefix(folder.path))
        let report = try String(contentsOfFile: String(path), encoding: .utf8)
        #expect(report.hasPrefix("joblog was ended by signal ") && report.contains("Fatal error: as told"))
        #expect(report.contains("Thread 0"), "\(report)")
    }

    @Test(arguments: ["nonsense", "-", "dumb", "bad\u{1B}[31mterm"])
    func aTerminalThatCannotBeUsedIsNamed(term: String) async throws {
        let terminal = try Pty.probe("keys", environment: ["TERM": term])
        let output = try await terminal.read(until: "try: TERM=xterm-256color joblog")
        #expect(output.contains(term == "-" ? "TERM is not set" : "TERM=" + term.replacing("\u{1B}", with: "␛")))
        #expect(!output.contains("\u{1B}"))
        #expect(try await terminal.waitForExit() == .exited(1))
        #expect(terminal.hasFirstModes)
    }

    @Test func noTerminalIsAnError() async throws {
        let output = try await run([BuiltProducts.path(of: "TerminalProbe"), "keys"])
        #expect(output.text == "error: standard input is not a terminal\n")
        #expect(output.status == .exited(1))
    }

    @Test func strayErrorsAreShownAfterLeaving() async throws {
        let terminal = try Pty.probe("keys")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("q")
        let output = try await terminal.read(until: "heard: q")
        let parts = output.components(separatedBy: Self.leavesScreen)
        #expect(parts.count == 2)
        #expect(!parts[0].contains("stray"))
        #expect(parts.last?.contains("stray: q") == true)
    }

    @Test func strayErrorsAreMadeHarmless() async throws {
        let terminal = try Pty.probe("noise")
        try await terminal.read(until: "event-0-ready.")
        terminal.type("q")
        let output = try await terminal.read(until: "heard: q")
        let shown = try #require(output.components(separatedBy: Self.leavesScreen).last)
        #expect(shown.contains("noise ?[2J ?? end"))
        #expect(shown.contains("[...]"))
        #expect(shown.utf8.count < 40_000)
    }

    @Test func standardErrorThatIsNoTerminalIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("errors")
        let probe = try BuiltProducts.path(of: "TerminalProbe")
        let terminal = try Pty(["sh", "-c", "exec '\(probe)' keys 2>'\(path)'"])
        try await terminal.read(until: "event-0-ready.")
        terminal.type("q")
        try await terminal.read(until: "left: q")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "stray: q\nheard: q\n")
    }

    @Test func aTerminalThatGoesAwayIsNoticedWithoutASignal() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("errors")
        #expect(mkfifo(path, 0o600) == 0)
        let listener = try Spawned(["cat", path])
        let probe = try BuiltProducts.path(of: "TerminalProbe")
        let terminal = try Tmux()
        try await terminal.start(["sh", "-c", "trap '' HUP; exec '\(probe)' keys 2>'\(path)'"])
        try await terminal.waitFor("event-0-ready.")
        try await terminal.close()
        #expect(try await listener.wait() == .exited(0))
        var lines = listener.lines.makeAsyncIterator()
        #expect(await lines.next(isolation: #isolation) == "stray: hangup")
    }
}
