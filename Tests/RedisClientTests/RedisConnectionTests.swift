import RedisClient
import TestSupport
import Testing

@Suite(.inTurn) struct RedisConnectionTests {
    private let ping = RedisCommand("PING")

    private func failure(_ connection: RedisConnection, _ command: RedisCommand) async -> RedisError? {
        await #expect(throws: RedisError.self) { try await connection.send(command) }
    }

    /// Blocks a command on the connection; returns once the server has it.
    private func blockedCommand(
        _ connection: RedisConnection, _ server: RedisServer
    ) async throws -> Task<RedisError?, Never> {
        let subscriber = RedisSubscriber(RedisConfiguration(url: server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([Array("blocks".utf8)])
        let task = Task {
            await #expect(throws: RedisError.self) {
                try await connection.send([RedisCommand("PUBLISH", "blocks", ""), RedisCommand("BLPOP", "nothing", 0)])
            }
        }
        // The server reads the second command together with the first.
        for try await _ in messages { break }
        return task
    }

    @Test func greetsTheServer() async throws {
        let server = try RedisServer(tcp: true)
        for var url in [server.url, try #require(server.tcpURL)] {
            url.database = 3
            let connection = RedisConnection(RedisConfiguration(url: url, clientName: "a name\nwith more"))
            #expect(await connection.isConnected == false)
            try await connection.connect()
            try await connection.connect()
            #expect(await connection.isConnected)
            #expect(connection.connectionCount == 1)
            let info = try #require(try await connection.send(RedisCommand("CLIENT", "LIST")).string)
            #expect(info.contains("name=a-name-with-more "))
            #expect(info.contains("db=3 "))
        }
    }

    /// Elements of arrays are shortened, in transactions too; what stands by itself is not.
    @Test func longElementsAreShortenedWhileTheyAreRead() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
        let list = RedisArgument.key(Array("list".utf8))
        _ = try await connection.send([
            RedisCommand("SET", "text", .bytes(long)), RedisCommand("RPUSH", list, "short", .bytes(long), "12345"),
        ])
        let shortener = ReplyShortener(above: 5) { Array("\($0.count)".utf8) }
        let range = RedisCommand("LRANGE", list, 0, -1)
        let expected = [("short", false), ("3000000", true), ("12345", false)]
        func check(_ reply: RedisReply, _ expected: [(String, Bool)]) {
            let found = reply.mapStrings { (String(decoding: $0, as: UTF8.self), $1) }
            #expect(found.elementsEqual(expected) { $0 == $1 })
        }
        for _ in 0..<3 {
            let replies = try await connection.send([RedisCommand("GET", "text"), range], shortening: shortener)
            #expect(replies[0].bytes?.count == long.count)
            check(replies[1], expected)
            check(try await connection.transaction([range], shortening: shortener)[0], expected)
            // It is for one call only.
            let whole = try await connection.send(range)
            #expect(whole.mapStrings { $0.count } == [5, long.count, 5])
        }
    }

    @Test func everyAddressOfAHostIsTried() async throws {
        // The server listens on IPv4 only, localhost often leads to ::1 first.
        let server = try RedisServer(tcp: true)
        let url = RedisURL(target: .tcp(host: "localhost", port: try #require(server.port)))
        #expect(try await RedisConnection(RedisConfiguration(url: url)).send(ping).string == "PONG")
    }

    @Test func nobodyThere() async throws {
        let server = try RedisServer(tcp: true)
        server.stop()
        for url in [server.url, try #require(server.tcpURL)] {
            let error = await failure(RedisConnection(RedisConfiguration(url: url)), ping)
            #expect(error?.code == .connectionFailed)
            #expect(error?.isConnectionFailure == true)
            #expect(error?.message.contains("\(url)") == true)
        }
        let nowhere = RedisURL(target: .tcp(host: "no-such-host.invalid", port: 6379))
        #expect(await failure(RedisConnection(RedisConfiguration(url: nowhere)), ping)?.code == .connectionFailed)
    }

    @Test func otherProtocolsAreRecognised() async throws {
        let listener = try LineServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
        let url = RedisURL(target: .unix(path: listener.path))
        #expect(await failure(RedisConnection(RedisConfiguration(url: url)), ping)?.code == .protocolViolation)
    }

    @Test func silentServerTimesOut() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(
            RedisConfiguration(url: server.url, commandTimeout: .milliseconds(100)))
        try await connection.connect()
        server.suspend()
        let error = await failure(connection, ping)
        #expect(error?.code == .timedOut && error?.command == "PING")
        #expect(await connection.isConnected == false)
        #expect(await failure(connection, ping)?.code == .timedOut, "connecting has its own limit")
        server.resume()
        try await connection.connect()
        #expect(try await connection.send(ping).string == "PONG")
    }

    @Test func slowCommandTimesOut() async throws {
        let server = try RedisServer(arguments: ["--enable-debug-command", "yes"])
        let connection = RedisConnection(RedisConfiguration(url: server.url, commandTimeout: .milliseconds(50)))
        #expect(await failure(connection, RedisCommand("DEBUG", "SLEEP", "0.3"))?.code == .timedOut)
    }

    @Test func interruptEndsABlockedCommand() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let task = try await blockedCommand(connection, server)
        connection.interrupt()
        let error = await task.value
        #expect(error?.code == .connectionLost)
        #expect(error?.message.contains("interrupted") == true)
        #expect(try await connection.send(ping).string == "PONG")
        #expect(connection.connectionCount == 2)
    }

