import Foundation
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// What becomes of log entries on a real server that refuses, freezes, dies or cuts them off.
@Suite("Log entries on a real server", .inTurn)
struct LogOutboxTests {
    private let redis: PrivateRedis
    private let console = Console()
    private let id = JobID("job")
    private let other = JobID("other")

    init() throws {
        redis = try PrivateRedis(arguments: [
            "--appendonly", "yes", "--appendfsync", "always", "--enable-protected-configs", "yes",
        ])
    }

    private func manager(
        keeping: LogKeeping? = nil, limits: LogLimits = LogLimits(), user: String? = nil,
        timeout: Duration = .seconds(10)
    ) -> JobLogManager {
        let connection = RedisConnection(
            RedisConfiguration(
                url: redis.server.url, user: user, password: user.map { _ in RedisPassword("p") },
                clientName: "tested-worker", connectTimeout: timeout, commandTimeout: timeout))
        return JobLogManager(
            connection: connection, retention: LogRetention(entries: 1_000_000),
            keeping: keeping ?? LogKeeping(retryLimit: .milliseconds(100)), limits: limits,
            console: { [console] in console.add($0) })
    }

    private func records(of id: JobID) async throws -> [LogEntry] {
        try await redis.client.send(RedisCommand("LRANGE", .key(JobKeys().logs(id)), 0, -1)).records.map(\.entry)
    }

    /// The numbers with which messages begin; those of notices are left out.
    private func numbers(of id: JobID) async throws -> [Int] {
        let entries = try await records(of: id).filter { $0.metadata?["dropped"] == nil }
        return entries.compactMap { $0.message.split(separator: " ").first.flatMap { Int($0) } }
    }

    private func error(_ delivery: LogDelivery) -> RedisError.Code? {
        switch delivery {
        case .stored: nil
        case .kept(let error), .console(let error): error.code
        }
    }

    private func isKept(_ delivery: LogDelivery) -> Bool {
        if case .kept = delivery { true } else { false }
    }

    private func post(_ numbers: ClosedRange<Int>, to logs: JobLogManager, padding: Int = 0) {
        let text = String(repeating: "x", count: padding)
        for number in numbers { logs.post(id, LogLine(.info, "\(number) \(text)")) }
    }

    // MARK: - Lost connections

    @Test("what was sent on a connection that is killed is there once, and in its order")
    func killedConnections() async throws {
        let logs = manager(keeping: LogKeeping(entries: 100_000, bytes: 100_000_000, retryLimit: .milliseconds(100)))
        for round in 0..<40 {
            post(round * 500 + 1...round * 500 + 500, to: logs, padding: 200)
            try await redis.call("CLIENT", "KILL", "TYPE", "normal")
        }
        #expect(await logs.flush(within: .seconds(30)))
        #expect(try await numbers(of: id) == Array(1...20_000))
    }

    @Test("the same where the worker may not run scripts")
    func killedConnectionsWithoutScripts() async throws {
        try await redis.call("ACL", "SETUSER", "plain", "on", ">p", "~*", "&*", "+@all", "-eval")
        let logs = manager(user: "plain")
        for round in 0..<40 {
            post(round * 50 + 1...round * 50 + 50, to: logs, padding: 200)
            try await redis.call("CLIENT", "KILL", "TYPE", "normal")
        }
        #expect(await logs.flush(within: .seconds(30)))
        #expect(try await numbers(of: id) == Array(1...2_000))
    }

    @Test("a server that was frozen doubles nothing when it thaws")
    func frozen() async throws {
        // Short: the pipeline is lost while the server holds a part of it.
        let logs = manager(timeout: .milliseconds(60))
        var last = 0
        for round in 0..<12 {
            let size = 50 + round * 40
            let lines = console.all.count
            redis.server.suspend()
            post(last + 1...last + size, to: logs, padding: 2_000)
            last += size
            await console.untilMore(than: lines)
            post(last + 1...last + 10, to: logs)
            last += 10
            redis.server.resume()
            #expect(await logs.flush(within: .seconds(30)))
            #expect(logs.outbox.inMemory.count == 0)
        }
        #expect(try await numbers(of: id) == Array(1...last))
    }

