import TestSupport
import Testing

@testable import RedisClient

/// A connection to a cluster of three nodes and more, on real servers.
@Suite(.inTurn) struct RedisClusterTests {
    private func connection(
        _ cluster: RedisCluster, user: String? = nil, timeout: Duration = .seconds(10)
    ) throws -> RedisConnection {
        let seeds = cluster.servers.prefix(RedisCluster.size).map {
            RedisEndpoint(host: "127.0.0.1", port: $0.port ?? 0)
        }
        return RedisConnection(
            RedisConfiguration(
                url: RedisURL(target: .cluster(seeds)), user: user, password: user.map { RedisPassword($0) },
                commandTimeout: timeout))
    }

    private func key(_ number: Int) -> RedisArgument { .key(Array("key-\(number)".utf8)) }

    /// All keys that a scan finds, those that come twice too.
    private func scan(_ connection: RedisConnection) async throws -> (keys: [String], problems: [RedisError]) {
        var keys: [String] = []
        var problems: [RedisError] = []
        var cursor = RedisConnection.scanStart
        repeat {
            let step = try await connection.scan(from: cursor, matching: Array("*".utf8), count: 10)
            keys += step.keys?.mapStrings { String(decoding: $0, as: UTF8.self) } ?? []
            if let problem = step.problem { problems.append(problem) }
            cursor = step.next
        } while cursor != RedisConnection.scanStart
        return (keys, problems)
    }

    @Test func commandsGoToTheNodesOfTheirKeys() async throws {
        let cluster = try await RedisCluster()
        let url = try #require(cluster.servers[1].tcpURL)
        let plain = RedisConnection(RedisConfiguration(url: url))
        let socket = RedisConnection(RedisConfiguration(url: cluster.servers[2].url))
        for (offset, connection) in [try connection(cluster), plain, socket].enumerated() {
            let numbers = (0..<100).map { offset * 100 + $0 }
            let set = try await connection.send(numbers.map { RedisCommand("SET", key($0), .integer($0)) })
            #expect(set.allSatisfy { $0.string == "OK" })
            let got = try await connection.send(numbers.map { RedisCommand("GET", key($0)) })
            #expect(got.map(\.integer) == numbers)
            #expect(try await connection.send(RedisCommand("DBSIZE")).integer == (offset + 1) * 100)
            #expect(try await connection.send(RedisCommand("PING")).string == "PONG")
            #expect(try await connection.send(RedisCommand("TIME")).array?.count == 2)
            for number in numbers.prefix(12) {
                let replies = try await connection.transaction([
                    RedisCommand("INCR", key(number)), RedisCommand("GET", key(number)),
                ])
                #expect(replies.map(\.integer) == [number + 1, number + 1])
            }
            #expect(connection.nodes.count == 3 && connection.topologyVersion > 0)
        }
        // Each of the servers has a part, and was asked for nothing else.
        for place in 0..<RedisCluster.size {
            #expect(try #require(try await cluster.send(RedisCommand("DBSIZE"), to: place).integer) > 50)
        }
        #expect(try await cluster.refusals("MOVED") == 0)
        let found = try await scan(plain)
        #expect(Set(found.keys) == Set((0..<300).map { "key-\($0)" }) && found.problems.isEmpty)
    }

