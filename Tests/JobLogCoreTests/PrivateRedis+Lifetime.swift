import JobLogCore
import RedisClient
import TestSupport
import Testing

extension PrivateRedis {
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
