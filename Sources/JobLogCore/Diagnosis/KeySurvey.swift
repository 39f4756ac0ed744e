import RedisClient

/// Looks through the keys of a server for jobs, at a polite pace and not without end, and into some of them.
struct KeySurvey: Sendable {
    /// How many keys it looks at.
    private static let mostKeys = 2_000_000
    /// How many members of the index.
    private static let mostIndexed = 200_000
    /// How many jobs are read together.
    private static let piece = 100

    let connection: RedisConnection
    let keys: JobKeys
    /// How many jobs are looked into.
    let samples: Int
    /// Whether all keys are looked through; otherwise only the index tells of jobs.
    let scans: Bool

    /// Looks. Throws where the connection is lost; what is refused is said in the census.
    func take() async throws(RedisError) -> JobCensus {
        var census = JobCensus()
        var tally = KeyTally(keys: keys)
        try await readIndex(into: &tally)
        var isComplete = false
        if scans {
            do throws(RedisError) {
                census.reason = try await scan(into: &tally)
                isComplete = census.reason == nil
            } catch {
                guard !error.isConnectionFailure else { throw error }
                census.reason = error.message
            }
        } else {
            census.reason = "--no-scan was given"
        }
        tally.count(into: &census, isComplete: isComplete)
        let size = connection.configuration.traffic?.piece.map { max(1, $0 / JobReader.commandsPerJob) } ?? Self.piece
        for ids in tally.sample(samples).chunked(by: min(size, Self.piece)) {
            try await examine(ids, into: &census)
        }
        return census
    }

    private func readIndex(into tally: inout KeyTally) async throws(RedisError) {
        var cursor: JobCursor?
        var read = 0
        repeat {
            let page = try await JobLister(keys: keys).page(after: cursor, over: connection)
            for id in page.ids { tally.takeIndexed(id) }
            read += page.ids.count
            cursor = page.next
        } while cursor != nil && cursor != JobLister.scanStart && read < Self.mostIndexed
    }

    /// Why the end was not reached, or not at every node of a cluster; nil where it was.
    private func scan(into tally: inout KeyTally) async throws(RedisError) -> String? {
        var cursor = RedisConnection.scanStart
        var pace = ScanPace()
        var seen = 0
        var problem: String?
        repeat {
            seen += pace.count
            let step = try await connection.scan(from: cursor, keys.scanPattern, &pace)
            if let found = step.keys { tally.take(found.mapStrings { $0 }) }
            problem = problem ?? step.problem?.message
            cursor = step.next
        } while cursor != RedisConnection.scanStart && seen < Self.mostKeys
        return problem ?? (cursor == RedisConnection.scanStart ? nil : "only \(Self.mostKeys) keys were looked at")
    }

    // MARK: - Jobs

    private static let lasting = [JobKeys.Kind.logs, .state, .checkpoint]

    private func examine(_ ids: [JobID], into census: inout JobCensus) async throws(RedisError) {
        let jobs = try await JobReader(keys: keys, shortener: LargeEntry.cutting).read(ids, over: connection)
        for job in jobs where job.hasKeys == true { take(job, into: &census) }
        guard census.lifetimeRefusal == nil else { return }
        let asked = ids.flatMap { id in Self.lasting.map { (kind: $0, id: id) } }
        let lifetimes = try await connection.send(asked.map { RedisCommand("TTL", .key(keys.key($0.kind, $0.id))) })
        for (key, reply) in zip(asked, lifetimes) {
            if let error = reply.error {
                if error.refusesCommand { census.lifetimeRefusal = error.serverMessage }
            } else if reply.integer == -1 {
                census.add(.noExpiry, text(key.kind, key.id))
            }
        }
    }

    private func take(_ job: JobKnowledge, into census: inout JobCensus) {
        let id = job.evidence.id
        let snapshot = job.reading(now: Timestamp.now()).snapshot
        census.examined += 1
        census.states[snapshot.stateText ?? "unknown", default: 0] += 1
        if snapshot.stalled { census.stalled += 1 }
        for kind in JobKeys.Kind.allCases {
            if job.wrongTypes.contains(kind) { census.add(.wrongType, text(kind, id)) }
        }
        if job.unparsable.contains(.state) { census.add(.unreadableState, text(.state, id)) }
        if job.unparsable.contains(.checkpoint) { census.add(.unreadableCheckpoint, text(.checkpoint, id)) }
        if job.evidence.tail.contains(where: { !$0.entry.isJSON }) { census.add(.unreadableLine, text(.logs, id)) }
        if (job.evidence.logCount ?? 0) > LogRetention().entries { census.add(.longLog, text(.logs, id)) }
    }

    private func text(_ kind: JobKeys.Kind, _ id: JobID) -> String { TerminalText.line(keys.key(kind, id)[...]) }
}
