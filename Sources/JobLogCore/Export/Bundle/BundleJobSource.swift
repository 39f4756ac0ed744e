import Synchronization

/// The jobs of a saved bundle.
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
        pill = bundle.isLog ? "Log from a file" : "Bundle from \(time)"
    }

    /// The file, and where it was read from.
    package var name: String { bundle.isLog ? fileName : "\(fileName), of \(bundle.source)" }

    private func saved(_ id: JobID) -> JobBundle.Job? { bundle.jobs.first { $0.id == id } }

    /// The saved jobs.
    package func jobs(after cursor: JobCursor?) async throws -> JobPage {
        JobPage(jobs: bundle.jobs.map(\.reading), next: nil, progress: 1)
    }

    /// A saved job, if it is one.
    package func job(_ id: JobID) async throws -> JobReading? { saved(id)?.reading }

    /// The end of a saved log.
    package func log(_ id: JobID, newest count: Int) async throws -> [LogRecord] {
        Array(saved(id)?.records.suffix(max(0, count)) ?? [])
    }

    /// The saved reasoning, where it was saved.
    package func reasoning(_ id: JobID) async throws -> [LogRecord] {
        guard let reasoning = saved(id)?.reasoning else { throw Self.missing("the reasoning") }
        return reasoning
    }

    /// Not saved.
    package func archivedCheckpoints(of id: JobID) async throws -> [Int] { throw Self.missing("older checkpoints") }

    /// Not saved.
    package func archivedCheckpoint(of id: JobID, sequence: Int) async throws -> Checkpoint? {
        throw Self.missing("older checkpoints")
    }

    /// Refused.
    package func perform(_ action: JobAction, on id: JobID, reason: String?) async throws -> JobActions.Outcome {
        throw BundleError("This is a saved bundle: nothing can be done to its job.")
    }

    private static func missing(_ what: String) -> BundleError {
        BundleError("This is a saved bundle, which does not hold \(what).")
    }

    /// A job by its id, or by a beginning that it alone has.
    package func match(_ argument: String) async throws -> JobMatch {
        guard let id = JobID(argument: argument) else { return .none }
        if saved(id) != nil { return .one(id) }
        let found = bundle.jobs.map(\.id).filter { $0.bytes.starts(with: id.bytes) }
        return found.isEmpty ? .none : found.count == 1 ? .one(found[0]) : .several(found)
    }

    /// Nothing to let go of.
    package func rest() async {}

    /// A feed that tells what there is, once.
    package func feed() -> any JobFeed { BundleFeed(jobs: bundle.jobs, pill: pill) }
}

extension JobBundle {
    /// Whether it is a log alone, of whose job nothing is known.
    fileprivate var isLog: Bool { jobs.allSatisfy { $0.snapshot == nil } }
}

extension JobBundle.Job {
    fileprivate var reading: JobReading {
        var snapshot = snapshot ?? JobSnapshot(id: id)
        snapshot.logCount = records.count
        return JobReading(
            snapshot: snapshot, tail: Array(records.suffix(JobReader.rowTailLength)), counts: LogCounts(records),
            checkpoint: checkpoint, isEventsOnly: false, wasRead: true, problems: [])
    }
}

/// Tells of the saved jobs and their logs, each once.
private final class BundleFeed: JobFeed {
    private struct State {
        var sink: (@Sendable (FeedUpdate) -> Void)?
        var told: Set<JobID> = []
        var openLogs: Set<JobID> = []
    }

    private let jobs: [JobBundle.Job]
    private let pill: String
    private let state = Mutex(State())

    init(jobs: [JobBundle.Job], pill: String) {
        self.jobs = jobs
        self.pill = pill
    }

    func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) async {
        state.withLock { $0.sink = sink }
        sink(.connection(.saved(pill)))
    }

    func watch(_ interest: FeedInterest) async {
        // Logs are told in the order of the bundle: what was saved of the view counts their lines so.
        let (sink, new, opened) = state.withLock { state in
            let new = jobs.filter { job in
                !state.told.contains(job.id) && (interest.discovers || interest.jobs.contains(job.id))
            }
            let opened = jobs.filter { interest.logs.contains($0.id) && !state.openLogs.contains($0.id) }
            state.told.formUnion(new.map(\.id))
            // Opened again, a log is told again.
            state.openLogs = interest.logs
            return (state.sink, new, opened)
        }
        if !new.isEmpty { sink?(.jobs(new.map(\.reading))) }
        if interest.discovers { sink?(.listing(nil)) }
        for job in opened { sink?(.log(job.id, .opened(job.records, length: job.records.count))) }
    }

    func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {}
    func refresh() async {}
    func suspend() async {}
    func resume() async {}
    func close() async { state.withLock { $0.sink = nil } }
}
