import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The printed rules are enough for their roles, and nothing in them is too much: what is sent is what they allow.
@Suite(.inTurn) struct AccessRulesTests {
    private let redis: PrivateRedis
    private let keys = JobKeys()

    init() throws { redis = try PrivateRedis() }

    /// What was sent and refused while `body` acted as a role.
    private func expectExactly(
        _ role: AccessRole, besides others: Set<String> = [], _ body: (RedisConfiguration) async throws -> Void
    ) async throws {
        let configuration = try await redis.user(role)
        try await redis.call("CONFIG", "RESETSTAT")
        try await body(configuration)
        let sent = try await redis.commandsSent().subtracting(others)
        #expect(try await redis.refusals() == [])
        let allowed = Set(AccessRules(role).commands.map { String($0.dropFirst()) })
        #expect(sent.subtracting(allowed) == [], "sent and not in the rules")
        #expect(allowed.subtracting(sent) == [], "in the rules and not sent")
    }

    private func put(_ id: String, state: String = "running", checkpoint: Int? = 1, keys: JobKeys = JobKeys())
        async throws
    {
        let publisher = JobPublisher(connection: redis.connection(), keys: keys, console: { _ in })
        let id = JobID(id)
        try await publisher.created(id, user: "u", type: "t")
        try await publisher.running(id)
        if let checkpoint { try await publisher.checkpoint(id, step: "S", percent: 40, sequence: checkpoint) }
        if state == "failed" { try await publisher.fail(id, error: "E", recoverable: true) }
        await publisher.close()
    }

    // MARK: - Those who look

    @Test func aReadOnlyViewerSendsWhatItsRulesAllow() async throws {
        for id in ["a", "b"] { try await put(id) }
        try await ReasoningStore(connection: redis.client).append(
            ReasoningStep(step: "1", reasoning: "R"), to: JobID("r"))
        try await expectExactly(.readOnly, besides: ["publish", "client|list"]) { try await look($0) }
    }

