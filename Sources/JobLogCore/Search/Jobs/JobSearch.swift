import RedisClient

/// Looks through the logs of every job, those of the newest activity first.
///
///     let search = JobSearch(JobSearch.Question(LogFilter(pattern: try LogPattern(regex: "timeout"))))
///     let (end, progress) = await search.run(over: source) { event in … }
///
/// Jobs come from the source's index first, then those that the index does not know, in lots that are sorted by their
/// newest lines; each job once. Logs are read in small pieces at a bounded rate, more slowly when the server becomes slow.
/// Cancelling the task ends the search at once; what was told until then stands.
public struct JobSearch: Sendable {
    /// How many jobs are read together.
    static let batch = 32
    /// How many jobs that stand in no index are put in order together.
    static let lot = 10_000

    private let question: Question
    private let bounds: Bounds

    /// A search that has not begun.
    public init(_ question: Question, bounds: Bounds = Bounds()) {
        self.question = question
        self.bounds = bounds
    }

    /// Searches until the end, or until the task is cancelled.
    ///
    /// - Parameters:
    ///   - source: where the jobs are; it is read over a connection of its own.
    ///   - sink: takes what is found, on the task's thread.
    /// - Returns: how the search ended, and how far it came.
    public func run(
        over source: any JobSource, _ sink: @escaping @Sendable (Event) -> Void
    ) async -> (end: End, progress: Progress) {
        let reader = source.bulkReader()
        var round = SearchRound(question, bounds, reader, sink)
        let end = await round.run()
        await reader.close()
        return (end, round.progress)
    }
}

/// One run of a search.
struct SearchRound {
    /// How often a lost connection is made anew before the search is given up, and after how long.
    private static let retries: [Duration] = [.milliseconds(250), .milliseconds(1_000), .milliseconds(3_000)]
    private static let progressInterval = Duration.milliseconds(100)

    /// Why it goes no further; no failure.
    enum Stop: Error {
        case full, cancelled
    }

    let question: JobSearch.Question
    let bounds: JobSearch.Bounds
    let reader: any BulkReader
    private let sink: @Sendable (JobSearch.Event) -> Void
    /// Where it waits: not on Swift's own pool, which costs wake-ups for good once it was used.
    private let clock = RedisExecutor(label: "joblog.search.clock")
    var pace: SearchPace
    var examination: LogExamination
    private(set) var progress = JobSearch.Progress()
    private var hitBytes = 0
    private var seen: Set<JobID> = []
    private var hasRead = false
    private var toldAt: ContinuousClock.Instant?

    init(
        _ question: JobSearch.Question, _ bounds: JobSearch.Bounds, _ reader: any BulkReader,
        _ sink: @escaping @Sendable (JobSearch.Event) -> Void
    ) {
        self.question = question
        self.bounds = bounds
        self.reader = reader
        self.sink = sink
        pace = SearchPace(bytesPerSecond: bounds.bytesPerSecond, commandsPerSecond: bounds.commandsPerSecond)
        examination = LogExamination(question, most: bounds.hitsPerJob)
    }

    mutating func run() async -> JobSearch.End {
        let end: JobSearch.End
        do {
            try await walk()
            end = .complete
        } catch {
            end = Self.end(of: error)
        }
        sink(.progress(progress))
        return end
    }

    private static func end(of error: any Error) -> JobSearch.End {
        switch error {
        case Stop.full: return .full
        case _ where Task.isCancelled: return .cancelled
        case Stop.cancelled: return .cancelled
        case let error as LogPattern.TooSlow: return .tooSlow(error.description)
        case let error as any SourceError: return .failed(error.message, isUnreachable: error.isUnreachable)
        default: return .failed("\(error)", isUnreachable: false)
        }
    }

    // MARK: - All jobs