    /// More than the sockets hold, at every node.
    @Test func largePipelines() async throws {
        let cluster = try await RedisCluster()
        let connection = try connection(cluster)
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 20_000)
        let count = 3_000
        let set = try await connection.send((0..<count).map { RedisCommand("SET", key($0), .bytes(value)) })
        #expect(set.count == count && set.allSatisfy { $0.error == nil })
        let got = try await connection.send((0..<count).map { RedisCommand("GET", key($0)) })
        #expect(got.allSatisfy { $0.bytes?.count == value.count })
        let huge = [UInt8](repeating: UInt8(ascii: "y"), count: 8_000_000)
        let replies = try await connection.send([
            RedisCommand("SET", key(1), .bytes(huge)), RedisCommand("SET", key(2), .bytes(huge)),
            RedisCommand("GET", key(1)), RedisCommand("STRLEN", key(2)),
        ])
        #expect(replies[2].bytes?.count == huge.count && replies[3].integer == huge.count)
    }

    /// The slots move to and fro while numbers are appended to lists in them: none is lost or there twice.
    @Test func slotsMoveUnderWay() async throws {
        let cluster = try await RedisCluster()
        let connection = try connection(cluster)
        let names = ["a", "b", "c", "d"]
        let lists = names.map { RedisArgument.key(Array($0.utf8)) }
        var count = 0
        func append() async throws {
            count += 1
            let replies = try await connection.send(lists.map { RedisCommand("RPUSH", $0, .integer(count)) })
            #expect(replies.map(\.integer) == lists.map { _ in count })
            let read = try await connection.transaction([
                RedisCommand("LLEN", lists[0]), RedisCommand("LINDEX", lists[0], -1),
            ])
            #expect(read.map(\.integer) == [count, count])
        }
        for _ in 0..<20 { try await append() }
        for name in names {
            let (slot, home) = (try await cluster.slot(of: name), try await cluster.home(of: name))
            let other = (home + 1) % RedisCluster.size
            try await cluster.beginMoving(slot, from: home, to: other)
            for _ in 0..<5 { try await append() }
            try await cluster.moveKeys(of: slot, from: home, to: other)
            for _ in 0..<5 { try await append() }
            try await cluster.endMoving(slot, from: home, to: other)
            for _ in 0..<5 { try await append() }
        }
        #expect(try await cluster.refusals("ASK") > 0)
        #expect(try await cluster.refusals("MOVED") > 0)
        for list in lists {
            let numbers = try await connection.send(RedisCommand("LRANGE", list, 0, -1)).array?.map(\.integer)
            #expect(numbers == Array(1...count))
        }
        #expect(Set(try await scan(connection).keys) == Set(names))
    }

    @Test func aReplicaTakesThePlaceOfItsPrimary() async throws {
        let cluster = try await RedisCluster(hasReplicas: true)
        let connection = try connection(cluster)
        let numbers = Array(0..<60)
        _ = try await connection.send(numbers.map { RedisCommand("SET", key($0), .integer($0)) })
        for place in 0..<RedisCluster.size {
            try await eventually("the data at replica \(place)") {
                let primary = try await cluster.send(RedisCommand("DBSIZE"), to: place).integer
                return try await cluster.send(RedisCommand("DBSIZE"), to: place + RedisCluster.size).integer == primary
            }
        }
        let lost = connection.nodes.first { $0.url == cluster.servers[1].tcpURL }
        #expect(lost != nil)
        cluster.servers[1].kill()
        // Its keys cannot be read now, all others can.
        let partly = try await connection.send(numbers.map { RedisCommand("GET", key($0)) })
        for (number, reply) in zip(numbers, partly) {
            let isAway = try await cluster.home(of: "key-\(number)") == 1
            #expect(isAway ? reply.error?.code == .clusterDown : reply.integer == number)
        }
        let scanned = try await scan(connection)
        #expect(scanned.problems.map(\.code) == [.clusterDown] && (20..<60).contains(scanned.keys.count))
        #expect(
            await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }?.code
                == .clusterDown)
        try await connection.connect()
        #expect(connection.absence?.contains("127.0.0.1:\(cluster.servers[1].port ?? 0) cannot be reached") == true)
        #expect(connection.presentNodes.count == 2)
        try await cluster.promote(1)
        try await eventually("the keys at the new primary") {
            try await connection.send(numbers.map { RedisCommand("GET", key($0)) }).map(\.integer) == numbers
        }
        #expect(try await scan(connection).keys.count == 60)
        #expect(connection.nodes.contains { $0.url == cluster.servers[4].tcpURL })
        try await connection.connect()
        #expect(connection.absence == nil && connection.presentNodes.count == 3)
    }

    @Test func aFailoverThatNobodyAsksForIsFound() async throws {
        let cluster = try await RedisCluster(hasReplicas: true, nodeTimeout: 1_000)
        let connection = try connection(cluster)
        let numbers = Array(0..<20)
        let set = numbers.map { RedisCommand("SET", key($0), .integer($0)) }
        try await eventually("all keys written") {
            (try? await connection.send(set))?.allSatisfy { $0.error == nil } == true
        }
        cluster.servers[0].kill()
        try await eventually("all keys written again") {
            (try? await connection.send(set))?.allSatisfy { $0.error == nil } == true
        }
        #expect(try await connection.send(numbers.map { RedisCommand("GET", key($0)) }).map(\.integer) == numbers)
    }

    @Test func whatMayHaveBeenCarriedOutIsNotSentAgain() async throws {
        let cluster = try await RedisCluster()
        let connection = try connection(cluster, timeout: .milliseconds(200))
        let names = try await (0..<RedisCluster.size).asyncMap { place in
            try await cluster.name(on: place) { ("list-\($0)", "list-\($0)") }
        }
        let lists = names.map { RedisArgument.key(Array($0.utf8)) }
        let push = lists.map { RedisCommand("RPUSH", $0, "x") }
        _ = try await connection.send(push)
        cluster.servers[0].suspend()
        let error = await #expect(throws: RedisError.self) { try await connection.send(push) }
        #expect(error?.code == .timedOut)
        #expect(connection.lostClient?.url == cluster.servers[0].tcpURL)
        cluster.servers[0].resume()
        try await eventually("the frozen server's answer") {
            try await cluster.send(RedisCommand("LLEN", lists[0]), to: 0).integer == 2
        }
        #expect(try await connection.send(lists.map { RedisCommand("LLEN", $0) }).map(\.integer) == [2, 2, 2])
    }

    @Test func whereNobodyTellsTheSlotsTheyAreLearnedOneByOne() async throws {
        let cluster = try await RedisCluster()
        let denied = [["-cluster", "+cluster|keyslot"], ["-hello", "-cluster"]]
        for (number, rules) in denied.enumerated() {
            let user = "user\(number)"
            for place in 0..<RedisCluster.size {
                try await cluster.send(
                    RedisCommand(
                        "ACL",
                        arguments: ["SETUSER", .text(user), "on", .text(">\(user)"), "allkeys", "allchannels", "+@all"]
                            + rules.map { .text($0) }), to: place)
            }
            let url = RedisURL(target: .tcp(host: "127.0.0.1", port: cluster.servers[0].port ?? 0))
            let connection = RedisConnection(
                RedisConfiguration(url: url, user: user, password: RedisPassword(user)))
            let numbers = Array(0..<30)
            _ = try await connection.send(numbers.map { RedisCommand("SET", key($0), .integer($0)) })
            #expect(try await connection.send(numbers.map { RedisCommand("GET", key($0)) }).map(\.integer) == numbers)
            #expect(connection.nodes.count == 3)
        }
    }

    @Test func mistakesAreSaid() async throws {
        let cluster = try await RedisCluster()
        for place in 0..<RedisCluster.size {
            try await cluster.send(RedisCommand("CONFIG", "SET", "requirepass", "sesame"), to: place)
        }
        func failure(_ connection: RedisConnection) async -> RedisError? {
            await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("GET", key(1))) }
        }
        #expect(await failure(try connection(cluster))?.code == .authenticationRequired)
        var url = try #require(cluster.servers[0].tcpURL)
        url.database = 2
        let other = RedisConnection(RedisConfiguration(url: url, password: RedisPassword("sesame")))
        #expect(
            await failure(other)?.message
                == "A Redis Cluster has no database but 0; leave the database out of the URL.")
        for server in cluster.servers { server.stop() }
        let away = await failure(try connection(cluster))
        #expect(away?.code == .connectionFailed)
    }

    @Test func whatIsNoClusterIsSaid() async throws {
        let server = try RedisServer(tcp: true)
        let endpoint = RedisEndpoint(host: "127.0.0.1", port: try #require(server.port))
        let connection = RedisConnection(RedisConfiguration(url: RedisURL(target: .cluster([endpoint]))))
        let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("GET", key(1))) }
        #expect(
            error?.message
                == "The server is no node of a Redis Cluster; name it by redis:// instead of redis+cluster://.")
    }

    @Test(arguments: ["hostname", "unknown-endpoint"]) func nodesAreFoundByWhateverTheyCallThemselves(
        _ kind: String
    ) async throws {
        let cluster = try await RedisCluster(arguments: [
            "--cluster-preferred-endpoint-type", kind, "--cluster-announce-hostname", "localhost",
        ])
        let seed = RedisEndpoint(host: "127.0.0.1", port: try #require(cluster.servers[0].port))
        let connection = RedisConnection(RedisConfiguration(url: RedisURL(target: .cluster([seed]))))
        try await eventually("the nodes' names") {
            try await connection.learnTopology()
            let host = kind == "hostname" ? "localhost" : "127.0.0.1"
            return connection.nodes.count == 3 && connection.nodes.allSatisfy { $0.endpoint?.host == host }
        }
        let numbers = Array(0..<30)
        _ = try await connection.send(numbers.map { RedisCommand("SET", key($0), .integer($0)) })
        #expect(try await connection.send(numbers.map { RedisCommand("GET", key($0)) }).map(\.integer) == numbers)
        // They refer to each other by the same names.
        let slot = try await cluster.slot(of: "key-1")
        let home = try await cluster.home(of: "key-1")
        try await cluster.move(slot, from: home, to: (home + 1) % RedisCluster.size)
        #expect(try await connection.send(RedisCommand("GET", key(1))).integer == 1)
        #expect(connection.nodes.count == 3)
    }

    @Test func aNodeThatClosesAnIdleConnectionIsTold() async throws {
        let cluster = try await RedisCluster()
        let connection = try connection(cluster)
        let (lost, tell) = AsyncStream.makeStream(of: Void.self)
        await connection.whenLost { tell.yield() }
        try await connection.connect()
        #expect(connection.connectionCount == 3)
        cluster.servers[2].kill()
        var iterator = lost.makeAsyncIterator()
        await iterator.next()
        #expect(await connection.isConnected)
        await connection.close()
        #expect(await connection.isConnected == false)
        let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("GET", key(1))) }
        #expect(error?.code == .closed)
    }

    @Test func eventsAreHeardAtEveryNode() async throws {
        let cluster = try await RedisCluster()
        let seeds = cluster.servers.map { RedisEndpoint(host: "127.0.0.1", port: $0.port ?? 0) }
        // The first one is not there.
        cluster.servers[0].stop()
        let subscriber = RedisSubscriber(RedisConfiguration(url: RedisURL(target: .cluster(seeds))))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.psubscribe([Array("*".utf8)])
        for number in 1...3 {
            try await cluster.send(RedisCommand("PUBLISH", .text("channel-\(number)"), "x"), to: 2)
        }
        var heard = 0
        for try await case .patternMessage in messages {
            heard += 1
            if heard == 3 { break }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
