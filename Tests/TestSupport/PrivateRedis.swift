import RedisClient

/// A private server and a client that looks at it from outside, like another program.
public struct PrivateRedis: Sendable {
    /// The server.
    public let server: RedisServer
    /// A connection to it.
    public let client: RedisConnection

    /// Starts a server.
    public init(arguments: [String] = []) throws {
        server = try RedisServer(arguments: arguments)
        client = RedisConnection(RedisConfiguration(url: server.url))
    }

    /// Where it is.
    public var configuration: RedisConfiguration { RedisConfiguration(url: server.url) }

    /// A connection of its own.
    public func connection() -> RedisConnection { RedisConnection(configuration) }

    /// Sends a command and gives its reply.
    @discardableResult
    public func call(_ name: StaticString, _ arguments: RedisArgument...) async throws -> RedisReply {
        try await client.send(RedisCommand(name, arguments: arguments))
    }

    /// The text that a command answers.
    public func text(_ name: StaticString, _ arguments: RedisArgument...) async throws -> String? {
        try await client.send(RedisCommand(name, arguments: arguments)).string
    }

    /// The number that a command answers.
    public func number(_ name: StaticString, _ arguments: RedisArgument...) async throws -> Int? {
        try await client.send(RedisCommand(name, arguments: arguments)).integer
    }

    /// A list's elements.
    public func list(_ key: String) async throws -> [String] {
        let reply = try await client.send(RedisCommand("LRANGE", .text(key), 0, -1))
        return reply.array?.compactMap(\.string) ?? []
    }

    /// How often each command was carried out since the server started, this one left out.
    public func commandCounts() async throws -> [String: Int] {
        TestSupport.commandCounts(try await text("INFO", "commandstats") ?? "")
    }
}

/// How often each command was carried out, by the text of `INFO commandstats`, which is left out.
public func commandCounts(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
        guard let name = line.split(separator: ":").first?.dropFirst("cmdstat_".count), name != "info",
            let calls = line.split(separator: "calls=").dropFirst().first?.prefix(while: \.isNumber)
        else { continue }
        counts[String(name)] = Int(calls)
    }
    return counts
}
