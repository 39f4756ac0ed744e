import JobLogCore
import RedisClient
import TestSupport
import Testing

@testable import joblog_server

/// Many streams over one feed, on a real Redis.
@Suite(.inTurn) struct FeedHubTests {
    private let redis: PrivateRedis
    private let hub: FeedHub
    private let id = JobID("job")

    init() async throws {
        redis = try PrivateRedis()
        hub = FeedHub(feed: RedisJobSource(configuration: redis.configuration).feed())
        await hub.start()
    }

    private func write(_ range: ClosedRange<Int>, trimmedTo cap: Int = 200) async throws {
        let key = JobKeys().logs(id)
        let entries = range.map {
            LogEntry.encode(timestamp: 1_734_470_400_000 + Int64($0), type: .info, message: "line \($0)")
        }
        _ = try await redis.client.send(
            entries.map { RedisCommand("RPUSH", .key(key), .bytes($0)) }
                + [RedisCommand("LTRIM", .key(key), .integer(-cap), -1)])
    }

    /// Reads a stream until it has told `last`; gives the messages and the position after it.
    private func read(
        after position: LogPosition? = nil, newest: Int = 100, until last: String,
        _ whileWaiting: () async throws -> Void = {}
    ) async throws -> (messages: [String], position: LogPosition?) {
        let queue = StreamQueue()
        return try await hub.watching(log: id, after: position, newest: newest, on: queue) {
            var messages: [String] = []
            var position = position
            var hasBegun = false
            for await step in queue {
                switch step {
                case .log(.entries(let entries)):
                    messages += entries.map(\.record.entry.message)
                    position = entries.last?.position
                case .log(.gap(let missing)): messages.append("[gap \(missing.map { "\($0)" } ?? "?")]")
                case .log(.cleared): messages.append("[cleared]")
                case .away: messages.append("[away]")
                case .back: messages.append("[back]")
                default: messages.append("[\(step)]")
                }
                if messages.contains(last) { return (messages, position) }
                if !hasBegun {
                    hasBegun = true
                    try await whileWaiting()
                }
            }
            throw SubprocessError("the stream ended after \(messages)")
        }
    }

    private func lines(_ range: ClosedRange<Int>) -> [String] { range.map { "line \($0)" } }

    @Test func aStreamGoesOnWithoutAGapOrADouble() async throws {
        try await write(1...10)
        let (first, position) = try await read(newest: 5, until: "line 12") { try await write(11...12) }
        #expect(first == lines(6...12))
        // Nobody watches.
        try await write(13...20)
        let (second, _) = try await read(after: position, until: "line 22") { try await write(21...22) }
        #expect(second == lines(13...22))
        await hub.close()
    }

    @Test func anotherServerGoesOnAsWell() async throws {
        try await write(1...300)
        let (_, position) = try await read(until: "line 300")
        try await write(301...420)
        let other = FeedHub(feed: RedisJobSource(configuration: redis.configuration).feed())
        await other.start()
        let queue = StreamQueue()
        await other.watching(log: id, after: position, newest: 1, on: queue) {
            guard case .log(.entries(let entries)) = await queue.next() else {
                return #expect(Bool(false), "entries come first")
            }
            #expect(entries.map(\.record.entry.message) == lines(301...420))
        }
        await other.close()
        await hub.close()
    }

    @Test func whatWasTrimmedMeanwhileIsAGap() async throws {
        try await write(1...10)
        let (_, position) = try await read(until: "line 10")
        try await write(11...400)
        let (messages, _) = try await read(after: position, until: "line 400")
        #expect(messages == ["[gap ?]"] + lines(201...400))
        await hub.close()
    }

    @Test func manyStreamsReadOnce() async throws {
        try await write(1...10)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<50 { group.addTask { try await read(until: "line 12").messages } }
            try await eventually("all watch") { hub.count == 50 }
            try await write(11...12)
            for try await messages in group { #expect(messages == lines(1...12)) }
        }
        // One for the snapshot and one for each change that was heard by itself.
        #expect(try await redis.commandCounts()["lrange"] ?? 0 <= 4)
        try await eventually("nobody watches") { hub.count == 0 }
        await hub.close()
    }

    @Test func aJobIsToldAsItIsAndAtEachChange() async throws {
        let queue = StreamQueue()
        try await redis.call("SET", "job:state:job", #"{"jobId":"job","userId":"u","status":"running","progress":10}"#)
        try await hub.watching(jobs: [id, JobID("none")], on: queue) {
            let iterator = queue.makeAsyncIterator()
            guard case .job(let first) = await iterator.next() else {
                return #expect(Bool(false), "the job comes first")
            }
            #expect(first.snapshot.progress == 10)
            try await redis.call(
                "SET", "job:state:job", #"{"jobId":"job","userId":"u","status":"running","progress":20}"#)
            guard case .job(let second) = await iterator.next() else { return #expect(Bool(false), "it has changed") }
            #expect(second.snapshot.progress == 20)
            try await redis.call("DEL", "job:state:job")
            guard case .gone(let gone) = await iterator.next() else { return #expect(Bool(false), "it is gone") }
            #expect(gone == id)
        }
        await hub.close()
    }

    @Test func anOutageIsSaidAndNothingIsLost() async throws {
        let server = try RedisServer(arguments: ["--appendonly", "yes", "--appendfsync", "always"])
        let client = RedisConnection(RedisConfiguration(url: server.url))
        let hub = FeedHub(feed: RedisJobSource(configuration: RedisConfiguration(url: server.url)).feed())
        await hub.start()
        func say(_ message: String) async throws {
            let entry = LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: message)
            _ = try await client.send(RedisCommand("RPUSH", .key(JobKeys().logs(id)), .bytes(entry)))
        }
        try await say("one")
        let queue = StreamQueue()
        try await hub.watching(log: id, after: nil, newest: 10, on: queue) {
            var told: [String] = []
            for await step in queue {
                switch step {
                case .log(.entries(let entries)): told += entries.map(\.record.entry.message)
                case .away:
                    told.append("[away]")
                    try server.restart()
                    while (try? await say("two")) == nil {}
                case .back: told.append("[back]")
                default: told.append("[\(step)]")
                }
                if told == ["one"] { server.stop() }
                if told.contains("two") { break }
            }
            #expect(told == ["one", "[away]", "[back]", "two"])
        }
        await hub.close()
    }

    @Test func whenTheServerEndsStreamsAreTold() async throws {
        let queue = StreamQueue()
        await hub.watching(log: id, after: nil, newest: 10, on: queue) {
            await hub.close()
            var last: StreamStep?
            for await step in queue { last = step }
            guard case .end = last else { return #expect(Bool(false), "the last step is the end") }
        }
    }
}
