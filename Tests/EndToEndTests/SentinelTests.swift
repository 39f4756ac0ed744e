import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Commands, the screen and a worker where Sentinels say which server is the primary.
@Suite(.inTurn) struct SentinelTests {
    private let joblog: String

    init() throws {
        joblog = try BuiltProducts.path(of: "joblog")
    }

    private func run(_ arguments: String..., environment: [String: String]) async throws -> CommandOutput {
        try await TestSupport.run([joblog] + arguments, environment: environment)
    }

    private func say(_ text: String, over connection: RedisConnection) async {
        let manager = JobLogManager(connection: connection)
        _ = await manager.append([(id: JobID("job"), line: LogLine(.info, text, timestamp: Timestamp.now()))])
    }

    private func screen(
        _ group: SentinelGroup, _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> Tmux {
        let url = ["REDIS_URL": group.urlText, "TZ": "UTC"]
        let terminal = try Tmux(width: 120, height: 30, environment: url.merging(environment) { $1 })
        try await terminal.start([joblog] + arguments)
        return terminal
    }

    @Test func aPrimaryThatDiesIsReplaced() async throws {
        let group = try await SentinelGroup()
        let worker = JobLogManager(connection: RedisConnection(try group.configuration()))
        for number in 1...5 {
            worker.post(JobID("job"), LogLine(.info, "line \(number)", timestamp: Timestamp.now()))
        }
        let terminal = try await screen(group, "browse", "job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == Array(1...5) }
        // What a primary has not passed on when it dies is lost, whatever we do.
        try await group.synchronize()
        group.servers[0].kill()
        try await terminal.waitFor("Reconnecting (")
        for number in 6...10 {
            worker.post(JobID("job"), LogLine(.info, "line \(number)", timestamp: Timestamp.now()))
        }
        try await terminal.waitFor("the lines from the new primary") {
            $0.contains("● Online") && $0.lineNumbers == Array(1...10)
        }
        // The old one comes back, as a replica.
        try group.servers[0].restart()
        worker.post(JobID("job"), LogLine(.info, "line 11", timestamp: Timestamp.now()))
        try await terminal.waitFor("a line after it") { $0.lineNumbers == Array(1...11) }
        #expect(await worker.flush(within: .seconds(20)))
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func anOrderlyFailoverLosesNothing() async throws {
        let group = try await SentinelGroup(password: "secret", sentinelPassword: "other")
        let connection = RedisConnection(try group.configuration())
        for number in 1...3 { await say("line \(number)", over: connection) }
        let terminal = try await screen(
            group, "browse", "job",
            environment: ["JOBLOG_REDIS_PASSWORD": "secret", "JOBLOG_SENTINEL_PASSWORD": "other"])
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        try await group.synchronize()
        let sentinel = group.connection(to: group.sentinels[0], isSentinel: true)
        _ = try await sentinel.send(RedisCommand("SENTINEL", "FAILOVER", .text(SentinelGroup.name)))
        try await eventually("another primary") { try await group.primary()?.port != group.servers[0].port }
        // The Sentinels may tell before the servers know.
        try await eventually("a write to the new one") {
            let pushed = try? await connection.send(RedisCommand("SET", .key(Array("ready".utf8)), "1"))
            let server = await connection.server?.target
            return pushed != nil && server != .tcp(host: "127.0.0.1", port: group.servers[0].port ?? 0)
        }
        await say("line 4", over: connection)
        try await terminal.waitFor("the next line") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3, 4] }
    }

    @Test func aReplicaIsReadFromAndThePrimaryWrittenTo() async throws {
        let group = try await SentinelGroup()
        let connection = RedisConnection(try group.configuration())
        let publisher = JobPublisher(connection: connection)
        try await publisher.created(JobID("job"), user: "user")
        try await publisher.running(JobID("job"))
        try await publisher.progress(JobID("job"), step: "line 1", percent: 10)
        let terminal = try await screen(group, "browse", "--prefer-replica")
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("line 1") }
        var reading: RedisServer?
        for server in group.servers {
            let clients = try await group.connection(to: server).send(RedisCommand("CLIENT", "LIST")).string ?? ""
            guard clients.contains("name=joblog-viewer") else { continue }
            #expect(reading == nil, "all connections lead to one server")
            #expect(server.port != group.servers[0].port, "it is a replica")
            reading = server
        }
        try await publisher.progress(JobID("job"), step: "line 2", percent: 20)
        try await terminal.waitFor("line 2")
        // An action goes to the primary.
        try await terminal.send("P")
        try await terminal.waitFor("Pause")
        try await terminal.send("Left", "Enter")
        try await terminal.waitFor("paused")
        try #require(reading).kill()
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("paused") }
        try await publisher.progress(JobID("job"), step: "line 3", percent: 30)
        try await terminal.waitFor("line 3")
    }

    @Test func whatIsWrongIsSaid() async throws {
        let group = try await SentinelGroup(sentinelPassword: "other")
        let hosts = group.urlText.dropLast(SentinelGroup.name.count)
        let wrongName = try await run(
            "ls", "--url", hosts + "cache", environment: ["JOBLOG_SENTINEL_PASSWORD": "other"])
        #expect(wrongName.status == .exited(4))
        #expect(wrongName.errorText.contains("knows no primary named cache; it knows jobs"), "\(wrongName.errorText)")
        let noPassword = try await run("ls", "--url", group.urlText, environment: [:])
        #expect(noPassword.status == .exited(4))
        #expect(noPassword.errorText.contains("JOBLOG_SENTINEL_PASSWORD"), "\(noPassword.errorText)")
        let noSentinel = try await run(
            "ls", "--url", "redis+sentinel://127.0.0.1:\(group.servers[0].port ?? 0)/jobs", environment: [:])
        #expect(noSentinel.errorText.contains("seems to be no Sentinel"), "\(noSentinel.errorText)")
        let nobody = try await run(
            "ls", "--url", "redis+sentinel://127.0.0.1:\(try RedisServer.freePort())/jobs", environment: [:])
        #expect(nobody.status == .exited(4))
        #expect(nobody.errorText.contains("says where the primary is"), "\(nobody.errorText)")
        let plain = try await run("ls", "--url", group.servers[0].urlText, "--prefer-replica", environment: [:])
        #expect(plain.status == .exited(64) && plain.errorText.contains("redis+sentinel://"))
        // One Sentinel that is gone is passed over.
        group.sentinels[0].kill()
        let others = try await run("ls", "--url", group.urlText, environment: ["JOBLOG_SENTINEL_PASSWORD": "other"])
        #expect(others.status == .exited(0), "\(others.errorText)")
    }
}
