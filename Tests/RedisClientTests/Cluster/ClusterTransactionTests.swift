import TestSupport
import Testing

@testable import RedisClient

/// Commands that belong together on one connection, on a cluster whose slots move.
@Suite(.inTurn) struct ClusterTransactionTests {
    private let cluster: RedisCluster
    private let key = Array("counter".utf8)

    init() async throws { cluster = try await RedisCluster() }

    private func connection(_ urlText: String? = nil) throws -> RedisConnection {
        RedisConnection(RedisConfiguration(url: try RedisURL(parsing: urlText ?? cluster.urlText)))
    }

    private func set(_ value: Int) -> RedisCommand { RedisCommand("SET", .key(key), .integer(value)) }

    /// Counts one up, however often somebody else was faster.
    private func increment(over connection: RedisConnection) async throws {
        var seen: [UInt8]?
        while true {
            let next = (seen.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
            switch try await connection.ifUnchanged(key, holds: seen, [set(next), RedisCommand("PUBLISH", "c", "p")]) {
            case .done(let replies):
                #expect(replies.count == 2 && replies[0].string == "OK")
                return
            case .found(let bytes): seen = bytes
            }
        }
    }

    private func count() async throws -> Int? { try await connection().send(RedisCommand("GET", .key(key))).integer }

    /// How often the nodes were asked who has which slots.
    private func questions() async throws -> Int {
        var sum = 0
        for place in cluster.servers.indices {
            let text = try await cluster.send(RedisCommand("INFO", "commandstats"), to: place).string ?? ""
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_cluster|slots:calls=") }
            sum += line?.split(separator: "=").dropFirst().first.flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
        }
        return sum
    }

    @Test func nobodyAsksForSlotsThatAreKnown() async throws {
        for url in [nil, "redis://127.0.0.1:\(cluster.servers[2].port ?? 0)"] {
            let connection = try connection(url)
            try await increment(over: connection)
            let before = try await questions()
            for _ in 0..<20 { try await increment(over: connection) }
            #expect(
                try await connection.together([set(0), RedisCommand("INCR", .key(key))]).map(\.integer) == [nil, 1])
            #expect(
                try await connection.rehearse([RedisCommand("PING"), RedisCommand("NOSUCH")]).map { $0 == nil } == [
                    true, false,
                ])
            #expect(try await questions() == before)
            _ = try await connection.send(RedisCommand("DEL", .key(key)))
        }
    }

    /// At each step of a move there is a transaction: over a connection that knows the slot's old node, and a fresh one.
    @Test func aSlotThatMovesIsFollowed() async throws {
        let known = try connection()
        var expected = 0
        func increment() async throws {
            for connection in [known, try connection()] {
                try await self.increment(over: connection)
                #expect(
                    try await connection.together([RedisCommand("INCR", .key(key))]).map(\.integer) == [expected + 2])
                expected += 2
            }
            #expect(try await count() == expected)
        }
        var home = try await cluster.home(of: "counter")
        let slot = try await cluster.slot(of: "counter")
        for _ in 0..<3 {
            let next = (home + 1) % RedisCluster.size
            // At the beginning of the first move there is no key.
            try await cluster.beginMoving(slot, from: home, to: next)
            try await increment()
            try await cluster.moveKeys(of: slot, from: home, to: next)
            try await increment()
            try await cluster.endMoving(slot, from: home, to: next)
            try await increment()
            home = next
        }
        #expect(try await cluster.refusals("ASK") > 0)
        #expect(try await cluster.refusals("MOVED") > 0)
    }

    @Test func nothingIsLostInARaceWhileTheSlotMoves() async throws {
        let connections = [try connection(), try connection()]
        let writers = connections.map { connection in
            Task {
                var count = 0
                while !Task.isCancelled {
                    // A task of its own: what has begun is not cancelled.
                    try await Task { try await increment(over: connection) }.value
                    count += 1
                }
                return count
            }
        }
        let slot = try await cluster.slot(of: "counter")
        var home = try await cluster.home(of: "counter")
        for _ in 0..<6 {
            let before = try await count() ?? 0
            try await eventually("more") { try await count() ?? 0 > before + 10 }
            let next = (home + 1) % RedisCluster.size
            try await cluster.move(slot, from: home, to: next)
            home = next
        }
        var sum = 0
        for writer in writers {
            writer.cancel()
            sum += try await writer.value
        }
        #expect(try await count() == sum)
    }

    @Test func aReplicaThatTookOverIsFound() async throws {
        let cluster = try await RedisCluster(hasReplicas: true)
        let connection = RedisConnection(
            RedisConfiguration(url: try RedisURL(parsing: cluster.urlText), commandTimeout: .seconds(2)))
        try await increment(over: connection)
        try await cluster.failOver(try await cluster.home(of: "counter"))
        try await increment(over: connection)
        #expect(try await connection.send(RedisCommand("GET", .key(key))).integer == 2)
    }
}
