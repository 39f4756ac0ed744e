/// The jobs that a feed knows of: all of them in brief, and in full those that are on screen or were heard lately.
///
/// Pure: it is told the time.
struct JobDirectory: Sendable {
    /// Of how many jobs besides those on screen all that is known is kept.
    static let fullCount = 1_024

    private struct Entry {
        /// The index's last word on the job's activity; NaN where it has none.
        var score = Double.nan
        /// The round of discovery in which it was met last.
        var round: UInt32 = 0
        /// Whether it has any key; nil when nobody has looked yet.
        var hasKeys: Bool?
        var isActive = false

        mutating func learn(hasKeys: Bool?, isActive: Bool, round: UInt32) {
            self.hasKeys = hasKeys
            self.isActive = isActive
            self.round = round
        }
    }

    private var table = JobIDTable()
    /// By the numbers of the table; those that are not in use have an entry of the past.
    private var entries: [Entry] = []
    private var free: [JobIDTable.Number] = []
    private var full: [JobID: JobKnowledge] = [:]
    private var round: UInt32 = 1

    /// How many jobs are known.
    var count: Int { table.count }

    /// All that is known of a job; nil when it was not looked at lately.
    subscript(id: JobID) -> JobKnowledge? { full.isEmpty ? nil : full[id] }

    /// Whether anything is known of a job.
    func isKnown(_ id: JobID) -> Bool { table.number(of: id) != nil }

    /// Whether a job was seen to have keys.
    func hasKeys(_ id: JobID) -> Bool { table.number(of: id).map { entries[Int($0)].hasKeys == true } ?? false }

    private mutating func insert(_ id: JobID, _ entry: Entry) -> JobIDTable.Number {
        let number = free.popLast() ?? JobIDTable.Number(table.limit)
        table.insert(id, as: number)
        if Int(number) < entries.count { entries[Int(number)] = entry } else { entries.append(entry) }
        return number
    }

    /// Something of a job changed just now.
    mutating func hear(_ id: JobID, at now: Int64) { full[id]?.evidence.heardAt = now }

    /// Takes over what is known of a job now. In full only where `isKept`.
    mutating func learn(_ job: JobKnowledge, isActive: Bool, isKept: Bool) {
        let id = job.evidence.id
        let number = table.number(of: id) ?? insert(id, Entry())
        entries[Int(number)].learn(hasKeys: job.hasKeys, isActive: isActive, round: round)
        if isKept || !full.isEmpty { full[id] = isKept ? job : nil }
    }

    /// Nothing is left of a job.
    mutating func forget(_ id: JobID) {
        if let number = table.remove(id) {
            entries[Int(number)] = Entry()
            free.append(number)
        }
        full[id] = nil
    }

    /// Where it has become much, keeps in full only the jobs on screen, and those in which something happened since
    /// `time`, Unix ms, as long as they are few.
    mutating func tidy(keeping interest: FeedInterest, heardSince time: Int64) {
        guard full.count > 2 * Self.fullCount + interest.rows.count else { return }
        full = full.filter { interest.rows.contains($0.key) || $0.value.evidence.heardAt ?? 0 >= time }
        guard full.count > 2 * Self.fullCount + interest.rows.count else { return }
        full = full.filter { interest.rows.contains($0.key) }
    }

    /// Forgets the jobs that were met, and of which nothing was read or heard.
    mutating func forgetUnread() {
        let unused = Set(free)
        for index in entries.indices where entries[index].hasKeys == nil {
            let number = JobIDTable.Number(index)
            guard !unused.contains(number), full[table[number]] == nil else { continue }
            forget(table[number])
        }
    }

    // MARK: - Rounds of discovery

    /// A new round begins: no job was met.
    mutating func beginRound() { round &+= 1 }

    /// Takes a page of a round in.
    ///
    /// - Parameters:
    ///   - ids: the jobs of the page.
    ///   - scores: their activity as the index has it, in the same order; nil for a page of `SCAN`.
    ///   - isFollowed: whether the feed hears of a job by other means; it is told all that is known of it, for this directory
    ///     must not be looked at meanwhile.
    /// - Returns: the jobs to read: those that are not known, those in which, by the index, something happened, and those
    ///   that `SCAN` finds keys of where there were none.
    mutating func meet(
        _ ids: [JobID], scores: [Double]?, isFollowed: (JobID, JobKnowledge?) -> Bool
    ) -> [JobID] {
        var due: [JobID] = []
        for (place, id) in ids.enumerated() {
            guard let number = table.number(of: id).map(Int.init) else {
                due.append(id)
                _ = insert(id, Entry(score: scores?[place] ?? .nan, round: round))
                continue
            }
            let wasMet = entries[number].round == round
            entries[number].round = round
            guard let score = scores?[place] else {
                // It had no key when the index named it, and has one now; or it was to be read in an earlier round. One that
                // was met in this round is being read.
                if entries[number].hasKeys.map({ !$0 }) ?? !wasMet { due.append(id) }
                continue
            }
            // Where the index says something for the first time, the job may have been read after that.
            let hasChanged = !entries[number].score.isNaN && entries[number].score != score
            entries[number].score = score
            if hasChanged || entries[number].hasKeys == nil, !isFollowed(id, self[id]) { due.append(id) }
        }
        return due
    }

    /// At the end of a round, the jobs to read: those that it did not meet, of which probably nothing is left, and, at most
    /// `limit`, active ones of which no index tells.
    func unmet(limit: Int, isFollowed: (JobID, JobKnowledge?) -> Bool) -> [JobID] {
        var gone: [JobID] = []
        var silent: [JobID] = []
        for (index, entry) in entries.enumerated() where entry.hasKeys == true {
            let number = JobIDTable.Number(index)
            if entry.round != round {
                gone.append(table[number])
            } else if entry.isActive, entry.score.isNaN, silent.count < limit {
                let id = table[number]
                if !isFollowed(id, self[id]) { silent.append(id) }
            }
        }
        return gone + silent
    }
}
