import Foundation
import RedisClient

/// A primary, two replicas, and three Sentinels that watch them, all of them real, on free ports of 127.0.0.1.
public struct SentinelGroup: Sendable {
    /// The name that the Sentinels know the primary by.
    public static let name = "jobs"

    /// The servers; the first is the primary to begin with.
    public let servers: [RedisServer]
    /// The Sentinels.
    public let sentinels: [RedisServer]
    private let password: String?
    private let sentinelPassword: String?

    /// Starts all of them and waits until each Sentinel knows the others and both replicas.
    ///
    /// - Parameters:
    ///   - password: What the servers want.
    ///   - sentinelPassword: What the Sentinels want.
    /// - Throws: What kept a server from starting, or from being ready in time.
    public init(password: String? = nil, sentinelPassword: String? = nil) async throws {
        self.password = password
        self.sentinelPassword = sentinelPassword
        let secrets = password.map { ["--requirepass", $0, "--masterauth", $0] } ?? []
        // A failover must not wait for what a replica has to ask for first.
        let arguments = secrets + ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"]
        let primary = try RedisServer(arguments: arguments, tcp: true)
        let port = primary.port ?? 0
        let replicas = try (0..<2).map { _ in
            try RedisServer(arguments: arguments + ["--replicaof", "127.0.0.1", "\(port)"], tcp: true)
        }
        var settings = """
            sentinel monitor \(Self.name) 127.0.0.1 \(port) 2
            sentinel down-after-milliseconds \(Self.name) 1000
            sentinel failover-timeout \(Self.name) 4000

            """
        if let password { settings += "sentinel auth-pass \(Self.name) \(password)\n" }
        if let sentinelPassword {
            settings += "requirepass \(sentinelPassword)\nsentinel sentinel-pass \(sentinelPassword)\n"
        }
        servers = [primary] + replicas
        for replica in replicas {
            let connection = Self.connection(to: replica, password)
            try await eventually("a replica's link") {
                let role = try await connection.send(RedisCommand("ROLE")).array
                return role?.count ?? 0 > 3 && role?[3].string == "connected"
            }
        }
        sentinels = try (0..<3).map { _ in try RedisServer(arguments: ["--sentinel"], tcp: true, settings: settings) }
        for sentinel in sentinels {
            let connection = Self.connection(to: sentinel, sentinelPassword)
            // Where it can be told to, it looks more often; what else it does is the same.
            _ = try? await connection.send(
                RedisCommand("SENTINEL", "DEBUG", "INFO-PERIOD", "200", "PUBLISH-PERIOD", "200", "PING-PERIOD", "200"))
            try await eventually("all that a Sentinel must know") {
                let fields = try await connection.send(RedisCommand("SENTINEL", "master", .text(Self.name))).fields
                return fields["num-slaves"]?.string == "2" && fields["num-other-sentinels"]?.string == "2"
            }
            try await eventually("replicas that a Sentinel finds fit") {
                let replicas = try await connection.send(RedisCommand("SENTINEL", "replicas", .text(Self.name)))
                return replicas.array?.allSatisfy { $0.fields["master-link-status"]?.string == "ok" } == true
            }
        }
    }

    /// Such as `redis+sentinel://127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003/jobs`.
    public var urlText: String {
        let hosts = sentinels.map { "127.0.0.1:\($0.port ?? 0)" }
        return "redis+sentinel://\(hosts.joined(separator: ","))/\(Self.name)"
    }

    /// How a program of ours connects.
    public func configuration() throws -> RedisConfiguration {
        var configuration = RedisConfiguration(
            url: try RedisURL(parsing: urlText), password: password.map { RedisPassword($0) })
        configuration.sentinelPassword = sentinelPassword.map { RedisPassword($0) }
        return configuration
    }

    /// A connection to one of the servers or Sentinels, by its socket.
    public func connection(to server: RedisServer, isSentinel: Bool = false) -> RedisConnection {
        Self.connection(to: server, isSentinel ? sentinelPassword : password)
    }

    private static func connection(to server: RedisServer, _ secret: String?) -> RedisConnection {
        RedisConnection(RedisConfiguration(url: server.url, password: secret.map { RedisPassword($0) }))
    }

    /// The server that the first Sentinel takes for the primary.
    public func primary() async throws -> RedisServer? {
        let address = try await connection(to: sentinels[0], isSentinel: true).send(
            RedisCommand("SENTINEL", "get-master-addr-by-name", .text(Self.name)))
        return servers.first { address.array?.last?.string == "\($0.port ?? 0)" }
    }

    /// Waits until both replicas have what the primary has.
    public func synchronize() async throws {
        let primary = try await primary() ?? servers[0]
        let others = servers.filter { $0.isRunning }.count - 1
        // WAIT looks at what its own connection has written.
        let replies = try await connection(to: primary).send([
            RedisCommand("SET", .key(Array("synchronized".utf8)), "1"), RedisCommand("WAIT", .integer(others), "60000"),
        ])
        guard replies[1].integer ?? 0 >= others else { throw SubprocessError("a replica lags behind") }
    }
}
