import JobLogCore

/// Follows logs over a source's feed: first what there is, then what comes, until every job has ended.
struct LogFollower: Sendable {
    /// What a follower tells.
    enum Batch: Sendable {
        /// Lines in their order; the first batch holds what there was.
        case lines([LogSelection.Line], isFirst: Bool)
        /// A sentence about the connection.
        case remark(String)
    }

    private let source: any JobSource
    private let jobs: [JobID]
    private let keeps: Bool

    init(source: any JobSource, jobs: [JobID], keeps: Bool) {
        self.source = source
        self.jobs = jobs
        self.keeps = keeps
    }

    /// The batches; they end when every job has ended, unless the follower keeps on.
    func batches() -> AsyncStream<Batch> {
        AsyncStream { continuation in
            let task = Task { await follow(continuation) }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func follow(_ continuation: AsyncStream<Batch>.Continuation) async {
        let feed = source.feed()
        // Nil: the time for last lines is over.
        let (updates, sink) = AsyncStream.makeStream(of: FeedUpdate?.self)
        await feed.start { sink.yield($0) }
        await feed.watch(FeedInterest(rows: Set(jobs), logs: Set(jobs)))
        var state = FollowState(jobs: jobs, server: source.server)
        for await update in updates {
            if let update {
                for request in state.take(update) {
                    await feed.loadOlder(of: request.id, before: request.first, held: request.held)
                }
                for batch in state.batches() { continuation.yield(batch) }
            } else if state.readsOnceMore() {
                await feed.refresh()
            }
            guard !keeps else { continue }
            if state.isOver { break }
            if state.awaitsLastLines() {
                Task {
                    try? await Task.sleep(for: Self.lastLines)
                    sink.yield(nil)
                }
            }
        }
        await feed.close()
        continuation.finish()
    }

    /// A worker announces the end of a job before it logs it: that line is waited for.
    private static let lastLines: Duration = .milliseconds(300)
}

/// What a follower knows. Pure.
struct FollowState {
    /// Older entries that are still to be read.
    struct Request {
        let id: JobID
        let first: [LogRecord]
        let held: Int
    }

    private let jobs: [JobID]
    private var remarks: ConnectionRemarks
    /// What was read of each job before the first batch: a log may be longer than what is read at once.
    private var opening: [JobID: [LogRecord]] = [:]
    private var whole: Set<JobID> = []
    private var ended: Set<JobID> = []
    private var unreadable: Set<JobID> = []
    private var ending = Ending.open
    private var hasBegun = false
    private var ready: [LogFollower.Batch] = []

    init(jobs: [JobID], server: String) {
        self.jobs = jobs
        remarks = ConnectionRemarks(server: server)
    }

    /// How far the end has come.
    private enum Ending {
        /// A job goes on.
        case open
        /// All have ended; their last lines may still be on the way.
        case waiting
        /// Logs, then states are being read for the last time; the states of these jobs are awaited.
        case reading(Set<JobID>)
    }

    /// Whether no job goes on, and all lines are out.
    var isOver: Bool {
        if case .reading(let missing) = ending { allEnded && missing.isEmpty } else { false }
    }

    private var allEnded: Bool { hasBegun && ended.union(unreadable).isSuperset(of: jobs) }

    /// Whether last lines are to be waited for from now on.
    mutating func awaitsLastLines() -> Bool {
        guard allEnded, case .open = ending else { return false }
        ending = .waiting
        return true
    }

    /// Whether all is to be read once more, now that last lines have had their time.
    mutating func readsOnceMore() -> Bool {
        ending = allEnded ? .reading(Set(jobs)) : .open
        return allEnded
    }

    private mutating func confirm(_ ids: some Sequence<JobID>) {
        guard case .reading(let missing) = ending else { return }
        ending = allEnded ? .reading(missing.subtracting(ids)) : .open
    }

    /// Takes an update in; gives the reads that are to be made before the first batch.
    mutating func take(_ update: FeedUpdate) -> [Request] {
        switch update {
        case .connection(let connection): ready += remarks.take(connection).map { .remark($0) }
        case .jobs(let readings):
            for job in readings {
                let isOver = job.snapshot.state?.isTerminal ?? false
                if isOver { ended.insert(job.snapshot.id) } else { ended.remove(job.snapshot.id) }
            }
            confirm(readings.filter(\.wasRead).map(\.snapshot.id))
        case .vanished(let ids):
            ended.formUnion(ids)
            confirm(ids)
        case .log(let id, let change): return took(change, of: id)
        case .events, .listing: break
        }
        return []
    }

    /// What is to be told now.
    mutating func batches() -> [LogFollower.Batch] {
        defer { ready = [] }
        return ready
    }

    private mutating func took(_ change: LogChange, of id: JobID) -> [Request] {
        if case .unreadable = change {} else { unreadable.remove(id) }
        switch change {
        case .opened(let records, let length):
            opening[id] = records
            if records.count >= length { return begin(id) }
            return [request(id)]
        case .older(let records, let isWhole):
            opening[id, default: []].insert(contentsOf: records, at: 0)
            return isWhole ? begin(id) : [request(id)]
        case .appended(let records, let recovered):
            if recovered { say(.recovered(records.count)) }
            append(records, to: id)
        case .gap(let missing, let then):
            say(.missing(missing))
            append(then, to: id)
        case .cleared(let then):
            say(.cleared)
            append(then, to: id)
        case .unreadable(let reason):
            // It is said once, though it is found with every reading.
            guard unreadable.insert(id).inserted else { return [] }
            ready.append(.remark("The log of job \(id.display) cannot be read: \(reason)"))
            return begin(id)
        }
        return []
    }

    private func request(_ id: JobID) -> Request {
        let held = opening[id] ?? []
        return Request(id: id, first: Array(held.prefix(16)), held: held.count)
    }

    private mutating func begin(_ id: JobID) -> [Request] {
        whole.insert(id)
        guard !hasBegun, whole.isSuperset(of: jobs) else { return [] }
        hasBegun = true
        let lines = LogSelection.Line.merged(jobs.map { ($0, opening[$0] ?? []) })
        opening = [:]
        ready.append(.lines(lines, isFirst: true))
        return []
    }

    /// New lines are told as they come: what is printed cannot be put in order afterwards.
    private mutating func append(_ records: [LogRecord], to id: JobID) {
        guard hasBegun else {
            opening[id, default: []] += records
            return
        }
        ready.append(.lines(LogSelection.Line.merged([(id, records)]), isFirst: false))
    }

    private mutating func say(_ mark: LogDocument.Mark) {
        guard hasBegun else { return }
        ready.append(.remark(mark.text))
    }
}
