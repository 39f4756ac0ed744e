import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// A TypeScript worker, as it was recorded, and a Swift worker on the same job at the same time.
@Suite(.inTurn) struct SideBySideTests {
    private let redis: PrivateRedis
    private let id = JobID("job-1734470400000-agent1")

    init() throws {
        redis = try PrivateRedis()
    }

    /// Replays the recording as of now. Before it says that the job is done it waits for `others`.
    private func replay(awaiting others: @escaping @Sendable () async throws -> Void) async throws {
        let connection = redis.connection()
        try await Recording.agentJob().replay(pace: .atOnce) { argv in
            let arguments = argv.dropFirst().map { argument in
                String(decoding: argument, as: UTF8.self)
                    .replacing(#/"timestamp":\d+/#, with: "\"timestamp\":\(Timestamp.now())")
            }
            if arguments.contains(where: { $0.contains(#""event":"job:completed""#) }) { try await others() }
            let name = String(decoding: argv[0], as: UTF8.self)
            let sent = arguments.map { RedisArgument.text($0) }
            switch name {
            case "PUBLISH": _ = try await connection.send(RedisCommand("PUBLISH", arguments: sent))
            case "RPUSH": _ = try await connection.send(RedisCommand("RPUSH", arguments: sent))
            case "LTRIM": _ = try await connection.send(RedisCommand("LTRIM", arguments: sent))
            case "EXPIRE": _ = try await connection.send(RedisCommand("EXPIRE", arguments: sent))
            case "SETEX": _ = try await connection.send(RedisCommand("SETEX", arguments: sent))
            default: Issue.record("the recording has a command \(name)")
            }
        }
    }

    /// Both workers at once: the Swift one says how far it is `count` times, with a remark each time.
    private func work(_ count: Int, retention: LogRetention = LogRetention()) async throws {
        let publisher = JobPublisher(
            connection: redis.connection(), worker: WorkerIdentity(name: "swift-1"), retention: retention)
        let before = Timestamp.now()
        let swift = Task { [id] in
            try await publisher.attach(id, user: "user-42")
            for number in 1...count {
                try await publisher.progress(id, step: "Ranking \(number)", percent: 50)
                publisher.logs.post(id, LogLine(.debug, "ranked \(number)", metadata: ["number": JSONValue(number)]))
            }
            // As an entry that had to wait: older than what stands before it.
            await publisher.logs.append(id, LogLine(.warn, "late", timestamp: before - 1_000))
            await publisher.flush()
        }
        try await replay {
            try await swift.value
            // What is said next is newer: by the clock that counts ms, too.
            let end = Timestamp.now()
            while Timestamp.now() == end { await Task.yield() }
        }
    }

    private func isOurs(_ entry: LogEntry) -> Bool { entry.metadata?["worker"]?.string == "swift-1" }

    @Test func linesOfBothStandInTheOrderOfTheirTimes() async throws {
        try await work(40)
        let source = RedisJobSource(configuration: redis.configuration)
        let records = try await source.log(id, newest: 200)
        var document = LogDocument()
        document.append(records)
        #expect(document.lines.map(\.time) == document.lines.map(\.time).sorted())
        // Equal times stay in list order.
        let expected = records.enumerated().sorted {
            ($0.element.timestamp ?? 0, $0.offset) < ($1.element.timestamp ?? 0, $1.offset)
        }
        let shown = document.lines.compactMap { $0.decoded() }
        #expect(shown == expected.map(\.element.entry))
        #expect(shown.first?.message == "late")

        // Nothing of either worker is missing, and each one's lines are in its order.
        let swift = shown.dropFirst().filter(isOurs).map(\.message)
        #expect(swift == (1...40).flatMap { ["Ranking \($0) (50%)", "ranked \($0)"] })
        let recorded = try Recording.agentJob().commands.filter { $0.argv[0].elementsEqual("RPUSH".utf8) }
            .map { try json(String(decoding: $0.argv[2], as: UTF8.self))["message"]?.string }
        #expect(shown.filter { !isOurs($0) }.map(\.message) == recorded)
        let job = try #require(try await source.job(id))
        #expect(job.snapshot.state == .completed)
        #expect(job.snapshot.progress == 100)
        #expect(job.checkpoint != nil)
    }

    @Test func whatOneWritesTheOtherCanRead() async throws {
        let subscriber = RedisSubscriber(redis.configuration)
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([JobKeys().events(id)])
        try await work(10)
        try await redis.call("PUBLISH", .bytes(JobKeys().events(id)), "end")
        for text in try await redis.list("job:logs:\(id.lossyText)") {
            // What the TypeScript reader takes for granted.
            let entry = try json(text)
            #expect(entry["timestamp"]?.int != nil)
            #expect(["info", "warn", "error", "debug"].contains(entry["type"]?.string))
            #expect(entry["message"]?.string != nil)
            if let metadata = entry["metadata"] { #expect(metadata.object != nil) }
            let number = entry["id"]?.string.flatMap { EntryID($0)?.count }
            #expect((number != nil) == (entry["metadata"]?["worker"]?.string == "swift-1"), "only ours have an id")
        }
        var kinds: [String: Int] = [:]
        for try await case .message(_, let payload) in messages {
            if payload.elementsEqual("end".utf8) { break }
            let event = try JSONValue(parsing: payload)
            #expect(event["jobId"]?.string == id.lossyText)
            #expect(event["userId"]?.string == "user-42")
            #expect(event["sequence"]?.int != nil)
            #expect(event["timestamp"]?.int != nil)
            if event["step"] != nil {
                #expect(event["state"]?.string == "running")
                #expect(event["progress"]?.double != nil)
            }
            #expect(JobEvent.decode(payload) != nil)
            kinds[event["event"]?.string ?? "progress", default: 0] += 1
        }
        #expect(kinds["job:progress"] == 10)
        #expect(kinds["progress"] == 14)
        #expect(kinds["job:completed"] == 1)
    }

    @Test func theTypeScriptWorkersLimitHoldsForBoth() async throws {
        try await work(150, retention: LogRetention(entries: 5_000, seconds: 30 * 86_400))
        let log = try await JobLogManager(connection: redis.client).newest(1_000, of: id).map(\.entry)
        #expect(log.count == 200)
        #expect(log.last?.message == "Job completed in 2331ms")
        #expect(log.filter(isOurs).dropLast().last?.message == "ranked 150")
        try await redis.expectLifetime("job:logs:\(id.lossyText)", 604_800)
    }
}
