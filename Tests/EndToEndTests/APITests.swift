import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// joblog on the HTTP API of a real server, in place of Redis.
@Suite(.inTurn) struct APITests {
    private let place: Workplace
    private let server: APIServer
    private let environment: [String: String]

    init() async throws {
        place = try Workplace()
        server = try await APIServer(redis: place.url)
        // Where Redis is, nobody is told.
        environment = [
            "REDIS_URL": "", "JOBLOG_API": server.url, "JOBLOG_TOKEN": try await APIServer.token(user: "ann"),
        ]
    }

    private func begin(_ id: String, lines: [String] = []) async throws {
        let publisher = JobPublisher(connection: place.redis, worker: WorkerIdentity(name: "w"), console: { _ in })
        try await publisher.created(JobID(id), user: "ann", type: "research")
        try await publisher.running(JobID(id))
        for line in lines { _ = await publisher.logs.append(JobID(id), LogLine(.info, line)) }
    }

    @Test func commandsSayWhatTheySayOfRedis() async throws {
        try await begin("job-1", lines: ["one", "two", "needle"])
        try await begin("other", lines: ["hay"])
        for command in [
            ["ls", "-o", "json"], ["show", "job", "-o", "json"], ["logs", "job-1", "-o", "jsonl"],
            ["logs", "job", "other"],
            ["search", "needle", "-o", "jsonl"], ["export", "job-1", "-o", "csv"], ["compare", "job-1", "other"],
        ] {
            let (direct, over) = (try await place.run(command), try await place.run(command, environment: environment))
            #expect(over.status == direct.status, "\(command): \(over.errorText)")
            #expect(over.text == direct.text, "\(command)")
        }
    }

    @Test func jobsAreActedOn() async throws {
        try await begin("job-1", lines: ["one"])
        let cancelled = try await place.run("cancel", "job-1", environment: environment)
        #expect(cancelled.text == "job-1: cancelled\n", "\(cancelled.errorText)")
        let paused = try await place.run("pause", "job-1", environment: environment)
        #expect(paused.status == .exited(1))
        #expect(paused.errorText.contains("cancelled"), "\(paused.errorText)")
        let removed = try await place.run("rm", "--logs", "--yes", "job-1", environment: environment)
        #expect(removed.status == .exited(0), "\(removed.errorText)")
        let none = try await place.run("cancel", "none", environment: environment)
        #expect(none.status == .exited(3), "\(none.errorText)")
    }

    @Test func whatNeedsRedisSaysSo() async throws {
        for command in [
            ["doctor"], ["log", "job", "text"], ["publish", "progress", "job", "--step", "s", "--percent", "1"],
            ["rm", "--yes", "job"],
        ] {
            let output = try await place.run(command, environment: environment)
            #expect(output.status == .exited(64), "\(command): \(output.errorText)")
            #expect(output.errorText.contains("--url"), "\(output.errorText)")
        }
    }

    @Test func whatIsWrongIsSaid() async throws {
        let url = server.url
        let free = try RedisServer.freePort()
        let cases: [(status: Int32, word: String, arguments: [String], variables: [String: String])] = [
            (4, "connection refused", ["--api", "http://127.0.0.1:\(free)"], [:]),
            (1, "token", [], ["JOBLOG_TOKEN": "wrong"]),
            (1, "JOBLOG_TOKEN", [], ["JOBLOG_TOKEN": ""]),
            (64, "--insecure-api", ["--api", "http://jobs.example"], [:]),
            (64, "https://", ["--api", "redis://localhost"], [:]),
            (64, "not both", ["--api", url, "--url", place.url], [:]),
            (64, "--key-prefix", ["--key-prefix", "p:"], [:]),
            (64, "--prefer-replica", ["--prefer-replica"], [:]),
            (64, "--tls-ca", ["--tls-ca", "/none"], [:]),
            (64, "--api", ["--token-file", "/none"], ["JOBLOG_API": ""]),
            (1, "/none", ["--token-file", "/none"], [:]),
        ]
        for (status, word, arguments, variables) in cases {
            let output = try await place.run(["ls"] + arguments, environment: environment.merging(variables) { $1 })
            #expect(output.status == .exited(status), "\(arguments): \(output.errorText)")
            #expect(output.errorText.contains(word), "\(arguments): \(output.errorText)")
        }
    }

    @Test func aTokenFileIsReadWhereNobodyElseCan() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("token")
        try Data((environment["JOBLOG_TOKEN"] ?? "").utf8).write(to: URL(filePath: file))
        for (mode, status) in [(0o644, Int32(1)), (0o600, 0)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let output = try await place.run(
                "--api", server.url, "--token-file", file, "ls",
                environment: ["REDIS_URL": "", "JOBLOG_TOKEN": "wrong"])
            #expect(output.status == .exited(status), "\(output.errorText)")
        }
    }

    @Test func aRedisThatIsAwayIsUnreachable() async throws {
        place.server.stop()
        let output = try await place.run("ls", environment: environment)
        #expect(output.status == .exited(4), "\(output.errorText)")
    }

    @Test func theScreenIsLive() async throws {
        try await begin("job-1", lines: ["first line"])
        let terminal = try await place.terminal(environment: environment)
        try await terminal.waitFor("job-1")
        try await terminal.waitFor(server.url)
        try await terminal.waitFor("Online")
        try await terminal.send("Enter")
        try await terminal.waitFor("first line")
        try await place.send("RPUSH", "job:logs:job-1", "{\"type\":\"warn\",\"message\":\"a new line\"}")
        try await terminal.waitFor("a new line")
        place.server.stop()
        try await terminal.waitFor("Reconnecting")
        try place.server.restart()
        try await terminal.waitFor("Online")
        try await eventually("the line") {
            (try? await place.send("RPUSH", "job:logs:job-1", "{\"message\":\"one after the other\"}")) != nil
        }
        try await terminal.waitFor("one after the other")
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func aLogIsFollowed() async throws {
        try await begin("job-1", lines: ["first line"])
        let child = try Spawned(
            [place.joblog, "logs", "-f", "job-1"],
            environment: place.environment.merging(environment) { $1 })
        var lines = child.lines.makeAsyncIterator()
        #expect(await lines.next()?.contains("first line") == true)
        try await place.send("RPUSH", "job:logs:job-1", "{\"message\":\"a new line\"}")
        #expect(await lines.next()?.contains("a new line") == true)
        let publisher = JobPublisher(connection: place.redis, worker: WorkerIdentity(name: "w"), console: { _ in })
        try await publisher.attach(JobID("job-1"))
        try await publisher.complete(JobID("job-1"))
        #expect(await lines.next()?.contains("Job completed") == true)
        #expect(try await child.wait() == .exited(0))
    }
}
