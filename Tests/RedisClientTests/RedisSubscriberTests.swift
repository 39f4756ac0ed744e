import RedisClient
import TestSupport
import Testing

@Suite(.inTurn) struct RedisSubscriberTests {
    private typealias Messages = AsyncThrowingStream<RedisPush, any Error>

    private let server: RedisServer
    private let writer: RedisConnection
    private let subscriber: RedisSubscriber

    init() throws {
        server = try RedisServer()
        writer = RedisConnection(RedisConfiguration(url: server.url))
        subscriber = RedisSubscriber(RedisConfiguration(url: server.url))
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func text(_ push: RedisPush?) -> String {
        func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
        switch push {
        case .message(let channel, let payload): return "\(text(channel)) \(text(payload))"
        case .patternMessage(let pattern, let channel, let payload):
            return "\(text(pattern)) \(text(channel)) \(text(payload))"
        case .invalidate(let keys): return "invalidate \(keys.map { text($0) }.sorted())"
        case .invalidateAll: return "invalidate all"
        case nil: return "end"
        }
    }

    @Test func messagesArriveInOrder() async throws {
        let (id, messages) = try await subscriber.connect()
        #expect(id != nil)
        try await subscriber.subscribe([bytes("a"), bytes("b")])
        try await subscriber.psubscribe([bytes("job:*")])
        _ = try await writer.send([
            RedisCommand("PUBLISH", "a", "1"), RedisCommand("PUBLISH", "other", "2"), RedisCommand("PUBLISH", "b", ""),
            RedisCommand("PUBLISH", "job:x", "3"),
        ])
        var iterator = messages.makeAsyncIterator()
        #expect(text(try await iterator.next()) == "a 1")
        #expect(text(try await iterator.next()) == "b ")
        #expect(text(try await iterator.next()) == "job:* job:x 3")

        try await subscriber.unsubscribe([bytes("a"), bytes("never")])
        try await subscriber.punsubscribe([bytes("job:*")])
        _ = try await writer.send([
            RedisCommand("PUBLISH", "a", "4"), RedisCommand("PUBLISH", "job:x", "5"), RedisCommand("PUBLISH", "b", "6"),
        ])
        #expect(text(try await iterator.next()) == "b 6")
        await subscriber.close()
        #expect(text(try await iterator.next()) == "end")
    }

    @Test func manyAndHugeMessages() async throws {
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([bytes("c")])
        let huge = [UInt8](repeating: 7, count: 3_000_000)
        let small = (0..<5_000).map { RedisCommand("PUBLISH", "c", .integer($0)) }
        _ = try await writer.send(small + [RedisCommand("PUBLISH", "c", .bytes(huge))] + small)
        var received: [[UInt8]] = []
        for try await case .message(_, let payload) in messages {
            received.append(Array(payload))
            if received.count == 10_001 { break }
        }
        let numbers = (0..<5_000).map { bytes("\($0)") }
        #expect(received == numbers + [huge] + numbers)
    }

    @Test func trackingTellsWhatChanged() async throws {
        let (id, messages) = try await subscriber.connect()
        try await subscriber.subscribe([bytes("__redis__:invalidate")])
        let reader = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await reader.send(
            RedisCommand("CLIENT", "TRACKING", "ON", "REDIRECT", .integer(try #require(id))))
        _ = try await reader.send(RedisCommand("GET", "k"))
        _ = try await writer.send(RedisCommand("SET", "k", "1"))
        var iterator = messages.makeAsyncIterator()
        #expect(text(try await iterator.next()) == #"invalidate ["k"]"#)
        _ = try await reader.send(RedisCommand("LRANGE", "list", 0, -1))
        _ = try await writer.send(RedisCommand("RPUSH", "list", "1"))
        #expect(text(try await iterator.next()) == #"invalidate ["list"]"#)
        _ = try await reader.send(RedisCommand("GET", "k"))
        _ = try await writer.send(RedisCommand("FLUSHALL"))
        #expect(text(try await iterator.next()) == "invalidate all")
    }

    @Test func lostConnectionEndsTheMessages() async throws {
        let (id, messages) = try await subscriber.connect()
        try await subscriber.subscribe([bytes("c")])
        _ = try await writer.send(RedisCommand("CLIENT", "KILL", "ID", .integer(try #require(id))))
        var iterator = messages.makeAsyncIterator()
        let error = await #expect(throws: RedisError.self) { try await iterator.next() }
        #expect(error?.code == .connectionLost)
        let next = await #expect(throws: RedisError.self) { try await subscriber.ping() }
        #expect(next?.code == .connectionLost)
        // Messages that nobody can take any more end the connection.
        let (again, further) = try await subscriber.connect()
        #expect(again != id)
        try await subscriber.ping()
        withExtendedLifetime(further) {}
    }

    @Test func pingAnswersInBothModes() async throws {
        let (_, messages) = try await subscriber.connect()
        try await subscriber.ping()
        try await subscriber.subscribe([bytes("c")])
        try await subscriber.ping()
        try await subscriber.subscribe([])
        withExtendedLifetime(messages) {}
    }

    @Test func silentServerTimesOut() async throws {
        let subscriber = RedisSubscriber(RedisConfiguration(url: server.url, commandTimeout: .milliseconds(50)))
        let (_, messages) = try await subscriber.connect()
        server.suspend()
        let error = await #expect(throws: RedisError.self) { try await subscriber.ping() }
        #expect(error?.code == .timedOut && error?.command == "PING")
        var iterator = messages.makeAsyncIterator()
        await #expect(throws: RedisError.self) { try await iterator.next() }
        server.resume()
    }

    @Test func cancelledWaitLeavesTheConnection() async throws {
        let (_, messages) = try await subscriber.connect()
        server.suspend()
        let task = Task { await #expect(throws: RedisError.self) { try await subscriber.subscribe([bytes("c")]) } }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        server.resume()
        try await subscriber.ping()
        withExtendedLifetime(messages) {}
    }

    @Test func nobodyListeningClosesTheConnection() async throws {
        let (id, messages) = try await subscriber.connect()
        let task = Task { for try await _ in messages {} }
        task.cancel()
        try await task.value
        // The end comes from another task: the first command that finds it says so.
        let error = await #expect(throws: RedisError.self) { while true { try await subscriber.ping() } }
        #expect(error?.code == .closed && id != nil)
    }

    @Test func withoutAConnectionNothingIsSent() async throws {
        let error = await #expect(throws: RedisError.self) { try await subscriber.subscribe([bytes("c")]) }
        #expect(error?.code == .closed)
        server.stop()
        let refused = await #expect(throws: RedisError.self) { _ = try await subscriber.connect() }
        #expect(refused?.code == .connectionFailed)
    }
}
