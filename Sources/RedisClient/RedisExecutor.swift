import Dispatch

/// A serial executor on a dispatch queue of its own: blocking calls never sit on the cooperative pool.
///
/// Actors that share one call each other without changing threads; while one of them blocks, all of them wait.
public final class RedisExecutor: SerialExecutor, Sendable {
    let queue: DispatchQueue

    /// Makes an executor whose queue is called `label`.
    public init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    /// Runs a job on the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }

    /// Stops the program when the caller is not on the queue.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
