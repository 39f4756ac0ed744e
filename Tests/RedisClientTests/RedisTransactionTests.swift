import TestSupport
import Testing

@testable import RedisClient

/// Commands that belong together on one connection, also where the server allows less than usual.
@Suite(.inTurn) struct RedisTransactionTests {
    private let server: RedisServer
    private let admin: RedisConnection
    private let key = Array("key".utf8)

    init() throws {
        server = try RedisServer()
        admin = RedisConnection(RedisConfiguration(url: server.url))
    }

    private func user(_ rules: String...) async throws -> RedisConnection {
        let all = ["SETUSER", "poor", "reset", "on", ">secret", "~*", "&*", "+@all"] + rules
        _ = try await admin.send(RedisCommand("ACL", arguments: all.map { .text($0) }))
        return RedisConnection(
            RedisConfiguration(url: server.url, user: "poor", password: RedisPassword("secret")))
    }

    private var stored: String? {
        get async throws { try await admin.send(RedisCommand("GET", .key(key))).string }
    }

    private func set(_ value: String) -> RedisCommand { RedisCommand("SET", .key(key), .text(value)) }

    @Test func aRehearsalChangesNothing() async throws {
        let connection = try await user("-set", "resetkeys", "~key")
        let answers = try await connection.rehearse([
            set("x"), RedisCommand("INCR", .key(key)), RedisCommand("GET", "other"), RedisCommand("PUBLISH", "c", "p"),
            RedisCommand("EVAL", "return redis.call('INCR', KEYS[1])", 1, .key(key)),
        ])
        #expect(answers.map { $0?.code } == [.noPermission, nil, .noPermission, nil, nil])
        #expect(answers[0]?.command == "SET")
        #expect(try await stored == nil)
        // Nothing of the transaction is left.
        #expect(try await connection.send(RedisCommand("INCR", .key(key))).integer == 1)
    }

    @Test func whereNothingCanBeRehearsedNothingIsSent() async throws {
        let connection = try await user("-multi")
        await #expect {
            _ = try await connection.rehearse([set("x")])
        } throws: {
            ($0 as? RedisError)?.command == "MULTI"
        }
        #expect(try await stored == nil)
    }

    @Test func whatIsWatchedIsReplacedOnlyAsLongAsItIsThere() async throws {
        let connection = try await user("-eval", "-discard", "-unwatch")
        func swap(_ old: String?, _ new: String) async throws -> String? {
            switch try await connection.ifUnchanged(key, holds: old.map { Array($0.utf8) }, [set(new)]) {
            case .done(let replies):
                #expect(replies.count == 1 && replies[0].string == "OK")
                return nil
            case .found(let bytes): return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            }
        }
        #expect(try await swap(nil, "a") == nil)
        #expect(try await swap("a", "b") == nil)
        #expect(try await stored == "b")
        let careful = try await user()
        switch try await careful.ifUnchanged(key, holds: nil, [set("c")]) {
        case .done: Issue.record("it was replaced")
        case .found(let bytes): #expect(bytes.map { $0.elementsEqual("b".utf8) } == true)
        }
        #expect(try await stored == "b")
    }

    @Test func aRefusedPartRefusesAll() async throws {
        for (right, name) in [("-watch", "WATCH"), ("-multi", "MULTI"), ("-exec", "EXEC"), ("-publish", "PUBLISH")] {
            let connection = try await user(right)
            await #expect {
                _ = try await connection.ifUnchanged(key, holds: nil, [set("x"), RedisCommand("PUBLISH", "c", "p")])
            } throws: {
                ($0 as? RedisError)?.command == name && ($0 as? RedisError)?.refusesCommand == true
            }
            #expect(try await stored == nil)
            #expect(try await connection.send(RedisCommand("EXISTS", .key(key))).integer == 0)
        }
    }

    /// Of many that read and write at once, none loses what another one wrote.
    @Test func nobodyIsOverwritten() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                let connection = RedisConnection(RedisConfiguration(url: server.url))
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<25 { try await self.increment(over: connection) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await stored == "200")
    }

    private func increment(over connection: RedisConnection) async throws {
        var seen: [UInt8]?
        while true {
            let next = (seen.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
            switch try await connection.ifUnchanged(key, holds: seen, [set("\(next)")]) {
            case .done: return
            case .found(let bytes): seen = bytes
            }
        }
    }

    @Test func whatCannotBeATransactionIsCarriedOutAllTheSame() async throws {
        for right in ["+multi", "-multi"] {
            let connection = try await user(right)
            let replies = try await connection.together([
                RedisCommand("DEL", .key(key)), set("1"), RedisCommand("INCR", .key(key)),
            ])
            #expect(replies.last?.integer == 2)
            #expect(try await stored == "2")
        }
    }

    @Test func whoMayNotAskForTheirNumberAreIntroduced() async throws {
        let poor = try await user("-client")
        let subscriber = RedisSubscriber(poor.configuration)
        let (id, messages) = try await subscriber.connect()
        let number = try #require(id)
        let list = try await admin.send(RedisCommand("CLIENT", "LIST", "ID", .integer(number))).string
        #expect(list?.contains("user=poor") == true)
        await subscriber.close()
        for try await _ in messages {}
    }
}
