import Foundation
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// What the publisher leaves in a real Redis.
@Suite(.inTurn) struct JobPublisherTests {
    private let server: RedisServer
    private let redis: RedisConnection
    private let id = JobID("job:1 *ü")

    init() throws {
        server = try RedisServer()
        redis = RedisConnection(RedisConfiguration(url: server.url))
    }

    private func publisher(_ name: String = "w1") -> JobPublisher {
        JobPublisher(connection: redis, worker: WorkerIdentity(name: name), console: { _ in })
    }

    private func entries() async throws -> [JSONValue] {
        let reply = try await redis.send(RedisCommand("LRANGE", .key(JobKeys().logs(id)), 0, -1))
        return try reply.records.map { try JSONValue(parsing: $0.bytes) }
    }

    private func state() async throws -> JobStateRecord {
        try #require(try await JobStateStore(connection: redis).load(id))
    }

    /// A key was given so many seconds, of which some have gone by since.
    private func expectLifetime(_ seconds: Int, of key: [UInt8]) async throws {
        let left = try #require(try await redis.send(RedisCommand("TTL", .key(key))).integer)
        #expect((seconds - 120...seconds).contains(left))
    }

    @Test func progressLeavesLineStateAndIndexes() async throws {
        let publisher = publisher()
        try await publisher.adopt(id, user: "u", type: "research")
        try await publisher.progress(id, step: "Rendering", percent: 33.333333333333336)
        let entry = try #require(try await entries().first)
        #expect(entry["message"]?.string == "Rendering (33.333333333333336%)")
        #expect(entry["type"]?.string == "info")
        #expect(entry["id"]?.string.flatMap { EntryID($0) }?.count == 1)
        try await expectLifetime(604_800, of: JobKeys().logs(id))
        let state = try await state()
        #expect(state.status == .running)
        #expect(state.progress == 33.333333333333336)
        #expect(state.type == "research")
        #expect(state.worker == "w1")
        try await expectLifetime(86_400, of: JobKeys().state(id))
        for index in [JobKeys().index, JobKeys().index(user: "u")] {
            #expect(try await redis.send(RedisCommand("ZSCORE", .key(index), .bytes(id.bytes))).bytes != nil)
        }
    }

