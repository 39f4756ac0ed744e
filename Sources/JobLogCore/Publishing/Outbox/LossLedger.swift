/// Counts the entries of each job that are in no log, until the log itself says how many.
struct LossLedger {
    /// What became of an entry.
    enum Fate {
        /// It gave way to newer ones.
        case dropped
        /// Redis will never take it.
        case refused
    }

    private struct Losses {
        var dropped = 0
        var refused = 0
        /// Redis refused something for this log: it is likely to refuse what would be said of it as well.
        var isRefusing = false
    }

    private let worker: WorkerIdentity
    private var jobs: [JobID: Losses] = [:]

    /// A ledger without entries.
    init(worker: WorkerIdentity) {
        self.worker = worker
    }

    /// Whether there is something to say that need not wait for an entry to travel with.
    var mustBeTold: Bool { !jobs.isEmpty && jobs.contains { !$0.value.isRefusing } }

    /// Counts an entry; one that speaks of others counts for these, not for itself.
    mutating func add(_ entry: OutboundEntry, _ fate: Fate) {
        if let lost = entry.lost {
            add(lost, of: entry.job)
        } else {
            add(fate == .dropped ? .dropped(1) : .refused(1), of: entry.job)
        }
        if fate == .refused { jobs[entry.job]?.isRefusing = true }
    }

    /// Counts entries.
    mutating func add(_ lost: OutboundEntry.Lost, of job: JobID) {
        switch lost {
        case .dropped(let count): jobs[job, default: Losses()].dropped += count
        case .refused(let count):
            jobs[job, default: Losses()].refused += count
            jobs[job]?.isRefusing = true
        }
    }

    /// What the logs are to say, before some parcels; it counts as said.
    mutating func notices(before parcels: [Parcel]) -> [OutboundEntry] {
        if jobs.isEmpty { return [] }
        let company = Set(parcels.compactMap { $0.entry?.job })
        var notices: [OutboundEntry] = []
        for (job, losses) in jobs.sorted(by: { $0.key < $1.key }) where !losses.isRefusing || company.contains(job) {
            jobs[job] = nil
            if losses.dropped > 0 { notices.append(OutboundEntry(.dropped(losses.dropped), of: job, by: worker)) }
            if losses.refused > 0 { notices.append(OutboundEntry(.refused(losses.refused), of: job, by: worker)) }
        }
        return notices
    }
}
