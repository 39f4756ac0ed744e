import Logging
import Synchronization

/// Holds a connection's link, for one caller at a time.
///
/// Whoever has the lock may wait for the server: the connection's own thread for as long as a command takes, any other
/// only by ``attempt(_:)``, which does not wait for the lock.
final class LinkSlot: Sendable {
    /// How soon the server must usually answer, that a caller's own thread waits for it.
    private static let promptness = Duration.microseconds(200)
    /// The most bytes that it sends: an idle socket's buffers hold them, so that sending does not wait.
    private static let shortPipeline = 32 * 1024

    private let logger: Logger?
    private let link = Mutex<RedisLink?>(nil)
    private let made = Mutex(0)
    private let lostClient = Mutex<Int?>(nil)

    init(logger: Logger?) {
        self.logger = logger
    }

    /// Whether there is a link that the server has not closed.
    var isAlive: Bool { link.withLock { $0?.isAlive ?? false } }

    /// Whether sending takes a new link first, as far as that is known without waiting.
    var isEmpty: Bool { link.withLockIfAvailable { $0 == nil } ?? false }

    /// Whether the link leads to a node of a cluster that was taken for a server by itself.
    var isNodeOfCluster: Bool { link.withLock { $0?.isNodeOfCluster ?? false } }

    /// How many links were made.
    var count: Int { made.withLock { $0 } }

    /// The server at the other end; nil without a link.
    var server: RedisURL? { link.withLock { $0?.server } }

    /// The socket of the link, for watching it.
    var descriptor: Int32? { link.withLock { $0?.descriptor } }

    /// The server's number of the last client whose link died while an answer was due.
    var lostClientID: Int? { lostClient.withLock { $0 } }

    /// Makes a link, in place of the one that was there.
    ///
    /// - Returns: Its socket.
    func open(_ configuration: RedisConfiguration, _ interrupter: SocketInterrupter) throws(RedisError) -> Int32 {
        try link.withLock { link throws(RedisError) in
            link = nil
            guard interrupter.beginTurn() else { throw .cancelled(command: nil) }
            let fresh = try RedisLink.open(configuration, interrupter: interrupter)
            guard interrupter.leave() else { throw .interrupted(configuration.url, command: nil) }
            let descriptor = fresh.descriptor
            link = fresh
            made.withLock { $0 += 1 }
            return descriptor
        }
    }

    /// Lets go of the link.
    func drop() {
        link.withLock { $0 = nil }
    }

    /// Lets go of a link that the server has closed.
    ///
    /// - Returns: Whether there was one.
    func dropIfDead() -> Bool {
        link.withLock { link in
            guard let open = link, !open.isAlive else { return false }
            link = nil
            return true
        }
    }

    /// Sends the commands and waits for their replies; nil where there is no link.
    ///
    /// - Throws: What the link died of.
    func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> [RedisReply]? {
        try using { link throws(RedisError) in try link.exchange(commands, shortening: shortener) }
    }

    /// Sends the commands without waiting for their replies, which ``settle(_:)`` reads; nil where there is no link.
    ///
    /// - Throws: What the link died of.
    func begin(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> PendingReplies? {
        try using { link throws(RedisError) in try link.begin(commands, shortening: shortener) }
    }

    /// Reads the replies that an attempt did not wait for.
    func settle(_ mine: PendingReplies) {
        _ = try? using { link throws(RedisError) in try link.settle(mine) }
    }

    /// Sends the commands where nobody is using the link and the server usually answers soon.
    func attempt(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener? = nil
    ) -> RedisConnection.Attempt {
        var bytes = 0
        for command in commands { bytes += command.encoded.count }
        guard bytes <= Self.shortPipeline else { return .unavailable }
        let attempt = link.withLockIfAvailable { link -> RedisConnection.Attempt in
            guard let open = link, let usual = open.roundTrip, usual < Self.promptness, open.isIdle else {
                return .unavailable
            }
            do throws(RedisError) {
                if let pending = try open.attempt(commands, shortening: shortener) { return .pending(pending) }
                return .answered(open.take())
            } catch {
                lost(open, error)
                link = nil
                return .failed(error)
            }
        }
        return attempt ?? .unavailable
    }

    /// Runs `body` with the link, which nobody else uses meanwhile; nil where there is none. An error ends the link,
    /// unless nothing was sent.
    func using<Value: Sendable>(
        _ body: (RedisLink) throws(RedisError) -> Value
    ) throws(RedisError) -> Value? {
        try link.withLock { link throws(RedisError) in
            guard let open = link else { return nil }
            // One that was cancelled after its answer had come has ended the link all the same.
            defer { if !open.leave() { link = nil } }
            do throws(RedisError) {
                return try body(open)
            } catch {
                guard error.code != .cancelled else { throw error }
                lost(open, error)
                link = nil
                throw error
            }
        }
    }

    private func lost(_ link: RedisLink, _ error: RedisError) {
        if let id = link.clientID { lostClient.withLock { $0 = id } }
        logger?.debug("connection lost", metadata: ["error": "\(error)"])
    }
}
