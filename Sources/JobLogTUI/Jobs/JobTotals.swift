import JobLogCore

/// How many jobs are in which state.
struct JobTotals: Sendable, Hashable {
    private var byState: [JobState: Int] = [:]
    /// All jobs.
    private(set) var all = 0
    /// Those that a list of active jobs shows.
    private(set) var active = 0

    subscript(state: JobState) -> Int { byState[state] ?? 0 }

    /// A job counts so now, where it counted so before.
    mutating func change(from old: JobTally?, to new: JobTally?) {
        count(old, -1)
        count(new, 1)
    }

    private mutating func count(_ job: JobTally?, _ one: Int) {
        guard let job else { return }
        all += one
        if job.isActive { active += one }
        if let state = job.state { byState[state, default: 0] += one }
    }
}

/// As what a job counts.
struct JobTally: Sendable, Hashable {
    /// Its state; nil where it is lost or in none.
    var state: JobState?
    /// Whether a list of active jobs shows it.
    var isActive: Bool
}
