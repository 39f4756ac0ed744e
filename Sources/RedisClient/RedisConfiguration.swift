#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How to connect, as whom, and how long to wait.
public struct RedisConfiguration: Sendable {
    /// Where Redis is.
    public var url: RedisURL
    /// The ACL user; without one, a password is the default user's.
    public var user: String?
    /// The password.
    public var password: RedisPassword?
    /// The ACL user for the Sentinels of a URL that names some.
    public var sentinelUser: String?
    /// The password for the Sentinels; they have none of the servers'.
    public var sentinelPassword: RedisPassword?
    /// Whether a replica is connected to, where Sentinels know one that is in touch with its primary: for reading only.
    public var prefersReplica = false
    /// What `CLIENT LIST` shows; what Redis refuses in it is replaced by `-` when it is sent.
    public var clientName: String
    /// How long making a connection may take, from the first packet to the greeting's answer. Looking up the host's
    /// name comes before it, and has the system's own limit.
    public var connectTimeout: Duration
    /// How long the server may stay silent while a reply is due.
    public var commandTimeout: Duration
    /// Counts what goes over the connections, and may set a ceiling to it; nil for those whose work must not wait.
    public var traffic: RedisTraffic?
    /// What carries the connections to a URL with `rediss://`: a `TLSTransport` of the module RedisTLS.
    public var transport: (any RedisTransport)?

    /// Makes a configuration; user and password are the URL's own unless given.
    ///
    /// - Parameters:
    ///   - url: Where Redis is.
    ///   - user: The ACL user.
    ///   - password: The password.
    ///   - clientName: What `CLIENT LIST` shows; without one `joblog:<host>:<pid>`.
    ///   - connectTimeout: How long making a connection may take.
    ///   - commandTimeout: How long the server may stay silent while a reply is due.
    ///   - traffic: Counts what goes over the connections, and may set a ceiling to it.
    public init(
        url: RedisURL,
        user: String? = nil,
        password: RedisPassword? = nil,
        clientName: String? = nil,
        connectTimeout: Duration = .seconds(5),
        commandTimeout: Duration = .seconds(10),
        traffic: RedisTraffic? = nil
    ) {
        self.url = url
        self.user = user ?? url.user
        self.password = password ?? url.password
        self.clientName = clientName ?? Self.defaultClientName
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.traffic = traffic
    }

    /// The configuration that the environment describes.
    ///
    /// The address is `url`, else `REDIS_URL`, else `redis://localhost:6379`. The user is `JOBLOG_REDIS_USER`, else the
    /// address's own; the password `JOBLOG_REDIS_PASSWORD`, else the address's own, else `REDISCLI_AUTH`. For Sentinels they
    /// are `JOBLOG_SENTINEL_USER` and `JOBLOG_SENTINEL_PASSWORD`. Empty variables count as missing.
    ///
    /// - Parameters:
    ///   - url: An address given on the command line; it may hold no password.
    ///   - environment: The process's environment.
    ///   - clientName: What `CLIENT LIST` shows.
    /// - Returns: The configuration, with the default timeouts.
    /// - Throws: ``RedisError/Code/badURL``.
    public static func fromEnvironment(
        url: String?, environment: [String: String], clientName: String
    ) throws(RedisError) -> RedisConfiguration {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let address: RedisURL
        if let url {
            address = try RedisURL(parsing: url)
            guard !address.hasPassword else {
                throw RedisError(
                    code: .badURL,
                    message: "The Redis URL holds a password, which other users can read in the process list; "
                        + "it belongs in REDIS_URL or JOBLOG_REDIS_PASSWORD.")
            }
        } else {
            address = try RedisURL(parsing: value("REDIS_URL") ?? "redis://localhost:6379")
        }
        let password =
            value("JOBLOG_REDIS_PASSWORD").map { RedisPassword($0) }
            ?? address.password
            ?? value("REDISCLI_AUTH").map { RedisPassword($0) }
        var configuration = RedisConfiguration(
            url: address, user: value("JOBLOG_REDIS_USER"), password: password, clientName: clientName)
        configuration.sentinelUser = value("JOBLOG_SENTINEL_USER")
        configuration.sentinelPassword = value("JOBLOG_SENTINEL_PASSWORD").map { RedisPassword($0) }
        return configuration
    }

    /// The client name as Redis accepts it: printable ASCII without spaces.
    package var acceptedClientName: String {
        String(decoding: clientName.utf8.map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }

    private static var defaultClientName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        let known = gethostname(&buffer, buffer.count - 1) == 0
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "joblog:\(known ? String(decoding: name, as: UTF8.self) : "unknown"):\(getpid())"
    }
}
