import JobLogCore
import RedisClient
import TestSupport
import Testing

@testable import joblog_server

/// Events of users' jobs, on a real Redis.
@Suite(.inTurn) struct EventRelayTests {
    private let server: RedisServer
    private let client: RedisConnection
    private let relay: EventRelay

    init() throws {
        server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        client = connection
        relay = EventRelay(connection: connection, keys: JobKeys()) { ids in
            // Jobs are named after their owners here; those of nobody begin with x.
            Dictionary(
                uniqueKeysWithValues: ids.compactMap { id in
                    let text = id.lossyText
                    return text.hasPrefix("x") ? nil : (id, String(text.prefix { $0 != "-" }))
                })
        }
    }

    /// Publishes until somebody hears it.
    private func publish(_ job: String, _ payload: String) async throws {
        var heard = 0
        while heard == 0 {
            heard =
                (try? await client.send(RedisCommand("PUBLISH", .text("job:event:\(job)"), .text(payload))))?.integer
                ?? 0
        }
    }

    private func next(_ queue: StreamQueue) async -> (text: String, position: EventPosition?) {
        switch await queue.next() {
        case .event(let event): (String(decoding: event.payload, as: UTF8.self), relay.position(after: event))
        case .some(let step): ("[\(step)]", nil)
        case nil: ("[over]", nil)
        }
    }

    @Test func eachUserHearsTheirOwnAndAnOperatorAll() async throws {
        let running = Task { await relay.run() }
        let (ann, bob, operators) = (StreamQueue(), StreamQueue(), StreamQueue())
        try await relay.watching(user: "ann", after: nil, on: ann) {
            try await relay.watching(user: "bob", after: nil, on: bob) {
                try await relay.watching(user: nil, after: nil, on: operators) {
                    for (job, payload) in [("ann-1", "1"), ("x", "2"), ("bob-1", "3"), ("ann-2", "4")] {
                        try await publish(job, payload)
                    }
                    for payload in ["1", "4"] { #expect(await next(ann).text == payload) }
                    #expect(await next(bob).text == "3")
                    for payload in ["1", "2", "3", "4"] { #expect(await next(operators).text == payload) }
                }
            }
        }
        #expect(relay.count == 0)
        running.cancel()
        await running.value
    }

    @Test func aStreamGoesOnWhereItWas() async throws {
        let running = Task { await relay.run() }
        let first = StreamQueue()
        let position = try await relay.watching(user: "ann", after: nil, on: first) {
            try await publish("ann-1", "1")
            return await next(first).position
        }
        let witness = StreamQueue()
        try await relay.watching(user: nil, after: nil, on: witness) {
            for (job, payload) in [("ann-1", "2"), ("bob-1", "3"), ("ann-1", "4")] {
                try await publish(job, payload)
                _ = await next(witness)
            }
        }
        let second = StreamQueue()
        await relay.watching(user: "ann", after: position, on: second) {
            for payload in ["2", "4"] { #expect(await next(second).text == payload) }
        }
        let other = StreamQueue()
        await relay.watching(user: "ann", after: EventPosition(instance: "other", number: 1), on: other) {
            guard case .reset = await other.next() else {
                return #expect(Bool(false), "another server's numbers say nothing")
            }
        }
        running.cancel()
        await running.value
    }

    @Test func anOutageIsSaidAndWhatMayBeMissing() async throws {
        let running = Task { await relay.run() }
        let queue = StreamQueue()
        var position: EventPosition?
        try await relay.watching(user: "ann", after: nil, on: queue) {
            try await publish("ann-1", "1")
            position = await next(queue).position
            server.stop()
            guard case .away(let reason) = await queue.next() else { return #expect(Bool(false), "it is away") }
            #expect(!reason.isEmpty)
            try server.restart()
            guard case .back = await queue.next(), case .reset = await queue.next() else {
                return #expect(Bool(false), "it is back, and events may be missing")
            }
            try await publish("ann-1", "2")
            #expect(await next(queue).text == "2")
        }
        let later = StreamQueue()
        await relay.watching(user: "ann", after: position, on: later) {
            guard case .reset = await later.next() else { return #expect(Bool(false), "events may be missing") }
        }
        relay.close()
        running.cancel()
        await running.value
    }
}
