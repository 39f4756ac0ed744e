/// Decides what to read: of all that changed, only what is on screen, each key once however often it changed.
///
/// Pure. A change that is told while the key is being read makes it due again, so none is missed.
struct FeedPlanner: Sendable {
    /// What one fetch reads.
    struct Plan: Sendable, Hashable {
        /// Jobs of which state, checkpoint and the end of the log are read.
        var rows: Set<JobID>
        /// Logs, with how many of the newest entries to read where that is known.
        var logs: [JobID: Int?]

        var isEmpty: Bool { rows.isEmpty && logs.isEmpty }
    }

    private(set) var interest = FeedInterest()
    private var due = Plan(rows: [], logs: [:])

    /// Whether there is something to read.
    var hasWork: Bool { !due.isEmpty }

    /// Takes a new interest; what comes into view is due.
    mutating func watch(_ interest: FeedInterest) {
        due.rows.formUnion(interest.rows.subtracting(self.interest.rows))
        for id in interest.logs.subtracting(self.interest.logs) { due.logs.updateValue(nil, forKey: id) }
        self.interest = interest
        due.rows.formIntersection(interest.rows)
        due.logs = due.logs.filter { interest.logs.contains($0.key) }
    }

    /// A key of a job has changed.
    mutating func changed(_ kind: JobKeys.Kind, of id: JobID) {
        if interest.rows.contains(id) { due.rows.insert(id) }
        if kind == .logs { logChanged(id) }
    }

    /// Something about a job has changed, and no key says what.
    mutating func changed(_ id: JobID) {
        if interest.rows.contains(id) { due.rows.insert(id) }
        logChanged(id)
    }

    /// Reads that failed are to be tried again.
    mutating func retry(rows: [JobID], logs: [JobID]) {
        due.rows.formUnion(interest.rows.intersection(rows))
        for id in logs { logChanged(id) }
    }

    /// Everything on screen may have changed.
    mutating func allChanged() {
        due.rows = interest.rows
        for id in interest.logs { logChanged(id) }
    }

    /// A log must be read again, this many entries deep.
    mutating func read(_ id: JobID, newest count: Int) {
        guard interest.logs.contains(id) else { return }
        due.logs.updateValue(count, forKey: id)
    }

    /// What to read now; nothing is due afterwards.
    mutating func take() -> Plan? {
        guard hasWork else { return nil }
        defer { due = Plan(rows: [], logs: [:]) }
        return due
    }

    private mutating func logChanged(_ id: JobID) {
        guard interest.logs.contains(id), due.logs[id] == nil else { return }
        due.logs.updateValue(nil, forKey: id)
    }
}
