import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The commands and the screen on a Redis behind TLS.
@Suite(.inTurn) struct TLSScreenTests {
    private let server: TLSServer
    private let joblog: String

    init() throws {
        server = try TLSServer(asks: true)
        joblog = try BuiltProducts.path(of: "joblog")
    }

    private var environment: [String: String] {
        [
            "REDIS_URL": "rediss://localhost:\(server.port)", "TZ": "UTC", "JOBLOG_TLS_CA": TLSServer.file("ca.pem"),
            "JOBLOG_TLS_CERT": TLSServer.file("client.pem"), "JOBLOG_TLS_KEY": TLSServer.file("client.key"),
        ]
    }

    private func say(_ text: String) async throws {
        let manager = JobLogManager(connection: RedisConnection(RedisConfiguration(url: server.redis.url)))
        _ = await manager.append([(id: JobID("job"), line: LogLine(.info, text, timestamp: Timestamp.now()))])
    }

    private func run(_ arguments: String..., environment: [String: String]) async throws -> CommandOutput {
        try await TestSupport.run([joblog] + arguments, environment: environment)
    }

    @Test func theScreenIsLiveAndComesBack() async throws {
        try await say("first line")
        let terminal = try Tmux(width: 100, height: 30, environment: environment)
        try await terminal.start([joblog, "browse", "job"])
        try await terminal.waitFor { $0.contains("first line") && $0.contains("rediss://localhost") }
        try await say("second line")
        try await terminal.waitFor("second line")
        server.redis.stop()
        try await terminal.waitFor("Reconnecting")
        try server.redis.restart()
        try await say("third line")
        try await terminal.waitFor { $0.contains("third line") && $0.contains("Online") }
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func commandsTakeOptionsOrTheEnvironment() async throws {
        try await say("a line")
        let fromEnvironment = try await run("logs", "job", environment: environment)
        #expect(fromEnvironment.text.contains("a line") && fromEnvironment.status == .exited(0))
        let byOptions = try await run(
            "logs", "job", "--url", "rediss://127.0.0.1:\(server.port)", "--tls-ca", TLSServer.file("ca.pem"),
            "--tls-cert", TLSServer.file("client.pem"), "--tls-key", TLSServer.file("client.key"), "--tls-min", "1.3",
            environment: [:])
        #expect(byOptions.text.contains("a line") && byOptions.status == .exited(0))
    }

    @Test func whatIsWrongIsSaid() async throws {
        let plain = try await run(
            "ls", "--url", server.redis.urlText, "--tls-ca", "ca.pem", environment: [:])
        #expect(plain.status == .exited(64))
        #expect(plain.errorText.contains("--tls-ca is for TLS") && plain.errorText.contains("rediss://"))
        var strangers = environment
        strangers["JOBLOG_TLS_CA"] = nil
        let untrusted = try await run("ls", environment: strangers)
        #expect(untrusted.status != .exited(0))
        #expect(untrusted.errorText.contains("JOBLOG_TLS_CA names the file"), "\(untrusted.errorText)")
        strangers["JOBLOG_TLS_CA"] = "/nowhere.pem"
        #expect(try await run("ls", environment: strangers).errorText.contains("/nowhere.pem cannot be read"))
    }
}
