import RedisClient

/// Finds the ids of jobs: the newest from `job:index` at once, then all others by `SCAN`, never `KEYS`.
struct JobLister: Sendable {
    /// How many ids a page of the index holds.
    static let indexPage = 200
    /// How many keys the server looks at in one `SCAN`.
    static let scanCount = 1_000

    let keys: JobKeys

    /// Ids, and where to go on.
    struct Page: Sendable {
        var ids: [JobID]
        /// The activity of each as the index has it; nil for a page of `SCAN`.
        var scores: [Double]?
        var next: JobCursor?
        var progress: Double
    }

    /// The page at a cursor; nil begins with the index.
    nonisolated(nonsending) func page(after cursor: JobCursor?, over connection: RedisConnection)
        async throws(RedisError) -> Page
    {
        switch cursor?.position ?? .index(offset: 0) {
        case .index(let offset): try await indexPage(at: offset, over: connection)
        case .scan(let cursor, let scanned, let total):
            try await scanPage(at: cursor, scanned: scanned, total: total, over: connection)
        }
    }

    /// The cursor with which a round of `SCAN` begins.
    static let scanStart = JobCursor(position: .scan(cursor: [UInt8(ascii: "0")], scanned: 0, total: 0))

    private nonisolated(nonsending) func indexPage(at offset: Int, over connection: RedisConnection)
        async throws(RedisError) -> Page
    {
        let replies = try await connection.send([
            RedisCommand(
                "ZREVRANGE", .key(keys.index), .integer(offset), .integer(offset + Self.indexPage - 1), "WITHSCORES")
        ])
        // A key of another type is no index; the scan finds the jobs all the same.
        let entries = Self.entries(replies[0]) ?? []
        let isFull = entries.count == Self.indexPage
        return Page(
            ids: entries.map(\.id), scores: entries.map(\.score),
            next: isFull ? JobCursor(position: .index(offset: offset + Self.indexPage)) : Self.scanStart, progress: 0)
    }

    /// The jobs and scores of a reply to `ZREVRANGE … WITHSCORES`; nil where it is none.
    static func entries(_ reply: RedisReply) -> [IndexWatch.Entry]? {
        guard let fields = reply.array.map({ Array($0) }) else { return nil }
        return stride(from: 0, to: fields.count - 1, by: 2).compactMap { place in
            guard let id = fields[place].bytes, let score = fields[place + 1].string.flatMap(Double.init) else {
                return nil
            }
            return IndexWatch.Entry(id: JobID(bytes: id), score: score)
        }
    }

    private nonisolated(nonsending) func scanPage(
        at cursor: [UInt8], scanned: Int, total: Int, over connection: RedisConnection
    ) async throws(RedisError) -> Page {
        var commands = [
            RedisCommand(
                "SCAN", .bytes(cursor), "MATCH", .bytes(keys.scanPattern), "COUNT", .integer(Self.scanCount))
        ]
        if total == 0 { commands.append(RedisCommand("DBSIZE")) }
        let replies = try await connection.send(commands)
        if let error = replies[0].error { throw error.naming("SCAN") }
        guard let reply = replies[0].array, reply.count == 2, let next = reply[0].bytes else {
            return Page(ids: [], next: nil, progress: 1)
        }
        var seen: Set<JobID> = []
        let ids = (reply[1].array?.map { $0 } ?? []).compactMap { key -> JobID? in
            guard let id = key.bytes.flatMap({ keys.job(ofKey: $0) })?.id, seen.insert(id).inserted else { return nil }
            return id
        }
        let all = total == 0 ? max(1, replies[1].integer ?? 1) : total
        let done = scanned + Self.scanCount
        let isLast = next.elementsEqual([UInt8(ascii: "0")])
        return Page(
            ids: ids,
            next: isLast ? nil : JobCursor(position: .scan(cursor: Array(next), scanned: done, total: all)),
            progress: isLast ? 1 : min(0.99, Double(done) / Double(all)))
    }
}
