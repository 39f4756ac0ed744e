import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// How a `SCAN` goes easy on a busy server.
@Suite(.inTurn) struct ScanPaceTests {
    @Test func slowAnswersMakeItSlowerAndQuickOnesFasterAgain() {
        var pace = ScanPace()
        pace.learn(.milliseconds(1))
        #expect((pace.count, pace.pause) == (1_000, .zero))
        pace.learn(.milliseconds(40))
        #expect((pace.count, pace.pause) == (500, .milliseconds(40)))
        pace.learn(.milliseconds(40))
        #expect((pace.count, pace.pause) == (250, .milliseconds(120)))
        for _ in 0..<20 { pace.learn(.milliseconds(200)) }
        #expect((pace.count, pace.pause) == (50, .seconds(1)))
        for _ in 0..<5 { pace.learn(.milliseconds(1)) }
        #expect((pace.count, pace.pause) == (1_000, .zero))
    }

    @Test func aFarServerIsNoBusyOne() {
        var pace = ScanPace()
        for _ in 0..<10 { pace.learn(.milliseconds(80)) }
        #expect((pace.count, pace.pause) == (1_000, .zero))
        // But no network takes so long.
        pace.learn(.milliseconds(300))
        #expect(pace.count == 500)
    }

    /// The server's own record of commands is the witness.
    @Test func aRoundAsksABusyServerForLessAtOnce() async throws {
        let redis = try PrivateRedis(arguments: ["--slowlog-log-slower-than", "0", "--slowlog-max-len", "5000"])
        // Keys of others: `SCAN` looks at them, and no reading of jobs pushes it out of the record.
        let keys = (0..<20_000).map { RedisCommand("SET", .text("other:\($0)"), "x") }
        _ = try await redis.client.send(keys)
        try await redis.call("SLOWLOG", "RESET")
        // What is usual for the server is known before it becomes slow.
        let viewer = await FeedViewer(redis.configuration, FeedInterest(discovers: true))
        try await viewer.first { if case .listing(nil) = $0 { true } else { nil } }
        #expect(try await scans(redis).contains(1_000))

        try await redis.call("SLOWLOG", "RESET")
        let busy = Task { [connection = redis.connection()] in
            // It seldom asks for the time: the record holds a script's commands too, and they would push others out.
            let script = """
                local t = redis.call('TIME') local s = t[1] * 1e6 + t[2]
                repeat for _ = 1, 1e6 do end t = redis.call('TIME') until t[1] * 1e6 + t[2] - s > 60000
                """
            // Several at once, so that one is always under way.
            let commands = (0..<4).map { _ in RedisCommand("EVAL", .text(script), 0) }
            while !Task.isCancelled { _ = try await connection.send(commands) }
        }
        try await eventually("the server is busy") {
            try await ContinuousClock().measure { try await redis.call("PING") } > .milliseconds(50)
        }
        // Once: each call begins anew, with the index, and a round that begins over and over never comes to its `SCAN`.
        await viewer.feed.refresh()
        try await eventually("it asks for less at once") { try await scans(redis).contains { $0 <= 125 } }
        busy.cancel()
        _ = try? await busy.value
        try await redis.call("SLOWLOG", "RESET")
        await viewer.feed.refresh()
        try await eventually("it asks for as much as before") { try await scans(redis).contains(1_000) }
        let counts = try await redis.commandCounts()
        #expect(counts["keys"] == nil)
        await viewer.feed.close()
    }

    /// How many keys each `SCAN` in the server's record asked for.
    private func scans(_ redis: PrivateRedis) async throws -> [Int] {
        let entries = try await redis.client.send(RedisCommand("SLOWLOG", "GET", 5_000)).array
        return (entries.map { Array($0) } ?? []).compactMap { entry in
            let words = entry.array?.dropFirst(3).first?.array?.compactMap(\.string) ?? []
            return words.first == "SCAN" ? words.last.flatMap { Int($0) } : nil
        }
    }
}
