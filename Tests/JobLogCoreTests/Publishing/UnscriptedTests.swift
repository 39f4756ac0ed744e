import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Workers and viewers where the server runs no scripts for them: states are compared and written all the same.
@Suite(.inTurn) struct UnscriptedTests {
    private let redis: PrivateRedis
    private let id = JobID("job")

    init() throws { redis = try PrivateRedis() }

    private func connection(_ rules: String...) async throws -> RedisConnection {
        let words = ["reset", "on", ">CHANGE-ME", "~*", "&*", "+@all", "-eval"] + rules
        return RedisConnection(try await redis.user("plain", words.map { Array($0.utf8) }))
    }

    private func publisher(_ connection: RedisConnection, _ name: String = "w") -> JobPublisher {
        JobPublisher(connection: connection, worker: WorkerIdentity(name: name), console: { _ in })
    }

    private func state() async throws -> JobStateRecord? { try await JobStateStore(connection: redis.client).load(id) }

    /// The kinds of the events that come while something is done.
    private func events(_ body: () async throws -> Void) async throws -> [String] {
        let subscriber = RedisSubscriber(redis.configuration)
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([JobKeys().events(id)])
        try await body()
        try await redis.call("PUBLISH", .bytes(JobKeys().events(id)), "{}")
        var kinds: [String] = []
        for try await case .message(_, let payload) in messages {
            if payload.elementsEqual("{}".utf8) { break }
            let event = try JSONValue(parsing: payload)
            kinds.append(event["event"]?.string ?? "")
        }
        return kinds
    }

