/// A change of a job's state that the rules know.
public enum JobTransition: Sendable, Hashable {
    /// Straight to another state, as ``JobState/canTransition(to:)`` has it.
    case become(JobState)
    /// A failed or cancelled job begins anew: created, progress 0, nothing left of the last try's error and result.
    case restart
    /// A paused job goes on. A failed one does so from its checkpoint: it is created again and runs, in one write,
    /// keeping its progress. Whether there is a checkpoint is for the caller to know.
    case resume

    /// Whether the change may begin from a state.
    public func isAllowed(from state: JobState) -> Bool {
        switch self {
        case .become(let next): state.canTransition(to: next)
        case .restart: state.canRestart
        case .resume: state == .paused || state == .failed
        }
    }

    /// Changes a record as the transition asks for at `now`, Unix ms.
    func apply(to record: inout JobStateRecord, from state: JobState, now: Int64) {
        switch self {
        case .become(let next):
            Self.enter(next, &record, now: now)
        case .restart:
            Self.beginAnew(&record)
            record.progress = 0
            record.step = nil
            Self.enter(.created, &record, now: now)
        case .resume:
            if state == .failed { Self.beginAnew(&record) }
            Self.enter(.running, &record, now: now)
        }
    }

    /// The state in which the transition ends.
    var end: JobState {
        switch self {
        case .become(let next): next
        case .restart: .created
        case .resume: .running
        }
    }

    /// What the next try does not take over from the last one.
    private static func beginAnew(_ record: inout JobStateRecord) {
        record.error = nil
        record.result = nil
        record.startedAt = nil
        record.completedAt = nil
        record.failedAt = nil
        record.attempt = (record.attempt ?? 1) + 1
    }

    private static func enter(_ state: JobState, _ record: inout JobStateRecord, now: Int64) {
        record.status = state
        switch state {
        case .created:
            record.createdAt = record.createdAt ?? now
        case .running:
            // Going on after a pause is no new beginning.
            record.startedAt = record.startedAt ?? now
        case .completed:
            record.completedAt = now
            record.progress = 100
        case .failed:
            record.failedAt = now
        case .paused, .cancelled:
            break
        }
    }
}
