import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Which events are heard, and how jobs are found without them, on a real Redis.
@Suite(.inTurn) struct FeedDiscoveryTests {
    private let redis: PrivateRedis

    init() throws { redis = try PrivateRedis() }

    private func state(_ id: String, _ progress: Int) async throws {
        let json = #"{"jobId":"\#(id)","status":"running","progress":\#(progress),"updatedAt":\#(Timestamp.now())}"#
        try await redis.call("SET", .text("job:state:\(id)"), .text(json))
    }

    private func event(_ id: String, _ progress: Int) -> RedisCommand {
        RedisCommand(
            "PUBLISH", .text("job:event:\(id)"),
            .text(#"{"jobId":"\#(id)","state":"running","step":"S","progress":\#(progress)}"#))
    }

    private func subscribers(of id: String) async throws -> Int? {
        try await redis.client.send(RedisCommand("PUBSUB", "NUMSUB", .text("job:event:\(id)"))).array?.last?.integer
    }

    private var patterns: Int? {
        get async throws { try await redis.client.send(RedisCommand("PUBSUB", "NUMPAT")).integer }
    }

    @Test func aWriterWithAnIndexAndNoEventsIsFoundAtOnce() async throws {
        let viewer = await FeedViewer(redis.configuration, FeedInterest(discovers: true))
        try await viewer.first { if case .listing(nil) = $0 { true } else { nil } }
        for id in ["one", "two", "three"] {
            try await state(id, 1)
            try await redis.call("ZADD", "job:index", .integer(Int(Timestamp.now())), .text(id))
            try await viewer.job(id)
        }
        // It is not on screen, and no event tells of it.
        try await state("one", 60)
        try await redis.call("ZADD", "job:index", .integer(Int(Timestamp.now()) + 1_000), "one")
        try await viewer.job("one") { $0.snapshot.progress == 60 }
        await viewer.feed.close()
    }

    /// The server need not remember the keys of all jobs for a viewer that shows some of them.
    @Test func jobsOffScreenAreReadUntrackedOverAConnectionThatGoesAgain() async throws {
        for number in 0..<600 { try await state("job-\(number)", number % 100) }
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [JobID("job-7")], discovers: true))
        try await viewer.first { if case .listing(nil) = $0 { true } else { nil } }
        let sections = try await redis.client.send(RedisCommand("INFO", "stats")).string ?? ""
        let tracked = sections.split(separator: "\r\n").first { $0.hasPrefix("tracking_total_keys:") }
        // State, log, checkpoint and reasoning of the one on screen, and the index.
        #expect(tracked.flatMap { Int($0.split(separator: ":")[1]) } ?? .max <= 5)
        try await eventually("two connections of the viewer and the one that asks") {
            try await redis.client.send(RedisCommand("CLIENT", "LIST")).string?.split(separator: "\n").count == 3
        }
        await viewer.feed.close()
    }

    @Test func aFloodIsHeardOnlyForJobsOnScreen() async throws {
        try await state("seen", 0)
        let interest = FeedInterest(rows: [JobID("seen")], discovers: true)
        let load = EventLoad(limit: 50, pause: .seconds(3_600))
        let viewer = await FeedViewer(redis.configuration, interest, load: load)
        #expect(try await viewer.notice() == nil)
        #expect(try await patterns == 1)
        #expect(try await subscribers(of: "seen") == 0)

        let flood = Task { [connection = redis.connection()] in
            let batch = (0..<100).map { event("flood\($0)", 1) }
            for _ in 0..<50 { _ = try await connection.send(batch) }
        }
        _ = try await viewer.notice(with: "only jobs on screen are live")
        #expect(try await patterns == 0)
        #expect(try await subscribers(of: "seen") == 1)
        _ = try await redis.client.send(event("seen", 42))
        try await viewer.job("seen") { $0.snapshot.progress == 42 }
        // New jobs come from the index.
        try await state("new", 5)
        try await redis.call("ZADD", "job:index", .integer(Int(Timestamp.now())), "new")
        try await viewer.job("new")
        try await flood.value
        await viewer.feed.close()
    }

    @Test func whenItIsQuietAllAreHeardAgain() async throws {
        let seen = JobID("seen")
        let load = EventLoad(
            limit: 100, span: .seconds(3), trial: .milliseconds(50), pause: .milliseconds(50))
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [seen]), load: load)
        #expect(try await viewer.notice() == nil)
        _ = try await redis.client.send((0..<400).map { _ in event("unseen", 1) })
        _ = try await viewer.notice(with: "only jobs on screen are live")
        #expect(try await viewer.notice() == nil)
        #expect(try await patterns == 1)
        _ = try await redis.client.send(event("unseen", 9))
        try await viewer.job("unseen") { $0.snapshot.progress == 9 }
        await viewer.feed.close()
    }

    @Test func textInPiecesIsWholeWhileItGoesOverFromOneWayOfHearingToTheOther() async throws {
        let seen = JobID("seen")
        let load = EventLoad(
            limit: 500, span: .milliseconds(300), trial: .milliseconds(100), pause: .milliseconds(50),
            longestPause: .milliseconds(50))
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [seen]), load: load)
        _ = try await viewer.notice()
        let published = Task { [connection = redis.connection()] in
            for number in 0..<3_000 {
                let chunk = #"{"event":"job:chunk","chunk":"\#(number) ","isLast":false}"#
                _ = try await connection.send([
                    RedisCommand("PUBLISH", "job:event:seen", .text(chunk)), event("flood", 1), event("flood", 2),
                ])
            }
            _ = try await connection.send(event("seen", 99))
        }
        var text = ""
        try await viewer.first { update -> Bool? in
            guard case .events(let events) = update else { return nil }
            for (id, event) in events where id == seen {
                if case .chunk(let piece, _) = event.kind { text += piece }
                if event.progress == 99 { return true }
            }
            return nil
        }
        try await published.value
        #expect(text == (0..<3_000).map { "\($0) " }.joined())
        await viewer.feed.close()
    }

    @Test func manyEventsAreFewUpdates() async throws {
        let viewer = await FeedViewer(redis.configuration, FeedInterest(rows: [JobID("seen")]))
        _ = try await viewer.notice()
        let batch = (0..<1_000).map { event("seen", $0 % 90) } + [event("seen", 99)]
        _ = try await redis.client.send(batch)
        var updates = 0
        try await viewer.first { update -> Bool? in
            guard case .events(let events) = update else { return nil }
            updates += 1
            return events.contains { $0.event.progress == 99 } ? true : nil
        }
        // How many reads the events take depends on the system; each event by itself it is not.
        #expect(updates < 100)
        await viewer.feed.close()
    }
}