    @Test func aWorkerWritesStatesAndEvents() async throws {
        let publisher = publisher(try await connection())
        let kinds = try await events {
            try await publisher.created(id, user: "u", type: "t")
            try await publisher.running(id)
            try await publisher.progress(id, step: "S", percent: 5)
            try await publisher.checkpoint(id, step: "S", percent: 10)
            #expect(try await state()?.progress == 10)
            try await publisher.pause(id)
            try await publisher.resume(id)
            try await publisher.complete(id, result: ["n": 1])
        }
        #expect(
            kinds == [
                "job:created:v1", "job:running:v1", "job:progress", "job:checkpoint", "job:paused:v1", "job:resumed:v1",
                "job:completed",
            ])
        let end = try #require(try await state())
        #expect(end.status == .completed && end.type == "t" && end.result?["n"]?.int == 1)
        try await redis.expectLifetime("job:state:job", 86_400)
        #expect(try await redis.refusals() == ["eval"], "it is asked for once a connection")
    }

    @Test func aLateProgressDoesNotUndoACancel() async throws {
        let (first, second) = (publisher(try await connection(), "first"), publisher(redis.connection(), "second"))
        try await first.created(id, user: "u")
        try await first.progress(id, step: "S", percent: 10)
        try await second.attach(id)
        try await second.cancel(id)
        await #expect {
            try await first.progress(id, step: "S", percent: 20)
        } throws: {
            if case PublishError.notAllowed(_, from: .cancelled, to: .running) = $0 { true } else { false }
        }
        #expect(try await state()?.status == .cancelled)
    }

    @Test func callsThatDoNotWaitForEachOtherKeepTheirOrder() async throws {
        let publisher = publisher(try await connection())
        try await publisher.created(id, user: "u")
        for round in 0..<20 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in 0..<5 {
                    group.addTask { [id] in
                        try await publisher.progress(id, step: "\(round)", percent: Double(step))
                    }
                }
                try await group.waitForAll()
            }
            let last = try await redis.list("job:logs:job").last
            let progress = try #require(try await state()?.progress)
            #expect(last?.contains("\(round) (\(Int(progress))%)") == true)
        }
    }

    @Test func manyPublishersAllGetThrough() async throws {
        let publishers = [publisher(try await connection(), "a"), publisher(try await connection(), "b")]
        try await publishers[0].created(id, user: "u")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for publisher in publishers {
                group.addTask { [id] in
                    try await publisher.attach(id)
                    for percent in 0..<30 { try await publisher.progress(id, step: "S", percent: Double(percent)) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await state()?.progress == 29)
        #expect(try await redis.list("job:logs:job").count == 60)
    }

    @Test func whereNothingIsSafeEventsTell() async throws {
        let publisher = publisher(try await connection("-watch"))
        var refusals: [String] = []
        let kinds = try await events {
            for percent in [5.0, 6] {
                do throws(PublishError) {
                    try await publisher.adopt(id, user: "u")
                    try await publisher.progress(id, step: "S", percent: percent)
                } catch {
                    refusals.append(error.description)
                }
            }
        }
        #expect(kinds == ["job:progress", "job:progress"])
        #expect(try await state() == nil)
        #expect(try await redis.list("job:logs:job").count == 2)
        #expect(refusals.count == 2)
        #expect(refusals.allSatisfy { $0.contains("EVAL is refused, and WATCH as well") })
        // What somebody else has stored is not contradicted.
        let stored = #"{"jobId":"job","userId":"u","status":"cancelled"}"#
        try await redis.call("SET", "job:state:job", .text(stored))
        let more = try await events {
            await #expect {
                try await publisher.progress(id, step: "S", percent: 7)
            } throws: {
                if case PublishError.notAllowed(_, from: .cancelled, _) = $0 { true } else { false }
            }
        }
        #expect(more == [])
        #expect(try await redis.text("GET", "job:state:job") == stored)
    }

    @Test func theRightMayComeLater() async throws {
        let connection = try await connection()
        let publisher = publisher(connection)
        try await publisher.created(id, user: "u")
        try await redis.call("ACL", "SETUSER", "plain", "+eval")
        await connection.disconnect()
        try await connection.connect()
        try await redis.call("CONFIG", "RESETSTAT")
        try await publisher.progress(id, step: "S", percent: 5)
        let counts = try await redis.commandCounts()
        #expect(counts["eval"] == 1 && counts["watch"] == nil)
        #expect(try await state()?.progress == 5)
    }

    // MARK: - Without other rights

    @Test(arguments: ["+eval", "-eval"]) func whereNothingMayBeAnnouncedTheStateIsWritten(_ script: String) async throws
    {
        let publisher = publisher(try await connection(script, "-publish"))
        try await publisher.adopt(id, user: "u")
        for percent in [5.0, 6] {
            await #expect {
                try await publisher.progress(id, step: "S", percent: percent)
            } throws: { "\($0)".hasPrefix("PUBLISH is not allowed") }
            #expect(try await state()?.progress == percent)
        }
        await #expect {
            try await publisher.complete(id)
        } throws: { "\($0)".hasPrefix("PUBLISH is not allowed") }
        #expect(try await state()?.status == .completed)
        #expect(try await redis.list("job:logs:job").count == 3)
    }

    @Test func whatIsMissingForAStateIsNamed() async throws {
        let publisher = publisher(try await connection("+eval", "-set"))
        let kinds = try await events {
            await #expect {
                try await publisher.created(id, user: "u")
            } throws: { "\($0)".hasPrefix("SET is not allowed") }
        }
        #expect(kinds == ["job:created:v1"])
    }

    @Test func whoHearsNoCancelNoticesItWithTheNextProgress() async throws {
        let publisher = publisher(try await connection("+eval", "-subscribe"))
        let actions = JobActions(connection: redis.connection(), actor: "me@here")
        await #expect(throws: CancellationError.self) {
            try await publisher.withJob(id, user: "u") { job in
                try await job.progress("S", 5)
                try await actions.cancel(job.id)
                try await job.progress("S", 6)
            }
        }
        #expect(try await state()?.status == .cancelled)
    }

    @Test(arguments: ["+eval", "-eval"]) func aLineIsThereOnceThoughTheLogMayNotBeTrimmed(_ script: String) async throws
    {
        let publisher = publisher(redis.connection())
        try await publisher.created(id, user: "u")
        let connection = try await connection(script, "-ltrim", "-ttl", "-expire", "-zremrangebyscore")
        _ = try await JobActions(connection: connection, actor: "me@here").cancel(id)
        #expect(try await redis.list("job:logs:job").count == 1)
    }

    // MARK: - Viewers

    @Test func actionsAreCarriedOut() async throws {
        let publisher = publisher(redis.connection())
        try await publisher.created(id, user: "u")
        try await publisher.running(id)
        let actions = JobActions(connection: try await connection("-multi", "+multi"), actor: "me@here")
        #expect(try await actions.pause(id).problems == [])
        #expect(try await actions.cancel(id, reason: "no need").problems == [])
        #expect(try await actions.restart(id).problems == [])
        let restarted = try await state()
        #expect(restarted?.status == .created && restarted?.attempt == 2)
        let log = try await redis.list("job:logs:job").map { LogRecord($0).entry.message }
        #expect(
            log == ["paused by me@here", "cancelled by me@here: no need", "restarted by me@here", "── attempt 2 ──"])
        try await redis.expectLifetime("job:logs:job", 604_800)
    }

    @Test func aWorkerWithoutStateIsAsked() async throws {
        for number in 0..<200 {
            try await redis.call("RPUSH", "job:logs:job", .text(#"{"timestamp":1,"message":"S (\#(number)%)"}"#))
        }
        try await redis.call("EXPIRE", "job:logs:job", 9_000_000)
        let actions = JobActions(connection: try await connection(), actor: "me@here")
        #expect(try await actions.cancel(id).isRequested)
        #expect(try await redis.list("job:logs:job").count == 200)
        #expect(try await redis.number("TTL", "job:logs:job") ?? 0 > 8_000_000)
    }

    @Test func whatCannotBeWrittenSafelyIsNot() async throws {
        let publisher = publisher(redis.connection())
        try await publisher.created(id, user: "u")
        let actions = JobActions(connection: try await connection("-watch"), actor: "me@here")
        let kinds = try await events {
            await #expect {
                try await actions.cancel(id)
            } throws: { "\($0)".contains("EVAL is refused, and WATCH as well") }
        }
        #expect(kinds == [])
        #expect(try await state()?.status == .created)
    }

    @Test func logsAreDeletedWithoutTransactions() async throws {
        try await redis.call("RPUSH", "job:logs:job", "{}", "{}")
        let actions = JobActions(connection: try await connection("-multi"), actor: "me@here")
        #expect(try await actions.deleteLogs(id).removed.map(\.description) == ["job:logs:job"])
        #expect(try await redis.list("job:logs:job").count == 1)
    }

    @Test func aJobIsRemovedWithoutScan() async throws {
        let publisher = publisher(redis.connection())
        try await publisher.created(id, user: "u")
        try await publisher.checkpoint(id, step: "S", percent: 5)
        try await publisher.cancel(id)
        let actions = JobActions(connection: try await connection("-scan"), actor: "me@here")
        let outcome = try await actions.remove(id)
        #expect(outcome.removed.contains { $0.description == "job:state:job" })
        #expect(outcome.problems.map { $0.hasPrefix("Its archived checkpoints, if any, are left: SCAN") } == [true])
        #expect(try await redis.number("EXISTS", "checkpoint:archive:job:1") == 1)
    }

    @Test func jobsOfTheIndexAreListedAndFoundWithoutScan() async throws {
        let publisher = publisher(redis.connection())
        try await publisher.progress(adopted("indexed-1"), step: "S", percent: 5)
        let source = RedisJobSource(configuration: try await connection("-scan").configuration)
        var cursor: JobCursor?
        var (ids, problems): ([JobID], [String]) = ([], [])
        repeat {
            let page = try await source.jobs(after: cursor)
            ids += page.jobs.map(\.snapshot.id)
            problems += page.problem.map { [$0.message] } ?? []
            cursor = page.next
        } while cursor != nil
        #expect(ids == [JobID("indexed-1")])
        #expect(problems.map { $0.hasPrefix("Only jobs of job:index are found: SCAN is not allowed") } == [true])
        #expect(try await source.match("indexed") == .one(JobID("indexed-1")))
        await #expect(throws: RedisError.self) { _ = try await source.match("other") }
        let search = JobSearch(JobSearch.Question(LogFilter(pattern: LogPattern(literal: "S (5", ignoresCase: false))))
        let (end, progress) = await search.run(over: source) { _ in }
        #expect(end == .complete && progress.hits == 1 && progress.incomplete?.contains("SCAN") == true)

        func adopted(_ id: String) async throws -> JobID {
            try await publisher.adopt(JobID(id), user: "u")
            return JobID(id)
        }
    }
}
