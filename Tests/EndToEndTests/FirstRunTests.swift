import Foundation
import JobLogTUI
import TestSupport
import Testing

/// joblog without any setting.
@Suite(.inTurn) struct FirstRunTests {
    /// Nothing says where Redis is, so these look at the usual place, where none may be.
    private static let isUsualPlaceFree: Bool = {
        let isFree = !RedisServer.isPortTaken(6379)
        if !isFree { print("SKIPPED: a server listens on port 6379, where a first run would find it") }
        return isFree
    }()

    private static let commands = ["ls", "show job-1", "logs job-1", "doctor", "wait job-1"]

    @Test(.enabled(if: isUsualPlaceFree)) func withoutARedisItExplainsItselfAndShowsTheDemo() async throws {
        let folder = try TemporaryFolder()
        let terminal = try Tmux(
            width: 80, height: 24,
            environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path, "TMPDIR": folder.path])
        try await terminal.start([BuiltProducts.path(of: "joblog")])
        try await terminal.waitFor("what can be done") {
            $0.contains("Cannot reach Redis at redis://localhost:6379") && $0.contains("joblog config init")
                && $0.contains("Enter starts the demo")
        }
        try await terminal.send("Enter")
        try await terminal.waitFor("the demo's jobs") { $0.contains("● Online") && $0.contains("running   job-") }
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test(.enabled(if: isUsualPlaceFree), arguments: commands) func aCommandSaysWhatIsMissing(_ command: String)
        async throws
    {
        let words = command.split(separator: " ").map(String.init)
        let output = try await run([BuiltProducts.path(of: "joblog")] + words)
        #expect(output.status == .exited(4))
        #expect(output.errorText.contains("Nothing says where your jobs are: give --url, set REDIS_URL"))
        #expect(output.errorText.contains("joblog demo"))
    }

    @Test func whoNamesAPlaceHearsOnlyOfThat() async throws {
        let output = try await run([BuiltProducts.path(of: "joblog"), "ls", "--url", "unix:///nowhere/redis.sock"])
        #expect(output.status == .exited(4))
        #expect(!output.errorText.contains("Nothing says where"))
    }

    /// The line that the empty list shows is typed as it stands there.
    @Test func whatTheEmptyListShowsMakesAJobAppear() async throws {
        let place = try Workplace()
        let terminal = try await place.terminal()
        try await terminal.waitFor("the line") { $0.contains(LeastWorker.shell) }
        let folder = try #require(
            BuiltProducts.path(of: "joblog").split(separator: "/").dropLast().joined(separator: "/"))
        let output = try await run(
            ["sh", "-c", LeastWorker.shell], environment: place.environment.merging(["PATH": "/\(folder)"]) { $1 })
        #expect(output.status == .exited(0), "\(output.errorText)")
        try await terminal.waitFor("the job") { $0.contains("running   hello") && $0.contains("Saying hello") }
    }
}
