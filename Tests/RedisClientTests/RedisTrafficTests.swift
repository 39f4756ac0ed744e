import TestSupport
import Testing

@testable import RedisClient

/// What is counted of a program's connections, and the ceiling to it.
@Suite(.inTurn) struct RedisTrafficTests {
    private let start = ContinuousClock.now

    private func commands(_ server: RedisServer) async throws -> Int {
        let text =
            try await RedisConnection(RedisConfiguration(url: server.url))
            .send(RedisCommand("INFO", "commandstats")).string ?? ""
        return text.split(separator: "calls=").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }.reduce(0, +)
    }

    @Test(arguments: [20, 33, 200, 5_000]) func noSecondSeesMoreThanTheLimit(_ limit: Int) {
        var budget = CommandBudget(limit: limit)
        var generator = SystemRandomNumberGenerator()
        var now = start
        var taken: [(at: ContinuousClock.Instant, count: Int)] = []
        // Four seconds in which somebody always wants something, and a rest after each.
        while now < start + .seconds(6) {
            let count = Int.random(in: 1...budget.piece, using: &generator)
            let wait = budget.take(count, at: now)
            if wait == .zero { taken.append((now, count)) }
            let isResting = taken.count.isMultiple(of: 97)
            now = now.advanced(by: isResting ? .milliseconds(300) : max(wait, .microseconds(100)))
        }
        for (at, _) in taken {
            let within = taken.filter { $0.at >= at && $0.at < at + .seconds(1) }.reduce(0) { $0 + $1.count }
            #expect(within <= limit)
        }
        #expect(taken.reduce(0) { $0 + $1.count } > limit * 2)
    }

    @Test func whatCannotBePartedIsWaitedForAndPaidFor() {
        var budget = CommandBudget(limit: 80)
        #expect(budget.take(1_000, at: start) == .zero)
        let wait = budget.take(1, at: start)
        #expect(wait > .seconds(13))
        #expect(budget.take(1, at: start + wait + .milliseconds(1)) == .zero)
    }

    @Test func ratesAreThoseOfTheLastSeconds() {
        let traffic = RedisTraffic()
        for half in 0..<6 {
            traffic.sent(commands: 5, bytes: 100, at: start + .milliseconds(half * 500))
            traffic.received(bytes: 1_000, at: start + .milliseconds(half * 500 + 100))
        }
        let rates = RedisTraffic.Rates(commands: 10, bytesOut: 200, bytesIn: 2_000)
        #expect(traffic.rates(at: start + .seconds(3)) == rates)
        #expect(traffic.rates(at: start + .milliseconds(4_600)).commands == 5)
        #expect(traffic.rates(at: start + .seconds(10)) == RedisTraffic.Rates())
        #expect(traffic.rates(at: start + .seconds(3_600)) == RedisTraffic.Rates())
        #expect(!traffic.isHeldBack())
    }

    @Test func everyConnectionIsCounted() async throws {
        let server = try RedisServer()
        let traffic = RedisTraffic()
        let configuration = RedisConfiguration(url: server.url, traffic: traffic)
        let before = try await commands(server)
        let connection = RedisConnection(configuration)
        for _ in 0..<3 { _ = try await connection.send([RedisCommand("PING"), RedisCommand("PING")]) }
        _ = try await connection.transaction([RedisCommand("SET", .key([97]), "1"), RedisCommand("GET", .key([97]))])
        let subscriber = RedisSubscriber(configuration)
        _ = try await subscriber.connect({ _ in }, ended: { _ in })
        try await subscriber.subscribe([[97], [98]])
        let total = traffic.total
        // Besides, the greeting of the one who asks, and its asking before: only what is over is in the server's count.
        #expect(try await commands(server) - before == total.commands + 4 + 1)
        #expect((200..<2_000).contains(total.bytesOut))
        #expect((100..<2_000).contains(total.bytesIn))
        await subscriber.close()
    }

    @Test func aPipelineWaitsInPiecesAndIsWhole() async throws {
        let server = try RedisServer()
        let before = try await commands(server)
        let start = ContinuousClock.now
        let connection = RedisConnection(RedisConfiguration(url: server.url, traffic: RedisTraffic(limit: 200)))
        let replies = try await connection.send((0..<300).map { RedisCommand("ECHO", .integer($0)) })
        #expect(replies.map(\.integer) == Array(0..<300))
        let sent = try await commands(server) - before
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(Double(sent) <= 200 * max(1, seconds))
        #expect(sent >= 300)
    }

    @Test func heldBackIsWhoHadToWaitForLong() {
        let traffic = RedisTraffic(limit: 80)
        #expect(traffic.take(10, at: start) == .zero)
        #expect(traffic.take(1, at: start) > .zero)
        #expect(!traffic.isHeldBack(at: start))
        #expect(traffic.take(10, at: start) > .milliseconds(100))
        #expect(traffic.isHeldBack(at: start + .milliseconds(900)))
        #expect(!traffic.isHeldBack(at: start + .seconds(3)))
    }

    @Test func whoIsCancelledWaitsNoLonger() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url, traffic: RedisTraffic(limit: 20)))
        let task = Task { try await connection.send((0..<100_000).map { RedisCommand("ECHO", .integer($0)) }) }
        let other = RedisConnection(RedisConfiguration(url: server.url))
        try await eventually("the first piece has come") {
            try await other.send(RedisCommand("INFO", "commandstats")).string?.contains("cmdstat_echo") == true
        }
        task.cancel()
        await #expect(throws: RedisError.self) { try await task.value }
    }
}
