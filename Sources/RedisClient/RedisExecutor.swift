import Dispatch
import Synchronization

/// A serial executor on a dispatch queue of its own, or on a thread of its own: blocking calls never sit on the cooperative
/// pool.
///
/// Actors that share one call each other without changing threads; while one of them blocks, all of them wait. A task
/// that prefers it (`Task(executorPreference:)`) stays on its thread, too: a process all of whose tasks do leaves Swift's
/// own pool of threads, which wakes up once a second for good when it was used once, at rest.
public final class RedisExecutor: SerialExecutor, TaskExecutor, Sendable {
    private enum Base {
        case queue(DispatchQueue)
        case thread(PollThread)
    }

    private let base: Base

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - label: What its queue is called.
    ///   - hasThread: Whether it has a thread of its own for as long as it lives: what a socket brings is then taken in by
    ///     the thread that waited for it. A queue takes a thread only while it has work, and a second one waits.
    public init(label: String, hasThread: Bool = false) {
        if hasThread, let thread = PollThread() {
            base = .thread(thread)
        } else {
            base = .queue(DispatchQueue(label: label, qos: .userInitiated))
        }
    }

    /// Runs a job on the executor.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        perform { [self] in
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }

    /// Does something here, as soon as what was given before is done.
    func perform(_ work: @escaping @Sendable () -> Void) {
        switch base {
        case .queue(let queue): queue.async(execute: work)
        case .thread(let thread): thread.add(work)
        }
    }

    /// Does something here at a time.
    func perform(at due: ContinuousClock.Instant, _ work: @escaping @Sendable () -> Void) {
        switch base {
        case .queue(let queue):
            queue.asyncAfter(deadline: .now() + .nanoseconds(Self.nanoseconds(until: due)), execute: work)
        case .thread(let thread): thread.add(at: due, work)
        }
    }

    /// Does something here whenever a socket can be read; `nil` when no descriptor is free.
    func watch(_ descriptor: Int32, _ work: @escaping @Sendable () -> Void) -> ReadWatch? {
        switch base {
        case .queue(let queue): ReadWatch(descriptor, on: queue, handler: work)
        case .thread(let thread): ReadWatch(descriptor, on: thread, handler: work)
        }
    }

    /// Waits on this executor's clock, not on that of Swift's own pool; returns early when the task is cancelled.
    public nonisolated(nonsending) func sleep(until deadline: ContinuousClock.Instant) async {
        let alarm = Alarm()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard alarm.arm(continuation) else { return }
                perform(at: deadline) { alarm.ring() }
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

    /// Stops the program when the caller is not on the executor.
    public func checkIsolated() {
        switch base {
        case .queue(let queue): dispatchPrecondition(condition: .onQueue(queue))
        case .thread(let thread): precondition(thread.isCurrent, "this is not the executor's thread")
        }
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
