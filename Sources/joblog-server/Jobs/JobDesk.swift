import JobLogAPI
import JobLogCore
import RedisClient

/// What callers may see and do.
struct JobDesk: Sendable {
    /// Jobs that fit a list.
    struct Filter: Sendable {
        var states: Set<String>?
        var type: String?
        /// Whether the job can go on from a checkpoint.
        var isResumable = false

        /// Whether every job fits.
        var isEmpty: Bool { states == nil && type == nil && !isResumable }

        func admits(_ job: JobSnapshot) -> Bool {
            if let states, !states.contains(job.stateText ?? "") { return false }
            if let type, job.type != type { return false }
            return !isResumable || job.checkpointAvailable && (job.state == .paused || job.state == .failed)
        }
    }

    /// How many jobs of an index are looked at for one page.
    private static let mostLooked = 2_000

    let source: RedisJobSource
    let connection: RedisConnection
    /// The same connection, for what many ask at once.
    let pipeline: SharedPipeline
    let keys: JobKeys
    let index: OwnerIndex

    init(configuration: RedisConfiguration, keys: JobKeys) {
        source = RedisJobSource(configuration: configuration, keys: keys, actor: "joblog-server")
        connection = RedisConnection(configuration)
        pipeline = SharedPipeline(connection)
        self.keys = keys
        index = OwnerIndex(connection: connection, keys: keys)
    }

    /// The source whose actions stand in logs as those of a caller.
    private func actions(of caller: Caller) -> JobActions {
        JobActions(connection: connection, keys: keys, actor: TerminalText.line(caller.actor))
    }

    /// The id that a path names.
    ///
    /// - Throws: ``APIError`` 400 for what is no id.
    func id(_ text: some StringProtocol) throws -> JobID {
        guard let text = PercentCoding.decode(text), let id = JobID(argument: text), !id.isEmpty else {
            throw APIError(status: 400, message: "The path holds no job id.")
        }
        return id
    }

    /// A job that a caller may see.
    ///
    /// - Throws: ``APIError`` 404 where there is none, 403 where it is somebody else's.
    func job(_ id: JobID, for caller: Caller) async throws -> JobReading {
        guard let job = try await source.job(id) else { throw Answer.noJob }
        guard caller.maySee(jobOf: job.snapshot.userID) else { throw Answer.forbidden }
        return job
    }

    /// Those of the named jobs that there are and that a caller may see, in that order.
    func jobs(_ ids: [JobID], for caller: Caller) async throws -> [JobReading] {
        try await readings(of: ids).filter { caller.maySee(jobOf: $0.snapshot.userID) }
    }

    /// Whose jobs are; those of nobody are left out.
    func owners(of ids: [JobID]) async throws -> [JobID: String] {
        let jobs = try await readings(of: ids)
        return Dictionary(
            jobs.compactMap { job in job.snapshot.userID.map { (job.snapshot.id, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// A page of the index, and where the next one begins.
    func page(
        for caller: Caller, user: String? = nil, after cursor: OwnerIndex.Cursor?, count: Int, _ filter: Filter
    ) async throws -> (jobs: [JobReading], next: OwnerIndex.Cursor?) {
        let key = try index.key(for: caller, user: user)
        var jobs: [JobReading] = []
        var cursor = cursor
        var looked = 0
        while looked < Self.mostLooked {
            // What no filter keeps out need not be read beyond what is given.
            let step = filter.isEmpty ? count - jobs.count : OwnerIndex.step
            let entries = try await index.jobs(in: key, after: cursor, count: step)
            looked += entries.count
            let found = Dictionary(
                try await readings(of: entries.map(\.id)).map { ($0.snapshot.id, $0) },
                uniquingKeysWith: { first, _ in first })
            for entry in entries {
                cursor = entry
                // The index may say whose a job was, and the job by now whose it is.
                guard let job = found[entry.id], caller.maySee(jobOf: job.snapshot.userID), filter.admits(job.snapshot)
                else { continue }
                jobs.append(job)
                if jobs.count == count { return (jobs, cursor) }
            }
            if entries.count < step { return (jobs, nil) }
        }
        return (jobs, cursor)
    }

    private func readings(of ids: [JobID]) async throws -> [JobReading] {
        guard !ids.isEmpty else { return [] }
        return try await source.jobs(ids)
    }

    /// Carries out an action of a caller.
    func perform(
        _ action: JobAction, on id: JobID, for caller: Caller, reason: String? = nil
    ) async throws -> JobActions.Outcome {
        _ = try await job(id, for: caller)
        return try await actions(of: caller).perform(action, on: id, reason: reason)
    }

    /// Those jobs of a caller whose ids begin so, as the index has them.
    func matches(of prefix: JobID, for caller: Caller) async throws -> [JobID] {
        let key = try index.key(for: caller, user: nil)
        var found: [JobID] = []
        var cursor: OwnerIndex.Cursor?
        while found.count < APILimits.mostMatches {
            let entries = try await index.jobs(in: key, after: cursor, count: OwnerIndex.step)
            found += entries.map(\.id).filter { $0.bytes.starts(with: prefix.bytes) }
            guard entries.count == OwnerIndex.step else { break }
            cursor = entries.last
        }
        let mine = try await jobs(Array(found.prefix(APILimits.mostMatches)), for: caller)
        return mine.map(\.snapshot.id)
    }

    /// Records a job of a user.
    func create(for user: String, _ order: JobOrder) async throws -> JobID {
        try await JobCreation(connection: connection, keys: keys).create(
            for: user, type: order.type, query: order.query)
    }

    /// Whether Redis answers.
    func isReady() async -> Bool {
        (try? await connection.send([RedisCommand("PING")])[0].string) == "PONG"
    }
}
