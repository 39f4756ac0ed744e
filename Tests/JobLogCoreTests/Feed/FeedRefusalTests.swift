import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What a server refuses costs what it concerns and nothing else.
@Suite(.inTurn) struct FeedRefusalTests {
    private let redis: PrivateRedis
    private let job = JobID("job")

    init() throws { redis = try PrivateRedis() }

    private func user(_ rules: String...) async throws -> RedisConfiguration {
        let all = ["reset", "on", ">secret", "~*", "&*", "+@all"] + rules
        _ = try await redis.client.send(
            RedisCommand("ACL", arguments: ["SETUSER", "poor"] + all.map { .text($0) }))
        return RedisConfiguration(
            url: redis.server.url, user: "poor", password: RedisPassword("secret"), clientName: "joblog-viewer")
    }

    private func say(_ message: String, to id: String = "job", at redis: PrivateRedis? = nil) async throws {
        let entry = LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: message)
        try await (redis ?? self.redis).call("RPUSH", .text("job:logs:\(id)"), .bytes(entry))
    }

    private func publish(_ id: String, progress: Int) async throws {
        let event = #"{"jobId":"\#(id)","state":"running","step":"S","progress":\#(progress)}"#
        try await redis.call("PUBLISH", .text("job:event:\(id)"), .text(event))
    }

    /// Opens the log, and lets it grow.
    private func follows(
        _ configuration: RedisConfiguration, at redis: PrivateRedis? = nil
    ) async throws -> String? {
        try await (redis ?? self.redis).call("DEL", "job:logs:job")
        try await say("one", at: redis)
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [job], logs: [job]))
        let notice = try await viewer.notice()
        #expect(try await viewer.messages(until: "one") == ["one"])
        try await say("two", at: redis)
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
        return notice
    }

    @Test func whereTrackingIsRefusedItPolls() async throws {
        let notice = try await follows(user("-client|tracking"))
        #expect(notice?.hasPrefix("polling: CLIENT TRACKING is not allowed") == true)
        #expect(notice?.contains("secret") == false)
    }

    @Test func whereClientIsRefusedItPolls() async throws {
        let notice = try await follows(user("-client"))
        #expect(notice?.hasPrefix("polling: CLIENT TRACKING is not allowed") == true)
    }

    @Test func whereTheConnectionsNumberIsRefusedItIsAskedForOtherwise() async throws {
        #expect(try await follows(user("-client|id", "-client|setname")) == nil)
    }

    /// A server of the time before tracking and ACLs, as far as renaming makes one of this.
    @Test func anOldServerIsPolled() async throws {
        let old = try PrivateRedis(
            arguments: ["CLIENT", "HELLO", "ACL", "EVAL"].flatMap { ["--rename-command", $0, "x-\($0)"] })
        let notice = try await follows(old.configuration, at: old)
        #expect(notice == "polling: neither CLIENT ID nor HELLO tells the connection's id.")
    }

    @Test func renamedTransactionsAreDoneWithout() async throws {
        for name in ["MULTI", "EXEC"] {
            let other = try PrivateRedis(arguments: ["--rename-command", name, "x-\(name)"])
            #expect(try await follows(other.configuration, at: other) == nil)
        }
    }

    @Test func whereNoChannelIsAllowedItPolls() async throws {
        let notice = try await follows(user("resetchannels"))
        #expect(notice?.hasPrefix("polling: SUBSCRIBE is not allowed") == true)
        #expect(notice?.contains("no events: SUBSCRIBE is not allowed") == true)
    }

    @Test func whereTransactionsAreRefusedItReadsWithoutThem() async throws {
        #expect(try await follows(user("-multi")) == nil)
        #expect(try await follows(user("-exec")) == nil)
        #expect(try await follows(user("-ping", "-dbsize", "-exists", "-get")) == nil)
    }

    @Test func whereAllEventsAreRefusedThoseOfJobsOnScreenCome() async throws {
        let configuration = try await user("-psubscribe")
        try await say("one")
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [job]))
        let notice = try await viewer.notice()
        #expect(notice?.hasPrefix("no events of other jobs: PSUBSCRIBE is not allowed") == true)
        try await publish("job", progress: 7)
        #expect(try await viewer.job("job") { $0.snapshot.progress == 7 }.snapshot.step == "S")
        await viewer.feed.watch(FeedInterest(discovers: true))
        // A job that keeps an index is found at once.
        try await redis.call("SET", "job:state:new", #"{"jobId":"new","status":"running"}"#)
        try await redis.call("ZADD", "job:index", "1", "new")
        try await viewer.job("new")
        await viewer.feed.close()
    }

    @Test func whereScanIsRefusedTheIndexAndEventsTell() async throws {
        let configuration = try await user("-scan")
        try await redis.call("SET", "job:state:indexed", #"{"jobId":"indexed","status":"running"}"#)
        try await redis.call("ZADD", "job:index", "1", "indexed")
        let viewer = await FeedViewer(configuration, FeedInterest(discovers: true))
        try await viewer.job("indexed")
        #expect(try await viewer.notice(with: "list incomplete").contains("SCAN is not allowed"))
        try await publish("new", progress: 3)
        try await viewer.job("new")
        #expect(try await redis.text("CLIENT", "LIST")?.contains("psub=1") == true)
        await viewer.feed.close()
    }

    @Test func oneForbiddenLogIsToldAndTheOthersGoOn() async throws {
        let configuration = try await user("resetkeys", "~job:logs:job", "~job:state:*", "~checkpoint:*")
        try await say("hidden", to: "other")
        try await say("one")
        let other = JobID("other")
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [job, other], logs: [job, other]))
        #expect(try await viewer.notice() == nil)
        var (isOpen, reason) = (false, "")
        try await viewer.first { update -> Bool? in
            if case .log(job, .opened) = update { isOpen = true }
            if case .log(other, .unreadable(let why)) = update { reason = why }
            return isOpen && !reason.isEmpty ? true : nil
        }
        #expect(reason.contains("is not allowed for this Redis user"))
        try await say("two")
        try await viewer.first { update in
            if case .log(let id, .appended(let new, false)) = update, id == job {
                new.last?.entry.message == "two"
            } else {
                nil
            }
        }
        // The right may come later, on the same connection.
        try await redis.call("ACL", "SETUSER", "poor", "~*")
        try await viewer.first { update in
            if case .log(let id, .opened(let all, 1)) = update, id == other {
                all.first?.entry.message == "hidden"
            } else {
                nil
            }
        }
        await viewer.feed.close()
    }

    @Test func aKeyOfAnotherTypeIsToldUntilItIsALog() async throws {
        try await redis.call("SET", "job:logs:job", "text")
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [job], logs: [job]))
        try await viewer.first { if case .log(_, .unreadable) = $0 { true } else { nil } }
        try await redis.call("DEL", "job:logs:job")
        try await say("one")
        #expect(try await viewer.messages(until: "one") == ["one"])
        await viewer.feed.close()
    }

    @Test func aBusyServerIsWaitedFor() async throws {
        let patient = try PrivateRedis(arguments: ["--busy-reply-threshold", "1"])
        let entry = LogEntry.encode(timestamp: 1, type: .info, message: "one")
        try await patient.call("RPUSH", "job:logs:job", .bytes(entry))
        let viewer = await FeedViewer(patient.configuration, FeedInterest(rows: [job], logs: [job]))
        #expect(try await viewer.messages(until: "one") == ["one"])
        let script = Task { [client = patient.connection()] in
            _ = try? await client.send(RedisCommand("EVAL", "while true do end", 0))
        }
        let admin = patient.connection()
        // Only what a busy server answers comes back: it runs the script now.
        while try await admin.send([RedisCommand("GET", "x")])[0].error?.isNotReady != true {}
        await viewer.feed.refresh()
        let reason = try await viewer.first { update -> String? in
            if case .log(_, .unreadable(let reason)) = update { reason } else { nil }
        }
        #expect(reason.contains("BUSY"))
        _ = try await admin.send(RedisCommand("SCRIPT", "KILL"))
        await script.value
        let next = LogEntry.encode(timestamp: 2, type: .info, message: "two")
        try await patient.call("RPUSH", "job:logs:job", .bytes(next))
        #expect(try await viewer.messages(until: "two") == ["two"])
        await viewer.feed.close()
    }
}
