import RedisClient
import Synchronization

/// What a job's code does while it runs: says how far it is, saves checkpoints, and logs.
///
/// It is handed to the closure of ``JobPublisher/withJob(_:user:type:_:)``.
public struct JobScope: Sendable {
    /// The job.
    public let id: JobID
    /// The checkpoint of an earlier run, from which this one goes on; nil for a start from the beginning.
    public let checkpoint: Checkpoint?
    /// Publishes for this job, and for others.
    public let publisher: JobPublisher
    /// The job's log; lines are on their way at once, and take the worker no time.
    public var log: JobLogger { JobLogger(id: id, logs: publisher.logs) }

    private final class Outcome: Sendable {
        let result = Mutex<JSONValue?>(nil)
    }
    private let outcome = Outcome()

    init(id: JobID, checkpoint: Checkpoint?, publisher: JobPublisher) {
        self.id = id
        self.checkpoint = checkpoint
        self.publisher = publisher
    }

    /// What the job has made; stands in `job:state:{id}` and in the event when the closure returns.
    public func setResult(_ result: JSONValue) {
        outcome.result.withLock { $0 = result }
    }

    var result: JSONValue? { outcome.result.withLock { $0 } }

    /// Says what the job is doing and how far it is, 0–100.
    ///
    /// - Throws: `CancellationError` when the job was cancelled, `PublishError.invalid` for a percentage that is no number.
    ///   Where Redis is away the line is kept, and nothing is thrown.
    public func progress(_ step: String, _ percent: Double, partial: String? = nil) async throws {
        try await survive { () async throws(PublishError) in
            try await publisher.progress(id, step: step, percent: percent, partial: partial)
        }
    }

    /// Publishes a piece of the job's streaming text.
    public func chunk(_ text: String, isLast: Bool = false) async throws {
        try await survive { () async throws(PublishError) in try await publisher.chunk(id, text, isLast: isLast) }
    }

    /// Saves what the job needs to go on after a failure.
    public func checkpoint(
        _ step: String, _ percent: Double, partialOutput: String? = nil, customData: JSONValue? = nil
    ) async throws {
        try await survive { () async throws(PublishError) in
            try await publisher.checkpoint(
                id, step: step, percent: percent, partialOutput: partialOutput, customData: customData)
        }
    }

    /// Whether the job was set aside, by its worker or by a viewer: one question to Redis. False where Redis is away.
    public var isPaused: Bool {
        get async { (try? await publisher.states.load(id))??.status == .paused }
    }

    /// A job goes on while Redis is away, and stops when it was cancelled.
    private func survive(_ body: () async throws(PublishError) -> Void) async throws {
        try Task.checkCancellation()
        do throws(PublishError) {
            try await body()
        } catch {
            switch error {
            case .redis: return
            case .notAllowed(_, from: .cancelled, _): throw CancellationError()
            default: throw error
            }
        }
    }
}

/// Appends to one job's log without waiting.
public struct JobLogger: Sendable {
    let id: JobID
    let logs: JobLogManager

    /// Appends a line of level debug.
    public func debug(_ message: String, _ metadata: JSONValue? = nil) { post(.debug, message, metadata) }

    /// Appends a line of level info.
    public func info(_ message: String, _ metadata: JSONValue? = nil) { post(.info, message, metadata) }

    /// Appends a line of level warn.
    public func warn(_ message: String, _ metadata: JSONValue? = nil) { post(.warn, message, metadata) }

    /// Appends a line of level error.
    public func error(_ message: String, _ metadata: JSONValue? = nil) { post(.error, message, metadata) }

    private func post(_ level: LogLevel, _ message: String, _ metadata: JSONValue?) {
        logs.post(id, LogLine(level, message, metadata: metadata))
    }
}

/// An error that says more of a failure than its text: thrown from a job's closure, it becomes the job's `code` and
/// `recoverable`.
public struct JobFailure: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for people.
    public let message: String
    /// What went wrong, for programs.
    public let code: String?
    /// Whether the job can be resumed from its checkpoint.
    public let recoverable: Bool

    /// A failure; recoverable unless told otherwise.
    public init(_ message: String, code: String? = nil, recoverable: Bool = true) {
        self.message = message
        self.code = code
        self.recoverable = recoverable
    }

    /// The message.
    public var description: String { message }
}
