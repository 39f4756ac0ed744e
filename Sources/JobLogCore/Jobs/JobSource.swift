import RedisClient

/// A place in a listing of jobs. What is inside belongs to the source that made it.
public struct JobCursor: Sendable, Hashable {
    enum Position: Sendable, Hashable {
        case index(offset: Int)
        case scan(cursor: [UInt8], scanned: Int, total: Int, pace: ScanPace)
        case text(String)
    }

    let position: Position
}

extension JobCursor {
    /// A place that a source knows by a text.
    package init(text: String) { position = .text(text) }

    /// The text of ``init(text:)``; nil for the cursor of another kind of source.
    package var text: String? { if case .text(let text) = position { text } else { nil } }
}

/// Some of a source's jobs.
public struct JobPage: Sendable {
    /// The jobs; one may be in several pages.
    public var jobs: [JobReading]
    /// Where the next page begins; nil when this was the last.
    public var next: JobCursor?
    /// How much of the listing is done, 0–1.
    public var progress: Double
    /// Why some jobs may be missing: a node of a cluster is away, or what is needed to look for all of them is refused for
    /// good; nil where none is.
    public var problem: RedisError?

    /// A page of these parts.
    package init(jobs: [JobReading], next: JobCursor?, progress: Double, problem: RedisError? = nil) {
        self.jobs = jobs
        self.next = next
        self.progress = progress
        self.problem = problem
    }
}

/// What an argument that names a job stands for.
public enum JobMatch: Sendable, Hashable {
    /// The one job of this id, or the only one whose id begins so.
    case one(JobID)
    /// No job's id begins so.
    case none
    /// Several jobs' ids begin so; some of them.
    case several([JobID])
}

/// Where a viewer reads jobs and logs from.
public protocol JobSource: Sendable {
    /// The source's address for people, without secrets.
    var name: String { get }
    /// What answers there, in the middle of a sentence.
    var server: String { get }
    /// The keys among which jobs are looked for, for people; empty where the source is no Redis.
    var searchedKeys: [String] { get }
    /// Some jobs, those of the newest activity first as far as the source knows it.
    func jobs(after cursor: JobCursor?) async throws -> JobPage
    /// One job, or nil when nothing is known of it.
    func job(_ id: JobID) async throws -> JobReading?
    /// The newest `count` entries of a job's log, oldest first.
    func log(_ id: JobID, newest count: Int) async throws -> [LogRecord]
    /// The same, of large entries only the beginnings.
    func beginnings(_ id: JobID, newest count: Int) async throws -> [LogRecord]
    /// The whole of an entry of a job's log of which only the beginning is held; nil when it is no longer there.
    func whole(_ record: LogRecord, of id: JobID) async throws -> LogRecord?
    /// A job's reasoning, oldest first, as entries that a log could hold.
    func reasoning(_ id: JobID) async throws -> [LogRecord]
    /// The sequences of a job's archived checkpoints, oldest first. May take long: nothing lists them.
    func archivedCheckpoints(of id: JobID) async throws -> [Int]
    /// An archived checkpoint, or nil when there is none of this sequence.
    func archivedCheckpoint(of id: JobID, sequence: Int) async throws -> Checkpoint?
    /// Carries an action out on a job, or asks its worker to.
    ///
    /// - Parameters:
    ///   - action: what is to be done.
    ///   - id: the job.
    ///   - reason: why; stands in the event and the log of a job whose state changes.
    /// - Returns: what it has come to.
    /// - Throws: ``JobActionError``, where the job does not allow it or Redis cannot be reached; or the source's own error.
    func perform(_ action: JobAction, on id: JobID, reason: String?) async throws -> JobActions.Outcome
    /// The job that an argument names: a whole id, or the beginning of exactly one.
    func match(_ argument: String) async throws -> JobMatch
    /// What reading costs the server now; nil where there is none, or nobody counts.
    var cost: ServerCost? { get }
    /// Lets go of the source's own connection, which is made again when something is read; its feeds go on.
    func rest() async
    /// A feed of what changes.
    func feed() -> any JobFeed
    /// A feed of what changes for a viewer that holds logs for long: it tells the beginnings of large entries only.
    func viewerFeed() -> any JobFeed
    /// A reader of many logs, which shares nothing with lookups and feeds.
    func bulkReader() -> any BulkReader
}

extension JobSource {
    /// Carries an action out for no reason that is told.
    public func perform(_ action: JobAction, on id: JobID) async throws -> JobActions.Outcome {
        try await perform(action, on: id, reason: nil)
    }

    /// A Redis.
    public var server: String { "Redis" }

    /// Keys are Redis's.
    public var searchedKeys: [String] { [] }

    /// Nothing is known of it.
    public var cost: ServerCost? { nil }

    /// Entries are held as they are.
    public func beginnings(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        try await log(id, newest: count)
    }

    /// There are no others.
    public func whole(_ record: LogRecord, of id: JobID) async throws -> LogRecord? { record.isCut ? nil : record }

    /// Tells whole entries.
    public func viewerFeed() -> any JobFeed { feed() }
}