    @Test func aPrefixAndADatabaseAreInTheRules() async throws {
        let keys = JobKeys(prefix: "st*ge 1:")
        let configuration = try await redis.user(.worker, keys: keys, database: 3)
        let publisher = JobPublisher(connection: RedisConnection(configuration), keys: keys, console: { _ in })
        try await publisher.created(JobID("a"), user: "u")
        try await publisher.progress(JobID("a"), step: "S", percent: 5)
        await publisher.close()
        let reader = try await redis.user(.readOnly, keys: keys, database: 3)
        let feed = RedisFeed(configuration: reader, keys: keys)
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate.self)
        await feed.watch(FeedInterest(rows: [JobID("a")], logs: [JobID("a")], discovers: true))
        await feed.start { sink.yield($0) }
        var notice: String??
        for await update in updates {
            if case .connection(.online(let text, _)) = update { notice = .some(text) }
            if case .log(_, .opened(let records, _)) = update {
                #expect(records.last?.entry.message == "S (5%)")
                break
            }
        }
        #expect(notice == .some(nil))
        await feed.close()
        #expect(try await redis.refusals() == [])
        #expect(AccessRules(.worker, keys: keys, url: redis.url(3)).commands.contains("+select"))
        let sentinels = try RedisURL(parsing: "redis+sentinel://a:1,b:2/main")
        #expect(AccessRules(.worker, url: sentinels).commands.contains("+role"))
        #expect(!AccessRules(.worker).commands.contains("+role"))
    }

    /// Everything that a viewer reads, hears and looks for.
    private func look(_ configuration: RedisConfiguration) async throws {
        let (a, b) = (JobID("a"), JobID("b"))
        let load = EventLoad(limit: 2, span: .seconds(1))
        let viewer = await FeedViewer(
            configuration, FeedInterest(rows: [a, b], logs: [a], discovers: true), load: load)
        #expect(try await viewer.notice() == nil)
        try await viewer.first { if case .listing(nil) = $0 { true } else { nil } }
        // Too many events: those of the jobs on screen are heard by name, and given up with them.
        for number in 0..<20 {
            try await redis.call("PUBLISH", "job:event:a", .text(#"{"jobId":"a","sequence":\#(number)}"#))
        }
        try await eventually("the channels of the jobs on screen") {
            try await redis.text("CLIENT", "LIST")?.contains("sub=3 psub=0") == true
        }
        await viewer.feed.watch(FeedInterest(rows: [a], logs: [a], discovers: true))
        try await eventually("the channel of the job that is left") {
            try await redis.text("CLIENT", "LIST")?.contains("sub=2 psub=0") == true
        }
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

    @Test func aViewerSendsWhatItsRulesAllow() async throws {
        for id in ["a", "b", "c", "gone"] { try await put(id) }
        try await put("failed", state: "failed")
        try await ReasoningStore(connection: redis.client).append(
            ReasoningStep(step: "1", reasoning: "R"), to: JobID("r"))
        try await redis.call("DEL", "job:logs:a")
        try await redis.call("RPUSH", "job:logs:asked", #"{"timestamp":1,"type":"info","message":"S (5%)"}"#)
        // Nothing says whose this one is.
        try await redis.call("DEL", "job:state:gone", "checkpoint:gone")
        try await redis.call("RPUSH", "job:logs:gone", #"{"timestamp":1,"type":"info","message":"m"}"#)
        try await expectExactly(.viewer, besides: ["client|list"]) { configuration in
            try await look(configuration)
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
        #expect(try await redis.number("EXISTS", "job:logs:gone", "checkpoint:archive:gone:1", "checkpoint:c") == 0)
    }

    // MARK: - Workers

    @Test func aWorkerSendsWhatItsRulesAllow() async throws {
        try await put("stored", state: "failed")
        try await expectExactly(.worker, besides: ["client|list"]) { configuration in
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
            let log = LogCommands(keys: keys, retention: LogRetention())
            let entry = LogEntry.encode(timestamp: 1, type: .info, message: "again")
            #expect(try await connection.send(log.appendUnlessThere([entry], to: id)).integer == 1)
            try await withCancelledJob(publisher)
            #expect(await publisher.close())
        }
    }

    /// Two jobs in their scopes: one hears that it was cancelled, and ends before the other.
    private func withCancelledJob(_ publisher: JobPublisher) async throws {
        let (begun, goOn) = AsyncStream.makeStream(of: Void.self)
        let other = Task {
            try await publisher.withJob(JobID("other"), user: "u") { _ in for await _ in begun { break } }
        }
        try await untilSubscribed(to: 1)
        let asked = Task {
            try await publisher.withJob(JobID("asked"), user: "u") { _ in try await Task.sleep(for: .seconds(3_600)) }
        }
        try await untilSubscribed(to: 2)
        try await redis.call("PUBLISH", "job:cancel:asked", "{}")
        await #expect(throws: CancellationError.self) { try await asked.value }
        goOn.yield()
        try await other.value
        #expect(try await redis.text("GET", "job:state:asked")?.contains(#""status":"cancelled""#) == true)
    }

    private func untilSubscribed(to count: Int) async throws {
        try await eventually("a worker that listens to \(count)") {
            try await redis.text("CLIENT", "LIST")?.contains(" sub=\(count) ") == true
        }
    }

    // MARK: - Nothing too much

    @Test(arguments: AccessRole.allCases) func aDoctorMissesEachOfTheRights(_ role: AccessRole) async throws {
        for word in AccessRules(role).commands {
            let configuration = try await redis.user(role, without: word)
            let check = try await AccessCheck.find(over: RedisConnection(configuration), keys: keys, version: 7)
            let missing = check.missing(role, at: redis.server.url).filter { $0.right.use(of: role)?.isExtra == false }
            #expect(missing.map { "+" + $0.right.name }.contains(word))
            // Without MULTI nothing can be rehearsed.
            if word != "+multi" || role == .worker { #expect(missing.count == 1, "\(word): \(missing)") }
        }
    }

    @Test(arguments: AccessRole.allCases) func aDoctorMissesEachOfTheKeysAndChannels(_ role: AccessRole) async throws {
        for rule in AccessRules(role).objects {
            let word = String(decoding: rule, as: UTF8.self)
            let configuration = try await redis.user(role, without: word)
            let check = try await AccessCheck.find(over: RedisConnection(configuration), keys: keys, version: 7)
            let missing = check.missing(role, at: redis.server.url).filter { $0.right.use(of: role)?.isExtra == false }
            #expect(!missing.isEmpty, "\(role) needs no \(word)")
        }
    }

    @Test func aRuleThatRedisCliReadsIsInQuotes() {
        let command = AccessRules(.readOnly, keys: JobKeys(prefix: "a \"b\\ü:")).command
        #expect(command.contains(#" "~a?\"b\\\\\xc3\xbc:job:logs:*" "#), "\(command)")
        #expect(command.hasPrefix("ACL SETUSER joblog-read-only reset on >CHANGE-ME "))
    }
}
