import Synchronization

/// The one job of a saved bundle.
package struct BundleJobSource: JobSource {
    private let bundle: JobBundle
    private let fileName: String
    private let pill: String

    /// A source over a bundle.
    ///
    /// - Parameters:
    ///   - bundle: what was saved.
    ///   - name: the file's name.
    ///   - isUTC: whether the time at which it was saved is shown in UTC.
    package init(_ bundle: JobBundle, name: String, isUTC: Bool) {
        self.bundle = bundle
        fileName = name
        let time =
            ClockTime.date(bundle.savedAt, utc: isUTC) + " " + ClockTime.time(bundle.savedAt, utc: isUTC).prefix(5)
        pill = bundle.snapshot == nil ? "Log from a file" : "Bundle from \(time)"
    }

    /// The file, and where it was read from.
    package var name: String { bundle.snapshot == nil ? fileName : "\(fileName), of \(bundle.source)" }

    private var reading: JobReading {
        var snapshot = bundle.snapshot ?? JobSnapshot(id: bundle.job)
        snapshot.logCount = bundle.records.count
        return JobReading(
            snapshot: snapshot, tail: Array(bundle.records.suffix(JobReader.rowTailLength)),
            counts: LogCounts(bundle.records),
            checkpoint: bundle.checkpoint, isEventsOnly: false, wasRead: true, problems: [])
    }

    /// The one job.
    package func jobs(after cursor: JobCursor?) async throws -> JobPage {
        JobPage(jobs: [reading], next: nil, progress: 1)
    }

    /// The one job, if it is that.
    package func job(_ id: JobID) async throws -> JobReading? { id == bundle.job ? reading : nil }

    /// The end of the saved log.
    package func log(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        id == bundle.job ? Array(bundle.records.suffix(max(0, count))) : []
    }

    /// Not saved.
    package func reasoning(_ id: JobID) async throws -> [LogRecord] { throw Self.missing("the reasoning") }

    /// Not saved.
    package func archivedCheckpoints(of id: JobID) async throws -> [Int] { throw Self.missing("older checkpoints") }

    /// Not saved.
    package func archivedCheckpoint(of id: JobID, sequence: Int) async throws -> Checkpoint? {
        throw Self.missing("older checkpoints")
    }

    /// Refused.
    package func perform(_ action: JobAction, on id: JobID) async throws -> JobActions.Outcome {
        throw BundleError("This is a saved bundle: nothing can be done to its job.")
    }

    private static func missing(_ what: String) -> BundleError {
        BundleError("This is a saved bundle, which does not hold \(what).")
    }

    /// The one job, by its id or a beginning of it.
    package func match(_ argument: String) async throws -> JobMatch {
        guard let id = JobID(argument: argument), bundle.job.bytes.starts(with: id.bytes) else { return .none }
        return .one(bundle.job)
    }

    /// Nothing to let go of.
    package func rest() async {}

    /// A feed that tells what there is, once.
    package func feed() -> any JobFeed { BundleFeed(reading: reading, records: bundle.records, pill: pill) }
}

/// Tells of a saved job and its log, each once.
private final class BundleFeed: JobFeed {
    private struct State {
        var sink: (@Sendable (FeedUpdate) -> Void)?
        var hasToldJob = false
        var hasToldLog = false
    }

    private let reading: JobReading
    private let records: [LogRecord]
    private let pill: String
    private let state = Mutex(State())

    init(reading: JobReading, records: [LogRecord], pill: String) {
        self.reading = reading
        self.records = records
        self.pill = pill
    }

    func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) async {
        state.withLock { $0.sink = sink }
        sink(.connection(.saved(pill)))
    }

    func watch(_ interest: FeedInterest) async {
        let id = reading.snapshot.id
        let (sink, tellsJob, tellsLog) = state.withLock { state in
            let tellsJob = !state.hasToldJob && (interest.discovers || interest.jobs.contains(id))
            let tellsLog = interest.logs.contains(id) && !state.hasToldLog
            state.hasToldJob = state.hasToldJob || tellsJob
            // Opened again, a log is told again.
            state.hasToldLog = interest.logs.contains(id)
            return (state.sink, tellsJob, tellsLog)
        }
        if tellsJob { sink?(.jobs([reading])) }
        if interest.discovers { sink?(.listing(nil)) }
        if tellsLog { sink?(.log(id, .opened(records, length: records.count))) }
    }

    func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {}
    func refresh() async {}
    func suspend() async {}
    func resume() async {}
    func close() async { state.withLock { $0.sink = nil } }
}
