import RedisClient

/// Some ids of a source's jobs.
public struct JobIDPage: Sendable {
    /// The ids; one may be in several pages.
    public var ids: [JobID]
    /// Whether they are in order, those of the newest activity first; otherwise in no order at all.
    public var isOrdered: Bool
    /// Where the next page begins; nil when this was the last.
    public var next: JobCursor?
    /// How much of the listing is done, 0–1.
    public var progress: Double
    /// Why some are missing, or why the listing ends here although there may be others, in a sentence; nil where none is.
    public var problem: String?

    /// A page of ids.
    public init(ids: [JobID], isOrdered: Bool, next: JobCursor?, progress: Double, problem: String? = nil) {
        self.ids = ids
        self.isOrdered = isOrdered
        self.next = next
        self.progress = progress
        self.problem = problem
    }
}

/// What a log was found to hold.
public enum LogContent: Sendable {
    /// Its entries, oldest first.
    case entries([LogRecord])
    /// It cannot be read; a sentence.
    case unreadable(String)
}

/// Reads many logs one after the other, in pieces whose size its user chooses, over a connection of its own: a cancelled
/// task ends what is under way and disturbs nobody else.
///
/// How many commands a call costs a server is told, so that its user can keep to a rate.
public protocol BulkReader: Sendable {
    /// Some ids, those of the newest activity first as far as that is known. One or two commands.
    func ids(after cursor: JobCursor?) async throws -> JobIDPage
    /// When the newest entry of each log was written, Unix ms; nil where nothing tells. A command a log.
    func activity(of ids: [JobID]) async throws -> [Int64?]
    /// About how many bytes each log has; 0 for one that is not there. A command a log.
    func sizes(of ids: [JobID]) async throws -> [Int]
    /// All entries of logs. A command a log.
    func logs(of ids: [JobID]) async throws -> [LogContent]
    /// The newest entries of logs, at most `count` of each. A command a log.
    func ends(of ids: [JobID], count: Int) async throws -> [LogContent]
    /// How many entries a log has. One command.
    func length(of id: JobID) async throws -> Int
    /// The entries of a log in a range that is counted from its end: 0 is the newest. Fewer where there are no more. One
    /// command.
    func log(_ id: JobID, fromEnd range: Range<Int>) async throws -> [LogRecord]
    /// The jobs of which something is known, in any order. Five commands a job.
    func jobs(_ ids: [JobID]) async throws -> [JobReading]
    /// For how long its commands were held back by a ceiling, in all.
    var waited: Duration { get }
    /// Lets go of the connection.
    func close() async
}

extension JobSource {
    /// A reader that asks the source job by job; sources that can read many at once have one of their own.
    public func bulkReader() -> any BulkReader { SourceBulkReader(source: self) }
}

/// Reads many logs from a source that knows no better than job by job.
struct SourceBulkReader: BulkReader {
    /// How large a log is taken to be before it was read.
    private static let guess = 32_768

    let source: any JobSource

    func ids(after cursor: JobCursor?) async throws -> JobIDPage {
        let page = try await source.jobs(after: cursor)
        return JobIDPage(
            ids: page.jobs.map(\.snapshot.id), isOrdered: true, next: page.next, progress: page.progress,
            problem: page.problem?.message)
    }

    func activity(of ids: [JobID]) async throws -> [Int64?] {
        var times: [Int64?] = []
        for id in ids { times.append(try await source.log(id, newest: 1).last?.timestamp) }
        return times
    }

    func sizes(of ids: [JobID]) async throws -> [Int] { ids.map { _ in Self.guess } }

    func logs(of ids: [JobID]) async throws -> [LogContent] { try await ends(of: ids, count: Int(Int32.max)) }

    func ends(of ids: [JobID], count: Int) async throws -> [LogContent] {
        var contents: [LogContent] = []
        for id in ids { contents.append(.entries(try await source.log(id, newest: count))) }
        return contents
    }

    func length(of id: JobID) async throws -> Int { try await source.job(id)?.snapshot.logCount ?? 0 }

    func log(_ id: JobID, fromEnd range: Range<Int>) async throws -> [LogRecord] {
        let records = try await source.log(id, newest: range.upperBound)
        return Array(records.dropLast(range.lowerBound))
    }

    func jobs(_ ids: [JobID]) async throws -> [JobReading] {
        var jobs: [JobReading] = []
        for id in ids { if let job = try await source.job(id) { jobs.append(job) } }
        return jobs
    }

    var waited: Duration { .zero }

    func close() async {}
}
