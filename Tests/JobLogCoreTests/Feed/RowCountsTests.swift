import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The errors and warnings of whole logs, of which mostly the ends are read.
@Suite(.inTurn) struct RowCountsTests {
    private let id = JobID("job")
    private let now = ContinuousClock.now

    /// Entry `number` of a log in which every tenth is an error and every twentieth, five later, a warning.
    private func entry(_ number: Int) -> LogRecord {
        let type = number % 10 == 0 ? "error" : number % 20 == 5 ? "warn" : "info"
        return LogRecord(#"{"timestamp":\#(number),"type":"\#(type)","message":"line \#(number)"}"#)
    }

    /// What is read of a log that holds these entries.
    private func window(_ entries: Range<Int>, newest count: Int) -> LogTail.Window {
        LogTail.Window(length: entries.count, newest: entries.suffix(count).map(entry))
    }

    private func expected(_ entries: Range<Int>) -> [Int] {
        [entries.count { $0 % 10 == 0 }, entries.count { $0 % 20 == 5 }]
    }

    /// Whatever comes and is trimmed, the counts are those of what the list holds.
    @Test(arguments: [(1, 200), (3, 200), (13, 200), (16, 40), (1, 30), (7, 12)])
    func endsKeepACountedLogRight(_ step: Int, _ cap: Int) {
        var census = LogCensus()
        var held = 0..<min(cap, 30)
        #expect(census.take(window(held, newest: 24)).isWhole == (held.count <= 24))
        let first = census.count(window(held, newest: LogCensus.reach))
        #expect(first.isWhole && first.times?.count == held.count)
        for _ in 0..<100 {
            held = max(0, held.upperBound + step - cap)..<held.upperBound + step
            let counts = census.take(window(held, newest: 24))
            #expect(counts.isWhole && [counts.errors, counts.warnings] == expected(held), "\(held)")
            #expect(!census.wantsWhole)
        }
    }

    @Test func whatIsCountedInPartSaysSo() {
        var census = LogCensus()
        let part = census.take(window(0..<100, newest: 24))
        #expect(!part.isWhole && part.errors == 2 && census.wantsWhole)
        // More came than the end shows.
        _ = census.count(window(0..<100, newest: 200))
        let gap = census.take(window(60..<160, newest: 24))
        #expect(!gap.isWhole && [gap.errors, gap.warnings] == expected(136..<160) && census.wantsWhole)
        // A log that is longer than is read stays a part, and nothing more is asked for.
        let long = census.count(window(0..<5_000, newest: 200))
        #expect(!long.isWhole && [long.errors, long.warnings] == expected(4_800..<5_000) && !census.wantsWhole)
        let longer = census.take(window(0..<5_010, newest: 24))
        #expect([longer.errors, longer.warnings] == expected(4_800..<5_010))
        // A log that was deleted begins anew.
        let anew = census.take(window(7_000..<7_003, newest: 24))
        #expect(anew.isWhole && anew.errors == 1)
    }

    @Test func aLogIsReadOnceItsRowHasStayed() {
        var rows = RowCounts()
        #expect(rows.due == nil)
        _ = rows.take(window(0..<100, newest: 24), of: id, at: now)
        _ = rows.take(window(0..<3, newest: 24), of: JobID("short"), at: now)
        #expect(rows.due == now + RowCounts.patience)
        #expect(rows.begin(at: now).isEmpty)
        #expect(rows.begin(at: now + RowCounts.patience) == [id] && rows.due == nil)
        #expect(rows.count(window(0..<100, newest: 200), of: id).errors == 10)
        _ = rows.take(window(1..<101, newest: 24), of: id, at: now + .seconds(1))
        #expect(rows.due == nil)
        // Where more is written than the ends show, it is not read whole all the time.
        _ = rows.take(window(300..<400, newest: 24), of: id, at: now + .seconds(1))
        #expect(rows.due == now + RowCounts.patience + RowCounts.interval)
        // What has left the screen is not read.
        rows.keepOnly([])
        #expect(rows.due == nil && rows.begin(at: now + .seconds(60)).isEmpty)
    }

    @Test func manyLogsAreReadInLots() {
        var rows = RowCounts()
        for number in 0..<100 { _ = rows.take(window(0..<50, newest: 24), of: JobID("\(number)"), at: now) }
        var lots: [Int] = []
        while let due = rows.due { lots.append(rows.begin(at: due).count) }
        #expect(lots == [32, 32, 32, 4])
    }

    /// On a real server: counted as a whole, kept right while lines come and go, and marked where it is a part.
    @Test func theFeedCountsWholeLogs() async throws {
        let server = try RedisServer()
        let redis = RedisConnection(RedisConfiguration(url: server.url))
        let key = RedisArgument.key(JobKeys().logs(id))
        func append(_ numbers: Range<Int>, cap: Int = 200) async throws {
            let entries = numbers.map { RedisArgument.bytes(Array(entry($0).bytes)) }
            _ = try await redis.transaction([
                RedisCommand("RPUSH", arguments: [key] + entries), RedisCommand("LTRIM", key, .integer(-cap), -1),
            ])
        }
        // Of a job without a state as much is read as it takes to find one, and its log is counted with its row.
        let state = #"{"jobId":"job","userId":"u","status":"running"}"#
        _ = try await redis.send(RedisCommand("SET", .key(JobKeys().state(id)), .text(state)))
        try await append(0..<150)
        let viewer = await FeedViewer(
            RedisConfiguration(url: server.url), FeedInterest(rows: [id], discovers: false))
        let first = try await viewer.job("job") { $0.counts?.isWhole == false }
        #expect(first.counts?.errors == 2 && first.tail.count == 24)
        let whole = try await viewer.job("job") { $0.counts?.isWhole == true }
        #expect(whole.counts?.errors == 15 && whole.counts?.times?.count == 150 && whole.tail.count == 24)
        for start in stride(from: 150, to: 260, by: 10) {
            try await append(start..<start + 10)
            try await viewer.job("job") {
                $0.snapshot.logCount == min(200, start + 10) && $0.tail.last == entry(start + 9)
            }
        }
        try await append(260..<261)
        let capped = try await viewer.job("job") { $0.tail.last == entry(260) }
        #expect(capped.counts?.isWhole == true && capped.counts?.errors == 20)
        try await append(261..<1_000, cap: 740)
        try await viewer.job("job") { $0.counts?.isWhole == false && $0.snapshot.logCount == 740 }
        await viewer.feed.close()
    }
}
