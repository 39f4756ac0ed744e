import RedisClient
import Synchronization

/// The live feed of one viewer, over two connections, and a third while it looks for jobs; in a cluster so many to each
/// node that has slots.
///
/// The reader reads what is on screen with `CLIENT TRACKING ON REDIRECT`; the subscriber hears which of these keys have
/// changed, and the events of jobs. Reading a key again arms its notice again. When either connection is lost both are
/// made anew and everything on screen is read again. What the server refuses is told for what it concerns, and tried
/// again later; all else goes on. Where tracking is refused the feed polls.
///
/// What to do is decided by values without I/O (`FeedPlanner`, `EventLoad`, `EventChannels`, `IndexWatch` and others);
/// the extensions carry it out: connections, fetching, events, discovery.
public actor RedisFeed: JobFeed {
    /// One pair of connections, from connecting to its end. What a task of an earlier pair still does concerns no later one.
    struct Session {
        let number: Int
        /// One for each server whose keys are read. The first hears the events: what is published at one node of a cluster
        /// is heard at every other.
        var subscribers: [RedisSubscriber] = []
        /// Where they are connected to.
        var nodes: Set<RedisURL> = []
        /// Of which version the cluster's slots were when everything was read last.
        var topologyVersion = 0
        /// Which of its connections the reader had when it was tracked.
        var readerCount = 0
        var isOnline = false
        /// Whether the server may be asked for its role.
        var asksRole = true
        /// Whether it is a replica, which is asked more often.
        var isReplica = false
        /// When a replica was in touch with its primary last, as far as that is known, in Unix ms.
        var inTouchAt: Int64?
        var notices = FeedNotices()
        var channels = EventChannels()
        /// Whether the task of this name is under way.
        var isPulsing = false
        var isHearing = false
        var isDiscovering = false
        /// Whether the lister cannot connect, so that the reader has to do its work.
        var hasNoLister = false
        var background: [Task<Void, Never>] = []
        /// Wakes the feed when something is due that nobody announces.
        var alarm: (due: ContinuousClock.Instant, task: Task<Void, Never>)?
    }

    private struct Life {
        var runner: Task<Void, Never>?
        /// Nothing is told of the connections that end now.
        var isLeaving = false
    }

    static let closed = RedisError(code: .connectionLost, message: "The server closed the connection.")

    let configuration: RedisConfiguration
    let keys: JobKeys
    /// What shortens large entries while they are read; nil reads them whole.
    let shortener: ReplyShortener?
    let executor: RedisExecutor
    /// When the server last sent something, in Unix ms.
    var heardAt: Int64?
    let reader: RedisConnection
    /// Reads jobs that are not on screen, while there are any to read: what it reads is not tracked.
    let lister: RedisConnection
    var sink: @Sendable (FeedUpdate) -> Void = { _ in }

    var planner = FeedPlanner()
    var tails: [JobID: LogTail] = [:]
    var directory = JobDirectory()
    var counts = RowCounts()
    var refused = RefusedReads()
    /// Readings of older entries that were refused, to be made when the log can be read.
    var unansweredOlder: [JobID: (first: [LogRecord], held: Int)] = [:]
    var olderPages = OlderPages()
    var discovery = FeedDiscovery()
    var index = IndexWatch()
    var load: EventLoad
    var inbox = EventInbox()
    var unread = UnreadEvents()
    var backoff = RedisBackoff()

    var session: Session?
    var sessionCount = 0
    /// How many questions are with the lister.
    var asideCount = 0
    var lastPulse: ContinuousClock.Instant?
    /// Logs whose next read shows what was written while the viewer was not connected.
    var unheard: Set<JobID> = []
    /// Whether length and entries of a log may be read in one transaction.
    var hasTransactions = true
    private nonisolated let life = Mutex(Life())

    /// A feed that connects when it is started. Both connections share one executor with a thread of its own, so that a
    /// notice is answered by a read without a change of thread; the lister has one of its own, so that answers come in
    /// while others are decoded.
    ///
    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - keys: the names of the keys.
    ///   - cutsLargeEntries: whether only the beginnings of large entries are told, so that they need not be held.
    public init(configuration: RedisConfiguration, keys: JobKeys = JobKeys(), cutsLargeEntries: Bool = false) {
        self.init(configuration: configuration, keys: keys, cutsLargeEntries: cutsLargeEntries, load: EventLoad())
    }

    /// A feed with limits of its own for the events of jobs.
    init(
        configuration: RedisConfiguration, keys: JobKeys = JobKeys(), cutsLargeEntries: Bool = false, load: EventLoad
    ) {
        shortener = cutsLargeEntries ? LargeEntry.cutting : nil
        self.configuration = configuration
        self.keys = keys
        self.load = load
        executor = RedisExecutor(label: "joblog.feed", hasThread: true)
        reader = RedisConnection(configuration, executor: executor)
        lister = RedisConnection(configuration, executor: RedisExecutor(label: "joblog.lister"))
    }

    /// The feed runs where its connections run.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    // MARK: - What the viewer says

    /// Begins; see `JobFeed`.
    public func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) {
        self.sink = sink
        sink(.connection(.connecting))
        resume()
    }

    /// Takes what is on screen now.
    public func watch(_ interest: FeedInterest) {
        let discovered = planner.interest.discovers
        planner.watch(interest)
        tails = tails.filter { interest.logs.contains($0.key) }
        unansweredOlder = unansweredOlder.filter { interest.logs.contains($0.key) }
        refused.keepOnly(interest)
        counts.keepOnly(interest.rows)
        hearSoon()
        if interest.discovers, !discovered {
            index.change()
            discoverSoon()
        }
        wake()
    }

    /// Reads everything on screen again, and looks for jobs again.
    public func refresh() {
        planner.allChanged()
        index.change()
        beginRound()
        discoverSoon()
        wake()
    }

    /// Lets go of both connections, even while the server owes an answer. A stopped process must not let the server's
    /// output buffer for it fill up.
    public nonisolated func suspend() async {
        let runner = life.withLock { life in
            life.isLeaving = true
            return life.runner
        }
        runner?.cancel()
        // Again and again: a question that begins just now is not yet one that can be interrupted.
        // Beside the feed's own executors, which the question blocks, and not on Swift's pool, which would never rest again.
        let aside = RedisExecutor(label: "joblog.feed.leaving")
        let interrupting = Task(executorPreference: aside) { [reader, lister] in
            while !Task.isCancelled {
                reader.interrupt()
                lister.interrupt()
                await aside.sleep(for: .milliseconds(20))
            }
        }
        await runner?.value
        interrupting.cancel()
        life.withLock { $0.runner = nil }
    }

    /// Connects again and fetches what changed in between.
    public func resume() {
        life.withLock { life in
            guard life.runner == nil else { return }
            life = Life(runner: begin { await $0.run() })
        }
    }

    /// Ends the feed.
    public func close() async {
        sink = { _ in }
        await suspend()
    }

    /// Begins a task of the feed. It prefers the feed's executor: one that has no preference, or another one, is enqueued anew
    /// after every wait, even where the executor stays the same.
    @discardableResult
    nonisolated func begin<Value: Sendable>(
        _ body: @escaping @Sendable (isolated RedisFeed) async -> Value
    ) -> Task<Value, Never> {
        Task(executorPreference: executor) { await body(self) }
    }

    /// Whether the connections end because the viewer wishes so.
    var isLeaving: Bool { life.withLock(\.isLeaving) }
}
