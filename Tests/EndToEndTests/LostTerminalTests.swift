import Foundation
import TestSupport
import Testing

/// The screen when its terminal, or who started it, is gone: it ends by itself and leaves nothing behind.
@Suite(.inTurn) struct LostTerminalTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// A shell in which the screen runs, at its list or at a log that is at rest.
    private func start(_ line: String, _ arguments: String = "") async throws -> (terminal: Tmux, screen: Int32) {
        try await place.state("job", "running")
        try await place.say("line 1", to: "job")
        let terminal = try Tmux(width: 100, height: 30, environment: place.environment)
        try await terminal.startShell()
        try await terminal.enter(line.replacing("JOBLOG", with: "\(place.joblog)\(arguments)"))
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("line 1") }
        return (terminal, try await terminal.screenPID())
    }

    private func expectGone(_ screen: Int32) async throws {
        try await eventually("the end of the screen") { !Processes.isRunning(screen) }
        try await eventually("the end of its connections") { try await place.viewers().isEmpty }
    }

    @Test(arguments: ["", " job"]) func theShellIsKilled(arguments: String) async throws {
        let (terminal, screen) = try await start("JOBLOG", arguments)
        kill(try await terminal.panePID(), SIGKILL)
        try await expectGone(screen)
    }

    @Test(arguments: ["", " job"]) func theTerminalIsKilled(arguments: String) async throws {
        let (terminal, screen) = try await start("JOBLOG", arguments)
        kill(try #require(Int32(try await terminal.display("#{pid}"))), SIGKILL)
        try await expectGone(screen)
    }

    /// As under nohup: only what the terminal's descriptors say is left then.
    @Test(arguments: ["", " job"]) func theTerminalIsKilledWhereNoSignalTells(arguments: String) async throws {
        let (terminal, screen) = try await start("trap '' HUP; JOBLOG", arguments)
        kill(try #require(Int32(try await terminal.display("#{pid}"))), SIGKILL)
        try await expectGone(screen)
    }

    /// The shell takes the terminal for itself then, and tells nobody.
    @Test(arguments: ["", " job"]) func whoStoodBetweenItAndTheShellIsKilled(arguments: String) async throws {
        let (terminal, screen) = try await start("sh -c 'JOBLOG; true'", arguments)
        let shell = try await terminal.panePID()
        let between = try #require(Processes.descendants(of: shell).first { $0.value.hasPrefix("sh -c") }?.key)
        kill(between, SIGKILL)
        try await expectGone(screen)
        // What is typed is the shell's.
        try await terminal.enter("echo typed for $((40 + 2))")
        try await terminal.waitFor("typed for 42")
    }
}
