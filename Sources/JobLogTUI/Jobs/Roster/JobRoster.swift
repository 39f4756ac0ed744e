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

    /// Takes a reading in; gives the job's number.
    mutating func take(_ reading: JobReading, now: Int64) -> Number {
        let id = reading.snapshot.id
        let number: Number
        var flags: RosterEntry.Flags = []
        var firstSeen = now
        if let known = table.number(of: id) {
            number = known
            if let old = entries[Int(number)] {
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
        entries[Int(number)] = RosterEntry(
            reading.snapshot, isEventsOnly: reading.isEventsOnly, firstSeen: firstSeen, flags: flags, &names)
        full[id] = reading
        return number
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
