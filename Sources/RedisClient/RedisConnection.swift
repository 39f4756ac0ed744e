import Logging
import Synchronization

/// A connection for commands and their replies, which connects, and reconnects, when something is sent.
///
/// Calls block the executor's own thread, and the caller's for a millisecond at most: where the server usually answers
/// within 200 µs nobody changes threads, which would take as long as the answer. A cancelled task interrupts its
/// command, which ends the connection; the next command makes a new one.
public actor RedisConnection {
    /// Why there is no connection, and until when none is tried.
    struct Refusal {
        let error: RedisError
        let until: ContinuousClock.Instant
    }

    nonisolated let executor: RedisExecutor
    nonisolated let interrupter = SocketInterrupter()
    /// Where it connects, and as whom.
    public nonisolated let configuration: RedisConfiguration
    let logger: Logger?
    nonisolated let slot: LinkSlot
    nonisolated let router = Mutex<ClusterRouter?>(nil)
    // Looked at for every command: without a lock.
    nonisolated let isRouted = Atomic(false)
    private nonisolated let held = Mutex(Duration.zero)
    var backoff = RedisBackoff()
    var refusal: Refusal?
    var isClosed = false
    // A server that accepts connections and drops every command must be waited for, too.
    var hasAnswered = false
    var watch: ReadWatch?
    var onLoss: (@Sendable () -> Void)?

    /// How many times a connection was made: when it has changed, what belonged to the connection (tracking,
    /// `WATCH`) is gone.
    public nonisolated var connectionCount: Int { slot.count + (cluster?.connectionCount ?? 0) }

    /// For how long its commands were held back by a ceiling, in all.
    public nonisolated var waited: Duration { held.withLock { $0 } }

    /// Makes a connection without connecting.
    ///
    /// - Parameters:
    ///   - configuration: Where and as whom.
    ///   - executor: Where it runs; without one, on a queue of its own.
    ///   - logger: Told when connections come and go.
    public init(_ configuration: RedisConfiguration, executor: RedisExecutor? = nil, logger: Logger? = nil) {
        self.init(configuration, executor: executor, logger: logger, onLoss: nil)
    }

    init(
        _ configuration: RedisConfiguration, executor: RedisExecutor?, logger: Logger?,
        onLoss: (@Sendable () -> Void)?
    ) {
        self.configuration = configuration
        self.executor = executor ?? RedisExecutor(label: "joblog.redis")
        self.logger = logger
        self.onLoss = onLoss
        slot = LinkSlot(logger: logger)
        guard case .cluster(let seeds) = configuration.url.target else { return }
        router.withLock {
            $0 = ClusterRouter(configuration, seeds: seeds, executor: self.executor, logger: logger)
        }
        isRouted.store(true, ordering: .releasing)
    }

    /// Runs on its own queue, or the one that it shares.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Whether there is a connection that the server has not closed.
    public var isConnected: Bool { slot.isAlive || cluster?.connections.contains { $0.slot.isAlive } ?? false }

    /// The server at the other end, where the configuration's URL names several; nil without a connection, and where they
    /// are a cluster.
    public var server: RedisURL? { slot.server }

    /// Whether sending takes a new connection first, as far as that is known without waiting.
    nonisolated var isEmpty: Bool { slot.isEmpty }

    /// What sends to the nodes of a cluster; nil where there is none.
    nonisolated var cluster: ClusterRouter? {
        isRouted.load(ordering: .acquiring) ? router.withLock { $0 } : nil
    }

    /// The client of this connection that died last while an answer was due; nil for none.
    public nonisolated var lostClient: LostClient? {
        cluster?.lostClient ?? slot.lostClientID.map { LostClient(id: $0, url: configuration.url) }
    }

    /// Connects at once, whatever the backoff says; does nothing when connected. Opens again what was closed. In a
    /// cluster it connects to all nodes that have slots, as far as they are there.
    ///
    /// - Throws: Why there is no connection, or why the server refused it.
    public func connect() async throws(RedisError) {
        await admit(0)
        try await interruptible(command: nil) { connection throws(RedisError) in try connection.openNow() }
    }

    /// Connects where there is no connection, whatever the backoff says; what was closed stays closed.
    ///
    /// - Throws: Why there is no connection, or why the server refused it.
    public func reconnect() async throws(RedisError) {
        await admit(0)
        try await interruptible(command: nil) { connection throws(RedisError) in
            connection.refusal = nil
            try connection.openAll()
        }
    }

    /// Sends one command.
    ///
    /// - Returns: Its reply, which is no error.
    /// - Throws: What the connection died of, or the error that the server replied with.
    public nonisolated(nonsending) func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        let replies = try await send([command])
        guard let reply = replies.first else { throw .closed(configuration.url) }
        if let error = reply.error { throw error.naming(command.name) }
        return reply
    }

    /// Sends several commands without waiting between them.
    ///
    /// When the connection dies on the way, any part of them may have been carried out.
    ///
    /// - Parameters:
    ///   - pipeline: The commands.
    ///   - shortener: What makes long elements of the replies short; nil for nothing.
    /// - Returns: One reply a command, in order; error replies are among them.
    /// - Throws: What the connection died of.
    public nonisolated(nonsending) func send(
        _ pipeline: [RedisCommand], shortening shortener: ReplyShortener? = nil
    ) async throws(RedisError) -> [RedisReply] {
        guard let piece = configuration.traffic?.piece, !pipeline.isEmpty else {
            return try await deliver(pipeline, shortening: shortener)
        }
        var replies: [RedisReply] = []
        replies.reserveCapacity(pipeline.count)
        for start in stride(from: 0, to: pipeline.count, by: piece) {
            let commands = Array(pipeline[start..<min(start + piece, pipeline.count)])
            await admit(commands.count)
            replies += try await deliver(commands, shortening: shortener)
        }
        return replies
    }

    /// Sends one command and tells how long its reply took, without what a ceiling held it back and without what it waited
    /// for other commands of this connection.
    ///
    /// - Returns: The reply, an error reply too, nil where a node of a cluster was found; and the time from sending to it.
    /// - Throws: What the connection died of.
    nonisolated(nonsending) func sendTimed(
        _ command: RedisCommand
    ) async throws(RedisError) -> (reply: RedisReply?, took: Duration) {
        await admit(1)
        let (replies, took) = try await interruptible(command: command.name) { connection throws(RedisError) in
            let start = ContinuousClock.now
            return (try connection.exchange([command], shortening: nil), .now - start)
        }
        return (replies?.first, took)
    }

    /// Waits on this connection's queue, not on Swift's own pool; returns early when the task is cancelled.
    public nonisolated(nonsending) func pause(for duration: Duration) async {
        await executor.sleep(for: duration)
    }

    /// Waits until the ceiling, where there is one, lets so many commands through, and the greeting that they may need.
    nonisolated(nonsending) func admit(_ commands: Int) async {
        guard let traffic = configuration.traffic, traffic.limit != nil else { return }
        let start = ContinuousClock.now
        let greetings = cluster?.unconnected ?? (slot.isEmpty ? 1 : 0)
        await traffic.admit(commands + greetings * RedisLink.greetingLength, on: executor)
        held.withLock { $0 += .now - start }
    }

    /// Sends commands together.
    nonisolated(nonsending) func deliver(
        _ pipeline: [RedisCommand], isTransaction: Bool = false, shortening shortener: ReplyShortener? = nil
    ) async throws(RedisError) -> [RedisReply] {
        guard let first = pipeline.first else { return [] }
        guard !Task.isCancelled else { throw .cancelled(command: first.name) }
        var replies: [RedisReply]?
        if !isRouted.load(ordering: .acquiring) {
            switch slot.attempt(pipeline, shortening: shortener) {
            case .answered(let answers): replies = answers
            case .failed(let error): throw error
            case .pending(let answers):
                replies = try await interruptible(command: first.name) { connection throws(RedisError) in
                    try connection.settle(answers)
                }
            case .unavailable:
                replies = try await interruptible(command: first.name) { connection throws(RedisError) in
                    try connection.exchange(pipeline, shortening: shortener)
                }
            }
            if let replies, replies.first?.hasErrorsBeside != true || !configuration.looksForCluster { return replies }
            if let replies, !replies.contains(where: { $0.error?.code == .moved }) { return replies }
            // A server that did not say that it is a node of a cluster.
            if replies != nil, cluster == nil {
                try await interruptible(command: first.name) { connection throws(RedisError) in
                    try connection.joinCluster()
                }
            }
        }
        guard let cluster else { throw .closed(configuration.url) }
        return try await deliver(
            pipeline, isTransaction: isTransaction, through: cluster, shortening: shortener, answered: replies)
    }

    /// What became of commands that were sent on the caller's own thread. A ceiling does not hold them back.
    public enum Attempt: Sendable {
        /// Nothing was sent: there is no idle connection whose server answers soon enough.
        case unavailable
        /// One reply a command, in order; error replies are among them.
        case answered([RedisReply])
        /// The answer takes longer than usual; ``RedisConnection/finish(_:)`` waits for it.
        case pending(PendingReplies)
        /// What the connection died of; any part of the commands may have been carried out.
        case failed(RedisError)
    }

    /// Sends several commands if that takes no waiting to speak of: no task is suspended, and cancelling changes nothing.
    public nonisolated func attempt(_ pipeline: [RedisCommand]) -> Attempt {
        isRouted.load(ordering: .acquiring) ? .unavailable : slot.attempt(pipeline)
    }

    /// Waits for the replies to commands that ``attempt(_:)`` sent. Cancelling the task changes nothing.
    ///
    /// - Throws: What the connection died of.
    public func finish(_ replies: PendingReplies) throws(RedisError) -> [RedisReply] {
        try settle(replies)
    }

    /// Lets go of the connection; the next command makes a new one.
    public func disconnect() {
        drop()
    }

    /// Closes the connection; commands fail with ``RedisError/Code/closed`` until ``connect()``.
    ///
    /// It waits its turn behind a command that is under way; ``interrupt()`` ends that first.
    public func close() {
        isClosed = true
        drop()
    }

    /// Tells when the server closes a connection while no command is under way; once a connection.
    ///
    /// Who keeps something that belongs to the connection, such as tracking, must not learn of its end by the next
    /// command only. The handler runs where the connection runs.
    public func whenLost(_ handler: @escaping @Sendable () -> Void) {
        onLoss = handler
        cluster?.whenLost(handler)
        if let descriptor = slot.descriptor { watch(descriptor) }
    }

    /// Ends a command that blocks, from any thread; it throws ``RedisError/Code/connectionLost`` at once.
    public nonisolated func interrupt() {
        interrupter.interrupt()
        cluster?.interrupt()
    }

    /// Runs `body` on the executor; cancelling the task interrupts it, and nothing that others have sent.
    func interruptible<Value: Sendable>(
        command: String?, _ body: @Sendable (isolated RedisConnection) throws(RedisError) -> Value
    ) async throws(RedisError) -> Value {
        guard !Task.isCancelled else { throw .cancelled(command: command) }
        // The body never suspends, but others may have their turn between the handler's being in place and it. The closure must
        // use the actor: one that does not would run on the cooperative pool, and block it.
        let turn = SocketInterrupter.Turn()
        let result = await withTaskCancellationHandler {
            interrupter.take(turn)
            defer { interrupter.take(nil) }
            return outcome(of: body)
        } onCancel: {
            // To a cluster nothing is sent but by this executor: what is under way is the command whose turn it is.
            if interrupter.cancel(turn) { cluster?.interrupt() }
        }
        return try result.get()
    }

    private func outcome<Value>(
        of body: @Sendable (isolated RedisConnection) throws(RedisError) -> Value
    ) -> Result<Value, RedisError> {
        assertIsolated()
        return Result { () throws(RedisError) in try body(self) }
    }
}
