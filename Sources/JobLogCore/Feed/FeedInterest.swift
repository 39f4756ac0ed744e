/// What a viewer has on screen, and so what its feed keeps up to date.
public struct FeedInterest: Sendable, Hashable {
    /// The jobs whose rows are on screen or within a page of it.
    public var rows: Set<JobID>
    /// The jobs whose logs are open.
    public var logs: Set<JobID>
    /// Whether a list of jobs is on screen, so that new and vanished ones are to be found.
    public var discovers: Bool

    /// Nothing on screen, unless told otherwise.
    public init(rows: Set<JobID> = [], logs: Set<JobID> = [], discovers: Bool = false) {
        self.rows = rows
        self.logs = logs
        self.discovers = discovers
    }

    /// All jobs that are on screen in one way or another.
    var jobs: Set<JobID> { rows.union(logs) }
}
