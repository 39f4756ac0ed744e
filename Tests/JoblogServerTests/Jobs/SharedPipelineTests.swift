import RedisClient
import TestSupport
import Testing

@testable import joblog_server

/// What many ask at once, on a real Redis.
@Suite(.inTurn) struct SharedPipelineTests {
    private func key(_ number: Int) -> [UInt8] { Array("key-\(number)".utf8) }

    @Test func everybodyHasTheirOwnAnswers() async throws {
        let redis = try PrivateRedis()
        for number in 0..<500 { try await redis.call("SET", .key(key(number)), .integer(number)) }
        let pipeline = SharedPipeline(redis.connection())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    // One of them fails by itself.
                    let replies = try await pipeline.send([
                        RedisCommand("GET", .key(key(number))), RedisCommand("LLEN", .key(key(number))),
                        RedisCommand("STRLEN", .key(key(number))),
                    ])
                    #expect(replies.count == 3)
                    #expect(replies[0].integer == number && replies[2].integer == "\(number)".count)
                    #expect(replies[1].error?.code == .wrongType)
                }
            }
            try await group.waitForAll()
        }
        // It is at rest again.
        #expect(try await pipeline.send([RedisCommand("GET", .key(key(1)))])[0].integer == 1)
    }

    @Test func everybodyHearsThatRedisIsAwayAndLaterThatItIsBack() async throws {
        let server = try RedisServer()
        let pipeline = SharedPipeline(RedisConnection(RedisConfiguration(url: server.url)))
        _ = try await pipeline.send([RedisCommand("PING")])
        server.stop()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { (try? await pipeline.send([RedisCommand("PING")])) == nil }
            }
            for await failed in group { #expect(failed) }
        }
        try server.restart()
        try await eventually("Redis is back") { (try? await pipeline.send([RedisCommand("PING")])) != nil }
    }

    @Test func whoGivesUpHoldsUpNobody() async throws {
        let redis = try PrivateRedis()
        let pipeline = SharedPipeline(redis.connection())
        let asking = (0..<50).map { _ in Task { try? await pipeline.send([RedisCommand("PING")]) } }
        for task in asking.prefix(25) { task.cancel() }
        for task in asking { _ = await task.value }
        #expect(try await pipeline.send([RedisCommand("PING")])[0].string == "PONG")
    }
}