    @Test func cancellingTheTaskInterrupts() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let task = try await blockedCommand(connection, server)
        task.cancel()
        #expect(await task.value?.code == .connectionLost)
    }

    /// Tasks that share a connection: one is cancelled whenever it likes, the other must not notice.
    @Test func cancellingATaskDisturbsNoOther() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        try await connection.connect()
        let cancelled = Task {
            var ends = 0
            while !Task.isCancelled {
                let reader = Task {
                    while (try? await connection.send(RedisCommand("GET", "no key"))) != nil {}
                }
                try? await Task.sleep(for: .microseconds(300))
                reader.cancel()
                await reader.value
                ends += 1
            }
            return ends
        }
        let others = await withTaskGroup { group in
            for number in 0..<4 {
                group.addTask {
                    var errors: [String] = []
                    for turn in 0..<2_000 {
                        let commands = [RedisCommand("RPUSH", .text("list \(number)"), .integer(turn))]
                        // As a worker's log does: on its own thread where that takes no waiting.
                        do throws(RedisError) {
                            switch connection.attempt(commands) {
                            case .answered: break
                            case .failed(let error): throw error
                            case .pending(let replies): _ = try await connection.finish(replies)
                            case .unavailable: _ = try await connection.send(commands)
                            }
                        } catch {
                            errors.append(error.message)
                        }
                    }
                    return errors
                }
            }
            return await group.reduce([]) { $0 + $1 }
        }
        cancelled.cancel()
        #expect(await cancelled.value > 0)
        #expect(others == [])
        for number in 0..<4 {
            #expect(try await connection.send(RedisCommand("LLEN", .text("list \(number)"))).integer == 2_000)
        }
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        try await connection.connect()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure(connection, ping)
        }
        #expect(await task.value?.code == .cancelled)
        #expect(try await connection.send(ping).string == "PONG")
        #expect(connection.connectionCount == 1)
    }

    @Test func comesBackAfterARestart() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await connection.send(RedisCommand("SET", "k", "kept"))
        try server.restart()
        #expect(await connection.isConnected == false)
        #expect(try await connection.send(RedisCommand("GET", "k")).string == "kept")
        #expect(connection.connectionCount == 2)
    }

    @Test func comesBackAfterBeingKilled() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let id = try #require(try await connection.send(RedisCommand("CLIENT", "ID")).integer)
        // What was in use a moment ago is taken to be open until its end is heard of.
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        await connection.whenLost { end.finish() }
        let admin = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await admin.send(RedisCommand("CLIENT", "KILL", "ID", .integer(id)))
        for await _ in ends {}
        // A busy server hangs up a moment after it has answered.
        try await eventually("the end of the connection") { await !connection.isConnected }
        #expect(try await connection.send(ping).string == "PONG")
        #expect(connection.connectionCount == 2)
    }

    @Test func deadServerCostsNothingUntilTheBackoffIsOver() async throws {
        let server = try RedisServer()
        server.stop()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let first = await failure(connection, ping)
        try server.restart()
        // The delay may be over by now: either the first error again, at once, or an answer.
        if let second = try? await connection.send(ping) {
            #expect(second.string == "PONG")
        } else {
            #expect(connection.connectionCount == 0)
        }
        #expect(first?.code == .connectionFailed)
        try await connection.connect()
        #expect(try await connection.send(ping).string == "PONG")
    }

    @Test func closedIsClosedUntilConnect() async throws {
        let server = try RedisServer()
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        try await connection.connect()
        await connection.close()
        let error = await failure(connection, ping)
        #expect(error?.code == .closed && error?.isConnectionFailure == true)
        try await connection.connect()
        #expect(try await connection.send(ping).string == "PONG")
    }

    @Test func actorsOnOneExecutorShareItsThread() async throws {
        let server = try RedisServer()
        let executor = RedisExecutor(label: "shared")
        let connections = (0..<3).map { _ in RedisConnection(RedisConfiguration(url: server.url), executor: executor) }
        try await withThrowingTaskGroup(of: String?.self) { group in
            for index in 0..<30 {
                group.addTask { try await connections[index % 3].send(RedisCommand("ECHO", .integer(index))).string }
            }
            var answers: Set<String> = []
            for try await answer in group { answers.insert(answer ?? "") }
            #expect(answers == Set((0..<30).map(String.init)))
        }
    }
}
