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
            if state.descriptor == descriptor { state.descriptor = nil }
        }
    }

    func interrupt() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            state.interrupted = true
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}
