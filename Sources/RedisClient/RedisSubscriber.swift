import Logging

/// A connection in subscribe mode: hands on what the server sends, the moment it arrives.
///
/// The socket is watched by the executor, so that waiting takes no thread and no processor time. There is no
/// reconnecting here: the caller has to fetch what it missed, so it has to know.
public actor RedisSubscriber {
    private typealias Answer = SubscriberEvent.Answer

    /// One connection, from connect to its end.
    private final class Session {
        let number: Int
        let link: RedisLink
        let watch: ReadWatch
        let receive: @Sendable ([RedisPush]) -> Void
        private let ended: @Sendable (RedisError?) -> Void
        private var isOver = false

        init(
            number: Int, link: RedisLink, watch: ReadWatch, receive: @escaping @Sendable ([RedisPush]) -> Void,
            ended: @escaping @Sendable (RedisError?) -> Void
        ) {
            self.number = number
            self.link = link
            self.watch = watch
            self.receive = receive
            self.ended = ended
        }

        deinit {
            end(nil)
        }

        func end(_ error: RedisError?) {
            guard !isOver else { return }
            isOver = true
            ended(error)
        }
    }

    /// A command that was sent and is not answered in full. Answers come in the order of the commands.
    private struct Waiter {
        let number: Int
        let command: String
        let answer: Answer
        var missing: Int
        // Nil when the caller has given up; its answers come all the same.
        var continuation: CheckedContinuation<Result<Void, RedisError>, Never>?
    }

    private nonisolated let executor: RedisExecutor
    private nonisolated let interrupter = SocketInterrupter()
    private let configuration: RedisConfiguration
    private let logger: Logger?
    private var session: Session?
    private var sessionCount = 0
    private var waiters: [Waiter] = []
    private var waiterCount = 0
    private var lastError: RedisError
    /// When the server sent something last.
    private var lastHeard = ContinuousClock.now

    /// Makes a subscriber without connecting.
    ///
    /// - Parameters:
    ///   - configuration: Where and as whom.
    ///   - executor: Where it runs; without one, on a queue of its own. One that is shared with a ``RedisConnection``
    ///     reads nothing while a command blocks there.
    ///   - logger: Told when connections come and go.
    public init(_ configuration: RedisConfiguration, executor: RedisExecutor? = nil, logger: Logger? = nil) {
        self.configuration = configuration
        self.executor = executor ?? RedisExecutor(label: "joblog.redis.subscriber")
        self.logger = logger
        lastError = .closed(configuration.url)
    }

    /// Runs on its own queue, or the one that it shares.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The server at the other end, where the configuration's URL names several; nil without a connection.
    public var server: RedisURL? { session?.link.server }

    /// Connects, at once and once; ends the connection that there was.
    ///
    /// The messages have no bound: whoever takes them must keep up. They end by throwing the ``RedisError`` when the
    /// connection is lost, and normally on ``close()``. When nobody takes them any more, the connection is closed.
    ///
    /// - Returns: The server's number of this client (nil where `CLIENT ID` is refused), and the messages.
    /// - Throws: Why there is no connection, or why the server refused it.
    public func connect() async throws(RedisError) -> (
        id: Int?, messages: AsyncThrowingStream<RedisPush, any Error>
    ) {
        let (stream, messages) = AsyncThrowingStream.makeStream(of: RedisPush.self, throwing: (any Error).self)
        let id = try await connect { pushes in
            for push in pushes { messages.yield(push) }
        } ended: { error in
            messages.finish(throwing: error)
        }
        let number = sessionCount
        messages.onTermination = { [weak self] reason in
            guard case .cancelled = reason else { return }
            Task { await self?.abandon(session: number) }
        }
        return (id, stream)
    }

    /// Connects, at once and once, and hands on what comes where it comes: on the executor, without a change of thread.
    ///
    /// - Parameters:
    ///   - receive: Takes what the server sent at one time.
    ///   - ended: Told once when the connection has ended: why, or nil after ``close()``.
    /// - Returns: The server's number of this client; nil where `CLIENT ID` is refused.
    /// - Throws: Why there is no connection, or why the server refused it.
    public func connect(
        _ receive: @escaping @Sendable ([RedisPush]) -> Void, ended: @escaping @Sendable (RedisError?) -> Void
    ) async throws(RedisError) -> Int? {
        await configuration.traffic?.admit(RedisLink.greetingLength, on: executor)
        guard !Task.isCancelled else { throw .cancelled(command: nil) }
        close()
        let result = await withTaskCancellationHandler {
            Result { () throws(RedisError) in try open(receive, ended) }
        } onCancel: {
            interrupter.interrupt()
        }
        return try result.get()
    }

    /// Subscribes to channels and waits until the server has confirmed it; without channels it does nothing.
    ///
    /// - Throws: The server's refusal, or what the connection died of.
    public func subscribe(_ channels: [[UInt8]]) async throws(RedisError) {
        try await change("SUBSCRIBE", channels, .subscribe)
    }

    /// Subscribes to glob patterns and waits until the server has confirmed it; without patterns it does nothing.
    ///
    /// - Throws: The server's refusal, or what the connection died of.
    public func psubscribe(_ patterns: [[UInt8]]) async throws(RedisError) {
        try await change("PSUBSCRIBE", patterns, .psubscribe)
    }

    /// Unsubscribes from channels and waits until the server has confirmed it; without channels it does nothing.
    ///
    /// - Throws: The server's refusal, or what the connection died of.
    public func unsubscribe(_ channels: [[UInt8]]) async throws(RedisError) {
        try await change("UNSUBSCRIBE", channels, .unsubscribe)
    }

    /// Unsubscribes from patterns and waits until the server has confirmed it; without patterns it does nothing.
    ///
    /// - Throws: The server's refusal, or what the connection died of.
    public func punsubscribe(_ patterns: [[UInt8]]) async throws(RedisError) {
        try await change("PUNSUBSCRIBE", patterns, .punsubscribe)
    }

    /// Asks for a sign of life and waits for it.
    ///
    /// - Throws: What the connection died of; ``RedisError/Code/timedOut``, which ends it, when the server is silent.
    public func ping() async throws(RedisError) {
        try await perform(RedisCommand("PING"), .pong, answers: 1)
    }

    /// Closes the connection; the messages end normally.
    public func close() {
        end(.closed(configuration.url), throwing: nil)
    }

    private func open(
        _ receive: @escaping @Sendable ([RedisPush]) -> Void, _ ended: @escaping @Sendable (RedisError?) -> Void
    ) throws(RedisError) -> Int? {
        assertIsolated()
        let link: RedisLink
        do throws(RedisError) {
            link = try RedisLink.open(configuration, interrupter: interrupter)
        } catch {
            lastError = error
            throw error
        }
        sessionCount += 1
        let number = sessionCount
        let watch = executor.watch(link.descriptor) { @Sendable [weak self] in
            self?.assumeIsolated { $0.read(session: number) }
        }
        guard let watch else { throw .connectionFailed(configuration.url, reason: "too many open files") }
        session = Session(number: number, link: link, watch: watch, receive: receive, ended: ended)
        logger?.debug("subscriber connected", metadata: ["url": "\(configuration.url)"])
        return link.clientID
    }

    private func abandon(session number: Int) {
        guard session?.number == number else { return }
        close()
    }

    private func read(session number: Int) {
        guard let session, session.number == number else { return }
        lastHeard = .now
        do throws(RedisError) {
            var pushes: [RedisPush] = []
            defer { if !pushes.isEmpty { session.receive(pushes) } }
            for reply in try session.link.available() { try take(SubscriberEvent(reply), &pushes) }
        } catch {
            end(error, throwing: error)
        }
    }

    private func take(_ event: SubscriberEvent, _ pushes: inout [RedisPush]) throws(RedisError) {
        switch event {
        case .push(let push):
            pushes.append(push)
        case .answer(let answer):
            guard let first = waiters.first, first.answer == answer else { return }
            waiters[0].missing -= 1
            if waiters[0].missing == 0 { waiters.removeFirst().continuation?.resume(returning: .success(())) }
        case .error(let error):
            // Nobody asked: the server says why it is about to hang up.
            guard !waiters.isEmpty else { throw error }
            let waiter = waiters.removeFirst()
            waiter.continuation?.resume(returning: .failure(error.naming(waiter.command)))
        case .unknown:
            logger?.debug("unknown message in subscribe mode")
        }
    }

    private func change(_ name: StaticString, _ subjects: [[UInt8]], _ answer: Answer) async throws(RedisError) {
        guard !subjects.isEmpty else { return }
        try await perform(
            RedisCommand(name, arguments: subjects.map { .bytes($0) }), answer, answers: subjects.count)
    }

    private func perform(_ command: RedisCommand, _ answer: Answer, answers: Int) async throws(RedisError) {
        await configuration.traffic?.admit(1, on: executor)
        guard !Task.isCancelled else { throw .cancelled(command: command.name) }
        guard let session else { throw lastError }
        waiterCount += 1
        let number = waiterCount
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.append(
                    Waiter(
                        number: number, command: command.name, answer: answer, missing: answers,
                        continuation: continuation))
                do throws(RedisError) {
                    try session.link.write(command)
                    expect(waiter: number)
                } catch {
                    end(error, throwing: error)
                }
            }
        } onCancel: {
            executor.perform { [weak self] in self?.assumeIsolated { $0.giveUp(waiter: number) } }
        }
        try result.get()
    }

    /// Ends the connection when the waiter is still there and the server was silent for the command timeout. An answer
    /// comes behind all messages that were sent before it: as long as these come in, it is on its way.
    private func expect(waiter number: Int, since start: ContinuousClock.Instant = .now) {
        let limit = configuration.commandTimeout
        executor.perform(at: start + limit) { [weak self] in
            self?.assumeIsolated { subscriber in
                guard let waiter = subscriber.waiters.first(where: { $0.number == number }) else { return }
                guard subscriber.lastHeard <= start else {
                    return subscriber.expect(waiter: number, since: subscriber.lastHeard)
                }
                let error = RedisError(
                    .timedOut, url: subscriber.configuration.url, command: waiter.command, timeout: limit)
                subscriber.end(error, throwing: error)
            }
        }
    }

    private func giveUp(waiter number: Int) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        let waiter = waiters[index]
        waiters[index].continuation = nil
        waiter.continuation?.resume(
            returning: .failure(
                RedisError(
                    code: .cancelled, message: "Waiting for the answer to \(waiter.command) was cancelled.",
                    command: waiter.command)))
    }

    private func end(_ error: RedisError, throwing failure: RedisError?) {
        guard let session else { return }
        logger?.debug("subscriber ended", metadata: ["error": "\(error)"])
        self.session = nil
        lastError = error
        let waiting = waiters
        waiters = []
        for waiter in waiting {
            waiter.continuation?.resume(returning: .failure(error))
        }
        session.end(failure)
    }
}