    @Test func eventsCountUpAndOldReadersUnderstandThem() async throws {
        let subscriber = RedisSubscriber(RedisConfiguration(url: server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([JobKeys().events(id)])
        let publisher = publisher()
        try await publisher.created(id, user: "u")
        try await publisher.progress(id, step: "S", percent: 45)
        try await publisher.chunk(id, "text", isLast: true)
        try await publisher.fail(id, error: "E", code: "C", recoverable: true)
        var events: [JSONValue] = []
        for try await case .message(_, let payload) in messages {
            events.append(try JSONValue(parsing: payload))
            if events.count == 4 { break }
        }
        #expect(events.map { $0["event"]?.string } == ["job:created:v1", "job:progress", "job:chunk", "job:failed"])
        #expect(events.map { $0["sequence"]?.int } == [1, 2, 3, 4])
        #expect(events[0]["payload"]?["state"]?.string == "created")
        #expect(events[1]["progress"]?.text() == "45")
        #expect(events[1]["state"]?.string == "running")
        #expect(events[2]["isLast"]?.bool == true)
        #expect(events[3]["code"]?.string == "C")
        #expect(events.allSatisfy { $0["userId"]?.string == "u" })
    }

    @Test func aLateProgressDoesNotUndoACancel() async throws {
        let (first, second) = (publisher("first"), publisher("second"))
        try await first.adopt(id, user: "u")
        try await first.progress(id, step: "S", percent: 10)
        try await second.attach(id)
        try await second.cancel(id, reason: "enough")
        await #expect(throws: PublishError.self) { try await first.progress(id, step: "S", percent: 20) }
        #expect(try await state().status == .cancelled)
        // The stray line of the late worker does not bring the job back on screen either.
        let source = RedisJobSource(configuration: RedisConfiguration(url: server.url))
        #expect(try await source.job(id)?.snapshot.state == .cancelled)
    }

    @Test func fieldsOfOthersSurviveAWrite() async throws {
        let stored = #"{"jobId":"x","userId":"u","status":"running","cost":1e400,"progress":5,"nested":{"b":[1,2]}}"#
        _ = try await redis.send(RedisCommand("SET", .key(JobKeys().state(id)), .text(stored)))
        let publisher = publisher()
        try await publisher.attach(id)
        try await publisher.progress(id, step: "S", percent: 6)
        let object = try await state().object
        #expect(object["cost"]?.text() == "1e400")
        #expect(object["nested"]?.text() == #"{"b":[1,2]}"#)
        #expect(object["progress"]?.text() == "6")
    }

    @Test func anotherProcessGoesOnWhereOneStopped() async throws {
        let first = publisher("first")
        try await first.adopt(id, user: "u", type: "t")
        try await first.checkpoint(id, step: "S", percent: 40, customData: ["page": 3])
        let second = publisher("second")
        try await second.attach(id)
        try await second.checkpoint(id, step: "S", percent: 50)
        let checkpoint = try await CheckpointStore(connection: redis).load(id)
        #expect(checkpoint?.sequence == 2)
        #expect(checkpoint?.userID == "u")
        try await expectLifetime(604_800, of: JobKeys().checkpoint(id))
        try await second.complete(id, result: ["ok": true])
        let state = try await state()
        #expect(state.status == .completed)
        #expect(state.progress == 100)
        #expect(state.type == "t")
        #expect(state.completedAt != nil)
    }

    @Test func manyPublishersOfOneJobAllGetThrough() async throws {
        let publishers = (0..<8).map { publisher("w\($0)") }
        try await publishers[0].created(id, user: "u")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, publisher) in publishers.enumerated() {
                group.addTask {
                    try await publisher.attach(id)
                    for round in 0..<25 {
                        try await publisher.progress(id, step: "S\(index)", percent: Double(round))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await entries().count == 200)
        #expect(try await state().status == .running)
    }

    @Test func callsThatOverlapKeepTheirOrder() async throws {
        let publisher = publisher()
        try await publisher.created(id, user: "u")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for percent in 0..<100 {
                group.addTask { try await publisher.progress(id, step: "S", percent: Double(percent)) }
            }
            try await group.waitForAll()
        }
        let entries = try await entries()
        #expect(entries.count == 100)
        // The ids of one writer are in the order of its log, whichever task was first.
        let counts = entries.compactMap { $0["id"]?.string.flatMap { EntryID($0) }?.count }
        #expect(counts == Array(1...100))
        #expect(try await state().lastSequence == 101)
    }

    @Test func aJobThatWasRestartedByOthersIsTakenUpAgain() async throws {
        let publisher = publisher()
        try await publisher.created(id, user: "u")
        try await publisher.progress(id, step: "S", percent: 10)
        _ = try await JobActions(connection: redis, actor: "anna@laptop").cancel(id)
        await #expect(throws: PublishError.self) { try await publisher.progress(id, step: "S", percent: 20) }
        _ = try await JobActions(connection: redis, actor: "anna@laptop").restart(id)
        try await publisher.progress(id, step: "S", percent: 30)
        #expect(try await state().status == .running)
        #expect(try await state().progress == 30)
        #expect(try await state().attempt == 2)
    }

    @Test func aPausedJobStaysPausedUntilItIsResumed() async throws {
        let publisher = publisher()
        try await publisher.created(id, user: "u")
        try await publisher.progress(id, step: "S", percent: 10)
        _ = try await JobActions(connection: redis, actor: "anna@laptop").pause(id)
        try await publisher.progress(id, step: "S", percent: 20)
        #expect(try await state().status == .paused)
        #expect(try await state().progress == 20)
        try await publisher.resume(id)
        #expect(try await state().status == .running)
        try await publisher.pause(id)
        #expect(try await state().status == .paused)
    }

    @Test func theStartIsWhenTheJobBeginsToRun() async throws {
        let publisher = publisher()
        try await publisher.created(id, user: "u")
        #expect(try await state().startedAt == nil)
        try await publisher.running(id)
        #expect(try await state().startedAt != nil)
    }

    @Test func progressIsPacedAndItsEndIsNot() async throws {
        let publisher = JobPublisher(
            connection: redis, pacing: .atMost(perSecond: 0.001), console: { _ in })
        try await publisher.created(id, user: "u")
        for percent in 0..<1_000 { try await publisher.progress(id, step: "S", percent: Double(percent) / 10) }
        #expect(try await entries().map { $0["message"]?.string } == ["S (0%)"])
        // What waits is published before what must not wait.
        try await publisher.checkpoint(id, step: "S", percent: 99.9)
        #expect(try await entries().map { $0["message"]?.string } == ["S (0%)", "S (99.9%)"])
        try await publisher.progress(id, step: "T", percent: 99.95)
        try await publisher.fail(id, error: "E")
        #expect(try await entries().map { $0["message"]?.string } == ["S (0%)", "S (99.9%)", "T (99.95%)", "E"])
        #expect(try await state().progress == 99.95)
    }

    @Test func stepsOfSeveralLinesBecomeOne() async throws {
        let publisher = publisher()
        try await publisher.adopt(id, user: "u")
        try await publisher.progress(id, step: "Reading\r\nwriting\n", percent: 5)
        #expect(try await entries().first?["message"]?.string == "Reading writing (5%)")
        #expect(try await state().step == "Reading writing")
    }

    @Test func errorsAreReportedWithWhatWentBefore() async throws {
        let reporter = ReportRecorder()
        let publisher = JobPublisher(
            connection: redis, worker: WorkerIdentity(name: "w1"), reporter: reporter, console: { _ in })
        try await publisher.created(id, user: "u", type: "t")
        for number in 0..<60 { publisher.logs.post(id, LogLine(.debug, "line \(number)")) }
        try await publisher.progress(id, step: "S", percent: 40)
        try await publisher.fail(id, error: "E", code: "C", recoverable: true)
        let report = try #require(reporter.reports.first)
        #expect(report.message == "E" && report.code == "C" && report.jobID == id)
        #expect(report.userID == "u" && report.type == "t" && report.step == "S" && report.progress == 40)
        #expect(report.worker == "w1")
        #expect(report.breadcrumbs.count == 50)
        #expect(report.breadcrumbs.last?.message == "S (40%)")
        let last = try #require(try await entries().last)
        #expect(last["metadata"]?["sentryEventId"]?.string == "event-1")
        #expect(last["metadata"]?["recoverable"]?.bool == true)
    }

    @Test func senselessCallsAreRefused() async throws {
        let publisher = publisher()
        try await publisher.adopt(id, user: "u")
        for percent in [Double.nan, .infinity, -.infinity] {
            await #expect(throws: PublishError.self) { try await publisher.progress(id, step: "S", percent: percent) }
        }
        await #expect(throws: PublishError.self) { try await publisher.adopt(JobID(""), user: "u") }
        await #expect(throws: PublishError.self) { try await publisher.chunk(JobID("stranger"), "x") }
        #expect(try await entries().isEmpty)
        try await publisher.progress(id, step: "S", percent: 250)
        #expect(try await state().progress == 100)
    }

    @Test func linesGoToTheConsoleWhereRedisIsAway() async throws {
        let lines = Recorder()
        let manager = JobLogManager(connection: redis, console: { lines.add($0) })
        server.stop()
        let delivery = await manager.warn(JobID("j"), "low\u{1B}[2J disk\nsecond")
        guard case .kept(let error) = delivery else {
            Issue.record("the line was not kept")
            return
        }
        #expect(error.isConnectionFailure)
        // The caller is told first: he is not to wait for a console.
        try await eventually("the line on the console") { !lines.all.isEmpty }
        #expect(lines.all == ["[JobLogManager] [j] WARN: low␛[2J disk\nsecond"])
    }

    @Test func aLogKeepsTheNewestEntries() async throws {
        let manager = JobLogManager(connection: redis)
        let batch = (1...250).map { (id: id, line: LogLine(.info, "line \($0)", timestamp: Int64($0))) }
        let deliveries = await manager.append(batch)
        #expect(deliveries.allSatisfy { $0 == .stored })
        #expect(try await manager.newest(500, of: id).map(\.entry.message) == (51...250).map { "line \($0)" })
        #expect(try await manager.newest(of: id).count == 100)
        #expect(try await manager.delete(id))
        #expect(try await manager.delete(id) == false)
    }
}

/// Keeps what it is told, from any thread.
final class Recorder: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// Takes reports and keeps them.
final class ReportRecorder: ErrorReporter {
    private let taken = Mutex<[ErrorReport]>([])

    var reports: [ErrorReport] { taken.withLock { $0 } }

    func report(_ report: ErrorReport) -> String? {
        taken.withLock { taken in
            taken.append(report)
            return "event-\(taken.count)"
        }
    }

    func flush(within limit: Duration) async -> Bool { true }
}
