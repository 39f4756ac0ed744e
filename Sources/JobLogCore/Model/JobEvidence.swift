/// All that a viewer knows of a job.
public struct JobEvidence: Sendable {
    /// The job.
    public var id: JobID
    /// `job:state:{id}`.
    public var state: JobStateRecord?
    /// The newest lines of the log, newest last.
    public var tail: [LogRecord]
    /// How many lines the log has; nil when not counted.
    public var logCount: Int?
    /// `checkpoint:{id}`.
    public var checkpoint: Checkpoint?
    /// What events have said.
    public var events: EventEvidence?
    /// When this viewer itself last saw something of the job change, Unix ms. It only counts for how long the job has
    /// been silent: the clocks of workers may be off.
    public var heardAt: Int64?
    /// A request that was pending when the log was read before: on a busy job its line is soon not among the newest.
    public var request: JobRequest?

    /// Evidence of these kinds.
    public init(
        id: JobID, state: JobStateRecord? = nil, tail: [LogRecord] = [], logCount: Int? = nil,
        checkpoint: Checkpoint? = nil, events: EventEvidence? = nil, heardAt: Int64? = nil,
        request: JobRequest? = nil
    ) {
        self.id = id
        self.state = state
        self.tail = tail
        self.logCount = logCount
        self.checkpoint = checkpoint
        self.events = events
        self.heardAt = heardAt
        self.request = request
    }
}
