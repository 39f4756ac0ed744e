import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Ends what blocks on a socket, from any thread.
///
/// It holds the descriptor only while that is open: under its lock, a number that was reused is never shut down.
final class SocketInterrupter: Sendable {
    private struct State {
        var descriptor: Int32?
        var interrupted = false
        /// Whose turn it is; nil for one that cannot be cancelled.
        var turn: Turn?
        /// Whether it is under way.
        var hasBegun = false
        /// Whether what is under way on the socket is somebody else's.
        var isShielded = false
    }

    /// One use of the socket, which can be cancelled.
    final class Turn: Sendable {
        fileprivate let isCancelled = Atomic(false)
    }

    private let state = Mutex(State())

    /// Whether the socket was interrupted since ``begin()``.
    var wasInterrupted: Bool { state.withLock(\.interrupted) }

    /// A new connection starts: earlier interruptions are no longer of interest.
    func begin() {
        state.withLock { $0.interrupted = false }
    }

    func adopt(_ descriptor: Int32) {
        state.withLock { $0.descriptor = descriptor }
    }

    /// To be called before `descriptor` is closed.
    func release(_ descriptor: Int32) {
        state.withLock { state in
            if state.descriptor == descriptor { (state.descriptor, state.isShielded) = (nil, false) }
        }
    }

    /// Ends whatever is under way.
    func interrupt() {
        state.withLock { Self.interrupt(&$0) }
    }

    private static func interrupt(_ state: inout State) {
        guard let descriptor = state.descriptor else { return }
        state.interrupted = true
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    // MARK: - Commands that can be cancelled

    /// Another command is next, nil where the last one is over.
    func take(_ turn: Turn?) {
        state.withLock { ($0.turn, $0.hasBegun) = (turn, false) }
    }

    /// The command uses the socket from now on; false where it was cancelled before.
    func beginTurn() -> Bool {
        state.withLock { state in
            state.hasBegun = state.turn?.isCancelled.load(ordering: .relaxed) != true
            return state.hasBegun
        }
    }

    /// The command leaves the socket to others, for good or for a while. To be called before they can have it.
    ///
    /// - Returns: whether the socket is of use to them.
    func leave() -> Bool {
        state.withLock { state in
            state.hasBegun = false
            return !state.interrupted
        }
    }

    /// Ends the command of a turn, unless it is over; one that has not begun will not.
    ///
    /// - Returns: whether it is its turn.
    func cancel(_ turn: Turn) -> Bool {
        state.withLock { state in
            turn.isCancelled.store(true, ordering: .relaxed)
            guard state.turn === turn else { return false }
            if state.hasBegun, !state.isShielded { Self.interrupt(&state) }
            return true
        }
    }

    /// Whether what is under way is somebody else's from now on, and not to be ended by whoever is cancelled.
    func shield(_ isShielded: Bool) {
        state.withLock { $0.isShielded = isShielded }
    }
}
