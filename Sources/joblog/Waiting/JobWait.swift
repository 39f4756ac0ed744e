import JobLogCore

/// Which of the awaited jobs have come to their outcome. Pure.
struct JobWait {
    /// How waiting for one job ended.
    struct Outcome {
        let turn: JobTurn
        /// Whether it is what was awaited.
        let isAwaited: Bool
    }

    private let jobs: [JobID]
    private let awaited: Set<JobCondition>
    private let endsWithFirst: Bool
    private var outcomes: [JobID: Outcome] = [:]

    /// Waits until each of the jobs, or with `endsWithFirst` any of them, was in one of these conditions, or can no longer
    /// come to it.
    init(jobs: [JobID], until awaited: Set<JobCondition>, endsWithFirst: Bool) {
        self.jobs = jobs
        self.awaited = awaited
        self.endsWithFirst = endsWithFirst
    }

    /// Whether there is nothing left to wait for.
    var isOver: Bool { outcomes.count == jobs.count || endsWithFirst && outcomes.values.contains(where: \.isAwaited) }

    /// The jobs that are still waited for.
    var pending: [JobID] { jobs.filter { outcomes[$0] == nil } }

    /// How waiting ended, where it is over: that of the first job which did not come to what was awaited counts.
    var result: Outcome? {
        let ended = jobs.compactMap { outcomes[$0] }
        if endsWithFirst, let first = ended.first(where: \.isAwaited) { return first }
        return ended.first { !$0.isAwaited } ?? ended.first
    }

    /// Takes in that jobs turned; gives the outcomes that this means.
    mutating func take(_ turns: [JobTurn]) -> [Outcome] {
        turns.compactMap { turn in
            let id = turn.job.id
            guard outcomes[id] == nil, jobs.contains(id) else { return nil }
            let isAwaited = turn.to.map(awaited.contains) ?? false
            // Who has ended, or is gone, comes to nothing else.
            guard isAwaited || turn.hasEnded else { return nil }
            let outcome = Outcome(turn: turn, isAwaited: isAwaited)
            outcomes[id] = outcome
            return outcome
        }
    }

    /// Takes in what a job's event said: it may be over before the job is told.
    mutating func take(_ event: JobEvent, of id: JobID) -> [Outcome] {
        guard let state = event.state, awaited.contains(JobCondition(state)) else { return [] }
        var job = JobSnapshot(id: id)
        (job.state, job.step, job.progress, job.error) = (state, event.step, event.progress, event.error)
        return take([JobTurn(job: job, from: nil, to: JobCondition(state))])
    }
}
