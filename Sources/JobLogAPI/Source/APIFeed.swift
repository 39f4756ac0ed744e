import JobLogCore

/// A live feed over an HTTP API: one stream of the events of one's jobs, which tells the jobs on screen whenever they change
/// too, and one stream for each log that is open.
actor APIFeed: JobFeed {
    /// How many jobs one stream watches at most, and how many bytes their ids have in its address.
    private static let mostWatched = (jobs: 200, bytes: 6_000)
    /// How long to wait until no more rows come on screen, before the stream is begun anew for them.
    private static let settling = Duration.milliseconds(100)
    /// How long to wait for further jobs of which events tell, before they are read.
    private static let gathering = Duration.milliseconds(250)
    /// How often jobs are looked for again, and how often one tries again who is refused.
    private static let (round, refused) = (Duration.seconds(60), Duration.seconds(10))

    let client: JobLogClient
    let cutsLargeEntries: Bool
    private var sink: (@Sendable (FeedUpdate) -> Void)?
    private var isRunning = false
    private(set) var interest = FeedInterest()
    private var connection: FeedConnection?
    private var heardAt: Int64?

    private var watched: [JobID] = []
    private var lastEventID = ""
    private var events: Task<Void, Never>?
    private var settled: Task<Void, Never>?

    /// Whether events are heard: jobs are looked for from then on, so that none begins in between.
    private var hears = false
    private var discovery: Task<Void, Never>?
    private var known: Set<JobID> = []
    private var due: Set<JobID> = []
    private var gatherer: Task<Void, Never>?

    var logs: [JobID: OpenLog] = [:]
    private var followers: [JobID: Task<Void, Never>] = [:]

    init(_ client: JobLogClient, cutsLargeEntries: Bool = false) {
        self.client = client
        self.cutsLargeEntries = cutsLargeEntries
    }

    // MARK: - JobFeed

    func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) {
        guard self.sink == nil else { return }
        self.sink = sink
        tell(.connecting)
        run()
    }

    func watch(_ interest: FeedInterest) {
        self.interest = interest
        for id in logs.keys where !interest.logs.contains(id) { logs[id] = nil }
        if isRunning { follow() }
    }

    func refresh() async {
        guard isRunning else { return }
        look(anew: true)
        for id in interest.logs { await awaitNewest(of: id) }
        await read(Array(interest.rows.union(interest.logs)))
    }

    func suspend() {
        isRunning = false
        for task in [events, settled, discovery, gatherer] + followers.values.map({ $0 }) { task?.cancel() }
        (events, settled, discovery, gatherer) = (nil, nil, nil, nil)
        followers = [:]
        client.rest()
    }

    func resume() {
        guard sink != nil, !isRunning else { return }
        run()
    }

    func close() {
        suspend()
        sink = nil
    }

    private func run() {
        isRunning = true
        hears = false
        watched = []
        follow()
    }

    /// Goes after all that is on screen.
    private func follow() {
        for (id, task) in followers where !interest.logs.contains(id) {
            task.cancel()
            followers[id] = nil
        }
        for id in interest.logs where followers[id] == nil {
            if logs[id] == nil { logs[id] = OpenLog(cutsLargeEntries: cutsLargeEntries) }
            followers[id] = Task { await followLog(id) }
        }
        watchJobs()
        look(anew: false)
    }

    // MARK: - Telling

    func tell(_ update: FeedUpdate) {
        if isRunning { sink?(update) }
    }

    private func tell(_ connection: FeedConnection) {
        guard connection != self.connection else { return }
        self.connection = connection
        sink?(.connection(connection))
    }

    // MARK: - Events and jobs

    /// Begins the stream of events, anew where there are jobs on screen that it does not watch.
    private func watchJobs() {
        let wanted = interest.rows.union(interest.logs)
        guard events == nil || !wanted.isSubset(of: watched) else { return }
        var jobs = wanted.sorted()
        // Those that were on screen a moment ago come back soon.
        jobs += watched.filter { !wanted.contains($0) }
        var bytes = 0
        jobs = Array(
            jobs.prefix(Self.mostWatched.jobs).prefix { id in
                bytes += HTTPCall.encoded(id.argument.utf8).utf8.count + 7
                return bytes <= Self.mostWatched.bytes
            })
        let rest = wanted.subtracting(jobs)
        if !rest.isEmpty { read(later: rest) }
        guard events == nil || jobs != watched else { return }
        let isFirst = events == nil
        watched = jobs
        settled?.cancel()
        guard !isFirst else { return hear() }
        settled = Task {
            try? await Task.sleep(for: Self.settling)
            guard !Task.isCancelled else { return }
            hear()
        }
    }

    private func hear() {
        events?.cancel()
        events = Task { [watched, lastEventID] in
            let reader = client.eventReader(watching: watched, after: lastEventID)
            defer { reader.close() }
            do throws(APIClientError) {
                while !Task.isCancelled { take(try await reader.next(), lastID: reader.lastID) }
            } catch {
                await refused(error)
            }
        }
    }

    private func take(_ news: StreamReader.News, lastID: String) {
        guard isRunning, !Task.isCancelled else { return }
        switch news {
        case .connected:
            heardAt = Timestamp.now()
            tell(.online(notice: nil))
            hears = true
            look(anew: false)
        case .lost(let error, let attempt):
            tell(.reconnecting(attempt: attempt, reason: error.message, heardAt: heardAt))
        case .events(let events):
            heardAt = Timestamp.now()
            take(events.compactMap { JobStreamEvent($0) })
            lastEventID = lastID
        }
    }

    private func take(_ news: [JobStreamEvent]) {
        var events: [(id: JobID, event: JobEvent)] = []
        var jobs: [JobID: JobReading] = [:]
        for event in news {
            switch event {
            case .event(let id, let event):
                events.append((id, event))
                if !watched.contains(id) { read(later: [id]) }
            case .job(let job):
                jobs[job.snapshot.id] = job
                known.insert(job.snapshot.id)
            case .gone(let id):
                jobs[id] = nil
                if known.remove(id) != nil { tell(.vanished([id])) }
            case .reset:
                look(anew: true)
                read(later: interest.rows.union(interest.logs))
            case .away(let reason): tell(.reconnecting(attempt: 1, reason: reason, heardAt: heardAt))
            case .back: tell(.online(notice: nil))
            case .connected: break
            case .lost(let reason, let attempt):
                tell(.reconnecting(attempt: attempt, reason: reason, heardAt: heardAt))
            }
        }
        if !events.isEmpty { tell(.events(events)) }
        if !jobs.isEmpty { tell(.jobs(Array(jobs.values))) }
    }

    private func refused(_ error: APIClientError) async {
        guard error.code != .cancelled, isRunning, !Task.isCancelled else { return }
        tell(.disconnected(reason: error.message, heardAt: heardAt))
        try? await Task.sleep(for: Self.refused)
        guard isRunning, !Task.isCancelled else { return }
        hear()
    }

    // MARK: - Reading jobs

    private func read(later ids: Set<JobID>) {
        due.formUnion(ids)
        guard gatherer == nil, !due.isEmpty else { return }
        gatherer = Task {
            try? await Task.sleep(for: Self.gathering)
            guard !Task.isCancelled else { return }
            gatherer = nil
            let ids = due
            due = []
            await read(Array(ids))
        }
    }

    private func read(_ ids: [JobID]) async {
        var rest = ids[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(100))
            rest = rest.dropFirst(piece.count)
            guard let jobs = try? await client.jobs(piece), isRunning else { return }
            tellOf(jobs, among: piece)
        }
    }

    private func tellOf(_ jobs: [JobReading], among ids: [JobID]) {
        let found = Set(jobs.map(\.snapshot.id))
        let gone = ids.filter { !found.contains($0) && known.remove($0) != nil }
        known.formUnion(found)
        if !jobs.isEmpty { tell(.jobs(jobs)) }
        if !gone.isEmpty { tell(.vanished(gone)) }
    }

    // MARK: - Looking for jobs

    private func look(anew: Bool) {
        if anew || !interest.discovers {
            discovery?.cancel()
            discovery = nil
        }
        guard interest.discovers, hears, discovery == nil else { return }
        discovery = Task {
            while !Task.isCancelled {
                await lookThrough()
                try? await Task.sleep(for: Self.round)
            }
        }
    }

    private func lookThrough() async {
        let source = APIJobSource(client)
        let before = known
        var found: Set<JobID> = []
        var cursor: JobCursor?
        repeat {
            guard let page = try? await source.jobs(after: cursor), isRunning, !Task.isCancelled else { return }
            found.formUnion(page.jobs.map(\.snapshot.id))
            known.formUnion(found)
            if !page.jobs.isEmpty { tell(.jobs(page.jobs)) }
            cursor = page.next
        } while cursor != nil
        tell(.listing(nil))
        // What is in no index any more may be there all the same.
        await read(Array(before.subtracting(found)))
    }
}
