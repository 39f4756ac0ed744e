import Logging
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// Jobs that run in a closure, and what a real Redis has of them afterwards.
@Suite(.inTurn) struct JobScopeTests {
    private let server: RedisServer
    private let redis: RedisConnection
    private let publisher: JobPublisher
    private let id = JobID("job-1")

    init() throws {
        server = try RedisServer()
        redis = RedisConnection(RedisConfiguration(url: server.url))
        publisher = JobPublisher(connection: redis, worker: WorkerIdentity(name: "w1"), console: { _ in })
    }

    private func state() async throws -> JobStateRecord {
        try #require(try await JobStateStore(connection: redis).load(id))
    }

    private func log() async throws -> [LogEntry] {
        await publisher.logs.flush()
        return try await publisher.logs.newest(200, of: id).map(\.entry)
    }

    @Test func aJobThatReturnsIsCompleted() async throws {
        let answer = try await publisher.withJob(id, user: "u", type: "t") { job in
            #expect(job.checkpoint == nil)
            try await job.progress("Reading", 40)
            job.log.warn("low disk", ["free": 3])
            job.setResult(["sources": 5])
            return 42
        }
        #expect(answer == 42)
        let state = try await state()
        #expect(state.status == .completed)
        #expect(state.progress == 100)
        #expect(state.result?["sources"]?.int == 5)
        #expect(state.type == "t")
        let log = try await log()
        #expect(log.map(\.message).prefix(2) == ["Reading (40%)", "low disk"])
        #expect(log[1].level == .warn)
        #expect(log[1].metadata?["free"]?.int == 3)
        #expect(log[1].metadata?["worker"]?.string == "w1")
        #expect(log[2].message.hasPrefix("Job completed in "))
    }

    @Test func aJobThatThrowsHasFailed() async throws {
        await #expect(throws: JobFailure.self) {
            try await publisher.withJob(id, user: "u") { _ in
                throw JobFailure("upstream is down", code: "ETIMEDOUT", recoverable: false)
            }
        }
        #expect(try await state().status == .failed)
        #expect(try await state().error == "upstream is down")
        let last = try #require(try await log().last)
        #expect(last.level == .error)
        #expect(last.metadata?["code"]?.string == "ETIMEDOUT")
        #expect(last.metadata?["recoverable"]?.bool == false)
    }

    @Test func aRequestToCancelCancelsTheTask() async throws {
        let (started, begins) = AsyncStream.makeStream(of: Void.self)
        let work = Task { [publisher, id] in
            try await publisher.withJob(id, user: "u") { job in
                try await job.progress("Waiting", 10)
                begins.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        for await _ in started { break }
        // The subscription may come a moment after the job's first words.
        let channel = RedisCommand("PUBLISH", .bytes(JobKeys().cancel(id)), #"{"userId":"u","jobId":"job-1"}"#)
        try await eventually("a listener on the channel") { try await redis.send(channel).integer == 1 }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await state().status == .cancelled)
        // Nobody listens any longer than the job runs.
        try await eventually("the end of listening") { try await redis.send(channel).integer == 0 }
    }

    @Test func aViewersCancelReachesTheJob() async throws {
        let (started, begins) = AsyncStream.makeStream(of: Void.self)
        let work = Task { [publisher, id] in
            try await publisher.withJob(id, user: "u") { job in
                begins.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        for await _ in started { break }
        _ = try await JobActions(connection: redis, actor: "anna@laptop").cancel(id)
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await state().status == .cancelled)
    }

    @Test func aRestartedJobIsHandedItsCheckpoint() async throws {
        await #expect(throws: JobFailure.self) {
            try await publisher.withJob(id, user: "u") { job in
                try await job.checkpoint("Reading", 55, customData: ["page": 3])
                throw JobFailure("crash")
            }
        }
        #expect(try await state().status == .failed)
        _ = try await JobActions(connection: redis, actor: "anna@laptop").resume(id)
        let page = try await publisher.withJob(id) { job in job.checkpoint?.customData?["page"]?.int }
        #expect(page == 3)
        #expect(try await state().status == .completed)
        #expect(try await CheckpointStore(connection: redis).archived(id) == [1])
    }

    @Test func aJobThatHasEndedIsNotBegunAgain() async throws {
        try await publisher.withJob(id, user: "u") { _ in }
        await #expect(throws: PublishError.self) {
            try await publisher.withJob(id, user: "u") { _ in Issue.record("the job ran twice") }
        }
        #expect(try await state().status == .completed)
    }

    @Test func aJobRunsWhileRedisIsAway() async throws {
        _ = try await redis.send(RedisCommand("PING"))
        server.stop()
        try await publisher.withJob(id, user: "u") { job in
            try await job.progress("Reading", 30)
            try await job.checkpoint("Reading", 35, customData: ["page": 4])
            try await job.progress("Writing", 70)
        }
        try server.restart()
        #expect(await publisher.flush(within: .seconds(20)))
        let log = try await log()
        #expect(log.map(\.message).prefix(2) == ["Reading (30%)", "Writing (70%)"])
        #expect(log.count == 3)
        try await eventually("the state that was owed") { [redis, id] in
            try await JobStateStore(connection: redis).load(id)?.status == .completed
        }
        #expect(try await CheckpointStore(connection: redis).load(id)?.customData?["page"]?.int == 4)
    }

    @Test func swiftLogGoesToTheJobsLog() async throws {
        let outside = LineHandler()
        var logger = Logger(label: "worker") { _ in JobLogHandler(fallback: outside) }
        logger.logLevel = .trace
        logger[metadataKey: "host"] = "h1"
        let captured = logger
        captured.info("before")
        try await publisher.withJob(id, user: "u") { _ in
            captured.debug("fine", metadata: ["n": "\(1)"])
            captured.notice("noted", metadata: ["list": ["a", "b"], "size": .stringConvertible(12)])
            // Also from tasks that the job starts.
            await withTaskGroup { group in group.addTask { captured.critical("bad", metadata: ["why": ["k": "v"]]) } }
        }
        captured.error("after")
        #expect(outside.lines.all == ["before", "after"])
        let log = try await log()
        #expect(log.map(\.message).prefix(3) == ["fine", "noted", "bad"])
        #expect(log.map(\.level).prefix(3) == [.debug, .info, .error])
        #expect(log[0].metadata?["host"]?.string == "h1")
        #expect(log[1].metadata?["list"]?.text() == #"["a","b"]"#)
        #expect(log[1].metadata?["size"]?.int == 12)
        #expect(log[2].metadata?["why"]?["k"]?.string == "v")
    }
}

/// Keeps what is logged.
private struct LineHandler: LogHandler {
    let lines = Recorder()
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.message)") }
}
