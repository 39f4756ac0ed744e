import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The samples of the guide do what the guide says: each runs in a worker process of its own, on a real Redis.
@Suite(.inTurn) struct GuideTests {
    private let redis: PrivateRedis
    private let id = JobID("job-17")

    init() throws {
        redis = try PrivateRedis()
    }

    private func worker(
        _ sample: String, _ argument: String? = nil, environment: [String: String] = [:]
    ) throws -> Spawned {
        try Spawned(
            [try BuiltProducts.path(of: "WorkerProbe"), "guide", sample] + (argument.map { [$0] } ?? []),
            environment: environment.merging(["REDIS_URL": redis.server.urlText]) { $1 })
    }

    /// Runs a sample to its end.
    @discardableResult
    private func run(_ sample: String, _ argument: String? = nil) async throws -> Spawned {
        let worker = try worker(sample, argument)
        try await end(worker)
        return worker
    }

    private func end(_ worker: Spawned) async throws {
        let status = try await worker.wait()
        await worker.untilOutputEnds()
        #expect(status == .exited(0), "\(text(worker.stdout)) \(text(worker.stderr))")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func state(_ id: JobID? = nil) async throws -> JobStateRecord? {
        try await JobStateStore(connection: redis.client).load(id ?? self.id)
    }

    private func log() async throws -> [LogEntry] {
        try await JobLogManager(connection: redis.client).newest(500, of: id).map(\.entry)
    }

    @Test func theLeastWorkerMakesAJobAppear() async throws {
        try await run("hello")
        let state = try #require(try await state(JobID("hello")))
        #expect(state.status == .completed && state.userID == "me" && state.type == "first")
    }

    @Test func aJobIsPublishedInFiveLines() async throws {
        try await run("start")
        let state = try #require(try await state())
        #expect(state.status == .completed)
        #expect(state.userID == "user-42")
        #expect(state.type == "research")
        #expect(state.result?["sources"]?.int == 5)
        let log = try await log()
        #expect(log.map(\.message).prefix(2) == ["Searching sources (30%)", "API rate limit approaching"])
        #expect(log[1].level == .warn)
        #expect(log[1].metadata?["remaining"]?.int == 12)
        #expect(log[1].metadata?["worker"] == nil)
    }

    @Test func swiftLogGoesToTheJobInWhoseScopeItIs() async throws {
        let worker = try await run("swift-log")
        #expect(text(worker.stderr).contains("waiting for work"))
        #expect(!text(worker.stderr).contains("12 pages found"))
        let log = try await log()
        #expect(log.first?.message == "12 pages found")
        #expect(log.first?.level == .info)
        #expect(log.first?.metadata?["source"]?.string == "web")
    }

    @Test func pacedProgressIsFewLines() async throws {
        try await run("pacing")
        let log = try await log()
        #expect(log.first?.message == "Reading rows (0.01%)")
        // How many come between depends on how long the worker took.
        #expect(log.count < 10_000)
        #expect(log.last?.message.hasPrefix("Job completed in ") == true)
        #expect(try await state()?.progress == 100)
    }

    @Test func aResumedJobGoesOnFromItsCheckpoint() async throws {
        let failed = try await run("checkpoints", "fails")
        #expect(text(failed.stdout) == "failed: example.org answers 503\n")
        let last = try #require(try await log().last)
        #expect(last.message == "example.org answers 503")
        #expect(last.metadata?["code"]?.string == "HTTP_503")
        #expect(last.metadata?["recoverable"]?.bool == true)
        #expect(try await state()?.status == .failed)
        // Nobody has resumed it yet.
        let refused = try worker("checkpoints")
        #expect(try await refused.wait() == .exited(1))
        await refused.untilOutputEnds()
        #expect(text(refused.stdout) == "error: Job job-17 is failed: it cannot become running.\n")

        _ = try await JobActions(connection: redis.client, actor: "anna@laptop").resume(id)
        try await run("checkpoints")
        let messages = try await log().map(\.message)
        let resumed = try #require(messages.firstIndex(of: "resumed by anna@laptop"))
        let pages = messages[resumed...].filter { $0.hasPrefix("Reading page ") }
        #expect(pages.first == "Reading page 4 (33.333333333333336%)")
        #expect(pages.count == 9)
        let state = try #require(try await state())
        #expect(state.status == .completed)
        #expect(state.attempt == 2)
        #expect(try await CheckpointStore(connection: redis.client).load(id)?.customData?["page"]?.int == 12)
    }

