/// That a job came into another condition, or was seen for the first time.
public struct JobTurn: Sendable, Hashable {
    /// The job as it is now; of one that is gone, its id only.
    public var job: JobSnapshot
    /// How it was before; nil for a job that was not known.
    public var from: JobCondition?
    /// How it is now; nil where nothing is left of it in Redis.
    public var to: JobCondition?

    /// A turn of these parts.
    public init(job: JobSnapshot, from: JobCondition?, to: JobCondition?) {
        self.job = job
        self.from = from
        self.to = to
    }

    /// Whether the job has come to an end, or is gone.
    package var hasEnded: Bool { to.map { $0.isEnd || $0 == .lost } ?? true }
}

/// Notices in what a feed tells which jobs came into another condition. Pure: it is told the time.
public struct JobTurns: Sendable {
    private var known: [JobID: JobCondition] = [:]
    /// Jobs that time alone may turn.
    private var running: [JobID: JobSnapshot] = [:]

    /// No job is known.
    public init() {}

    /// Takes jobs in as they are at `now`, Unix ms.
    public mutating func take(_ readings: [JobReading], now: Int64) -> [JobTurn] {
        readings.compactMap { turn($0.snapshot.aged(to: now)) }
    }

    /// Takes in that nothing is left of jobs.
    public mutating func lose(_ ids: [JobID]) -> [JobTurn] {
        ids.compactMap { id in
            running[id] = nil
            return known.removeValue(forKey: id).map { JobTurn(job: JobSnapshot(id: id), from: $0, to: nil) }
        }
    }

    /// Time has passed: jobs of which nothing was heard have stalled, or are lost.
    public mutating func age(to now: Int64) -> [JobTurn] {
        running.values.map { $0.aged(to: now) }.sorted { $0.id < $1.id }.compactMap { turn($0) }
    }

    private mutating func turn(_ job: JobSnapshot) -> JobTurn? {
        running[job.id] = job.state == .running ? job : nil
        let (old, new) = (known[job.id], job.condition)
        guard old != new else { return nil }
        known[job.id] = new
        return JobTurn(job: job, from: old, to: new)
    }
}
