import RedisClient

extension RedisConnection {
    /// All keys that match a pattern, each once, found by `SCAN`: many round trips on a server with many keys.
    func scan(_ pattern: [UInt8]) async throws(RedisError) -> [[UInt8]] {
        var found: Set<[UInt8]> = []
        var cursor = Self.scanStart
        var pace = ScanPace()
        repeat {
            guard let step = try await scan(from: cursor, pattern, &pace) else { break }
            for key in step.keys { found.insert(Array(key)) }
            cursor = step.next
        } while cursor != Self.scanStart
        return Array(found)
    }

    /// One step of a `SCAN`, after the rest that the pace asks for; the pace learns how long it took.
    ///
    /// - Returns: where to go on, ``scanStart`` at the end, and keys that match; nil where the server's answer is none.
    nonisolated(nonsending) func scan(
        from cursor: [UInt8], _ pattern: [UInt8], _ pace: inout ScanPace
    ) async throws(RedisError) -> (next: [UInt8], keys: [ArraySlice<UInt8>])? {
        if pace.pause > .zero { await pause(for: pace.pause) }
        let (reply, took) = try await sendTimed(
            RedisCommand("SCAN", .bytes(cursor), "MATCH", .bytes(pattern), "COUNT", .integer(pace.count)))
        if let error = reply.error { throw error.naming("SCAN") }
        pace.learn(took)
        guard let parts = reply.array, parts.count == 2, let next = parts[0].bytes else { return nil }
        return (Array(next), parts[1].mapStrings { $0 })
    }

    /// The cursor with which a `SCAN` begins and ends.
    static var scanStart: [UInt8] { [UInt8(ascii: "0")] }
}
