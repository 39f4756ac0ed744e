import JobLogCore

/// Which jobs come into another condition while somebody looks.
extension JobsModel {
    /// So much of the server was looked through for jobs, 0–1; nil for all of it.
    mutating func takeDiscovery(_ progress: Double?, now: Int64) {
        discovery = progress
        if progress == nil, listedAt == nil { listedAt = now }
    }

    func turn(of job: JobSnapshot, _ change: JobRoster.Change) -> JobTurn? {
        let (old, new) = (change.before?.seenCondition, change.after.seenCondition)
        guard old != new else { return nil }
        // What is there before all was looked through is no news, nor is what is found later and was there before.
        if old == nil, job.lastHeard ?? 0 < listedAt ?? .max { return nil }
        return JobTurn(job: job, from: old, to: new)
    }

    /// When time alone may turn a job, in Unix ms, or earlier; nil for never.
    var turnsAt: Int64? { roster.turnsAt }

    /// The jobs that time alone has turned.
    ///
    /// - Parameters:
    ///   - now: Unix ms.
    ///   - again: when those that are not told now are looked at again.
    ///   - isKnown: whether something would have been heard of a job, had it done anything.
    /// - Returns: the jobs that turned, and those of which that cannot be said before they are read again.
    mutating func turn(
        at now: Int64, again: Int64, isKnown: (JobID) -> Bool
    ) -> (turns: [JobTurn], doubtful: [JobID]) {
        var (turns, doubtful): ([JobTurn], [JobID]) = ([], [])
        for number in roster.overdue(at: now, again: again) {
            let id = roster.id(number)
            guard isKnown(id) else {
                doubtful.append(id)
                continue
            }
            let old = roster.entry(number)?.seenCondition
            roster.see(number, at: now)
            guard let job = roster.reading(of: id, now: now)?.snapshot.aged(to: now) else { continue }
            turns.append(JobTurn(job: job, from: old, to: job.condition))
        }
        return (turns, doubtful)
    }
}
