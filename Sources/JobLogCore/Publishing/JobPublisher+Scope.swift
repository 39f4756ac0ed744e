import RedisClient
import Synchronization

extension JobPublisher {
    /// Runs a job: marks its start, and its end by how the closure ends.
    ///
    /// The job becomes running; where it was begun before, the closure is handed its checkpoint. A request to cancel
    /// (`job:cancel:{id}`) cancels the closure's task. The job is completed when the closure returns, cancelled when it
    /// throws after such a request or because this task was cancelled, and otherwise failed by what it throws: with code
    /// and `recoverable` of a ``JobFailure``, else recoverable where there is a checkpoint. While Redis is away the job
    /// runs all the same. What the closure logs by swift-log goes to the job's log where ``JobLogHandler`` is in place.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - user: Whose it is; the stored owner unless given.
    ///   - type: Which kind of job.
    ///   - body: Does the work.
    /// - Returns: What the closure returns.
    /// - Throws: What the closure throws; `PublishError.notAllowed` when the job has ended already, `.invalid` when
    ///   nothing says whose it is.
    public nonisolated func withJob<Value: Sendable>(
        _ id: JobID, user: String? = nil, type: String? = nil,
        _ body: @escaping @Sendable (JobScope) async throws -> Value
    ) async throws -> Value {
        let scope = JobScope(id: id, checkpoint: try await start(id, user: user, type: type), publisher: self)
        let context = JobContext(id: id, logs: logs)
        let work = Task { try await JobContext.$current.withValue(context) { try await body(scope) } }
        let asked = Asked()
        let number = await cancels.listen(to: id) {
            asked.set()
            work.cancel()
        }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            asked.set()
            work.cancel()
        }
        await cancels.ignore(id, number)
        await end(id, result.map { _ in scope.result }, wasAsked: asked.value)
        return try result.get()
    }

    /// Whether someone has asked to cancel.
    private final class Asked: Sendable {
        private let state = Mutex(false)
        var value: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    private func start(_ id: JobID, user: String?, type: String?) async throws(PublishError) -> Checkpoint? {
        var checkpoint: Checkpoint?
        do throws(PublishError) {
            checkpoint = try await attach(id, user: user, type: type)
        } catch {
            guard case .redis = error, let user else { throw error }
            try adopt(id, user: user, type: type)
        }
        do throws(PublishError) {
            try await running(id)
        } catch {
            guard case .redis = error else { throw error }
        }
        return checkpoint
    }

    private func end(_ id: JobID, _ result: Result<JSONValue?, any Error>, wasAsked: Bool) async {
        do throws(PublishError) {
            switch result {
            case .success(let value): try await complete(id, result: value)
            case .failure(let error) where wasAsked || error is CancellationError:
                try await cancel(id, reason: error is CancellationError ? nil : "\(error)")
            case .failure(let error as JobFailure):
                try await fail(id, error: error.message, code: error.code, recoverable: error.recoverable)
            case .failure(let error):
                let canResume = jobs[id]?.checkpoint != nil
                try await fail(id, error: "\(error)", recoverable: canResume)
            }
        } catch {
            // Someone else has ended the job, or Redis is away and the end is written when it is back.
            if case .notAllowed = error { forget(id) }
        }
    }
}
