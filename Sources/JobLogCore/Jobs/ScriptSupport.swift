import RedisClient
import Synchronization

/// What is known of whether a server runs scripts for this user. Copies of a store share it.
final class ScriptSupport: Sendable {
    private struct State {
        var work = false
        /// The refusal, and the number of the connection that it came over.
        var refusal: (error: RedisError, connection: Int)?
    }

    private let state = Mutex(State())

    /// Whether a script was carried out.
    var areKnownToWork: Bool { state.withLock(\.work) }

    /// Whether one was refused on this connection; another one may be to another server, or come after a change of rights.
    func areRefused(at connection: Int) -> Bool { state.withLock { $0.refusal?.connection == connection } }

    /// One was carried out.
    func work() { state.withLock { $0 = State(work: true) } }

    /// One was refused.
    func refuse(_ error: RedisError, at connection: Int) {
        state.withLock { $0 = State(refusal: (error.naming("EVAL"), connection)) }
    }

    /// What is said where the way without a script is refused as well; a command that both ways need speaks for itself.
    func explained(_ error: RedisError) -> RedisError {
        guard error.refusesCommand, ["WATCH", "MULTI", "EXEC"].contains(error.command),
            let refusal = state.withLock({ $0.refusal?.error })
        else { return error }
        return RedisError(
            code: error.code,
            message:
                "The job's state cannot be written safely: EVAL is refused, and \(error.command ?? "a transaction") "
                + "as well (\(refusal.serverMessage ?? "")); ask for the right to EVAL with ACL SETUSER.",
            command: error.command, serverMessage: error.serverMessage)
    }
}