    @Test("whoever logs does not wait for a server that is frozen, and memory has its bound")
    func postsDoNotWait() async throws {
        let logs = manager(keeping: LogKeeping(entries: 2_000, bytes: 1_000_000, retryLimit: .milliseconds(100)))
        #expect(await logs.info(id, "0") == .stored)
        redis.server.suspend()
        var most = (count: 0, cost: 0)
        for number in 1...10_000 {
            logs.post(id, LogLine(number % 100 == 0 ? .error : .debug, "\(number)"))
            let now = logs.outbox.inMemory
            most = (max(most.count, now.count), max(most.cost, now.cost))
        }
        // All of them have returned, and the server has not moved.
        redis.server.resume()
        // What the log says of those that were dropped may come on top.
        #expect(most.count <= 2_001 && most.cost <= 1_001_000)
        #expect(await logs.flush(within: .seconds(30)))
        let stored = try await numbers(of: id)
        #expect(stored == stored.sorted() && Set(stored).count == stored.count)
        let dropped = try await records(of: id).compactMap { $0.metadata?["dropped"]?.int }.reduce(0, +)
        #expect(dropped > 0 && stored.count + dropped == 10_001)
        #expect(stored.count { $0 % 100 == 0 } == 101)
    }

    @Test("a server that is started anew does not have others' connections ended")
    func othersLive() async throws {
        let logs = manager()
        #expect(await logs.info(id, "1") == .stored)
        let number = try #require(try await redis.number("CLIENT", "ID"))
        // The worker's connection dies with something under way, and its number is another's afterwards.
        redis.server.suspend()
        logs.post(id, LogLine(.info, "2"))
        redis.server.kill()
        try redis.server.restart()
        let strangers = try await (0..<number + 8).asyncMap { _ in
            let stranger = RedisConnection(RedisConfiguration(url: redis.server.url, clientName: "stranger"))
            try await stranger.connect()
            return stranger
        }
        #expect(await logs.flush(within: .seconds(30)))
        for stranger in strangers { #expect(await stranger.isConnected) }
        #expect(try await numbers(of: id) == [1, 2])
    }

    // MARK: - Refusals

    /// Appends while the server refuses, and again when it does not.
    private func survives(
        _ code: RedisError.Code, _ logs: JobLogManager, refuse: () async throws -> Void,
        allow: () async throws -> Void
    ) async throws {
        #expect(await logs.info(id, "1") == .stored)
        try await refuse()
        let delivery = await logs.info(id, "2")
        #expect(isKept(delivery) && error(delivery) == code)
        for number in 3...1_500 { logs.post(number % 2 == 0 ? id : other, LogLine(.info, "\(number)")) }
        #expect(console.all.count == 1_499)
        #expect(await logs.flush(within: .milliseconds(20)) == false)
        try await allow()
        #expect(await logs.flush(within: .seconds(30)))
        #expect(try await numbers(of: id) == [1] + (1...750).map { $0 * 2 })
        #expect(try await numbers(of: other) == (1..<750).map { $0 * 2 + 1 })
        // Each is on the console once.
        #expect(console.all.count == 1_499)
    }

    @Test("a server without memory")
    func outOfMemory() async throws {
        try await survives(.outOfMemory, manager()) {
            try await redis.call("CONFIG", "SET", "maxmemory", "1")
        } allow: {
            try await redis.call("CONFIG", "SET", "maxmemory", "0")
        }
    }

    @Test("a server that has become a replica")
    func readOnly() async throws {
        try await survives(.readOnly, manager()) {
            try await redis.call("REPLICAOF", "127.0.0.1", "1")
        } allow: {
            try await redis.call("REPLICAOF", "NO", "ONE")
        }
    }

    @Test("a server without the replicas that it wants")
    func noReplicas() async throws {
        try await survives(.server, manager()) {
            try await redis.call("CONFIG", "SET", "min-replicas-to-write", "1")
        } allow: {
            try await redis.call("CONFIG", "SET", "min-replicas-to-write", "0")
        }
    }

    @Test("a server that cannot save its data")
    func misconfigured() async throws {
        let folder = try TemporaryFolder()
        let gone = folder.file("gone")
        try FileManager.default.createDirectory(atPath: gone, withIntermediateDirectories: false)
        try await survives(.server, manager()) {
            try await redis.call("CONFIG", "SET", "dir", .text(gone))
            try FileManager.default.removeItem(atPath: gone)
            try await redis.call("BGSAVE")
            while try await redis.text("INFO", "persistence")?.contains("rdb_last_bgsave_status:err") == false {
                await Task.yield()
            }
        } allow: {
            try await redis.call("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")
        }
    }

    @Test("a server that loads its data")
    func loading() async throws {
        // From an append-only file it would hardly look at its clients.
        let redis = try PrivateRedis()
        let value = String(repeating: "v", count: 200)
        for number in 0..<300 { try await redis.call("SET", .text("key:\(number)"), .text(value)) }
        let logs = JobLogManager(connection: redis.connection(), console: { _ in })
        #expect(await logs.info(id, "1") == .stored)
        // Some microseconds a key, and a look at its clients now and then.
        try redis.server.restart(
            arguments: ["--key-load-delay", "3000", "--loading-process-events-interval-bytes", "1024"],
            awaitsData: false)
        let delivery = await logs.info(id, "2")
        #expect(isKept(delivery) && error(delivery) == .loading)
        logs.post(id, LogLine(.info, "3"))
        #expect(await logs.flush(within: .seconds(60)))
        #expect(try await logs.newest(of: id).map(\.entry.message) == ["1", "2", "3"])
    }

    @Test("a log that the worker may not write costs no other, and says so when it can be written")
    func noPermission() async throws {
        try await redis.call("ACL", "SETUSER", "w", "on", ">p", "~job:logs:other", "&*", "+@all")
        let logs = manager(user: "w")
        try await refused(.noPermission, logs) {
            try await redis.call("ACL", "SETUSER", "w", "~*")
        }
    }

    @Test("a log whose key holds something else costs no other, and says so when it can be written")
    func wrongType() async throws {
        try await redis.call("SET", "job:logs:job", "mine")
        try await refused(.wrongType, manager()) {
            #expect(try await redis.text("GET", "job:logs:job") == "mine")
            try await redis.call("DEL", "job:logs:job")
        }
    }

    private func refused(_ code: RedisError.Code, _ logs: JobLogManager, allow: () async throws -> Void) async throws {
        for number in 1...3 {
            let delivery = await logs.info(id, "\(number)")
            #expect(!isKept(delivery) && error(delivery) == code)
            #expect(await logs.info(other, "\(number)") == .stored)
        }
        #expect(console.all == (1...3).map { "[JobLogManager] [job] INFO: \($0)" })
        #expect(await logs.flush(within: .seconds(10)))
        try await allow()
        logs.post(id, LogLine(.info, "4"))
        #expect(await logs.flush(within: .seconds(10)))
        logs.post(id, LogLine(.info, "5"))
        #expect(await logs.flush(within: .seconds(10)))
        #expect(try await numbers(of: other) == [1, 2, 3])
        let messages = try await records(of: id).map(\.message)
        #expect(messages.filter { $0.hasPrefix("3 entries") } == ["3 entries were refused by Redis"])
        #expect(messages.count == 3 && messages.last == "5")
    }

    @Test("a wrong password is no reason to hurry")
    func wrongPassword() async throws {
        let logs = JobLogManager(
            connection: RedisConnection(
                RedisConfiguration(url: redis.server.url, user: "nobody", password: RedisPassword("wrong"))),
            console: { [console] in console.add($0) })
        let before = try await redis.commandCounts()["auth", default: 0]
        let delivery = await logs.info(id, "1")
        #expect(isKept(delivery) && error(delivery) == .wrongPassword)
        #expect(await logs.flush(within: .milliseconds(300)) == false)
        #expect(try await redis.commandCounts()["auth", default: 0] - before < 12)
        try await redis.call("ACL", "SETUSER", "nobody", "on", ">wrong", "~*", "&*", "+@all")
        #expect(await logs.flush(within: .seconds(30)))
        #expect(try await numbers(of: id) == [1])
    }

    // MARK: - Journals

    @Test("the journal of a killed process is sent by the next one, which may be killed as well")
    func orphans() async throws {
        let folder = try TemporaryFolder()
        let probe = try BuiltProducts.path(of: "WorkerProbe")
        redis.server.stop()
        let first = try Spawned([probe, "write", redis.server.urlText, "w", "5000", "100000", "100", folder.path])
        for _ in 0..<20 { first.write("go\n") }
        for await line in first.lines where line == "done" { break }
        first.terminate(signal: SIGKILL)
        try await first.wait()
        try redis.server.restart()
        // Killed when some have arrived.
        let second = try Spawned([probe, "write", redis.server.urlText, "next", "0", "1", "1", folder.path])
        for await line in second.lines where line == "done" { break }
        while try await redis.number("LLEN", "job:logs:fault:0") == 0 { await Task.yield() }
        second.terminate(signal: SIGKILL)
        try await second.wait()
        let logs = manager(keeping: LogKeeping(journalFolder: folder.path))
        #expect(await logs.close(within: .seconds(30)))
        for job in 0..<2 {
            let messages = try await records(of: JobID("fault:\(job)")).map(\.message)
            #expect(messages == (1...5_000).filter { $0 % 2 == job }.map { "w \($0)" })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("what is under way and what waits at the end is in the journal")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let logs = manager(keeping: LogKeeping(journalFolder: folder.path))
        #expect(await logs.info(id, "1") == .stored)
        redis.server.suspend()
        post(2...2_000, to: logs)
        #expect(await logs.close(within: .zero) == false)
        #expect(console.all.count == 1_999)
        redis.server.resume()
        let next = manager(keeping: LogKeeping(journalFolder: folder.path))
        #expect(await next.close(within: .seconds(30)))
        #expect(try await numbers(of: id) == Array(1...2_000))
    }

    @Test("where nothing is to be seen of a journal, what is lost at the end is said")
    func closingWithoutJournal() async throws {
        let logs = manager()
        redis.server.stop()
        #expect(isKept(await logs.info(id, "1")))
        #expect(await logs.close(within: .zero) == false)
        #expect(
            console.all == [
                "[JobLogManager] [job] INFO: 1",
                "[JobLogManager] Redis has not taken 1 entry; what is above is nowhere else.",
            ])
    }

    @Test("a folder that cannot be made is named, and memory takes over")
    func noFolder() async throws {
        let logs = manager(keeping: LogKeeping(journalFolder: "/dev/null/journal", retryLimit: .milliseconds(100)))
        #expect(console.all.count == 1 && console.all[0].contains("/dev/null/journal"))
        redis.server.stop()
        #expect(isKept(await logs.info(id, "1")))
        try redis.server.restart()
        #expect(await logs.flush(within: .seconds(30)))
        #expect(try await numbers(of: id) == [1])
    }

    @Test("a full disk leaves the rest in memory, and the order as it was")
    func fullDisk() async throws {
        let folder = try TemporaryFolder()
        let mount = try? await run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder.path])
        let isMounted = mount?.status == .exited(0)
        let logs = manager(
            keeping: LogKeeping(
                journalFolder: folder.path, journalBytes: isMounted ? 256_000_000 : 50_000,
                retryLimit: .milliseconds(100)))
        redis.server.stop()
        #expect(isKept(await logs.info(id, "1")))
        post(2...1_000, to: logs)
        #expect(logs.outbox.inMemory.count > 100)
        #expect(console.all.count { $0.contains("Entries are kept in memory until Redis is back.") } == 1)
        #expect(console.all.contains { $0.contains(isMounted ? "No space left on device" : "reached its limit") })
        try redis.server.restart()
        #expect(await logs.close(within: .seconds(30)))
        #expect(try await numbers(of: id) == Array(1...1_000))
        if isMounted { _ = try await run(["umount", folder.path]) }
    }

    // MARK: - Bad input

    @Test("a message of 20 MB is cut between two characters, and says so")
    func hugeMessage() async throws {
        let logs = manager()
        for (text, kept) in [("é", 499_999), ("👩‍👩‍👧‍👦", 39_999), ("e\u{301}", 333_333)] {
            let size = text.utf8.count
            let message = "x" + String(repeating: text, count: 20_000_000 / size)
            #expect(await logs.info(id, message) == .stored)
            let stored = try #require(try await records(of: id).last).message
            #expect(stored.hasPrefix("x" + text) && stored.hasSuffix("… (cut: \(message.utf8.count) bytes in all)"))
            let mark = try #require(stored.ranges(of: "… (cut").last)
            #expect(stored[..<mark.lowerBound].utf8.count == 1 + kept * size)
        }
        #expect(await logs.info(id, "e" + String(repeating: "\u{301}", count: 10_000_000)) == .stored)
    }

    @Test("metadata that nests 1,000 deep, or holds NaN, is marked, and the rest goes on")
    func strangeMetadata() async throws {
        let logs = manager()
        var deep: JSONValue = "bottom"
        for index in 0..<1_000 { deep = index % 2 == 0 ? [deep] : ["k": deep] }
        #expect(await logs.info(id, "deep", ["deep": deep, "beside": 1]) == .stored)
        #expect(await logs.info(id, "nan", ["a": JSONValue(Double.nan), "b": JSONValue(-Double.infinity)]) == .stored)
        let large: JSONValue = .array(Array(repeating: "0123456789", count: 100_000))
        #expect(await logs.info(id, "large", ["large": large]) == .stored)
        let records = try await records(of: id)
        #expect(records.map(\.message) == ["deep", "nan", "large"])
        #expect(records.allSatisfy { $0.isJSON })
        #expect(records[0].metadata?.text().contains("… (nested too deep)") == true)
        #expect(records[0].metadata?["beside"]?.int == 1)
        #expect(records[1].metadata?.text() == #"{"a":null,"b":null}"#)
        #expect(records[2].metadata?["cut"]?.string == "metadata of 1300011 bytes left out")
    }

    @Test("an empty id makes no key")
    func emptyID() async throws {
        let logs = manager()
        guard case .console(let error) = await logs.error(JobID(""), "lost\u{7}") else {
            Issue.record("it was not told to be on the console")
            return
        }
        #expect(error.message == "The job has an empty id; log to a job that has one.")
        logs.post(JobID(bytes: []), LogLine(.info, "too"))
        let lines = [(id: JobID(""), line: LogLine(.info, "x")), (id: id, line: LogLine(.info, "y"))]
        #expect(await logs.append(lines)[1] == .stored)
        #expect(try await redis.number("EXISTS", "job:logs:") == 0)
        #expect(console.all.count == 3)
    }
}

/// Keeps the lines of a console, and tells when there are more.
private final class Console: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: (count: Int, CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var all: [String] { state.withLock(\.lines) }

    func add(_ line: String) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.lines.append(line)
            guard let (count, continuation) = state.waiting, state.lines.count > count else { return nil }
            state.waiting = nil
            return continuation
        }
        waiting?.resume()
    }

    func untilMore(than count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.lines.count > count { return true }
                state.waiting = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
