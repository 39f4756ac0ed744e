import RedisClient

extension RedisConnection {
    /// All keys that match a pattern, each once, found by `SCAN`: many round trips on a server with many keys.
    func scan(_ pattern: [UInt8]) async throws(RedisError) -> [[UInt8]] {
        var found: Set<[UInt8]> = []
        var cursor = [UInt8(ascii: "0")]
        repeat {
            let reply = try await send(
                RedisCommand(
                    "SCAN", .bytes(cursor), "MATCH", .bytes(pattern), "COUNT", .integer(JobLister.scanCount)))
            guard let parts = reply.array, parts.count == 2, let next = parts[0].bytes else { break }
            for key in parts[1].array.map({ Array($0) }) ?? [] { if let key = key.bytes { found.insert(Array(key)) } }
            cursor = Array(next)
        } while cursor != [UInt8(ascii: "0")]
        return Array(found)
    }
}
