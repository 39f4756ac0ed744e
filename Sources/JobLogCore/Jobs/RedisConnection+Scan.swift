import RedisClient

extension RedisConnection {
    /// All keys that match a pattern, each once, found by `SCAN`: many round trips on a server with many keys.
    ///
    /// - Throws: also where a node of a cluster cannot be asked.
    func scan(_ pattern: [UInt8]) async throws(RedisError) -> [[UInt8]] {
        var found: Set<[UInt8]> = []
        var cursor = Self.scanStart
        var pace = ScanPace()
        repeat {
            let step = try await scan(from: cursor, pattern, &pace)
            if let problem = step.problem { throw problem }
            for key in step.keys?.mapStrings({ Array($0) }) ?? [] { found.insert(key) }
            cursor = step.next
        } while cursor != Self.scanStart
        return Array(found)
    }

    /// One step of a `SCAN`, after the rest that the pace asks for; the pace learns how long it took.
    nonisolated(nonsending) func scan(
        from cursor: [UInt8], _ pattern: [UInt8], _ pace: inout ScanPace
    ) async throws(RedisError) -> ScanStep {
        if pace.pause > .zero { await pause(for: pace.pause) }
        let step = try await scan(from: cursor, matching: pattern, count: pace.count)
        if step.keys != nil { pace.learn(step.took) }
        return step
    }
}
