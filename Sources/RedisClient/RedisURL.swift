/// Where a Redis is: `redis://[user[:password]@]host[:port][/db]`, the same with `rediss://` for TLS,
/// `unix:///path/to/socket?db=N`, `redis+sentinel://host[:port][,host[:port]…]/name[?db=N]`, or
/// `redis+cluster://host[:port][,host[:port]…]`.
///
/// Parts that are no plain text are percent-encoded. A password in it is never printed.
public struct RedisURL: Sendable, Hashable, CustomStringConvertible {
    /// What to connect to.
    public enum Target: Sendable, Hashable {
        /// A host name or address, and a port.
        case tcp(host: String, port: Int)
        /// A socket in the file system.
        case unix(path: String)
        /// Sentinels, and the name that they know the primary by.
        case sentinel([RedisEndpoint], primary: String)
        /// Some nodes of a cluster, which know the others.
        case cluster([RedisEndpoint])
    }

    /// What to connect to.
    public var target: Target
    /// The number of the database, from 0.
    public var database: Int
    /// The user that was named; without one, a password is the default user's.
    public var user: String?
    /// Whether the connection is carried by TLS.
    public var isTLS: Bool
    var password: RedisPassword?

    /// Whether a password was given.
    public var hasPassword: Bool { password != nil }

    /// Whether it names Sentinels, which name the server.
    public var hasSentinels: Bool {
        if case .sentinel = target { true } else { false }
    }

    /// Makes a URL from its parts, without a password.
    public init(target: Target, database: Int = 0, user: String? = nil, isTLS: Bool = false) {
        self.target = target
        self.isTLS = isTLS
        self.database = database
        self.user = user
    }

    /// Reads a URL.
    ///
    /// - Throws: ``RedisError/Code/badURL`` with a sentence that names what is wrong. It quotes nothing of the URL but
    ///   a known scheme, because a misplaced `/` or `@` turns a part of a password into a port or a path.
    public init(parsing text: String) throws(RedisError) {
        var parser = RedisURLParser(text)
        self = try parser.parse()
    }

    /// The URL without user and password, such as `redis://localhost:6379/0` or `unix:///run/redis.sock?db=0`.
    public var description: String {
        let scheme = isTLS ? "rediss" : "redis"
        let text =
            switch target {
            case .tcp(let host, let port): "\(scheme)://\(RedisEndpoint(host: host, port: port))/\(database)"
            case .unix(let path): "unix://\(path)?db=\(database)"
            case .sentinel(let sentinels, let primary):
                "\(scheme)+sentinel://\(RedisEndpoint.list(sentinels))/\(primary)?db=\(database)"
            case .cluster(let nodes): "\(scheme)+cluster://\(RedisEndpoint.list(nodes))"
            }
        return RedisError.printable(text)
    }
}

/// A host and a port.
public struct RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address.
    public var host: String
    /// The port, 1 to 65535.
    public var port: Int

    /// Makes an endpoint.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Such as `cache-1:6379` or `[::1]:6379`.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    static func list(_ endpoints: [RedisEndpoint]) -> String {
        endpoints.map(\.description).joined(separator: ",")
    }
}
