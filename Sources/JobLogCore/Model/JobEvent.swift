/// An event from `job:event:{id}`, in whichever of the wire's three shapes it came.
public struct JobEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A step and a percentage.
        case progress
        /// A piece of streamed text.
        case chunk(text: String, isLast: Bool)
        /// A checkpoint was saved.
        case checkpoint
        /// The job is done.
        case completed
        /// The job ended by an error.
        case failed
        /// The job was cancelled.
        case cancelled
        /// The job was recorded.
        case created
        /// The job runs.
        case running
        /// The job was set aside.
        case paused
        /// The job was taken up again.
        case resumed
        /// A worker began with the job.
        case started
        /// The job was taken back to the start.
        case restarted
        /// A kind that is not known, as written.
        case unknown(String)
    }

    /// What happened.
    public var kind: Kind
    /// The job as the event has it; the channel's id is the one that counts.
    public var jobID: String?
    /// The owner.
    public var userID: String?
    /// The state that the event says or means; nil when it means none (chunks, checkpoints, unknown kinds).
    public var state: JobState?
    /// The step.
    public var step: String?
    /// 0 to 100.
    public var progress: Double?
    /// Output so far.
    public var partial: String?
    /// The error's text.
    public var error: String?
    /// The error's code.
    public var code: String?
    /// Whether a retry can help.
    public var recoverable: Bool?
    /// Why the job was cancelled.
    public var reason: String?
    /// The result of a completed job.
    public var result: JSONValue?
    /// How long the job took, in ms.
    public var duration: Double?
    /// The checkpoint's data as the worker sent it.
    public var checkpoint: JSONValue?
    /// Unix time in ms.
    public var timestamp: Int64?
    /// The publisher's number of the event.
    public var sequence: Int?
    /// The worker that published it.
    public var worker: String?

    /// An event; set what else it has.
    public init(
        _ kind: Kind, jobID: String? = nil, userID: String? = nil, state: JobState? = nil, step: String? = nil,
        progress: Double? = nil, timestamp: Int64? = nil, sequence: Int? = nil, worker: String? = nil
    ) {
        self.kind = kind
        self.jobID = jobID
        self.userID = userID
        self.state = state ?? kind.impliedState
        self.step = step
        self.progress = progress
        self.timestamp = timestamp
        self.sequence = sequence
        self.worker = worker
    }
}

extension JobEvent.Kind {
    /// The state that an event of this kind means when it says none.
    var impliedState: JobState? {
        switch self {
        case .progress, .running, .resumed, .started: .running
        case .created, .restarted: .created
        case .paused: .paused
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        case .chunk, .checkpoint, .unknown: nil
        }
    }

    /// The word between `job:` and `:v1`; nil for a kind that is not known.
    var word: String? {
        switch self {
        case .progress: "progress"
        case .chunk: "chunk"
        case .checkpoint: "checkpoint"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .created: "created"
        case .running: "running"
        case .paused: "paused"
        case .resumed: "resumed"
        case .started: "started"
        case .restarted: "restarted"
        case .unknown: nil
        }
    }
}
