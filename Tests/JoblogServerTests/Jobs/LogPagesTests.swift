import JobLogCore
import RedisClient
import TestSupport
import Testing

@testable import joblog_server

/// Pages of a log that changes meanwhile, on a real Redis.
@Suite(.inTurn) struct LogPagesTests {
    private let redis: PrivateRedis
    private let pages: LogPages

    init() async throws {
        redis = try PrivateRedis()
        let caller = Caller(user: "ann", isOperator: false)
        pages = LogPages(
            desk: JobDesk(configuration: redis.configuration, keys: JobKeys()), id: JobID("job"), caller: caller)
        try await redis.call("SET", "job:state:job", #"{"jobId":"job","userId":"ann","status":"running"}"#)
    }

    private func append(_ lines: some Sequence<String>) async throws {
        for line in lines { try await redis.call("RPUSH", "job:logs:job", .text(line)) }
    }

    private func texts(_ page: LogPage) -> [String] { page.records.map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// A page that is read by its numbers is the one that reading all of the log gives.
    @Test(arguments: [1, 3, 7, 8, 9, 50, 200]) func aPageIsThatOfTheWholeLog(_ count: Int) async throws {
        try await append((1...60).map { "line \($0)" })
        var page = try await pages.newest(count)
        var all = texts(page)
        var rounds = 0
        while let before = page.before {
            page = try await pages.last(count, before: before)
            let whole = try await pages.last(count, before: before, nil)
            #expect(page.records == whole.records && page.length == whole.length && page.before == whole.before)
            all = texts(page) + all
            rounds += 1
            if rounds.isMultiple(of: 2) { try await append(["later \(rounds)"]) }
        }
        #expect(all == (1...60).map { "line \($0)" })
    }

    @Test func whatWasTrimmedMeanwhileIsFoundByWhatStandsThere() async throws {
        try await append((1...60).map { "line \($0)" })
        let first = try await pages.newest(10)
        try await append((61...70).map { "line \($0)" })
        try await redis.call("LTRIM", "job:logs:job", -40, -1)
        let second = try await pages.last(10, before: try #require(first.before))
        #expect(texts(second) == (41...50).map { "line \($0)" } && second.length == 40)
        // Of equal lines it is the last that might be meant.
        try await redis.call("DEL", "job:logs:job")
        try await append(repeatElement("same", count: 30))
        let same = try await pages.newest(10)
        let older = try await pages.last(15, before: try #require(same.before))
        #expect(older.records.count == 15 && older.before?.ordinal == 5)
    }

    @Test func aPlaceThatIsGoneHasNothingBeforeIt() async throws {
        try await append((1...20).map { "line \($0)" })
        let before = try #require(try await pages.newest(5).before)
        try await redis.call("DEL", "job:logs:job")
        #expect(try await pages.last(5, before: before).records.isEmpty)
        try await append((1...20).map { "other \($0)" })
        #expect(try await pages.last(5, before: before).records.isEmpty)
        let far = try #require(LogPosition("281474976710655-1-1"))
        #expect(try await pages.last(5, before: far).records.isEmpty)
        #expect(LogPosition("281474976710656-1-1") == nil)
    }

    @Test func somebodyElsesLogIsForbiddenWhateverSaysWhoseItIs() async throws {
        try await append(["line"])
        let bob = LogPages(desk: pages.desk, id: pages.id, caller: Caller(user: "bob", isOperator: false))
        await #expect(throws: (any Error).self) { try await bob.newest(5) }
        try await redis.call("SET", "job:state:job", #"{"status":"running"}"#)
        await #expect(throws: (any Error).self) { try await pages.newest(5) }
        try await redis.call("SET", "checkpoint:job", #"{"jobId":"job","userId":"ann","sequence":1}"#)
        #expect(try await pages.newest(5).length == 1)
        await #expect(throws: (any Error).self) { try await bob.newest(5) }
    }
}
