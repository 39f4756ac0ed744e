import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What a viewer costs the server, by the server's own count.
@Suite(.inTurn) struct FeedCostTests {
    private let redis: PrivateRedis
    private let seen = JobID("seen")

    init() throws { redis = try PrivateRedis() }

    private func fill(_ count: Int) async throws {
        let commands = (0..<count).map { number in
            RedisCommand("SET", .text("job:state:job-\(number)"), .text(state(number % 90, of: "job-\(number)")))
        }
        _ = try await redis.client.send(commands)
    }

    private func state(_ progress: Int, of id: String) -> String {
        #"{"jobId":"\#(id)","status":"running","progress":\#(progress),"updatedAt":\#(Timestamp.now())}"#
    }

    private func limited(_ limit: Int) -> (RedisTraffic, RedisConfiguration) {
        var configuration = redis.configuration
        let traffic = RedisTraffic(limit: limit)
        configuration.traffic = traffic
        return (traffic, configuration)
    }

    /// How many commands of viewers the server has carried out, when all that the test itself sent is `own`.
    private func total(without own: [String] = ["config|resetstat"]) async throws -> Int {
        try await redis.commandCounts().filter { !own.contains($0.key) }.reduce(0) { $0 + $1.value }
    }

    @Test func underACeilingTheServerNeverSeesMoreAndTheListIsWhole() async throws {
        try await fill(80)
        try await redis.call("CONFIG", "RESETSTAT")
        let start = ContinuousClock.now
        let (_, configuration) = limited(200)
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [JobID("job-1")], discovers: true))
        var found: Set<JobID> = []
        try await viewer.first { update -> Bool? in
            if case .jobs(let jobs) = update { found.formUnion(jobs.map(\.snapshot.id)) }
            if case .listing(nil) = update { return true }
            return nil
        }
        let sent = try await total()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(Double(sent) <= 200 * max(1, seconds), "\(sent) in \(seconds) s")
        #expect(sent > 80 * 4)
        #expect(found.count == 80)
        await viewer.feed.close()
    }

    @Test func thatItIsHeldBackIsSaidAsLongAsItIs() async throws {
        try await fill(6)
        let (_, configuration) = limited(20)
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [JobID("job-1")], discovers: true))
        #expect(try await viewer.notice(with: "limit") == "at the limit of 20 commands/s")
        try await viewer.first { if case .connection(.online(nil, _, _)) = $0 { true } else { nil } }
        await viewer.feed.close()
    }

    /// What is on screen need not wait until all that is looked for in the background has been read.
    @Test func underACeilingWhatIsOnScreenGoesOn() async throws {
        try await fill(2_000)
        let (_, configuration) = limited(400)
        let viewer = await FeedViewer(configuration, FeedInterest(rows: [seen], discovers: true))
        _ = try await viewer.notice(with: "at the limit of 400 commands/s")
        for progress in [11, 22, 33] {
            try await redis.call("SET", "job:state:seen", .text(state(progress, of: "seen")))
            // The list of 2,000 jobs takes 25 seconds: it is not told before.
            try await viewer.first { update -> Bool? in
                if case .listing(nil) = update { Issue.record("The list was whole before the row") }
                guard case .jobs(let jobs) = update else { return nil }
                return jobs.contains { $0.snapshot.id == seen && $0.snapshot.progress == Double(progress) } ? true : nil
            }
        }
        await viewer.feed.close()
    }

    @Test func theIndexIsReadAFewTimesASecondHoweverOftenItChanges() async throws {
        try await redis.call("SET", "job:state:seen", .text(state(1, of: "seen")))
        try await redis.call("CONFIG", "RESETSTAT")
        let start = ContinuousClock.now
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [seen], discovers: true))
        _ = try await viewer.notice()
        let writer = redis.connection()
        for round in 0..<150 {
            _ = try await writer.send(
                (0..<20).map { RedisCommand("ZADD", "job:index", .integer(round * 20 + $0), "seen") })
        }
        try await redis.call("SET", "job:state:last", .text(state(1, of: "last")))
        try await redis.call("ZADD", "job:index", 9_000_000, "last")
        try await viewer.job("last")
        let reads = try await redis.commandCounts()["zrevrange"] ?? 0
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        // The round of discovery reads it besides.
        #expect(Double(reads) <= 4 * seconds + 2, "\(reads) in \(seconds) s")
        await viewer.feed.close()
    }

    @Test func figuresAreForPeople() {
        var cost = ServerCost(commands: 3.26, bytesOut: 40, bytesIn: 12_345)
        #expect(cost.text == "3.3 commands/s, 40 B/s out, 12 KB/s in")
        cost = ServerCost(commands: 180, bytesOut: 9_940, bytesIn: 2_500_000, limit: 200)
        #expect(cost.text == "180 commands/s, limit 200, 9.9 KB/s out, 2.5 MB/s in")
        #expect(cost.brief == "180 of 200 commands/s")
        cost.isHeldBack = true
        #expect(cost.text == "180 commands/s, at the limit of 200, 9.9 KB/s out, 2.5 MB/s in")
    }
}
