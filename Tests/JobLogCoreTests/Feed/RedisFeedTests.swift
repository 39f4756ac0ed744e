import Dispatch
import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The live feed on a real Redis.
@Suite(.inTurn) struct RedisFeedTests {
    private let server: RedisServer
    private let redis: RedisConnection
    private let id = JobID("job")

    init() throws {
        server = try RedisServer(arguments: ["--appendonly", "yes", "--appendfsync", "always"])
        redis = RedisConnection(RedisConfiguration(url: server.url))
    }

    private var configuration: RedisConfiguration {
        RedisConfiguration(url: server.url, clientName: "joblog-viewer")
    }

    private func say(_ message: String) async throws {
        let entry = LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: message)
        _ = try await redis.send(RedisCommand("RPUSH", .key(JobKeys().logs(id)), .bytes(entry)))
    }

    private var log: FeedInterest { FeedInterest(rows: [id], logs: [id]) }

    @Test func noLineIsLostOrDoubledWhileFourWritersAppend() async throws {
        let viewer = await FeedViewer(configuration, log)
        async let seen = viewer.messages(until: "end")
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    let manager = JobLogManager(
                        connection: RedisConnection(RedisConfiguration(url: server.url)),
                        retention: LogRetention(entries: 100_000))
                    for number in 0..<250 { await manager.info(id, "w\(writer) \(number)") }
                }
            }
            try await group.waitForAll()
        }
        try await say("end")
        let messages = try await seen
        #expect(messages.count == 1_001)
        for writer in 0..<4 {
            #expect(messages.filter { $0.hasPrefix("w\(writer) ") } == (0..<250).map { "w\(writer) \($0)" })
        }
        await viewer.feed.close()
    }

    @Test func aRestartLosesAndDoublesNothing() async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        #expect(try await viewer.messages(until: "one") == ["one"])
        server.stop()
        try await viewer.first { if case .connection(.reconnecting) = $0 { true } else { nil } }
        try server.restart()
        var delivered = false
        while !delivered { delivered = (try? await say("two")) != nil }
        try await say("three")
        #expect(try await viewer.messages(until: "three") == ["two", "three"])
        await viewer.feed.close()
    }

    @Test(arguments: [true, false]) func aKilledConnectionIsNoticed(_ killsSubscriber: Bool) async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        #expect(try await viewer.messages(until: "one") == ["one"])
        let clients = try await redis.send(RedisCommand("CLIENT", "LIST")).string ?? ""
        let victim = try #require(
            clients.split(separator: "\n").first {
                $0.contains("joblog-viewer") && $0.contains("psub=1") == killsSubscriber
            })
        let number = String(victim.dropFirst(3).prefix { $0 != " " })
        _ = try await redis.send(RedisCommand("CLIENT", "KILL", "ID", .text(number)))
        try await viewer.first { if case .connection(.online) = $0 { true } else { nil } }
        try await say("two")
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
    }

    @Test func aDeletedLogIsTold() async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        _ = try await viewer.messages(until: "one")
        _ = try await redis.send(RedisCommand("FLUSHALL"))
        try await viewer.first { if case .log(_, .cleared(let then)) = $0, then.isEmpty { true } else { nil } }
        try await say("two")
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
    }

    @Test func newJobsAppearByTheirEventsAndByTheScan() async throws {
        _ = try await redis.send(RedisCommand("SET", "checkpoint:only", "{\"userId\":\"u\",\"progress\":5}"))
        _ = try await redis.send(RedisCommand("SET", "checkpoint:archive:only:3", "{}"))
        _ = try await redis.send(RedisCommand("SET", "job:seq:nothing", "7"))
        let viewer = await FeedViewer(configuration, FeedInterest(discovers: true))
        var found: Set<String> = []
        try await viewer.first { update in
            if case .jobs(let jobs) = update { found.formUnion(jobs.map(\.snapshot.id.display)) }
            if case .listing(nil) = update { return true }
            return nil
        }
        #expect(found == ["only"])
        _ = try await redis.send(
            RedisCommand(
                "PUBLISH", "job:event:new", "{\"jobId\":\"new\",\"state\":\"running\",\"step\":\"S\",\"progress\":7}"))
        let job = try await viewer.first { update -> JobReading? in
            if case .jobs(let jobs) = update { return jobs.first { $0.snapshot.id == JobID("new") } }
            return nil
        }
        #expect(job.snapshot.progress == 7)
        await viewer.feed.close()
    }

    @Test func whatWasWrittenWhileSuspendedIsFetched() async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        _ = try await viewer.messages(until: "one")
        await viewer.feed.suspend()
        try await say("two")
        try await say("three")
        await viewer.feed.resume()
        #expect(try await viewer.messages(until: "three") == ["two", "three"])
        await viewer.feed.close()
    }

    /// The command that finds the reader's connection gone makes a new one, which is not tracked.
    @Test func aReaderThatConnectsByItselfIsNoticed() async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        #expect(try await viewer.messages(until: "one") == ["one"])
        let clients = try await redis.send(RedisCommand("CLIENT", "LIST")).string ?? ""
        let reader = try #require(
            clients.split(separator: "\n").first { $0.contains("joblog-viewer") && $0.contains("psub=0") })
        let number = String(reader.dropFirst(3).prefix { $0 != " " })
        let feed = try #require(viewer.feed as? RedisFeed)
        await feed.loadOlder(of: id) { [redis] in
            let killed = DispatchSemaphore(value: 0)
            Task.detached {
                _ = try? await redis.send(RedisCommand("CLIENT", "KILL", "ID", .text(number)))
                killed.signal()
            }
            killed.wait()
        }
        try await viewer.first { if case .connection(.online) = $0 { true } else { nil } }
        try await say("two")
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
    }

    @Test func lettingGoDoesNotWaitForASilentServer() async throws {
        try await say("one")
        let patient = RedisConfiguration(url: server.url, commandTimeout: .seconds(3_600))
        let viewer = await FeedViewer(patient, log)
        #expect(try await viewer.messages(until: "one") == ["one"])
        server.suspend()
        // What the feed asked by itself meanwhile may hold it up: only letting go helps then.
        let refreshing = Task { await viewer.feed.refresh() }
        await viewer.feed.suspend()
        await refreshing.value
        server.resume()
        try await say("two")
        await viewer.feed.resume()
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
    }

    @Test func aLogDeletedAndFilledAgainMeanwhileIsTold() async throws {
        try await say("one")
        let viewer = await FeedViewer(configuration, log)
        #expect(try await viewer.messages(until: "one") == ["one"])
        await viewer.feed.suspend()
        _ = try await redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
        for text in ["two", "three"] { try await say(text) }
        await viewer.feed.resume()
        #expect(try await viewer.messages(until: "three") == ["[cleared]", "two", "three"])
        await viewer.feed.close()
    }

    @Test func aLongLogIsReadFromItsEnd() async throws {
        let manager = JobLogManager(connection: redis, retention: LogRetention(entries: 10_000))
        _ = await manager.append((0..<5_000).map { (id: id, line: LogLine(.info, "line \($0)", timestamp: Int64($0))) })
        let viewer = await FeedViewer(configuration, log)
        let held = try await viewer.first { update -> [LogRecord]? in
            if case .log(_, .opened(let records, 5_000)) = update { records } else { nil }
        }
        #expect(held.count == 1_000)
        #expect(try await viewer.whole(id, from: held).map(\.entry.message) == (0..<5_000).map { "line \($0)" })
        await viewer.feed.close()
    }
}

extension RedisFeed {
    /// Reads older entries directly after something else, with nothing of the feed's own in between.
    fileprivate func loadOlder(of id: JobID, after something: @Sendable () -> Void) async {
        something()
        await loadOlder(of: id, before: [LogRecord("none")], held: 1)
    }
}
