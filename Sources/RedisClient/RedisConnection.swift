import Logging
import Synchronization

/// A connection for commands and their replies, which connects, and reconnects, when something is sent.
///
/// Calls block the executor's own thread, and the caller's for a millisecond at most: where the server usually answers
/// within 200 µs nobody changes threads, which would take as long as the answer. A cancelled task interrupts its
/// command, which ends the connection; the next command makes a new one.
public actor RedisConnection {
    private struct Refusal {
        let error: RedisError
        let until: ContinuousClock.Instant
    }

    private nonisolated let executor: RedisExecutor
    private nonisolated let interrupter = SocketInterrupter()
    /// Where it connects, and as whom.
    public nonisolated let configuration: RedisConfiguration
    private let logger: Logger?
    nonisolated let slot: LinkSlot
    private nonisolated let held = Mutex(Duration.zero)
    private var backoff = RedisBackoff()
    private var refusal: Refusal?
    private var isClosed = false
    // A server that accepts connections and drops every command must be waited for, too.
    private var hasAnswered = false
    private var watch: ReadWatch?
    private var onLoss: (@Sendable () -> Void)?

    /// How many times a connection was made: when it has changed, what belonged to the connection (tracking,
    /// `WATCH`) is gone.
    public nonisolated var connectionCount: Int { slot.count }

    /// For how long its commands were held back by a ceiling, in all.
    public nonisolated var waited: Duration { held.withLock { $0 } }

    /// Makes a connection without connecting.
    ///
    /// - Parameters:
    ///   - configuration: Where and as whom.
    ///   - executor: Where it runs; without one, on a queue of its own.
    ///   - logger: Told when connections come and go.
    public init(_ configuration: RedisConfiguration, executor: RedisExecutor? = nil, logger: Logger? = nil) {
        self.configuration = configuration
        self.executor = executor ?? RedisExecutor(label: "joblog.redis")
        self.logger = logger
        slot = LinkSlot(logger: logger)
    }

    /// Runs on its own queue, or the one that it shares.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Whether there is a connection that the server has not closed.
    public var isConnected: Bool { slot.isAlive }

    /// The server at the other end, where the configuration's URL names several; nil without a connection.
    public var server: RedisURL? { slot.server }

    /// The server's number of the last client of this connection that died while an answer was due; nil for none.
    ///
    /// A server that was frozen may carry out later what it had been sent: `CLIENT KILL ID` prevents that.
    public nonisolated var lostClientID: Int? { slot.lostClientID }

    /// Connects at once, whatever the backoff says; does nothing when connected. Opens again what was closed.
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
            try connection.open()
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
    /// - Returns: The reply, an error reply too, and the time from sending to it.
    /// - Throws: What the connection died of.
    public nonisolated(nonsending) func sendTimed(
        _ command: RedisCommand
    ) async throws(RedisError) -> (reply: RedisReply, took: Duration) {
        await admit(1)
        let (replies, took) = try await interruptible(command: command.name) { connection throws(RedisError) in
            let start = ContinuousClock.now
            return (try connection.exchange([command], shortening: nil), .now - start)
        }
        guard let reply = replies.first else { throw .closed(configuration.url) }
        return (reply, took)
    }

    /// Waits on this connection's queue, not on Swift's own pool; returns early when the task is cancelled.
    public nonisolated(nonsending) func pause(for duration: Duration) async {
        await executor.sleep(for: duration)
    }

    /// Waits until the ceiling, where there is one, lets so many commands through, and the greeting that they may need.
    nonisolated(nonsending) func admit(_ commands: Int) async {
        guard let traffic = configuration.traffic, traffic.limit != nil else { return }
        let start = ContinuousClock.now
        await traffic.admit(commands + (slot.isEmpty ? RedisLink.greetingLength : 0), on: executor)
        held.withLock { $0 += .now - start }
    }

    /// Sends commands together.
    nonisolated(nonsending) func deliver(
        _ pipeline: [RedisCommand], shortening shortener: ReplyShortener? = nil
    ) async throws(RedisError) -> [RedisReply] {
        guard let first = pipeline.first else { return [] }
        guard !Task.isCancelled else { throw .cancelled(command: first.name) }
        switch slot.attempt(pipeline, shortening: shortener) {
        case .answered(let replies): return replies
        case .failed(let error): throw error
        case .pending(let replies):
            return try await interruptible(command: first.name) { connection throws(RedisError) in
                try connection.settle(replies)
            }
        case .unavailable:
            return try await interruptible(command: first.name) { connection throws(RedisError) in
                try connection.exchange(pipeline, shortening: shortener)
            }
        }
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
        slot.attempt(pipeline)
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
        if let descriptor = slot.descriptor { watch(descriptor) }
    }

    /// Ends a command that blocks, from any thread; it throws ``RedisError/Code/connectionLost`` at once.
    public nonisolated func interrupt() {
        interrupter.interrupt()
    }

    /// Runs `body` on the executor; cancelling the task interrupts it.
    func interruptible<Value: Sendable>(
        command: String?, _ body: @Sendable (isolated RedisConnection) throws(RedisError) -> Value
    ) async throws(RedisError) -> Value {
        guard !Task.isCancelled else { throw .cancelled(command: command) }
        // The body never suspends: whoever has the handler in place is the one whose command is under way. The closure
        // must use the actor: one that does not would run on the cooperative pool, and block it.
        let result = await withTaskCancellationHandler {
            outcome(of: body)
        } onCancel: {
            interrupter.interrupt()
        }
        return try result.get()
    }

    private func outcome<Value>(
        of body: @Sendable (isolated RedisConnection) throws(RedisError) -> Value
    ) -> Result<Value, RedisError> {
        assertIsolated()
        return Result { () throws(RedisError) in try body(self) }
    }

    private func openNow() throws(RedisError) {
        isClosed = false
        refusal = nil
        try open()
    }

    private func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> [RedisReply] {
        while true {
            try open()
            do throws(RedisError) {
                // Nil where a caller's attempt has found the link dead in the meantime.
                guard let replies = try slot.exchange(commands, shortening: shortener) else { continue }
                if !hasAnswered {
                    hasAnswered = true
                    backoff.reset()
                }
                return replies
            } catch {
                watch = nil
                if !hasAnswered, !interrupter.wasInterrupted { refuse(error) }
                throw error
            }
        }
    }

    private func settle(_ replies: PendingReplies) throws(RedisError) -> [RedisReply] {
        slot.settle()
        // Where nobody has resolved them, their link is gone.
        return try (replies.result ?? .failure(.lost(configuration.url))).get()
    }

    func open() throws(RedisError) {
        if isClosed { throw .closed(configuration.url) }
        if slot.isAlive { return }
        drop()
        if let refusal {
            guard ContinuousClock.now >= refusal.until else { throw refusal.error }
            self.refusal = nil
        }
        do throws(RedisError) {
            let descriptor = try slot.open(configuration, interrupter)
            hasAnswered = false
            watch(descriptor)
            logger?.debug("connected", metadata: ["url": "\(configuration.url)", "count": "\(connectionCount)"])
        } catch {
            logger?.debug("cannot connect", metadata: ["error": "\(error)"])
            refuse(error)
            throw error
        }
    }

    func drop() {
        watch = nil
        slot.drop()
    }

    private func watch(_ descriptor: Int32) {
        guard onLoss != nil else { return }
        watch = executor.watch(descriptor) { @Sendable [weak self] in
            self?.assumeIsolated { $0.checkIdleLink() }
        }
    }

    /// What can be read while no command is under way is the end, unless a command took it in the meantime.
    private func checkIdleLink() {
        let isLost = slot.dropIfDead()
        guard !slot.isAlive else { return }
        // A socket at its end can be read for ever.
        watch = nil
        guard isLost else { return }
        logger?.debug("connection lost while idle")
        onLoss?()
    }

    private func refuse(_ error: RedisError) {
        refusal = Refusal(error: error, until: .now + backoff.next())
    }
}
