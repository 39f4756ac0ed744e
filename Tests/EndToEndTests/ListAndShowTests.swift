import Foundation
import TestSupport
import Testing

/// `joblog ls` and `joblog show` on a real server.
@Suite(.inTurn) struct ListAndShowTests {
    private func ids(_ text: String) throws -> [String] {
        let jobs = try #require(try json(text) as? [NSObject])
        return jobs.compactMap { field("id", of: $0) }.sorted()
    }

    private func place() async throws -> Workplace {
        let place = try Workplace()
        try await place.state("job-a", "running", user: "u1", progress: 40)
        try await place.state("job-b", "paused", user: "u2", progress: 20)
        try await place.state("nightly:c", "failed", user: "u1")
        try await place.state("job-d", "completed", user: "u2", progress: 100)
        return place
    }

    @Test func nothingIsSaidBesideTheTable() async throws {
        let place = try Workplace()
        let output = try await place.run("ls")
        #expect(output.status == .exited(0))
        #expect(output.text.split(separator: "\n").count == 1)
        #expect(output.text.hasPrefix("STATE"))
        #expect(output.errorText.hasPrefix("joblog: No active jobs."))
        #expect(try await place.output("ls", "-o", "json") == "[]\n")
        #expect(try await place.output("ls", "-o", "jsonl") == "")
    }

    @Test func theTableHoldsTheActiveJobs() async throws {
        let place = try await place()
        let lines = try await place.lines("ls")
        #expect(lines.count == 3)
        #expect(lines.contains { $0.contains("running  job-a") && $0.contains("40%") })
        #expect(lines.contains { $0.contains("paused   job-b") && $0.contains("20%") })
        #expect(try await place.lines("ls", "--state", "all").count == 5)
    }

    @Test func statesOwnersAndGlobsChoose() async throws {
        let place = try await place()
        #expect(try ids(await place.output("ls", "-o", "json")) == ["job-a", "job-b"])
        #expect(
            try ids(await place.output("ls", "-o", "json", "--state", "failed,completed")) == ["job-d", "nightly:c"])
        #expect(
            try ids(await place.output("ls", "-o", "json", "--state", "all", "--user", "u1")) == ["job-a", "nightly:c"])
        #expect(
            try ids(await place.output("ls", "-o", "json", "--state", "all", "--match", "job-[ad]")) == [
                "job-a", "job-d",
            ])
        #expect(try ids(await place.output("ls", "-o", "json", "--state", "all", "--match", "n*")) == ["nightly:c"])
        #expect(try ids(await place.output("ls", "-o", "json", "--state", "all", "-n", "3")).count == 3)
        let none = try await place.run("ls", "--match", "zzz", "--state", "all")
        #expect(none.errorText == "joblog: No jobs that match.\n")
    }

    @Test func linesOfJSONAreTheJobs() async throws {
        let place = try await place()
        let lines = try await place.lines("ls", "--state", "all", "-o", "jsonl")
        #expect(lines.count == 4)
        let job = try #require(try lines.map(json).first { field("id", of: $0) == "job-a" })
        #expect(field("state", of: job) == "running")
        #expect(field("userId", of: job) == "u1")
        #expect(field("progress", of: job) == "40")
        #expect(field("checkpointAvailable", of: job) == "false")
    }

    @Test func aJobThatOnlyHasALogIsListed() async throws {
        let place = try Workplace()
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        try await place.say("Reading (30%)", at: now, to: "only-log")
        let job = try #require(try json(await place.output("ls", "-o", "json")) as? [NSObject]).first
        #expect(field("state", of: try #require(job)) == "running")
        #expect(field("step", of: try #require(job)) == "Reading")
    }

    @Test func oneJobIsShown() async throws {
        let place = try await place()
        try await place.say("Reading (30%)", to: "job-a")
        try await place.send(
            "SET", "checkpoint:job-a",
            #"{"jobId":"job-a","userId":"u1","sequence":17,"timestamp":1000,"step":"Reading","progress":85}"#)
        let text = try await place.output("show", "job-a", "--utc")
        for part in [
            "job         job-a", "state       running", "owner       u1", "seq 17, Reading @ 85%", "log         1 line",
        ] {
            #expect(text.contains(part), "\(part) is missing in\n\(text)")
        }
        #expect(text.hasSuffix("1970-01-01 00:00:01.000 INFO  Reading (30%)\n"))
        let job = try json(await place.output("show", "job-a", "-o", "json"))
        #expect(field("checkpointSequence", of: job) == "17")
        #expect(field("logCount", of: job) == "1")
        let checkpoint = try #require((job as? NSDictionary)?["checkpoint"] as? NSObject)
        #expect(field("step", of: checkpoint) == "Reading")
        // A beginning is enough where it is the only one.
        #expect(field("id", of: try json(await place.output("show", "nigh", "-o", "json"))) == "nightly:c")
    }

    @Test func coloursAreForTerminals() async throws {
        let place = try await place()
        try await place.say("Half done", level: "error", to: "job-a")
        for command in [["ls"], ["show", "job-a"], ["logs", "job-a"]] {
            #expect(try await !place.run(command).stdout.contains(0x1B))
            #expect(try await !place.run(command + ["--color", "never"]).stdout.contains(0x1B))
            #expect(try await place.run(command + ["--color", "always"]).stdout.contains(0x1B))
        }
    }

    @Test func withoutATerminalTheListIsPrinted() async throws {
        let place = try await place()
        try await place.say("Half done", to: "job-a")
        #expect(try await place.lines().count == 3)
        #expect(try await place.output("job-a", "--utc") == "1970-01-01 00:00:01.000 INFO  Half done\n")
        #expect(try await place.output("browse", "job-a", "--utc").hasSuffix("Half done\n"))
    }
}
