/// Events of jobs that are not on screen, until what the keys say of these jobs has been read.
///
/// Pure: of each job the newest are kept, in their order.
struct UnreadEvents: Sendable {
    private var events: [JobID: [JobEvent]] = [:]
    /// Who waits, longest first.
    private var order: [JobID] = []

    /// How many jobs wait.
    var count: Int { order.count }

    /// Whether events of a job wait, so that newer ones must not be told before them.
    func contains(_ id: JobID) -> Bool { events[id] != nil }

    /// Adds events of a job.
    mutating func add(_ new: [JobEvent], of id: JobID) {
        guard let held = events[id] else {
            order.append(id)
            events[id] = new
            return
        }
        events[id] = EventInbox.coalesced(held + new).suffix(EventInbox.depth)
    }

    /// The events of at most so many jobs; they wait no longer.
    mutating func take(_ count: Int) -> [(id: JobID, events: [JobEvent])] {
        let ids = order.prefix(count)
        order.removeFirst(ids.count)
        return ids.map { ($0, events.removeValue(forKey: $0) ?? []) }
    }

    /// Forgets the events of jobs that are not on screen.
    mutating func keepOnly(_ visible: Set<JobID>) {
        order.removeAll { !visible.contains($0) }
        events = events.filter { visible.contains($0.key) }
    }
}
