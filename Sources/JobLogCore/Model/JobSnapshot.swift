/// What a viewer shows of a job at one moment, derived from all that is known of it: see ``JobDerivation``.
public struct JobSnapshot: Sendable, Hashable {
    /// The job.
    public var id: JobID
    /// The owner; nil when unknown.
    public var userID: String?
    /// The kind of job.
    public var type: String?
    /// The state; nil when nothing says any.
    public var state: JobState?
    /// Whether the job, known only by traces, has been silent for so long that it counts as gone. Such a job is not
    /// among the active ones, whatever its `state`.
    public var isLost: Bool
    /// Whether there is no `job:state` record: all that is known was told by log, checkpoint and events.
    public var isDerived: Bool
    /// Running, and nothing heard for 5 minutes.
    public var stalled: Bool
    /// Running, and nothing heard for 60 minutes.
    public var isHung: Bool
    /// What someone has asked for that only the job's worker can do, until something confirms or contradicts it.
    public var requested: JobAction?
    /// The step it is at.
    public var step: String?
    /// 0 to 100; nil when unknown.
    public var progress: Double?
    /// When it was created, Unix ms.
    public var createdAt: Int64?
    /// When it began to run, Unix ms.
    public var startedAt: Int64?
    /// The time of the newest evidence, Unix ms.
    public var updatedAt: Int64?
    /// When it was completed, Unix ms.
    public var completedAt: Int64?
    /// When it failed, Unix ms.
    public var failedAt: Int64?
    /// Why it failed.
    public var error: String?
    /// What it came to.
    public var result: JSONValue?
    /// Which try this is.
    public var attempt: Int?
    /// The workers seen, the state's own first.
    public var workers: [String]
    /// How many entries the log has; nil when not counted.
    public var logCount: Int?
    /// The checkpoint; nil when there is none.
    public var checkpoint: Checkpoint?
    /// When the job was last heard of, Unix ms: what `stalled` counts from.
    public var lastHeard: Int64?

    /// A snapshot that knows only the id.
    public init(id: JobID) {
        self.id = id
        isLost = false
        isDerived = false
        stalled = false
        isHung = false
        workers = []
    }

    /// The same job at a later time, when nothing was heard of it since: it may have become stalled, hung or lost.
    public func aged(to now: Int64) -> JobSnapshot {
        var job = self
        job.age(to: now)
        return job
    }

    mutating func age(to now: Int64) {
        let silence = lastHeard.map { now - $0 } ?? 0
        stalled = state == .running && silence >= JobDerivation.stalledAfter
        isHung = state == .running && silence >= JobDerivation.hungAfter
        isLost = isHung && isDerived
    }

    /// Whether there is a checkpoint.
    public var checkpointAvailable: Bool { checkpoint != nil }

    /// Whether a list of active jobs shows it: created, running or paused, and not lost.
    public var isListedAsActive: Bool { !isLost && (state == .created || state?.isActive == true) }

    /// The word for the state, `lost` included; nil when nothing says any.
    public var stateText: String? { isLost ? "lost" : state?.rawValue }
}
