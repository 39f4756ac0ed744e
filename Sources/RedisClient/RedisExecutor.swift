import Dispatch
import Synchronization

/// A serial executor on a dispatch queue of its own: blocking calls never sit on the cooperative pool.
///
/// Actors that share one call each other without changing threads; while one of them blocks, all of them wait. A task
/// that prefers it (`Task(executorPreference:)`) stays on its thread, too: a process all of whose tasks do leaves Swift's
/// own pool of threads, which wakes up once a second for good when it was used once, at rest.
public final class RedisExecutor: SerialExecutor, TaskExecutor, Sendable {
    let queue: DispatchQueue

    /// Makes an executor whose queue is called `label`.
    public init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    /// Runs a job on the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }

    /// Waits on this executor's clock, not on that of Swift's own pool; returns early when the task is cancelled.
    public nonisolated(nonsending) func sleep(until deadline: ContinuousClock.Instant) async {
        let alarm = Alarm()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard alarm.arm(continuation) else { return }
                queue.asyncAfter(deadline: .now() + .nanoseconds(Self.nanoseconds(until: deadline))) { alarm.ring() }
            }
        } onCancel: {
            alarm.ring()
        }
    }

    /// The same for a length of time.
    public nonisolated(nonsending) func sleep(for duration: Duration) async {
        await sleep(until: .now + duration)
    }

    private static func nanoseconds(until deadline: ContinuousClock.Instant) -> Int {
        let left = deadline - .now
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        return Int(min(seconds, 1 << 31)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    /// Stops the program when the caller is not on the queue.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}

/// Resumes whoever waits, once.
private final class Alarm: Sendable {
    private enum State {
        case idle
        case armed(CheckedContinuation<Void, Never>)
        case rung
    }

    private let state = Mutex(State.idle)

    /// Whether there is something to wait for; where it has rung before, the continuation is resumed at once.
    func arm(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        let isArmed = state.withLock { state in
            guard case .idle = state else { return false }
            state = .armed(continuation)
            return true
        }
        if !isArmed { continuation.resume() }
        return isArmed
    }

    func ring() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .rung }
            guard case .armed(let continuation) = state else { return nil }
            return continuation
        }
        waiting?.resume()
    }
}
