import Synchronization

/// What a watcher is told: steps in their order, as fast as it takes them.
///
/// Who tells never waits. A watcher that takes them too slowly is let go with a reason, before it costs much memory.
final class WatchQueue<Step: Sendable>: AsyncSequence, Sendable {
    typealias Element = Step

    private struct State {
        var steps: [(step: Step, bytes: Int)] = []
        /// How many of the first steps were taken.
        var taken = 0
        var bytes = 0
        var isOver = false
        var waiter: CheckedContinuation<Step?, Never>?

        /// Forgets steps that were taken, so rarely that it costs little, and so often that they are never most of it.
        mutating func letGo() {
            if taken == steps.count {
                steps.removeAll(keepingCapacity: taken < 64)
                taken = 0
            } else if taken >= 64, 2 * taken > steps.count {
                steps.removeFirst(taken)
                taken = 0
            }
        }
    }

    private let state = Mutex(State())
    private let limit: Int
    private let tooSlow: @Sendable (_ waiting: Int) -> Step

    /// A queue for one watcher.
    ///
    /// - Parameters:
    ///   - limit: how many bytes may wait.
    ///   - tooSlow: the last step of a watcher for which more would wait.
    init(limit: Int, tooSlow: @escaping @Sendable (_ waiting: Int) -> Step) {
        self.limit = limit
        self.tooSlow = tooSlow
    }

    /// Tells a step that takes so many bytes. Once one was too much, the watcher hears what waits and then that it is let go.
    func push(_ step: Step, bytes: Int) {
        resume(
            state.withLock { state in
                guard !state.isOver else { return nil }
                // One step by itself may be as large as it likes: it is held anyhow.
                let isTooMuch = state.bytes > 0 && state.bytes + bytes > limit
                if isTooMuch { state.isOver = true }
                return offer(isTooMuch ? tooSlow(state.bytes) : step, bytes: isTooMuch ? 0 : bytes, in: &state)
            })
    }

    /// Ends the sequence once all that waits is taken; with a last step where there is one.
    func finish(_ last: Step? = nil) {
        resume(
            state.withLock { state in
                guard !state.isOver else { return nil }
                state.isOver = true
                guard let last else {
                    defer { state.waiter = nil }
                    return state.waiter.map { ($0, nil) }
                }
                return offer(last, bytes: 0, in: &state)
            })
    }

    /// How many steps it holds, those among them that were taken already.
    var held: Int { state.withLock { $0.steps.count } }

    /// Whether nothing more is taken.
    var isOver: Bool { state.withLock { $0.isOver } }

    private func offer(
        _ step: Step, bytes: Int, in state: inout State
    ) -> (waiter: CheckedContinuation<Step?, Never>, step: Step?)? {
        if let waiter = state.waiter {
            state.waiter = nil
            return (waiter, step)
        }
        state.steps.append((step, bytes))
        state.bytes += bytes
        return nil
    }

    private func resume(_ next: (waiter: CheckedContinuation<Step?, Never>, step: Step?)?) {
        next?.waiter.resume(returning: next?.step)
    }

    /// The next step; nil when there will be none, and when the task that waits is cancelled. One waits at a time.
    func next() async -> Step? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let answer: Step?? = state.withLock { state in
                    if state.taken < state.steps.count {
                        let next = state.steps[state.taken]
                        state.taken += 1
                        state.bytes -= next.bytes
                        state.letGo()
                        return next.step
                    }
                    if state.isOver || Task.isCancelled { return .some(nil) }
                    state.waiter = waiter
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            finish()
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(queue: self) }

    struct Iterator: AsyncIteratorProtocol {
        let queue: WatchQueue

        func next() async -> Step? { await queue.next() }
    }
}
