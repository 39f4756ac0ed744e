import Synchronization

/// Replies to commands that were sent and whose sender did not wait until all had come.
///
/// They are read by whoever uses the connection next, at the latest by ``RedisConnection/finish(_:)``.
public final class PendingReplies: Sendable {
    /// The first of the commands, for errors.
    let command: String?
    private let outcome = Mutex<Result<[RedisReply], RedisError>?>(nil)

    init(command: String?) {
        self.command = command
    }

    /// What came, once it is known.
    var result: Result<[RedisReply], RedisError>? { outcome.withLock { $0 } }

    func resolve(_ result: Result<[RedisReply], RedisError>) {
        outcome.withLock { $0 = $0 ?? result }
    }
}
