import ArgumentParser
import JobLogCore
import RedisClient

/// An entry of 150 bytes as a worker writes it.
enum BenchEntry {
    static let message = "#1234 upload retry shard bucket token worker queue"
    static let metadata: JSONValue = ["step": 17, "host": "w3"]

    /// A list of entries.
    static func fill(_ key: [UInt8], count: Int, over connection: RedisConnection) async throws {
        _ = try await connection.send(RedisCommand("DEL", .key(key)))
        for index in 0..<count {
            let entry = LogEntry.encode(
                timestamp: 1_700_000_000_000 + Int64(index) * 137, type: index % 10 == 3 ? .warn : .info,
                message: message, metadata: metadata)
            _ = try await connection.send(RedisCommand("RPUSH", .key(key), .bytes(entry)))
        }
    }
}

/// What a call of the C baseline gave. Throws where it could not measure.
func checked(_ result: Double) throws -> Double {
    guard result >= 0 else { throw ValidationError("The C baseline could not measure (\(Int(result))).") }
    return result
}
