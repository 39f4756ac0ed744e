import JobLogCore

/// Whose jobs are, as it was looked up lately, so that not every event costs a look at the job.
///
/// An id can come to belong to another user. Nothing says that for certain but the job itself: it is looked at again when an
/// event begins a job or names another user than before, and after half a minute in any case.
///
/// Pure.
struct OwnerMemory: Sendable {
    private struct Known {
        let owner: String
        /// The user that the event named on which the owner was looked up.
        let named: String?
        let end: ContinuousClock.Instant
    }

    /// Of how many jobs the owner is remembered.
    static let most = 50_000
    /// For how long at most.
    static let age = Duration.seconds(30)

    private var known: [JobID: Known] = [:]

    /// How many owners are remembered.
    var count: Int { known.count }

    /// The owner of a job of which this event tells; nil where the job must be looked at.
    func owner(of id: JobID, on event: JobEvent?, now: ContinuousClock.Instant = .now) -> String? {
        guard let known = known[id], now < known.end else { return nil }
        if let event {
            switch event.kind {
            case .created, .started, .restarted: return nil
            default: if let named = event.userID, named != known.named { return nil }
            }
        }
        return known.owner
    }

    /// Remembers what was looked up on an event; that it is nobody's is not remembered, since it may be soon.
    mutating func remember(
        _ owner: String?, of id: JobID, on event: JobEvent?, now: ContinuousClock.Instant = .now
    ) {
        if known.count >= Self.most, known[id] == nil {
            known = known.filter { now < $0.value.end }
            // Looking them all through is worth it for many at once only.
            if known.count > Self.most / 2 { known = [:] }
        }
        known[id] = owner.map { Known(owner: $0, named: event?.userID, end: now + Self.age) }
    }
}