    @Test func aRequestToCancelEndsTheJob() async throws {
        let worker = try worker("cancel")
        let request = RedisCommand(
            "PUBLISH", .bytes(JobKeys().cancel(id)), #"{"userId":"user-42","jobId":"job-17","timestamp":1}"#)
        // A server's request, which changes no state: heard once the worker listens.
        try await eventually("a listener on the channel") { try await redis.client.send(request).integer == 1 }
        try await end(worker)
        #expect(text(worker.stdout) == "cancelled; the next job, please\n")
        #expect(try await state()?.status == .cancelled)
    }

    @Test func aPausedJobWaits() async throws {
        let worker = try worker("pause")
        for await line in worker.lines where line == "page 3" { break }
        let actions = JobActions(connection: redis.client, actor: "anna@laptop")
        _ = try await actions.pause(id)
        let questions = try await redis.commandCounts()["get", default: 0]
        worker.write("go on\n")
        try await eventually("the question whether to go on") {
            try await redis.commandCounts()["get", default: 0] > questions
        }
        _ = try await actions.resume(id)
        try await end(worker)
        let messages = try await log().map(\.message)
        // The worker may go on between the change of the state and the line that tells of it.
        let paused = try #require(messages.firstIndex(of: "paused by anna@laptop"))
        let next = try #require(messages.firstIndex(of: "Reading page 4 (80%)"))
        #expect(paused < next)
        #expect(messages.contains("resumed by anna@laptop"))
        #expect(try await state()?.status == .completed)
    }

    @Test func aJobIsPublishedWithoutAScope() async throws {
        try await run("scopeless")
        #expect(try await state()?.status == .completed)
        #expect(try await log().map(\.message).prefix(2) == ["Searching sources (30%)", "API rate limit approaching"])
        #expect(try await CheckpointStore(connection: redis.client).archived(id) == [1])
    }

    @Test func aLogIsKeptAsLongAsAskedFor() async throws {
        let folder = try TemporaryFolder()
        try await run("keeping", folder.path)
        #expect(try await log().map(\.message) == ["Searching sources"])
        try await redis.expectLifetime("job:logs:job-17", 30 * 86_400)
    }

    @Test func aDeliverySaysWhereTheEntryIs() async throws {
        #expect(text(try await run("delivery").stdout) == "Redis has it\n")
        redis.server.stop()
        let worker = try await run("delivery")
        #expect(text(worker.stdout).hasPrefix("kept until Redis takes it: "))
        #expect(text(worker.stderr).hasPrefix("[JobLogManager] [job-17] ERROR: The disk is full\n"))
    }

    @Test func aJobWithoutScriptsIsWrittenAllTheSame() async throws {
        try await redis.call("ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", "-eval")
        let user = ["JOBLOG_REDIS_USER": "plain", "JOBLOG_REDIS_PASSWORD": "secret"]
        try await end(worker("start", environment: user))
        #expect(try await state()?.status == .completed)
        #expect(try await log().count == 3)
        try await redis.call("DEL", "job:state:job-17", "job:logs:job-17")
        try await redis.call("ACL", "SETUSER", "plain", "-watch")
        try await end(worker("start", environment: user))
        #expect(try await state() == nil)
        #expect(try await log().count == 3)
        let source = RedisJobSource(configuration: redis.configuration)
        #expect(try await source.job(id)?.snapshot.state == .completed)
    }

    @Test func aSecondWorkerSignsItsEntries() async throws {
        let publisher = JobPublisher(connection: redis.client)
        try await publisher.created(id, user: "user-42")
        try await run("second-worker")
        let entry = try #require(try await log().last)
        #expect(entry.message == "Pages 7 to 12 read")
        #expect(entry.metadata?["worker"]?.string == "reader-2")
    }

    @Test func publishersShareAConnection() async throws {
        try await run("publishers")
        #expect(try await state(JobID("import-1"))?.status == .completed)
        #expect(try await state(JobID("research-1"))?.status == .completed)
    }

    @Test func aWorkerThatIsAskedToEndDeliversTheRest() async throws {
        let worker = try worker("shutdown")
        for await line in worker.lines where line == "running" { break }
        try await eventually("the job's first line") { try await !log().isEmpty }
        worker.write("end\n")
        try await end(worker)
        #expect(text(worker.stdout).hasSuffix("delivered: true\n"))
        #expect(try await state()?.status == .cancelled)
    }
}
