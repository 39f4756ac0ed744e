import RedisClient

/// The live feed of one viewer, over two connections.
///
/// The reader reads what is on screen with `CLIENT TRACKING ON REDIRECT`; the subscriber hears which of these keys have
/// changed, and the events of all jobs. Reading a key again arms its notice again. When either connection is lost both
/// are made anew and everything on screen is read again. Where tracking is refused the feed polls.
public actor RedisFeed: JobFeed {
    /// The least time between two fetches: a frame.
    private static let frame = Duration.milliseconds(16)
    /// How often a feed that has to poll reads what is on screen.
    private static let pollInterval = Duration.milliseconds(500)
    /// How often an idle connection is asked for a sign of life.
    private static let keepAlive = Duration.seconds(30)
    /// How many older entries are read at a time.
    private static let olderPage = 2_000
    private static let closed = RedisError(code: .connectionLost, message: "The server closed the connection.")
    private static let invalidation = Array("__redis__:invalidate".utf8)

    private let configuration: RedisConfiguration
    private let keys: JobKeys
    private let executor: RedisExecutor
    private let reader: RedisConnection
    private var subscriber: RedisSubscriber?
    private var sink: @Sendable (FeedUpdate) -> Void = { _ in }

    private var planner = FeedPlanner()
    private var tails: [JobID: LogTail] = [:]
    private var known: [JobID: JobKnowledge] = [:]
    private var discovery = FeedDiscovery()
    private var isDiscovering = false
    private var backoff = RedisBackoff()

    private var runner: Task<Void, Never>?
    private var background: [Task<Void, Never>] = []
    /// Which of its connections the reader had when it was tracked.
    private var readerCount = 0
    private var isOnline = false
    private var isFetching = false
    private var lastFetch: ContinuousClock.Instant?
    /// Logs whose next read shows what was written while the viewer was not connected.
    private var unheard: Set<JobID> = []

    /// A feed that connects when it is started. Both connections share one executor, so that a notice is answered by a
    /// read without a change of thread.
    public init(configuration: RedisConfiguration, keys: JobKeys = JobKeys()) {
        self.configuration = configuration
        self.keys = keys
        executor = RedisExecutor(label: "joblog.feed")
        reader = RedisConnection(configuration, executor: executor)
    }

    /// The feed runs where its connections run.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    // MARK: - What the viewer says

    /// Begins; see `JobFeed`.
    public func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) {
        self.sink = sink
        sink(.connection(.connecting))
        runner = Task { await run() }
    }

    /// Takes what is on screen now.
    public func watch(_ interest: FeedInterest) {
        let discovered = planner.interest.discovers
        planner.watch(interest)
        tails = tails.filter { interest.logs.contains($0.key) }
        fetchSoon()
        if interest.discovers, !discovered, isOnline { discoverSoon() }
    }

    /// Positions are counted from the list's end and move while entries are appended: the place is found by `first`.
    public func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {
        guard isOnline, let anchor = first.first else { return }
        let key = keys.logs(id)
        do {
            let replies = try await reader.transaction([
                RedisCommand("LLEN", .key(key)),
                RedisCommand(
                    "LRANGE", .key(key), .integer(-(held + Self.olderPage)), .integer(min(-1, first.count - 1 - held))),
            ])
            let read = replies[1].records
            let place = read.indices.last { index in
                read[index] == anchor && zip(read[index...], first).allSatisfy { $0 == $1 }
            }
            let reachesHead = (replies[0].integer ?? 0) <= held + Self.olderPage
            sink(.log(id, .older(Array(read[..<(place ?? 0)]), isWhole: reachesHead || place == nil)))
        } catch {
            await lost(error)
        }
    }

    /// Reads everything on screen again, and looks for jobs again.
    public func refresh() {
        planner.allChanged()
        fetchSoon()
        discovery.begin()
        discoverSoon()
    }

    /// Lets go of both connections. A stopped process must not let the server's output buffer for it fill up.
    public func suspend() async {
        runner?.cancel()
        await runner?.value
        runner = nil
    }

    /// Connects again and fetches what changed in between.
    public func resume() {
        guard runner == nil else { return }
        runner = Task { await run() }
    }

    /// Ends the feed.
    public func close() async {
        sink = { _ in }
        await suspend()
    }

    // MARK: - The connections

    private func run() async {
        while !Task.isCancelled {
            do {
                try await session()
            } catch let error as RedisError where !Task.isCancelled {
                report(error)
            } catch {}
            await disconnect()
            guard !Task.isCancelled else { return }
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// Lives as long as both connections do.
    private func session() async throws {
        let subscriber = RedisSubscriber(configuration, executor: executor)
        self.subscriber = subscriber
        let (id, messages) = try await subscriber.connect()
        try await reader.connect()
        await reader.whenLost { [weak self] in
            Task { await self?.lost(Self.closed) }
        }
        let polling = try await track(id, subscriber)
        readerCount = await reader.connectionCount
        let deaf = try await hearEvents(subscriber)
        backoff.reset()
        isOnline = true
        sink(.connection(.online(notice: polling ?? deaf)))
        unheard = Set(tails.keys)
        planner.allChanged()
        try await fetch()
        startBackground(subscriber, polls: polling != nil || deaf != nil)
        for try await push in messages {
            hear(push)
            fetchSoon()
        }
        throw Self.closed
    }

    /// Asks to be told when keys that were read change; where that is refused, gives the reason for polling instead.
    private func track(_ id: Int?, _ subscriber: RedisSubscriber) async throws(RedisError) -> String? {
        guard let id else { return "polling: the server does not tell the connection's id" }
        do throws(RedisError) {
            try await subscriber.subscribe([Self.invalidation])
            _ = try await reader.send(RedisCommand("CLIENT", "TRACKING", "ON", "REDIRECT", .integer(id)))
            return nil
        } catch {
            if error.isConnectionFailure { throw error }
            return "polling: \(error.message)"
        }
    }

    /// Listens to the events of all jobs; where that is refused, gives the reason.
    private func hearEvents(_ subscriber: RedisSubscriber) async throws(RedisError) -> String? {
        do throws(RedisError) {
            try await subscriber.psubscribe([keys.eventPattern])
            return nil
        } catch {
            if error.isConnectionFailure { throw error }
            return "no events: \(error.message)"
        }
    }

    private func disconnect() async {
        isOnline = false
        for task in background { task.cancel() }
        background = []
        await subscriber?.close()
        subscriber = nil
        await reader.close()
    }

    private func report(_ error: RedisError) {
        switch error.code {
        case .wrongPassword, .authenticationRequired, .noPermission:
            sink(.connection(.disconnected(reason: error.message)))
        default: sink(.connection(.reconnecting(attempt: backoff.attempts + 1, reason: error.message)))
        }
    }

    /// Either connection being lost makes both suspect: the subscriber's end ends the session.
    private func lost(_ error: RedisError) async {
        report(error)
        isOnline = false
        await subscriber?.close()
    }

    private func startBackground(_ subscriber: RedisSubscriber, polls: Bool) {
        every(Self.keepAlive) { feed in
            try await subscriber.ping()
            _ = try await feed.reader.send(RedisCommand("PING"))
        }
        if polls {
            every(Self.pollInterval) { feed in await feed.poll() }
        }
        every(FeedDiscovery.interval) { feed in await feed.nextRound() }
        discoverSoon()
    }

    private func every(_ interval: Duration, _ body: @escaping @Sendable (RedisFeed) async throws -> Void) {
        background.append(
            Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    guard !Task.isCancelled, let self else { return }
                    do {
                        try await body(self)
                    } catch {
                        if let error = error as? RedisError, error.isConnectionFailure { await self.lost(error) }
                    }
                }
            })
    }

    private func poll() {
        planner.allChanged()
        fetchSoon()
    }

    // MARK: - Notices

    private func hear(_ push: RedisPush) {
        switch push {
        case .invalidate(let changed):
            for key in changed {
                guard let (kind, id) = keys.job(ofKey: key) else { continue }
                known[id]?.evidence.heardAt = Timestamp.now()
                planner.changed(kind, of: id)
            }
        case .invalidateAll:
            planner.allChanged()
        case .message(let channel, let payload), .patternMessage(_, let channel, let payload):
            guard let id = keys.job(ofEventChannel: channel), let event = JobEvent.decode(payload) else { return }
            hear(event, of: id)
        }
    }

    /// An event tells of a job at once; what its keys say is read where the job is on screen or was unknown.
    private func hear(_ event: JobEvent, of id: JobID) {
        var job = known[id] ?? JobKnowledge(evidence: JobEvidence(id: id), hasKeys: nil)
        let now = Timestamp.now()
        job.evidence.events = job.evidence.events ?? EventEvidence()
        job.evidence.events?.absorb(event, heardAt: now)
        job.evidence.heardAt = now
        known[id] = job
        planner.changed(id)
        sink(.event(id, event))
        sink(.jobs([job.reading(now: now, wasRead: false)]))
    }

    // MARK: - Fetching

    private func fetchSoon() {
        guard isOnline, !isFetching, planner.hasWork else { return }
        isFetching = true
        Task {
            await pause()
            isFetching = false
            do throws(RedisError) {
                try await fetch()
            } catch {
                await lost(error)
            }
        }
    }

    /// At most one fetch a frame; the first after a quiet time goes out at once.
    private func pause() async {
        guard let lastFetch else { return }
        let due = lastFetch.advanced(by: Self.frame)
        if due > .now { try? await Task.sleep(until: due, clock: .continuous) }
    }

    private func fetch() async throws(RedisError) {
        guard !isFetching else { return }
        isFetching = true
        defer { isFetching = false }
        while isOnline, let plan = planner.take() {
            lastFetch = .now
            try await fetchLogs(plan.logs)
            try await fetchRows(Array(plan.rows))
            // A reader that connected again by itself is not tracked.
            guard await reader.connectionCount == readerCount else { throw Self.closed }
            if planner.hasWork { await pause() }
        }
    }

    private func fetchLogs(_ logs: [JobID: Int?]) async throws(RedisError) {
        for (id, count) in logs {
            let wanted = count ?? tails[id, default: LogTail()].wanted
            let key = keys.logs(id)
            let replies = try await reader.transaction([
                RedisCommand("LLEN", .key(key)), RedisCommand("LRANGE", .key(key), .integer(-wanted), -1),
            ])
            guard planner.interest.logs.contains(id) else { continue }
            if let error = replies[0].error ?? replies[1].error {
                sink(.log(id, .unreadable(error.message)))
                continue
            }
            let newest = replies[1].records
            take(LogTail.Window(length: replies[0].integer ?? newest.count, newest: newest), of: id)
        }
    }

    private func take(_ window: LogTail.Window, of id: JobID) {
        let isFirst = tails[id] == nil
        var tail = tails[id] ?? LogTail()
        let finding = tail.take(window)
        tails[id] = tail
        if case .needsMore(let count) = finding { return planner.read(id, newest: count) }
        let wasUnheard = unheard.remove(id) != nil
        switch finding {
        case .appended(let records) where isFirst: sink(.log(id, .opened(records, length: window.length)))
        case .appended(let records) where records.isEmpty: break
        case .appended(let records): sink(.log(id, .appended(records, recovered: wasUnheard)))
        case .gap(let missing, let then): sink(.log(id, .gap(missing: missing, then: then)))
        case .cleared(let then): sink(.log(id, .cleared(then: then)))
        case .needsMore: break
        }
    }

    private func fetchRows(_ ids: [JobID]) async throws(RedisError) {
        guard !ids.isEmpty else { return }
        learn(try await JobReader(keys: keys).read(ids, over: reader))
    }

    /// Takes in what was read of jobs, and tells of it.
    private func learn(_ read: [JobID: JobKnowledge]) {
        let now = Timestamp.now()
        var readings: [JobReading] = []
        var vanished: [JobID] = []
        for (id, fresh) in read {
            var job = fresh
            if let old = known[id] {
                job.evidence.heardAt = old.evidence.heardAt
                job.evidence.events = old.evidence.events
                if old.hasKeys == true, fresh.hasKeys == false {
                    known[id] = nil
                    vanished.append(id)
                    continue
                }
            } else if fresh.hasKeys == false {
                continue
            }
            known[id] = job
            readings.append(job.reading(now: now))
        }
        discovery.found(readings.map(\.snapshot.id))
        if !vanished.isEmpty { sink(.vanished(vanished)) }
        if !readings.isEmpty { sink(.jobs(readings)) }
    }

    // MARK: - Looking for jobs

    private func nextRound() {
        guard !isDiscovering, planner.interest.discovers else { return }
        discovery.begin()
        discoverSoon()
    }

    /// Goes on with a round of discovery while a list is on screen; what is on screen is fetched in between.
    private func discoverSoon() {
        guard isOnline, !isDiscovering, discovery.isDue, planner.interest.discovers else { return }
        isDiscovering = true
        Task {
            do throws(RedisError) {
                try await discover()
            } catch {
                await lost(error)
            }
            isDiscovering = false
        }
    }

    private func discover() async throws(RedisError) {
        let lister = JobLister(keys: keys)
        while isOnline, discovery.isDue, planner.interest.discovers {
            let page = try await lister.page(after: discovery.cursor, over: reader)
            discovery.take(page)
            for chunk in page.ids.filter({ known[$0] == nil }).chunked(by: JobLister.indexPage) {
                learn(try await JobReader(keys: keys).read(chunk, over: reader))
            }
            sink(.listing(discovery.isDue ? page.progress : nil))
            if !discovery.isDue { try await forget() }
        }
    }

    /// Reads the jobs that a complete round did not meet; those of which nothing is left vanish.
    private func forget() async throws(RedisError) {
        let unmet = discovery.unmet(of: known.lazy.filter { $0.value.hasKeys == true }.map(\.key))
        for chunk in unmet.chunked(by: JobLister.indexPage) {
            learn(try await JobReader(keys: keys).read(chunk, over: reader))
        }
    }
}
