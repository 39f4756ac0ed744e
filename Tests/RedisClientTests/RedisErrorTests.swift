import RedisClient
import TestSupport
import Testing

@Suite(.inTurn) struct RedisErrorTests {
    private func failure(
        _ configuration: RedisConfiguration, _ command: RedisCommand
    ) async -> RedisError? {
        let connection = RedisConnection(configuration)
        let error = await #expect(throws: RedisError.self) { try await connection.send(command) }
        #expect(error?.isConnectionFailure == false)
        return error
    }

    private let set = RedisCommand("SET", .key(Array("k".utf8)), "v")

    @Test func wrongTypeAndUnknownCommands() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await connection.send(set)
        let wrong = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("LPOP", "k")) }
        #expect(wrong?.code == .wrongType)
        #expect(wrong?.command == "LPOP")
        #expect(wrong?.serverMessage?.hasPrefix("WRONGTYPE ") == true)
        let unknown = await #expect(throws: RedisError.self) {
            try await connection.send(RedisCommand("NOPE", "\u{1B}[2J"))
        }
        #expect(unknown?.code == .server)
        #expect(unknown?.description.unicodeScalars.contains("\u{1B}") == false)
        #expect(connection.connectionCount == 1)
    }

    @Test func passwords() async throws {
        let server = try RedisServer(arguments: ["--requirepass", "hunter2"])
        let bare = await failure(RedisConfiguration(url: server.url), set)
        #expect(bare?.code == .authenticationRequired)
        let wrong = await failure(RedisConfiguration(url: server.url, password: RedisPassword("letmein")), set)
        #expect(wrong?.code == .wrongPassword)
        var printed = ""
        dump(wrong, to: &printed)
        #expect(!printed.contains("letmein"))
        let right = RedisConnection(RedisConfiguration(url: server.url, password: RedisPassword("hunter2")))
        #expect(try await right.send(set).string == "OK")
        let named = RedisConfiguration(url: server.url, user: "default", password: RedisPassword("hunter2"))
        #expect(try await RedisConnection(named).send(set).string == "OK")
    }

    @Test func passwordForAServerWithoutOne() async throws {
        let server = try RedisServer()
        let error = await failure(RedisConfiguration(url: server.url, password: RedisPassword("hunter2")), set)
        #expect(error?.code == .wrongPassword)
        #expect(error?.message.contains("has none") == true)
    }

    /// Where AUTH is renamed the server repeats its arguments.
    @Test func passwordIsNotRepeatedByTheServer() async throws {
        let server = try RedisServer(arguments: ["--rename-command", "AUTH", "OTHER"])
        let error = await failure(RedisConfiguration(url: server.url, password: RedisPassword("hunter2")), set)
        #expect(error?.code == .server)
        #expect(error?.command == "AUTH")
        var printed = ""
        dump(error, to: &printed)
        #expect(!printed.contains("hunter2"))
    }

    @Test func accessControl() async throws {
        let server = try RedisServer()
        let admin = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await admin.send(
            RedisCommand("ACL", "SETUSER", "reader", "on", ">pass", "~*", "&allowed", "+get", "+subscribe"))
        let reader = RedisConfiguration(url: server.url, user: "reader", password: RedisPassword("pass"))
        #expect(await failure(reader, set)?.code == .noPermission)
        #expect(try await RedisConnection(reader).send(RedisCommand("GET", "k")).isNull, "SETNAME may be refused")
        var other = reader
        other.url.database = 1
        #expect(await failure(other, set)?.command == "SELECT")

        let subscriber = RedisSubscriber(reader)
        let (id, messages) = try await subscriber.connect()
        #expect(id != nil, "HELLO tells it where CLIENT ID is refused")
        try await subscriber.subscribe([Array("allowed".utf8)])
        let refused = await #expect(throws: RedisError.self) {
            try await subscriber.subscribe([Array("forbidden".utf8)])
        }
        #expect(refused?.code == .noPermission && refused?.command == "SUBSCRIBE")
        withExtendedLifetime(messages) {}
    }

    @Test func aServerThatTakesNoMoreClientsSaysSo() async throws {
        let server = try RedisServer(arguments: ["--maxclients", "1"])
        let first = RedisConnection(RedisConfiguration(url: server.url))
        try await first.connect()
        let second = RedisConnection(RedisConfiguration(url: server.url))
        let error = await #expect(throws: RedisError.self) { try await second.connect() }
        #expect(error?.isConnectionFailure == true || error?.code == .server)
        #expect(error?.message.contains("max number of clients reached") == true, "\(String(describing: error))")
        await first.close()
    }

    @Test func readOnlyReplica() async throws {
        let server = try RedisServer(arguments: ["--replicaof", "127.0.0.1", "1"])
        #expect(await failure(RedisConfiguration(url: server.url), set)?.code == .readOnly)
    }

    @Test func memoryLimit() async throws {
        let server = try RedisServer(arguments: ["--maxmemory", "1", "--maxmemory-policy", "noeviction"])
        #expect(await failure(RedisConfiguration(url: server.url), set)?.code == .outOfMemory)
    }

    @Test func databaseOutOfRange() async throws {
        let server = try RedisServer()
        var url = server.url
        url.database = 99
        let error = await failure(RedisConfiguration(url: url), set)
        #expect(error?.code == .server && error?.command == "SELECT")
    }

    @Test func loading() async throws {
        // Every key is big enough to let the server look at its clients in between.
        let server = try RedisServer(arguments: [
            "--rdbcompression", "no", "--loading-process-events-interval-bytes", "1024",
        ])
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let value = [UInt8](repeating: 65, count: 4096)
        _ = try await connection.send((0..<400).map { RedisCommand("SET", .key(Array("k\($0)".utf8)), .bytes(value)) })
        try server.restart(arguments: ["--key-load-delay", "20000"], awaitsData: false)
        #expect(await failure(RedisConfiguration(url: server.url), set)?.code == .loading)
        server.kill()
    }
}
