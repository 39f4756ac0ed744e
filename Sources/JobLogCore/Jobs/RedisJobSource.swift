import RedisClient

/// Jobs and logs as they are in a Redis.
public struct RedisJobSource: JobSource {
    private let configuration: RedisConfiguration
    private let connection: RedisConnection
    /// The same connection, unless that leads to a replica.
    private let writer: RedisConnection
    private let keys: JobKeys
    private let actor: String
    private let finder = EntryFinder()

    /// A source over a connection of its own, which connects when something is read first.
    ///
    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - keys: the names of the keys.
    ///   - actor: who acts, as `user@host`; stands in the logs of the jobs on which actions are carried out.
    public init(configuration: RedisConfiguration, keys: JobKeys = JobKeys(), actor: String = "joblog") {
        self.configuration = configuration
        self.keys = keys
        self.actor = actor
        connection = RedisConnection(configuration)
        var primary = configuration
        primary.prefersReplica = false
        writer = configuration.prefersReplica ? RedisConnection(primary) : connection
    }

    /// The server's address.
    public var name: String { configuration.url.description }

    /// The keys of the contract, behind the prefix.
    public var searchedKeys: [String] { keys.searched }

    /// What reads jobs: of large entries at the ends of their logs only the beginnings.
    private var reader: JobReader { JobReader(keys: keys, shortener: LargeEntry.cutting) }

    /// A page of the index, or of the scan that follows it.
    public func jobs(after cursor: JobCursor?) async throws -> JobPage {
        let page = try await JobLister(keys: keys).pageOrEnd(after: cursor, over: connection)
        return JobPage(jobs: try await jobs(page.ids), next: page.next, progress: page.progress, problem: page.problem)
    }

    /// One job from its keys.
    public func job(_ id: JobID) async throws -> JobReading? {
        try await jobs([id]).first
    }

    /// Those of some jobs of which there is anything, in the same order, in one pipeline.
    package func jobs(_ ids: [JobID]) async throws -> [JobReading] {
        let known = try await reader.read(ids, looksForRequests: true, over: connection)
        let now = Timestamp.now()
        return known.compactMap { $0.hasKeys == true ? $0.reading(now: now) : nil }
    }

    /// The end of `job:logs:{id}`.
    public func log(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        guard count > 0 else { return [] }
        let reply = try await connection.send(RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-count), -1))
        return reply.records
    }

    /// The same, cut while it is read.
    public func beginnings(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        guard count > 0 else { return [] }
        let range = RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-count), -1)
        return try await connection.send([range], shortening: LargeEntry.cutting)[0].get().records
    }

    /// Found in the list by its size and digest.
    public func whole(_ record: LogRecord, of id: JobID) async throws -> LogRecord? {
        try await finder.find(record, of: id, keys: keys, over: connection)
    }

    /// The payloads of the stream `job:reasoning:{id}`.
    public func reasoning(_ id: JobID) async throws -> [LogRecord] {
        let reply = try await connection.send(RedisCommand("XRANGE", .key(keys.reasoning(id)), "-", "+"))
        return reply.streamPayloads.map { LogRecord($0) }
    }

    /// Found by `SCAN`.
    public func archivedCheckpoints(of id: JobID) async throws -> [Int] {
        try await CheckpointStore(connection: connection, keys: keys).archived(id)
    }

    /// `checkpoint:archive:{id}:{sequence}`.
    public func archivedCheckpoint(of id: JobID, sequence: Int) async throws -> Checkpoint? {
        try await CheckpointStore(connection: connection, keys: keys).loadArchived(id, sequence: sequence)
    }

    /// What ``JobActions`` does.
    public func perform(_ action: JobAction, on id: JobID, reason: String?) async throws -> JobActions.Outcome {
        try await JobActions(connection: writer, keys: keys, actor: actor).perform(action, on: id, reason: reason)
    }

    /// A whole id is looked up; a beginning is looked for by `SCAN`, and in the index where that is refused.
    public func match(_ argument: String) async throws -> JobMatch {
        guard let id = JobID(argument: argument), !id.isEmpty else { return .none }
        if try await job(id) != nil { return .one(id) }
        let found: Set<JobID>
        let problem: RedisError?
        do throws(RedisError) {
            (found, problem) = try await ids(beginningWith: id, from: JobLister.scanStart)
        } catch {
            guard error.refusesCommand else { throw error }
            (found, problem) = try await ids(beginningWith: id, from: nil, endsBeforeScan: true)
            if found.isEmpty { throw error }
        }
        // It may be one of those that could not be looked at.
        if found.count < 2, let problem { throw problem }
        if let only = found.first, found.count == 1 { return .one(only) }
        return found.isEmpty ? .none : .several(found.sorted())
    }

    private func ids(
        beginningWith id: JobID, from start: JobCursor?, endsBeforeScan: Bool = false
    ) async throws(RedisError) -> (found: Set<JobID>, problem: RedisError?) {
        var found: Set<JobID> = []
        var problem: RedisError?
        var cursor = start
        repeat {
            let page = try await JobLister(keys: keys).page(after: cursor, over: connection)
            found.formUnion(page.ids.filter { $0.bytes.starts(with: id.bytes) })
            problem = problem ?? page.problem
            cursor = page.next
        } while cursor != nil && !(endsBeforeScan && cursor == JobLister.scanStart)
        return (found, problem)
    }

    /// What goes over this source's connections, its feeds' and its readers', where the configuration has it counted.
    public var cost: ServerCost? { configuration.traffic.map { ServerCost($0) } }

    /// Closes the connection that lookups use.
    public func rest() async {
        // What is still being looked up for a viewer that leaves need not be waited for.
        connection.interrupt()
        await connection.disconnect()
        await writer.disconnect()
    }

    /// A feed over two connections of its own.
    public func feed() -> any JobFeed {
        RedisFeed(configuration: configuration, keys: keys)
    }

    /// The same, of large entries the beginnings.
    public func viewerFeed() -> any JobFeed {
        RedisFeed(configuration: configuration, keys: keys, cutsLargeEntries: true)
    }

    /// Reads by pipelines, over a connection of its own.
    public func bulkReader() -> any BulkReader {
        RedisBulkReader(configuration, keys: keys)
    }
}
