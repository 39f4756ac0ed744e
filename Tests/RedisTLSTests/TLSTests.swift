import RedisClient
import RedisTLS
import TestSupport
import Testing

/// Connections over TLS to a real server.
@Suite(.inTurn) struct TLSTests {
    private func failure(_ configuration: RedisConfiguration) async -> RedisError? {
        do throws(RedisError) {
            _ = try await RedisConnection(configuration).send(RedisCommand("PING"))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func commandsAndLargeRepliesGoThrough(_ host: String) async throws {
        let server = try TLSServer()
        let connection = RedisConnection(try server.configuration(host: host))
        let large = [UInt8](repeating: 0x78, count: 20_000_000)
        _ = try await connection.send(RedisCommand("SET", "large", .bytes(large)))
        let replies = try await connection.send((0..<3_000).map { RedisCommand("ECHO", .integer($0)) })
        #expect(replies.compactMap(\.string) == (0..<3_000).map { "\($0)" })
        let reply = try await connection.send(RedisCommand("GET", "large"))
        #expect(reply.bytes.map(Array.init) == large)
        // Both at once fill the buffers of both sides.
        let many = try await connection.send(
            (0..<4).flatMap { _ in
                [RedisCommand("SET", "large", .bytes(large)), RedisCommand("GET", "large")]
            })
        #expect(many.count == 8 && many.last?.bytes.map(Array.init) == large)
        #expect(connection.connectionCount == 1)
    }

    /// Every node is spoken to by TLS, at the port that the nodes tell.
    @Test func aCluster() async throws {
        let cluster = try await RedisCluster(isTLS: true)
        var configuration = RedisConfiguration(
            url: try RedisURL(parsing: cluster.urlText(naming: [1])), connectTimeout: .seconds(20))
        configuration.transport = try TLSTransport(TLSServer.trusting)
        let connection = RedisConnection(configuration)
        let keys = (0..<30).map { RedisArgument.key(Array("key-\($0)".utf8)) }
        let set = try await connection.send(keys.map { RedisCommand("SET", $0, "value") })
        #expect(set.allSatisfy { $0.string == "OK" })
        #expect(try await connection.send(RedisCommand("DBSIZE")).integer == 30)
        #expect(connection.nodes.count == 3 && connection.nodes.allSatisfy(\.url.isTLS))
        let subscriber = RedisSubscriber(connection.nodes[2])
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([Array("news".utf8)])
        _ = try await connection.send(RedisCommand("PUBLISH", "news", "x"))
        for try await case .message in messages { break }
        await subscriber.close()
    }

    @Test func messagesArrive() async throws {
        let server = try TLSServer()
        let subscriber = RedisSubscriber(try server.configuration())
        let (id, messages) = try await subscriber.connect()
        #expect(id != nil)
        try await subscriber.subscribe([Array("news".utf8)])
        let publisher = RedisConnection(RedisConfiguration(url: server.redis.url))
        for number in 0..<100 { _ = try await publisher.send(RedisCommand("PUBLISH", "news", .integer(number))) }
        var heard: [String] = []
        for try await push in messages {
            if case .message(_, let payload) = push { heard.append(String(decoding: payload, as: UTF8.self)) }
            if heard.count == 100 { break }
        }
        #expect(heard == (0..<100).map { "\($0)" })
        await subscriber.close()
    }

    @Test func whereTheServerEndsItIsNoticedAndMadeAnew() async throws {
        let server = try TLSServer()
        let connection = RedisConnection(try server.configuration())
        _ = try await connection.send(RedisCommand("PING"))
        await confirmation { lost in
            await withCheckedContinuation { continuation in
                Task {
                    await connection.whenLost {
                        lost()
                        continuation.resume()
                    }
                    server.redis.kill()
                }
            }
        }
        try server.redis.restart()
        try await connection.reconnect()
        _ = try await connection.send(RedisCommand("PING"))
        #expect(connection.connectionCount == 2)
    }

    @Test func lettingGoEndsItOnTheServer() async throws {
        let server = try TLSServer()
        let observer = RedisConnection(RedisConfiguration(url: server.redis.url))
        func clients() async throws -> Int {
            let list = try await observer.send(RedisCommand("CLIENT", "LIST")).string ?? ""
            return list.split(separator: "\n").count
        }
        let connection = RedisConnection(try server.configuration())
        _ = try await connection.send(RedisCommand("PING"))
        #expect(try await clients() == 2)
        await connection.disconnect()
        try await eventually("the server lets go too") { try await clients() == 1 }
    }

    @Test func aSilentServerIsInterrupted() async throws {
        let server = try TLSServer()
        let connection = RedisConnection(try server.configuration())
        _ = try await connection.send(RedisCommand("PING"))
        server.redis.suspend()
        defer { server.redis.resume() }
        let waiting = Task { try await connection.send(RedisCommand("PING")) }
        let interrupting = Task {
            while !Task.isCancelled {
                connection.interrupt()
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        await #expect(throws: RedisError.self) { try await waiting.value }
        interrupting.cancel()
    }

    // MARK: - Who is who

    @Test func anAuthorityThatNobodyTrustsIsRefused() async throws {
        let server = try TLSServer()
        var other = TLSSettings()
        other.authorityFile = TLSServer.file("other-ca.pem")
        for settings in [other, TLSSettings()] {
            let error = await failure(try server.configuration(settings))
            #expect(error?.code == .connectionFailed)
            #expect(
                error?.message.contains("is not signed by an authority that is trusted here; JOBLOG_TLS_CA") == true)
        }
        other.verification = .none
        #expect(await failure(try server.configuration(other)) == nil)
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func aCertificateForAnotherNameIsRefused(_ host: String) async throws {
        let server = try TLSServer(certificate: "elsewhere")
        let error = await failure(try server.configuration(host: host))
        #expect(error?.code == .connectionFailed)
        #expect(
            error?.message.contains("the server's certificate is for another name") == true,
            "\(String(describing: error))")
        var settings = TLSServer.trusting
        settings.verification = .ca
        #expect(await failure(try server.configuration(settings, host: host)) == nil)
        settings.verification = .full
        settings.serverName = "elsewhere.example"
        #expect(await failure(try server.configuration(settings, host: host)) == nil)
    }

    @Test func aServerThatAsksForACertificateGetsIt() async throws {
        let server = try TLSServer(asks: true)
        let error = await failure(try server.configuration())
        #expect(error?.message.contains("it may ask for a certificate") == true, "\(String(describing: error))")
        var settings = TLSServer.trusting
        settings.certificateFile = TLSServer.file("client.pem")
        settings.keyFile = TLSServer.file("client.key")
        #expect(await failure(try server.configuration(settings)) == nil)
    }

    @Test func aVersionThatTheServerDoesNotSpeakIsRefused() async throws {
        let server = try TLSServer(arguments: ["--tls-protocols", "TLSv1.2"])
        #expect(await failure(try server.configuration()) == nil)
        var settings = TLSServer.trusting
        settings.minimumVersion = .v1_3
        #expect(await failure(try server.configuration(settings))?.code == .connectionFailed)
    }

    // MARK: - The wrong port

    @Test func aPortWithoutTLSIsNamed() async throws {
        let redis = try RedisServer(tcp: true)
        var configuration = RedisConfiguration(
            url: RedisURL(target: .tcp(host: "127.0.0.1", port: try #require(redis.port)), isTLS: true))
        configuration.transport = try TLSTransport()
        let error = await failure(configuration)
        #expect(error?.message.contains("reached by redis://") == true, "\(String(describing: error))")
    }

    @Test func aPortThatNeverAnswersIsGivenUp() async throws {
        let silent = try RedisServer(tcp: true)
        silent.suspend()
        defer { silent.resume() }
        var configuration = RedisConfiguration(
            url: RedisURL(target: .tcp(host: "127.0.0.1", port: try #require(silent.port)), isTLS: true),
            connectTimeout: .seconds(1))
        configuration.transport = try TLSTransport()
        let error = await failure(configuration)
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("no TLS handshake within 1 s") == true, "\(String(describing: error))")
    }

    @Test func aPortWithTLSIsNamed() async throws {
        let server = try TLSServer()
        let plain = RedisConfiguration(url: RedisURL(target: .tcp(host: "127.0.0.1", port: server.port)))
        let error = await failure(plain)
        #expect(
            error?.message.contains("a port with TLS is reached by rediss://") == true, "\(String(describing: error))")
    }

    @Test func withoutATransportThereIsNoTLS() async throws {
        let server = try TLSServer()
        let error = await failure(RedisConfiguration(url: server.url()))
        #expect(error?.message.contains("takes a TLSTransport of the module RedisTLS") == true)
    }

    // MARK: - Settings

    @Test func filesThatCannotBeUsedAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("no certificate", to: "bad.pem")
        let (bad, missing) = (folder.file("bad.pem"), folder.file("missing.pem"))
        let client = TLSServer.file("client.pem")
        let expected: [(String?, String?, String?, String)] = [
            (missing, nil, nil, "the authorities' file \(missing) cannot be read: No such file or directory"),
            (bad, nil, nil, "the authorities' file \(bad) holds no certificate in PEM"),
            (nil, bad, TLSServer.file("client.key"), "the certificate's file \(bad) holds no certificate in PEM"),
            (nil, client, bad, "the key's file \(bad) holds no private key in PEM"),
            (nil, client, nil, "a certificate is given, but no key for it"),
            (nil, nil, missing, "a key is given, but no certificate for it"),
            (nil, client, TLSServer.file("server.key"), "do not go together"),
        ]
        for (authority, certificate, key, sentence) in expected {
            var settings = TLSSettings()
            (settings.authorityFile, settings.certificateFile, settings.keyFile) = (authority, certificate, key)
            let error = #expect(throws: RedisError.self) { _ = try TLSTransport(settings) }
            #expect(error?.message.contains(sentence) == true, "\(String(describing: error))")
        }
    }

    @Test func theEnvironmentSaysHow() throws {
        let settings = try TLSSettings(environment: [
            "JOBLOG_TLS_CA": "a", "JOBLOG_TLS_CERT": "b", "JOBLOG_TLS_KEY": "c", "JOBLOG_TLS_SERVER_NAME": "d",
            "JOBLOG_TLS_MIN": "1.3", "JOBLOG_TLS_VERIFY": "ca",
        ])
        var expected = TLSSettings()
        (expected.authorityFile, expected.certificateFile, expected.keyFile, expected.serverName) = ("a", "b", "c", "d")
        (expected.minimumVersion, expected.verification) = (.v1_3, .ca)
        #expect(settings == expected)
        #expect(try TLSSettings(environment: ["JOBLOG_TLS_CA": ""]) == TLSSettings())
        let error = #expect(throws: RedisError.self) { try TLSSettings(environment: ["JOBLOG_TLS_VERIFY": "no"]) }
        #expect(error?.message == "JOBLOG_TLS_VERIFY is full, ca or none.")
    }
}
