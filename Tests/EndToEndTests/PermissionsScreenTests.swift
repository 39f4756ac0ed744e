import Foundation
import RedisClient
import TestSupport
import Testing

/// The screen and the commands as users who may do as little as their role needs, or less.
@Suite(.inTurn) struct PermissionsScreenTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Makes the user of a role, as the doctor prints its rules, and gives the environment of who is that user.
    private func user(_ role: String, _ changes: String...) async throws -> [String: String] {
        let rules = try await place.output("doctor", "--acl", role).dropLast().split(separator: " ").map(String.init)
        let words = (rules + changes).dropFirst().map { RedisArgument.text($0) }
        _ = try await place.redis.send(RedisCommand("ACL", arguments: words))
        return ["JOBLOG_REDIS_USER": "joblog-\(role)", "JOBLOG_REDIS_PASSWORD": "CHANGE-ME"]
    }

    private func refusals() async throws -> Int {
        try await place.redis.send(RedisCommand("ACL", "LOG")).array?.count ?? 0
    }

    private func looks(
        _ terminal: Tmux, title: String = "Online", isRefused: Bool = false
    ) async throws {
        try await terminal.waitFor { $0.contains(title) && $0.contains("job-a") && $0.contains("job-b") }
        // A job that comes, and a log that is followed.
        try await place.state("job-c", "running")
        try await place.send("ZADD", "job:index", "9999999999999", "job-c")
        try await terminal.waitFor("job-c")
        try await terminal.send("g", "Enter")
        try await terminal.waitFor("Logs for job")
        try await terminal.send("Escape")
        try await terminal.send("S")
        try await terminal.type("needle")
        try await terminal.send("Enter")
        try await terminal.waitFor("the needle in a")
        try await terminal.send("Enter")
        try await terminal.waitFor { $0.contains("Logs for job job-a") && $0.contains("the needle in a") }
        try await place.say("a line that follows", at: 3_000_000_000_000, to: "job-a")
        try await terminal.send("End")
        try await terminal.waitFor("a line that follows")
        if !isRefused { #expect(try await refusals() == 0) }
    }

    private func prepare() async throws {
        try await place.say("the needle in a", to: "job-a")
        for id in ["job-a", "job-b"] {
            try await place.state(id, "running")
            try await place.send("ZADD", "job:index", "1", id)
        }
    }

    @Test func aReadOnlyViewerSeesEverythingAndItsKeysSayWhyTheyAreOff() async throws {
        try await prepare()
        let terminal = try await place.terminal("--read-only", environment: user("read-only"))
        try await looks(terminal)
        try await terminal.send("C")
        try await terminal.waitFor("joblog was started with --read-only")
        #expect(try await refusals() == 0)
    }

    @Test func aViewerSeesAndActs() async throws {
        try await prepare()
        let terminal = try await place.terminal(environment: user("viewer"))
        try await looks(terminal)
        try await terminal.send("C")
        try await terminal.waitFor("Cancel")
        try await terminal.send("y")
        try await terminal.waitFor("cancelled by")
        #expect(try await refusals() == 0)
    }

    @Test func whoMayOnlyLookIsToldWhatAnActionLacks() async throws {
        try await prepare()
        let user = try await user("read-only")
        let output = try await place.run(["cancel", "job-a"], environment: user)
        #expect(output.status == .exited(1))
        #expect(output.errorText.contains("EVAL is refused, and WATCH as well"))
        let listed = try await place.run(["ls", "-o", "json"], environment: user)
        #expect(listed.text.contains("job-a") && listed.status == .exited(0))
        let found = try await place.run(["search", "needle"], environment: user)
        #expect(found.text.contains("the needle in a") && found.status == .exited(0))
        let terminal = try await place.terminal("job-a", width: 200, environment: user)
        try await terminal.waitFor("the needle in a")
        try await terminal.send("C")
        try await terminal.waitFor("Cancel")
        try await terminal.send("y")
        try await terminal.waitFor("EVAL is refused")
    }

    @Test(
        arguments: [
            ("-client|tracking", "polling: CLIENT TRACKING"), ("-psubscribe", "no events of other jobs: PSUBSCRIBE"),
            ("-scan", "list incomplete: SCAN"), ("-subscribe", "polling: SUBSCRIBE"), ("-client|setname", "Online"),
            ("-client|id", "Online"), ("-multi", "Online"), ("-exec", "Online"), ("-zrevrange", "Online"),
            ("-dbsize", "Online"), ("-memory|usage", "Online"), ("-ping", "Online"), ("-unsubscribe", "Online"),
        ]) func withoutARightTheRestGoesOn(_ right: String, _ notice: String) async throws
    {
        try await prepare()
        let terminal = try await place.terminal("--read-only", width: 200, environment: user("read-only", right))
        try await terminal.waitFor(notice)
        if right == "-zrevrange" {
            // Only a SCAN or its events tell of a job then.
            try await place.state("job-c", "running")
            try await place.send("PUBLISH", "job:event:job-c", #"{"jobId":"job-c","state":"running"}"#)
        }
        try await looks(terminal, title: notice, isRefused: true)
    }

    @Test func aSearchSaysOnceWhatItMayNotLookFor() async throws {
        try await prepare()
        let found = try await place.run(["search", "needle"], environment: try await user("read-only", "-scan"))
        #expect(found.errorText.components(separatedBy: "Only jobs of job:index are found").count == 2)
    }

    @Test func anOldServerIsPolled() async throws {
        let old = try Workplace(
            arguments: ["CLIENT", "HELLO", "ACL", "MULTI"].flatMap { ["--rename-command", $0, "x-\($0)"] })
        try await old.say("the first line", to: "job-a")
        let terminal = try await old.terminal("job-a", width: 160)
        try await terminal.waitFor {
            $0.contains("the first line") && $0.contains("polling: neither CLIENT ID nor HELLO")
        }
        try await old.say("the second line", at: 2_000, to: "job-a")
        try await terminal.waitFor("the second line")
    }

    @Test func withoutSelectTheErrorNamesIt() async throws {
        let user = try await user("read-only")
        let output = try await place.run(["ls", "--url", place.server.urlText + "?db=2"], environment: user)
        #expect(output.status == .exited(1) && output.errorText.contains("SELECT is not allowed"))
    }
}
