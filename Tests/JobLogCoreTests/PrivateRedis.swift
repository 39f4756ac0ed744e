import JobLogCore
import RedisClient
import TestSupport
import Testing

/// A private server and a client that looks at it from outside, like another program.
struct PrivateRedis: Sendable {
    let server: RedisServer
    let client: RedisConnection

    init(arguments: [String] = []) throws {
        server = try RedisServer(arguments: arguments)
        client = RedisConnection(RedisConfiguration(url: server.url))
    }

    var configuration: RedisConfiguration { RedisConfiguration(url: server.url) }

    /// A connection of its own.
    func connection() -> RedisConnection { RedisConnection(configuration) }

    @discardableResult
    func call(_ name: StaticString, _ arguments: RedisArgument...) async throws -> RedisReply {
        try await client.send(RedisCommand(name, arguments: arguments))
    }

    func text(_ name: StaticString, _ arguments: RedisArgument...) async throws -> String? {
        try await client.send(RedisCommand(name, arguments: arguments)).string
    }

    func number(_ name: StaticString, _ arguments: RedisArgument...) async throws -> Int? {
        try await client.send(RedisCommand(name, arguments: arguments)).integer
    }

    /// A list's elements.
    func list(_ key: String) async throws -> [String] {
        let reply = try await client.send(RedisCommand("LRANGE", .text(key), 0, -1))
        return reply.array?.compactMap(\.string) ?? []
    }

    /// How often each command was carried out since the server started, this one left out.
    func commandCounts() async throws -> [String: Int] {
        JobLogCoreTests.commandCounts(try await text("INFO", "commandstats") ?? "")
    }

    /// The key's lifetime is `seconds`, or a moment less.
    func expectLifetime(
        _ key: String, _ seconds: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let left = try #require(try await number("TTL", .text(key)))
        #expect((seconds - 60...seconds).contains(left), "\(key) lives for \(left) s", sourceLocation: sourceLocation)
    }
}

/// The JSON of a text.
func json(_ text: String?) throws -> JSONValue { try JSONValue(parsing: try #require(text)) }

/// How often each command was carried out, by the text of `INFO commandstats`, which is left out.
func commandCounts(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
        guard let name = line.split(separator: ":").first?.dropFirst("cmdstat_".count), name != "info",
            let calls = line.split(separator: "calls=").dropFirst().first?.prefix(while: \.isNumber)
        else { continue }
        counts[String(name)] = Int(calls)
    }
    return counts
}
