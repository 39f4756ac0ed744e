import Synchronization

/// A value that comes once, for one task that waits for it. Cancelling that task does not end the waiting.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open
        // Its use is checked by this type's own states.
        case awaited(UnsafeContinuation<Value, Never>)
        case kept(Value)
    }

    private let state = Mutex(State.open)

    /// Gives the value; the first one counts.
    func keep(_ value: Value) {
        let waiting = state.withLock { state -> UnsafeContinuation<Value, Never>? in
            switch state {
            case .open:
                state = .kept(value)
                return nil
            case .awaited(let continuation):
                state = .kept(value)
                return continuation
            case .kept: return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// The value, once it is there.
    var value: Value {
        get async {
            if case .kept(let value) = state.withLock({ $0 }) { return value }
            return await withUnsafeContinuation { continuation in
                let known = state.withLock { state -> Value? in
                    if case .kept(let value) = state { return value }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
