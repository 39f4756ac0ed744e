import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// All that a role does, for tests that compare what is sent with what is allowed.
struct RoleDuties: Sendable {
    /// Who may do anything.
    let outside: RedisConnection
    /// What `CLIENT LIST` says at each server.
    let clients: @Sendable () async throws -> [String]

    private func put(_ id: String, state: String = "running", checkpoint: Int? = 1) async throws {
        let publisher = JobPublisher(connection: outside, console: { _ in })
        let id = JobID(id)
        try await publisher.created(id, user: "u", type: "t")
        try await publisher.running(id)
        if let checkpoint { try await publisher.checkpoint(id, step: "S", percent: 40, sequence: checkpoint) }
        if state == "failed" { try await publisher.fail(id, error: "E", recoverable: true) }
        _ = await publisher.flush(within: .seconds(30))
    }

    private func delete(_ keys: String...) async throws {
        for key in keys { _ = try await outside.send(RedisCommand("DEL", .key(Array(key.utf8)))) }
    }

    private func push(_ entry: String, to id: String) async throws {
        _ = try await outside.send(RedisCommand("RPUSH", .key(JobKeys().logs(JobID(id))), .text(entry)))
    }

    private func reason() async throws {
        try await ReasoningStore(connection: outside).append(ReasoningStep(step: "1", reasoning: "R"), to: JobID("r"))
    }

    /// Of a cluster's nodes one tells the events of all.
    private func untilClients(_ what: String, _ text: String) async throws {
        try await eventually(what) { try await clients().contains { $0.contains(text) } }
    }

    // MARK: - Those who look

    /// The jobs that ``look(_:)`` looks at.
    func prepareLooking() async throws {
        for id in ["a", "b"] { try await put(id) }
        try await reason()
    }

    /// Everything that a viewer reads, hears and looks for.
    func look(_ configuration: RedisConfiguration) async throws {
        let (a, b) = (JobID("a"), JobID("b"))
        let interest = FeedInterest(rows: [a, b], logs: [a], discovers: true)
        let calm = await FeedViewer(configuration, interest)
        let notice = try await calm.notice()
        #expect(notice == nil)
        try await calm.first { if case .listing(nil) = $0 { true } else { nil } }
        await calm.feed.close()
        // Too many events: those of the jobs on screen are heard by name, and given up with them.
        let viewer = await FeedViewer(configuration, interest, load: EventLoad(limit: 2, span: .seconds(1)))
        _ = try await viewer.notice()
        for number in 0..<20 {
            _ = try await outside.send(
                RedisCommand("PUBLISH", "job:event:a", .text(#"{"jobId":"a","sequence":\#(number)}"#)))
        }
        try await untilClients("the channels of the jobs on screen", "sub=3 psub=0")
        await viewer.feed.watch(FeedInterest(rows: [a], logs: [a], discovers: true))
        try await untilClients("the channel of the job that is left", "sub=2 psub=0")
        await viewer.feed.close()
        let source = RedisJobSource(configuration: configuration)
        #expect(try await source.match("a") == .one(a))
        #expect(try await source.archivedCheckpoints(of: a) == [1])
        #expect(try await source.archivedCheckpoint(of: a, sequence: 1) != nil)
        #expect(try await source.reasoning(JobID("r")).count == 1)
        #expect(try await source.log(a, newest: 10) == [])
        let search = JobSearch(JobSearch.Question(LogFilter(pattern: LogPattern(literal: "x", ignoresCase: false))))
        #expect(await search.run(over: source) { _ in }.end == .complete)
        await source.rest()
    }

    // MARK: - Those who act

    /// The jobs that ``look(_:)`` and ``act(_:)`` deal with.
    func prepareActing() async throws {
        for id in ["a", "b", "c", "gone"] { try await put(id) }
        try await put("failed", state: "failed")
        try await reason()
        try await delete("job:logs:a")
        try await push(#"{"timestamp":1,"type":"info","message":"S (5%)"}"#, to: "asked")
        // Nothing says whose this one is.
        try await delete("job:state:gone", "checkpoint:gone")
        try await push(#"{"timestamp":1,"type":"info","message":"m"}"#, to: "gone")
    }

    /// Every action.
    func act(_ configuration: RedisConfiguration) async throws {
        let actions = JobActions(connection: RedisConnection(configuration), actor: "me@here")
        var problems: [String] = []
        problems += try await actions.pause(JobID("b")).problems
        problems += try await actions.resume(JobID("b")).problems
        problems += try await actions.cancel(JobID("b")).problems
        problems += try await actions.restart(JobID("b")).problems
        problems += try await actions.resume(JobID("failed")).problems
        problems += try await actions.cancel(JobID("asked")).problems
        problems += try await actions.clearCheckpoint(JobID("c")).problems
        problems += try await actions.deleteLogs(JobID("c")).problems
        problems += try await actions.remove(JobID("gone")).problems
        #expect(problems == [])
    }

    // MARK: - Workers

    /// The job that ``work(_:)`` takes up.
    func prepareWorking() async throws { try await put("stored", state: "failed") }

    /// Everything that a worker publishes, stores and hears.
    func work(_ configuration: RedisConfiguration) async throws {
        let connection = RedisConnection(configuration)
        let publisher = JobPublisher(connection: connection, console: { Issue.record("on the console: \($0)") })
        let id = JobID("job")
        try await publisher.created(id, user: "u", type: "t")
        try await publisher.running(id)
        try await publisher.progress(id, step: "S", percent: 5)
        try await publisher.chunk(id, "text")
        try await publisher.checkpoint(id, step: "S", percent: 10)
        try await publisher.pause(id)
        try await publisher.resume(id)
        _ = await publisher.logs.warn(id, "careful")
        #expect(try await publisher.logs.newest(of: id).count == 2)
        try await publisher.fail(id, error: "E", code: "C", recoverable: true)
        #expect(try await publisher.attach(JobID("stored"))?.sequence == 1)
        try await ReasoningStore(connection: connection).append(ReasoningStep(step: "1", reasoning: "R"), to: id)
        // What may be there already after a connection was lost.
        let log = LogCommands(keys: JobKeys(), retention: LogRetention())
        let entry = LogEntry.encode(timestamp: 1, type: .info, message: "again")
        #expect(try await connection.send(log.appendUnlessThere([entry], to: id)).integer == 1)
        try await withCancelledJob(publisher)
        #expect(await publisher.close())
    }

    /// Two jobs in their scopes: one hears that it was cancelled, and ends before the other.
    private func withCancelledJob(_ publisher: JobPublisher) async throws {
        let (begun, goOn) = AsyncStream.makeStream(of: Void.self)
        let other = Task {
            try await publisher.withJob(JobID("other"), user: "u") { _ in for await _ in begun { break } }
        }
        try await untilClients("a worker that listens to one job", " sub=1 ")
        let asked = Task {
            try await publisher.withJob(JobID("asked"), user: "u") { _ in try await Task.sleep(for: .seconds(3_600)) }
        }
        try await untilClients("a worker that listens to both", " sub=2 ")
        _ = try await outside.send(RedisCommand("PUBLISH", "job:cancel:asked", "{}"))
        await #expect(throws: CancellationError.self) { try await asked.value }
        goOn.yield()
        try await other.value
        let state = try await JobStateStore(connection: outside).load(JobID("asked"))
        #expect(state?.status == .cancelled)
    }
}
