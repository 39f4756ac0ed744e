import RedisClient
import TestSupport
import Testing

@Suite(.inTurn) struct RedisReplyTests {
    private let server: RedisServer
    private let connection: RedisConnection

    init() throws {
        server = try RedisServer()
        connection = RedisConnection(RedisConfiguration(url: server.url))
    }

    private func eval(_ script: String) async throws -> RedisReply {
        try await connection.send(RedisCommand("EVAL", .text(script), 0))
    }

    @Test func bytesArriveAsTheyWereSent() async throws {
        let every = Array(UInt8.min...UInt8.max)
        _ = try await connection.send(RedisCommand("SET", .key(every), .bytes(every + every)))
        let reply = try await connection.send(RedisCommand("GET", .key(every)))
        #expect(reply.kind == .string)
        #expect(reply.bytes.map(Array.init) == every + every)
    }

    @Test func everyKindIsKnown() async throws {
        let null = try await connection.send(RedisCommand("GET", "missing"))
        #expect(null.isNull && null.bytes == nil && null.array == nil && null.integer == nil)
        let status = try await connection.send(RedisCommand("PING"))
        #expect(status.kind == .status && status.string == "PONG")
        let integer = try await eval("return -42")
        #expect(integer.kind == .integer && integer.integer == -42 && integer.bytes == nil)
        let empty = try await eval("return ''")
        #expect(empty.kind == .string && empty.bytes?.isEmpty == true && empty.integer == nil)
        let none = try await eval("return {}")
        #expect(none.kind == .array && none.array?.isEmpty == true)
    }

    @Test func stringsThatAreDecimalHaveAnInteger() async throws {
        let replies = try await connection.send(
            ["12", "-7", "9223372036854775807", "9223372036854775808", "+1", "1.5", "x", " 1"].map {
                RedisCommand("ECHO", .text($0))
            })
        #expect(replies.map(\.integer) == [12, -7, Int.max, nil, nil, nil, nil, nil])
    }

    @Test func nestedArraysKeepTheirShape() async throws {
        let reply = try await eval("return {1, {'a', {}, {'b', {2}}}, false, 'c', {3}}")
        #expect(reply.description == #"[1, ["a", [], ["b", [2]]], (nil), "c", [3]]"#)
        let elements = try #require(reply.array)
        #expect(elements.count == 5)
        #expect(elements[0].integer == 1)
        #expect(elements[1].array?[2].array?[1].array?[0].integer == 2)
        #expect(elements[2].isNull)
        #expect(elements[3].string == "c")
        #expect(elements[4].array?.first?.integer == 3)
        #expect(elements.reversed().map(\.kind) == [.array, .string, .null, .array, .integer])
    }

    @Test func stringsOfAnArrayAreMapped() async throws {
        let reply = try await eval("return {'a', 1, {'b', 'c'}, false, '', 'd'}")
        #expect(reply.mapStrings { String(decoding: $0, as: UTF8.self) } == ["a", "", "d"])
        #expect(try await eval("return {}").mapStrings { $0.count }.isEmpty)
        #expect(try await eval("return 'text'").mapStrings { $0.count }.isEmpty)
    }

    @Test func longListsHaveEveryElement() async throws {
        let values = (0..<5_000).map { RedisArgument.integer($0) }
        _ = try await connection.send(RedisCommand("RPUSH", arguments: ["list"] + values))
        let elements = try #require(try await connection.send(RedisCommand("LRANGE", "list", 0, -1)).array)
        #expect(elements.map(\.integer) == Array(0..<5_000))
        #expect(elements[4_321].integer == 4_321)
        #expect(elements.last?.integer == 4_999)
    }

    @Test func repliesOfAPipelineAreIndependent() async throws {
        let replies = try await connection.send([
            RedisCommand("ECHO", "one"), RedisCommand("LPOP", "missing"), RedisCommand("NONSENSE", "a"),
            RedisCommand("ECHO", "two"),
        ])
        #expect(replies.map(\.kind) == [.string, .null, .error, .string])
        #expect(replies[3].string == "two")
        #expect(throws: RedisError.self) { try replies[2].get() }
        #expect(try replies[0].get().string == "one")
    }

    @Test func transactionsReturnTheirResults() async throws {
        let key = RedisArgument.key(Array("k".utf8))
        let replies = try await connection.transaction([
            RedisCommand("RPUSH", key, "a", "b"), RedisCommand("GET", key), RedisCommand("LRANGE", key, 0, -1),
        ])
        #expect(replies[0].integer == 2)
        #expect(replies[1].error?.code == .wrongType)
        #expect(replies[2].array?.map(\.string) == ["a", "b"])
        #expect(try await connection.transaction([]).isEmpty)
    }

    @Test func transactionsFailAsAWhole() async throws {
        let key = RedisArgument.key(Array("k".utf8))
        let refused = await #expect(throws: RedisError.self) {
            try await connection.transaction([RedisCommand("SET", key, "1"), RedisCommand("LLEN")])
        }
        #expect(refused?.code == .server && refused?.command == "LLEN")
        _ = try await connection.send(RedisCommand("WATCH", key))
        _ = try await RedisConnection(RedisConfiguration(url: server.url)).send(RedisCommand("SET", key, "other"))
        let aborted = await #expect(throws: RedisError.self) {
            try await connection.transaction([RedisCommand("SET", key, "mine")])
        }
        #expect(aborted?.code == .aborted)
        #expect(try await connection.send(RedisCommand("GET", key)).string == "other")
    }

    @Test func tenThousandCommandsInOnePipeline() async throws {
        let commands = (0..<10_000).map { RedisCommand("SET", .key(Array("k\($0)".utf8)), .integer($0)) }
        #expect(try await connection.send(commands).allSatisfy { $0.string == "OK" })
        let replies = try await connection.send(
            (0..<10_000).map { RedisCommand("GET", .key(Array("k\($0)".utf8))) })
        #expect(replies.map(\.integer) == Array(0..<10_000))
    }

    @Test func hugeValuesGoBothWays() async throws {
        let value = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let key = RedisArgument.key(Array("huge".utf8))
        let replies = try await connection.send([
            RedisCommand("SET", key, .bytes(value)), RedisCommand("GET", key), RedisCommand("GET", key),
        ])
        #expect(replies[1].bytes.map(Array.init) == value)
        #expect(replies[2].bytes.map(Array.init) == value)
    }
}