    /// The jobs of the index as they come, the others in sorted lots.
    private mutating func walk() async throws {
        var cursor: JobCursor?
        var lot: [JobID] = []
        repeat {
            let at = cursor
            let page = try await read(commands: 2) { reader in (try await reader.ids(after: at), 0) }
            let fresh = page.ids.filter { seen.insert($0).inserted && question.admitsID?($0) ?? true }
            progress.known += fresh.count
            progress.problem = progress.problem ?? page.problem
            progress.isListed = page.next == nil
            progress.incomplete = progress.incomplete ?? page.problem
            if page.isOrdered {
                try await look(through: fresh)
            } else {
                lot += fresh
                if lot.count >= JobSearch.lot {
                    try await look(through: try await sorted(lot))
                    lot = []
                }
            }
            tell()
            cursor = page.next
        } while cursor != nil
        try await look(through: try await sorted(lot))
    }

    /// The ids by the time of their logs' newest lines, the newest first.
    private mutating func sorted(_ ids: [JobID]) async throws -> [JobID] {
        var times: [(time: Int64, id: JobID)] = []
        for piece in ids.chunked(by: pace.pieceCommands) {
            let newest = try await read(commands: piece.count) { reader in
                // The entries are not kept: what they had in bytes is not known here.
                (try await reader.activity(of: piece), piece.count * 200)
            }
            times += zip(newest, piece).map { ($0 ?? 0, $1) }
        }
        return times.sorted { ($1.time, $0.id) < ($0.time, $1.id) }.map(\.id)
    }

    private mutating func look(through ids: [JobID]) async throws {
        for batch in ids.chunked(by: JobSearch.batch) {
            var jobs: [JobID: JobReading] = [:]
            var wanted = batch
            if let admits = question.admitsJob {
                jobs = try await readJobs(batch)
                wanted = batch.filter { jobs[$0].map { admits($0.snapshot) } ?? false }
            }
            try await readLogs(wanted, jobs)
            pass(batch.count - wanted.count)
            tell()
        }
    }

    // MARK: - What came of it

    /// Takes the entries of a job's log; tells what is found in them.
    mutating func finding(in records: [LogRecord]) throws -> LogExamination.Finding? {
        progress.jobs += 1
        progress.lines += records.count
        guard let finding = try examination.examine(records) else { throw Stop.cancelled }
        return finding.count > 0 ? finding : nil
    }

    /// There is nothing to look through in so many logs.
    mutating func pass(_ logs: Int) { progress.jobs += logs }

    mutating func note(unreadable sentence: String) {
        progress.jobs += 1
        progress.unreadable += 1
        progress.problem = progress.problem ?? sentence
    }

    /// Tells what was found; throws when that is as much as is wanted.
    mutating func found(_ group: JobSearch.Group) throws {
        progress.hits += group.count
        progress.jobsWithHits += 1
        hitBytes += group.hits.reduce(0) { $0 + $1.record.bytes.count }
        sink(.found(group))
        if progress.hits >= bounds.hits ?? .max || hitBytes >= bounds.hitBytes ?? .max { throw Stop.full }
    }

    /// Tells how far it is, now and then.
    mutating func tell() {
        let now = ContinuousClock.now
        guard toldAt.map({ now - $0 >= Self.progressInterval }) ?? true else { return }
        toldAt = now
        sink(.progress(progress))
    }

    // MARK: - Reading

    /// Reads something that costs so many commands and keeps to the pace; `body` tells the bytes besides.
    mutating func read<Value: Sendable>(
        commands: Int, _ body: @Sendable (any BulkReader) async throws -> (Value, bytes: Int)
    ) async throws -> Value {
        var retries = Self.retries[...]
        while true {
            guard !Task.isCancelled else { throw Stop.cancelled }
            let (start, waited) = (ContinuousClock.now, reader.waited)
            do {
                let (value, bytes) = try await body(reader)
                hasRead = true
                progress.bytes += bytes
                // What waited for a ceiling says nothing of the server.
                let took = .now - start - (reader.waited - waited)
                let pause = pace.pause(bytes: bytes, commands: commands, took: took)
                if pause > .zero { await clock.sleep(for: pause) }
                return value
            } catch let error as any SourceError where hasRead && (error.isUnreachable || error.isNotReady) {
                // A server that was there a moment ago may be back in a moment.
                guard !Task.isCancelled, let wait = retries.popFirst() else { throw error }
                await clock.sleep(for: wait)
            }
        }
    }
}
