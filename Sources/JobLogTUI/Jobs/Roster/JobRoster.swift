import JobLogCore

/// All jobs that are known: each in an entry of fixed size, and in full only those that somebody looks at.
///
/// A job has a number as long as it is known. Words that jobs share are held once.
struct JobRoster: Sendable {
    /// A job's number.
    typealias Number = Int32

    /// How many jobs are kept in full besides those that are looked at.
    private static let spare = 256

    private var table = JobIDTable()
    private var entries: [RosterEntry?] = []
    private var free: [Number] = []
    /// Numbers of removed jobs that a list may still have.
    private var removed: [Number] = []
    private(set) var names = NameTable()
    private var full: [JobID: JobReading] = [:]
    /// When time alone may bring a job into another condition, in Unix ms, or earlier; nil for never.
    private(set) var turnsAt: Int64?

    /// What a reading has changed.
    struct Change {
        let number: Number
        /// What was known of the job; nil for a new one.
        let before: RosterEntry?
        let after: RosterEntry
    }

    /// How many jobs are known.
    var count: Int { table.count }

    /// The ids by their numbers.
    var ids: IDArena { table.ids }

    /// One more than the greatest number.
    var limit: Int { table.limit }

    func number(of id: JobID) -> Number? { table.number(of: id) }

    func id(_ number: Number) -> JobID { table[number] }

    /// A job's entry; nil when the number is not in use.
    func entry(_ number: Number) -> RosterEntry? { entries[Int(number)] }

    /// Whether a number is in use.
    func isKnown(_ number: Number) -> Bool { entries[Int(number)] != nil }

    /// A job as it was read last; of one that nobody looked at lately, what is kept of it.
    func reading(of id: JobID, now: Int64) -> JobReading? {
        if let reading = full[id] { return reading }
        guard let number = table.number(of: id), let entry = entries[Int(number)] else { return nil }
        return JobReading(
            snapshot: entry.snapshot(of: id, names, now: now), tail: [], checkpoint: nil,
            isEventsOnly: entry.flags.contains(.isEventsOnly), wasRead: false, problems: [])
    }

    /// Takes a reading in.
    mutating func take(_ reading: JobReading, now: Int64) -> Change {
        let id = reading.snapshot.id
        let number: Number
        var flags: RosterEntry.Flags = []
        var firstSeen = now
        var before: RosterEntry?
        if let known = table.number(of: id) {
            number = known
            before = entries[Int(number)]
            if let old = before {
                flags = old.flags.intersection([.wasActive, .hasErrors])
                firstSeen = old.firstSeen ?? now
                old.give(&names)
            }
        } else if let unused = free.popLast() {
            number = unused
            table.insert(id, as: number)
        } else {
            number = Number(table.limit)
            table.insert(id, as: number)
            entries.append(nil)
        }
        let entry = RosterEntry(
            reading.snapshot, isEventsOnly: reading.isEventsOnly, firstSeen: firstSeen, flags: flags, &names)
        entries[Int(number)] = entry
        full[id] = reading
        if let time = entry.turnsAt { turnsAt = min(turnsAt ?? time, time) }
        return Change(number: number, before: before, after: entry)
    }

    // MARK: - What time alone does

    /// The jobs that are in another condition by now than they were seen in. Who does not see them is told again at
    /// `again`, Unix ms.
    mutating func overdue(at now: Int64, again: Int64) -> [Number] {
        guard let turnsAt, turnsAt <= now else { return [] }
        var found: [Number] = []
        var next = Int64.max
        for (index, entry) in entries.enumerated() {
            guard let time = entry?.turnsAt else { continue }
            if time <= now { found.append(Number(index)) } else { next = min(next, time) }
        }
        // All are looked through for it: not too often.
        next = found.isEmpty ? max(next, now + 1_000) : min(max(next, now + 1_000), again)
        self.turnsAt = next == .max ? nil : next
        return found
    }

    /// A job is seen at `now`.
    mutating func see(_ number: Number, at now: Int64) {
        entries[Int(number)]?.see(at: now)
        if let time = entries[Int(number)]?.turnsAt { turnsAt = min(turnsAt ?? time, time) }
    }

    /// Forgets a job; gives its number, which stays out of use until ``settle(keeping:)``.
    mutating func remove(_ id: JobID) -> Number? {
        guard let number = table.remove(id) else { return nil }
        entries[Int(number)]?.give(&names)
        entries[Int(number)] = nil
        full[id] = nil
        removed.append(number)
        return number
    }

    /// Sets or clears a flag of a job.
    mutating func set(_ flag: RosterEntry.Flags, of number: Number, to isSet: Bool) {
        if isSet { entries[Int(number)]?.flags.insert(flag) } else { entries[Int(number)]?.flags.remove(flag) }
    }

    /// Sets or clears a flag of all jobs.
    mutating func setAll(_ flag: RosterEntry.Flags, to isSet: Bool) {
        for number in entries.indices { set(flag, of: Number(number), to: isSet) }
    }

    /// Whether many jobs are kept in full.
    var isCrowded: Bool { full.count > 2 * Self.spare }

    /// Numbers of jobs that are gone may be used again. Where it is crowded, only these jobs are kept in full.
    mutating func settle(keeping wanted: Set<JobID>) {
        if !removed.isEmpty {
            free += removed
            removed = []
        }
        names.settle()
        if isCrowded { full = full.filter { wanted.contains($0.key) } }
    }
}
