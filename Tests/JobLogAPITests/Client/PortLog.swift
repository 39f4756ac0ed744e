import Synchronization
import TestSupport

/// Counts connections and what comes over them.
final class PortLog: Sendable {
    private let seen = Mutex<(connections: Set<Int>, requests: Int)>(([], 0))

    /// Takes note of a request; gives how many there were.
    func note(_ connection: HTTPStub.Connection) -> Int {
        seen.withLock { seen in
            seen.connections.insert(connection.number)
            seen.requests += 1
            return seen.requests
        }
    }

    /// How many connections there were.
    var connections: Int { seen.withLock { $0.connections.count } }
}
