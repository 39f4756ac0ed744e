import JobLogCore
import Synchronization

/// One feed for all who watch: logs and jobs are read once, however many streams tell of them.
final class FeedHub: Sendable {
    private struct Watcher {
        let queue: StreamQueue
        /// Whether it is told how the connection is.
        var hearsConnection = true
        var log: JobID?
        var jobs: Set<JobID> = []
        /// Where in the log it begins, as long as that is not read.
        var beginning: (after: LogPosition?, newest: Int)?
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var count = 0
        /// The watchers of each log and job.
        var ofLog: [JobID: Set<Int>] = [:]
        var ofJob: [JobID: Set<Int>] = [:]
        var logs: [JobID: SharedLog] = [:]
        var jobs: [JobID: JobReading] = [:]
        /// Why Redis cannot be reached; nil while it can.
        var away: String?
        /// Counts what changed of what is watched, and how much of that the feed knows.
        var changes = 0
        var applied = 0
        var isApplying = false
        var isClosed = false
    }

    private let feed: any JobFeed
    private let state = Mutex(State())

    /// A hub that reads with this feed.
    init(feed: any JobFeed) {
        self.feed = feed
    }

    /// Begins to read.
    func start() async {
        await feed.start { [weak self] update in self?.take(update) }
    }

    /// Ends all streams and the feed.
    func close() async {
        let queues = state.withLock { state in
            state.isClosed = true
            return state.watchers.values.map(\.queue)
        }
        for queue in queues { queue.finish(.end) }
        await feed.close()
    }

    /// How many streams there are.
    var count: Int { state.withLock { $0.watchers.count } }

    /// How many logs and jobs it holds something of.
    var held: Int { state.withLock { $0.logs.count + $0.jobs.count + $0.ofLog.count + $0.ofJob.count } }

    /// Tells a queue of a log, from a position or from its newest entries on, until `body` returns.
    func watching<Result>(
        log id: JobID, after position: LogPosition?, newest: Int, on queue: StreamQueue,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await keeping(Watcher(queue: queue, log: id, beginning: (position, newest)), body)
    }

    /// Tells a queue of jobs, of each as it is now and then at every change, until `body` returns. It is not told how the
    /// connection is: whoever watches jobs hears that with the events.
    func watching<Result>(
        jobs: Set<JobID>, on queue: StreamQueue, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await keeping(Watcher(queue: queue, hearsConnection: false, jobs: jobs), body)
    }

    private func keeping<Result>(_ watcher: Watcher, _ body: () async throws -> Result) async rethrows -> Result {
        let number = state.withLock { add(watcher, to: &$0) }
        await apply()
        do {
            let result = try await body()
            await remove(number)
            return result
        } catch {
            await remove(number)
            throw error
        }
    }

    private func add(_ watcher: Watcher, to state: inout State) -> Int {
        state.count += 1
        state.changes += 1
        let number = state.count
        state.watchers[number] = watcher
        if let log = watcher.log {
            state.ofLog[log, default: []].insert(number)
            if state.logs[log]?.isOpen == true { begin(number, in: &state) }
        }
        for job in watcher.jobs {
            state.ofJob[job, default: []].insert(number)
            if let reading = state.jobs[job] { watcher.queue.push(.job(reading), bytes: Self.size(of: reading)) }
        }
        if watcher.hearsConnection, let away = state.away { watcher.queue.push(.away(reason: away), bytes: 0) }
        if state.isClosed { watcher.queue.finish(.end) }
        return number
    }

    private func begin(_ number: Int, in state: inout State) {
        guard let watcher = state.watchers[number], let beginning = watcher.beginning, let id = watcher.log,
            let log = state.logs[id]
        else { return }
        state.watchers[number]?.beginning = nil
        for step in log.beginning(after: beginning.after, newest: beginning.newest) { push(step, to: watcher.queue) }
    }

    private func remove(_ number: Int) async {
        state.withLock { state in
            guard let watcher = state.watchers.removeValue(forKey: number) else { return }
            state.changes += 1
            if let log = watcher.log, state.ofLog[log]?.remove(number) != nil, state.ofLog[log]?.isEmpty == true {
                state.ofLog[log] = nil
            }
            for job in watcher.jobs where state.ofJob[job]?.remove(number) != nil && state.ofJob[job]?.isEmpty == true {
                state.ofJob[job] = nil
            }
        }
        await apply()
    }

    /// Tells the feed what is watched: one at a time, and the last word is the newest.
    private func apply() async {
        while true {
            let next: (interest: FeedInterest, changes: Int)? = state.withLock { state in
                guard !state.isApplying, state.applied != state.changes else { return nil }
                state.isApplying = true
                return (FeedInterest(rows: Set(state.ofJob.keys), logs: Set(state.ofLog.keys)), state.changes)
            }
            guard let next else { return }
            await feed.watch(next.interest)
            state.withLock { state in
                state.isApplying = false
                state.applied = next.changes
                // What the feed has let go of it tells from the beginning again.
                state.logs = state.logs.filter { next.interest.logs.contains($0.key) || state.ofLog[$0.key] != nil }
                state.jobs = state.jobs.filter { next.interest.rows.contains($0.key) }
            }
        }
    }

    // MARK: - What the feed tells

    private func take(_ update: FeedUpdate) {
        state.withLock { state in
            switch update {
            case .connection(let connection): take(connection, in: &state)
            case .log(let id, let change): take(change, of: id, in: &state)
            case .jobs(let readings):
                for reading in readings {
                    let id = reading.snapshot.id
                    guard let watchers = state.ofJob[id] else { continue }
                    state.jobs[id] = reading
                    tell(.job(reading), bytes: Self.size(of: reading), to: watchers, in: state)
                }
            case .vanished(let ids):
                for id in ids {
                    state.jobs[id] = nil
                    tell(.gone(id), bytes: 0, to: state.ofJob[id] ?? [], in: state)
                }
            case .events, .listing: break
            }
        }
    }

    private func take(_ connection: FeedConnection, in state: inout State) {
        switch connection {
        case .online:
            guard state.away != nil else { return }
            state.away = nil
            tell(.back, in: state)
        case .reconnecting(_, let reason, _), .disconnected(let reason, _):
            guard state.away == nil else { return }
            state.away = reason
            tell(.away(reason: reason), in: state)
        case .connecting, .saved: break
        }
    }

    private func take(_ change: LogChange, of id: JobID, in state: inout State) {
        guard let watchers = state.ofLog[id] else { return }
        let wasOpen = state.logs[id]?.isOpen == true
        let steps = state.logs[id, default: SharedLog()].take(change)
        for number in watchers {
            if !wasOpen, state.logs[id]?.isOpen == true {
                begin(number, in: &state)
            } else if let watcher = state.watchers[number] {
                for step in steps { push(step, to: watcher.queue) }
            }
        }
    }

    private func tell(_ connection: StreamStep, in state: State) {
        for watcher in state.watchers.values where watcher.hearsConnection { watcher.queue.push(connection, bytes: 0) }
    }

    private func tell(_ step: StreamStep, bytes: Int, to watchers: some Sequence<Int>, in state: State) {
        for number in watchers { state.watchers[number]?.queue.push(step, bytes: bytes) }
    }

    private func push(_ step: SharedLog.Step, to queue: StreamQueue) {
        let bytes =
            if case .entries(let entries) = step { entries.reduce(0) { $0 + $1.record.bytes.count + 64 } } else { 0 }
        queue.push(.log(step), bytes: bytes)
    }

    private static func size(of reading: JobReading) -> Int {
        reading.tail.reduce(1_024) { $0 + $1.bytes.count }
    }
}
