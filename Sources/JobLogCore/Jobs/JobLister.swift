import RedisClient

/// Finds the ids of jobs: the newest from `job:index` at once, then all others by `SCAN`, never `KEYS`.
struct JobLister: Sendable {
    /// How many ids a page of the index holds.
    static let indexPage = 200

    let keys: JobKeys

    /// Ids, and where to go on.
    struct Page: Sendable {
        var ids: [JobID]
        /// The activity of each as the index has it; nil for a page of `SCAN`.
        var scores: [Double]?
        var next: JobCursor?
        var progress: Double
        /// Why some keys could not be looked at, or only the index, for good.
        var problem: RedisError?
        /// How fast the server lets itself be looked through; nil for a page of the index.
        var pace: ScanPace?
    }

    /// The same as ``page(after:over:)``, but the end, and why, where keys may not be looked through.
    nonisolated(nonsending) func pageOrEnd(after cursor: JobCursor?, over connection: RedisConnection)
        async throws(RedisError) -> Page
    {
        do throws(RedisError) {
            return try await page(after: cursor, over: connection)
        } catch {
            guard error.command == "SCAN", error.refusesCommand else { throw error }
            let problem = RedisError(
                code: error.code, message: "Only jobs of job:index are found: \(error.message)", command: error.command,
                serverMessage: error.serverMessage)
            return Page(ids: [], next: nil, progress: 1, problem: problem)
        }
    }

    /// The page at a cursor; nil begins with the index.
    nonisolated(nonsending) func page(after cursor: JobCursor?, over connection: RedisConnection)
        async throws(RedisError) -> Page
    {
        switch cursor?.position ?? .index(offset: 0) {
        case .index(let offset): try await indexPage(at: offset, over: connection)
        case .scan(let cursor, let scanned, let total, let pace):
            try await scanPage(at: cursor, scanned: scanned, total: total, pace: pace, over: connection)
        case .text: preconditionFailure("the cursor of another source")
        }
    }

    /// The cursor with which a round of `SCAN` begins.
    static let scanStart = scanStart(ScanPace())

    /// The same at a pace that an earlier round has found.
    static func scanStart(_ pace: ScanPace) -> JobCursor {
        JobCursor(position: .scan(cursor: RedisConnection.scanStart, scanned: 0, total: 0, pace: pace))
    }

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
        at cursor: [UInt8], scanned: Int, total: Int, pace: ScanPace, over connection: RedisConnection
    ) async throws(RedisError) -> Page {
        var all = total
        if total == 0 { all = max(1, try await connection.send([RedisCommand("DBSIZE")])[0].integer ?? 1) }
        var pace = pace
        let count = pace.count
        let step = try await connection.scan(from: cursor, keys.scanPattern, &pace)
        var seen = Set<JobID>(minimumCapacity: step.keys?.array?.count ?? 0)
        var ids: [JobID] = []
        for id in step.keys?.mapStrings({ keys.job(ofKey: $0)?.id }) ?? [] {
            if let id, seen.insert(id).inserted { ids.append(id) }
        }
        let done = scanned + count
        let isLast = step.next == RedisConnection.scanStart
        return Page(
            ids: ids,
            next: isLast ? nil : JobCursor(position: .scan(cursor: step.next, scanned: done, total: all, pace: pace)),
            progress: isLast ? 1 : min(0.99, Double(done) / Double(all)), problem: step.problem,
            pace: pace)
    }
}
