import JobLogCore

/// Jobs and logs as an HTTP API tells of them: of all that is in its Redis, what one's token may see.
public struct APIJobSource: JobSource {
    /// How many entries a call asks for at most.
    static let mostEntries = 10_000

    private let client: JobLogClient

    /// A source that asks by a client.
    public init(_ client: JobLogClient) {
        self.client = client
    }

    /// The API's address.
    public var name: String { client.address.description }

    /// The API.
    public var server: String { "the API" }

    /// A page of the index; the API knows no others.
    public func jobs(after cursor: JobCursor?) async throws -> JobPage {
        var query = JobLogClient.JobQuery()
        query.limit = 100
        query.withDetail = true
        let page = try await client.jobs(query, after: cursor?.text)
        return JobPage(
            jobs: page.jobs, next: page.next.map { JobCursor(text: $0) }, progress: page.next == nil ? 1 : 0)
    }

    /// One job; nil as well where it is someone else's.
    public func job(_ id: JobID) async throws -> JobReading? {
        try await found { try await client.job(id) }
    }

    /// The end of the log, page by page where it is long.
    public func log(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        try await pages(of: id, newest: count) { $0 }
    }

    /// The same, cut as they come.
    public func beginnings(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        try await pages(of: id, newest: count) { $0.map { $0.cut() } }
    }

    private func pages(
        of id: JobID, newest count: Int, _ hold: ([LogRecord]) -> [LogRecord]
    ) async throws -> [LogRecord] {
        var pages: [[LogRecord]] = []
        var left = count
        var before: String?
        while left > 0 {
            let page = try await page(of: id, limit: min(left, Self.mostEntries), before: before)
            guard let page, !page.records.isEmpty else { break }
            pages.append(hold(page.records))
            left -= page.records.count
            before = page.before
            if before == nil { break }
        }
        return Array(pages.reversed().joined())
    }

    private func page(of id: JobID, limit: Int, before: String?) async throws -> JobLogClient.LogPage? {
        try await found { try await client.logs(id, JobLogClient.LogQuery(limit: limit, before: before)) }
    }

    /// Looked for from the end on, by its size and digest.
    public func whole(_ record: LogRecord, of id: JobID) async throws -> LogRecord? {
        guard record.isCut else { return record }
        var before: String?
        repeat {
            // What is looked for is large: few at a time.
            let page = try await page(of: id, limit: 100, before: before)
            if let whole = page?.records.last(where: { $0.size == record.size && $0.digest == record.digest }) {
                return whole
            }
            before = page?.before
        } while before != nil
        return nil
    }

    /// What `structured=1` gives.
    public func reasoning(_ id: JobID) async throws -> [LogRecord] {
        try await found { try await client.reasoning(id) } ?? []
    }

    /// What the API finds by a `SCAN`.
    public func archivedCheckpoints(of id: JobID) async throws -> [Int] {
        try await found { try await client.archivedCheckpoints(of: id) } ?? []
    }

    /// An archived checkpoint.
    public func archivedCheckpoint(of id: JobID, sequence: Int) async throws -> Checkpoint? {
        try await found {
            try await client.archivedCheckpoint(of: id, sequence: sequence)
        }
    }

    /// By the route of the action.
    public func perform(_ action: JobAction, on id: JobID, reason: String?) async throws -> JobActions.Outcome {
        guard let answer = try await found({ try await client.perform(action, on: id, reason: reason) }) else {
            throw JobActionError.noSuchJob(id)
        }
        var job: JobReading?
        var problems: [String] = []
        do {
            job = try await self.job(id)
        } catch {
            problems.append("It was done, but the job cannot be read again: \(error)")
        }
        return JobActions.Outcome(
            action: action, isRequested: answer.isRequested, job: job, removed: [], problems: problems)
    }

    /// A whole id is looked up, a beginning asked for.
    public func match(_ argument: String) async throws -> JobMatch {
        guard let id = JobID(argument: argument), !id.isEmpty else { return .none }
        if try await job(id) != nil { return .one(id) }
        let found = try await client.jobIDs(beginningWith: argument)
        if let only = found.first, found.count == 1 { return .one(only) }
        return found.isEmpty ? .none : .several(found.sorted())
    }

    /// Lets go of the connection that calls use.
    public func rest() async { client.rest() }

    /// A feed over streams of server-sent events.
    public func feed() -> any JobFeed { APIFeed(client) }

    /// The same, of large entries the beginnings.
    public func viewerFeed() -> any JobFeed { APIFeed(client, cutsLargeEntries: true) }

    /// Someone else's job is none of ours: nil as where there is none.
    private func found<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch let error as APIClientError where [.notFound, .forbidden].contains(error.code) {
            return nil
        }
    }
}
