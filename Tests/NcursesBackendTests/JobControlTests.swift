import Foundation
import TestSupport
import Testing

/// Stopping and going on, under a real shell.
@Suite(.inTurn) struct JobControlTests {
    private static let prompt = "JOBS> "

    /// A shell with the probe in its foreground.
    private func start() async throws -> Pty {
        let shell = try Pty(
            ["bash", "--norc", "--noprofile", "-i"], environment: ["PS1": Self.prompt, "HISTFILE": "-"])
        try await shell.read(until: Self.prompt)
        shell.type("\(try BuiltProducts.path(of: "TerminalProbe")) keys\n")
        try await shell.read(until: "event-0-ready.")
        return shell
    }

    @Test func stoppedItGivesTheTerminalBackAndPaintsAgain() async throws {
        let shell = try await start()
        shell.type("\u{1A}")
        let given = try await shell.read(until: "Stopped")
        #expect(given.contains("\u{1B}[?1049l"))
        #expect(given.contains("\u{1B}[?25h"))
        #expect(given.contains(InputModeBytes.end))
        try await shell.read(until: Self.prompt)
        shell.resize(width: 90, height: 20)
        shell.type("fg\n")
        let taken = try await shell.read(until: "event-2-90x20.")
        #expect(taken.contains("\u{1B}[?1049h"))
        #expect(taken.contains(InputModeBytes.begin))
        // Keys in the form of the terminal's description.
        #expect(taken.contains("\u{1B}[?1h"))
        shell.type("a")
        try await shell.read(until: "event-3-a.")
    }

    @Test func inTheBackgroundItStaysStopped() async throws {
        let shell = try await start()
        shell.type("\u{1A}")
        try await shell.read(until: "Stopped")
        try await shell.read(until: Self.prompt)
        shell.type("bg; until jobs -s | grep -q probe; do :; done; echo again $((40 + 2))\n")
        let output = try await shell.read(until: "again 42")
        #expect(!output.contains("\u{1B}[?1049h"))
        shell.type("fg\n")
        try await shell.read(until: "event-2-120x40.")
    }

    @Test func askedToEndWhileStoppedItEndsWithoutTheTerminal() async throws {
        let shell = try await start()
        shell.type("\u{1A}")
        try await shell.read(until: "Stopped")
        try await shell.read(until: Self.prompt)
        shell.type("kill %1\n")
        let output = try await shell.read(until: "left: signal 15")
        #expect(!output.contains("\u{1B}[?1049h"))
        #expect(!output.contains("\u{1B}[?1000h"))
        shell.type("wait; echo gone $((40 + 2))\n")
        try await shell.read(until: "gone 42")
    }

    @Test func stoppedBySignalItIsAsked() async throws {
        let shell = try await start()
        shell.type("T")
        let given = try await shell.read(until: "Stopped")
        #expect(given.contains("\u{1B}[?1049l"))
        try await shell.read(until: Self.prompt)
        shell.type("fg\n")
        // The key, the signal, and the size when it goes on.
        try await shell.read(until: "event-3-120x40.")
    }

    @Test func stoppedByForceItPaintsAgain() async throws {
        let shell = try await start()
        shell.type("S")
        try await shell.read(until: "Stopped")
        try await shell.read(until: Self.prompt)
        shell.type("fg\n")
        let taken = try await shell.read(until: "event-2-120x40.")
        // The shell has set its own meanwhile.
        #expect(taken.contains(InputModeBytes.begin))
        shell.type("a")
        try await shell.read(until: "event-3-a.")
    }
}
