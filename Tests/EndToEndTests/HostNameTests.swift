import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// A server's name that leads nowhere, then to the server, then to another one.
///
/// In a mount namespace of its own the programs read the test's list of hosts in the place of /etc/hosts.
@Suite(.inTurn, .enabled(Comment(rawValue: MountNamespace.refusal)) { await MountNamespace.isAllowed })
struct HostNameTests {
    private static let name = "redis.joblog.test"
    private let folder: TemporaryFolder
    private let servers: [RedisServer]
    private let port: Int

    init() throws {
        folder = try TemporaryFolder()
        let port = try RedisServer.freePort()
        self.port = port
        servers = try ["127.0.0.2", "127.0.0.3"].map { address in
            try RedisServer(arguments: ["--bind", address, "--port", "\(port)", "--repl-diskless-sync-delay", "0"])
        }
        try folder.write("hosts: files\n", to: "nsswitch.conf")
        try leadTo(nil)
    }

    /// Has the name lead to one of the servers, or nowhere. The file stays the same one, which is bound to.
    private func leadTo(_ server: Int?) throws {
        try folder.write(server.map { "127.0.0.\($0 + 2) \(Self.name)\n" } ?? "", to: "hosts")
    }

    private var url: String { "redis://\(Self.name):\(port)" }

    private func command(_ argv: [String]) -> [String] {
        let files = ["hosts", "nsswitch.conf"].map { ("/etc/\($0)", folder.file($0)) }
        return MountNamespace.command(argv, binding: Dictionary(uniqueKeysWithValues: files))
    }

    private func viewer(_ arguments: String...) async throws -> Tmux {
        let terminal = try Tmux(width: 140, height: 30, environment: ["REDIS_URL": url, "TZ": "UTC"])
        try await terminal.start(command([try BuiltProducts.path(of: "joblog")] + arguments))
        return terminal
    }

    private func connection(_ server: Int) -> RedisConnection {
        RedisConnection(RedisConfiguration(url: servers[server].url))
    }

    private func say(_ numbers: ClosedRange<Int>, to server: Int) async throws {
        for number in numbers {
            let entry = Workplace.entry("line \(number)", at: 1_000)
            _ = try await connection(server).send(
                RedisCommand("RPUSH", .key(JobKeys().logs(JobID("job"))), .text(entry))
            )
            .get()
        }
    }

    /// Stores a job's state, and that there is something new of it.
    private func begin(_ id: String, on server: Int) async throws {
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        let state = #"{"jobId":"\#(id)","status":"running","createdAt":\#(now),"updatedAt":\#(now)}"#
        let replies = try await connection(server).send([
            RedisCommand("SET", .key(JobKeys().state(JobID(id))), .text(state)),
            RedisCommand("ZADD", .key(Array("job:index".utf8)), .integer(now), .text(id)),
        ])
        for reply in replies { _ = try reply.get() }
    }

    /// How many entries of the worker a server has.
    private func stored(_ server: Int) async throws -> Int {
        var count = 0
        for job in ["fault:0", "fault:1"] {
            let length = try await connection(server).send(RedisCommand("LLEN", .key(JobKeys().logs(JobID(job)))))
            count += length.integer ?? 0
        }
        return count
    }

    @Test func viewerAndWorkerFollowIt() async throws {
        let list = try await viewer()
        try await list.waitFor { $0.contains("Reconnecting (") && $0.contains("leads nowhere") }
        let worker = try Spawned(
            command([try BuiltProducts.path(of: "WorkerProbe"), "write", url, "worker", "500", "5000", "1000"]))
        worker.write("go\n")
        var lines = worker.lines.makeAsyncIterator()
        #expect(await lines.next(isolation: #isolation) == "posted 250")

        try await begin("earlier", on: 0)
        try leadTo(0)
        try await say(1...3, to: 0)
        try await list.waitFor { $0.contains("● Online") && $0.contains("running   earlier") }
        let log = try await viewer("job")
        try await log.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        try await eventually("what the worker has kept") { try await stored(0) == 250 }

        let replica = connection(1)
        _ = try await replica.send(RedisCommand("REPLICAOF", "127.0.0.2", .integer(port))).get()
        try await eventually("a copy") { try await stored(1) == 250 }
        _ = try await replica.send(RedisCommand("REPLICAOF", "NO", "ONE")).get()
        try leadTo(1)
        servers[0].kill()
        worker.write("go\n60\n")
        try await say(4...6, to: 1)
        try await log.waitFor("the log of the other server") {
            $0.contains("● Online") && $0.lineNumbers == Array(1...6)
        }
        try await begin("later", on: 1)
        try await list.waitFor {
            $0.contains("● Online") && $0.contains("running   earlier") && $0.contains("running   later")
        }
        try await #expect(worker.wait(timeout: .seconds(90)) == .exited(0))
        #expect(try await stored(1) == 500)
    }
}
