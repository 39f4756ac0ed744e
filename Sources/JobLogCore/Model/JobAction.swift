/// What a viewer can ask to be done with a job.
public enum JobAction: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// End it.
    case cancel
    /// Set it aside.
    case pause
    /// Let a paused job go on, or a failed one from its checkpoint.
    case resume
    /// Begin a failed or cancelled job anew.
    case restart
    /// Delete its checkpoint.
    case clearCheckpoint
    /// Delete its log.
    case deleteLogs
    /// Delete all that Redis has of it.
    case remove

    /// What is said to have been done: `cancelled`, `logs deleted`.
    public var done: String {
        switch self {
        case .cancel: "cancelled"
        case .pause: "paused"
        case .resume: "resumed"
        case .restart: "restarted"
        case .clearCheckpoint: "checkpoint cleared"
        case .deleteLogs: "logs deleted"
        case .remove: "removed"
        }
    }

    /// The name in an entry's metadata and in JSON.
    public var description: String { rawValue }
}

/// Something that was asked for and that only the job's worker can do.
public struct JobRequest: Sendable, Hashable {
    /// What was asked for.
    public let action: JobAction
    /// When, Unix ms.
    public let time: Int64

    /// A request of a time in Unix ms.
    public init(_ action: JobAction, at time: Int64) {
        self.action = action
        self.time = time
    }

    /// Whether a state that was said afterwards confirms or contradicts the request. That a job which is to be
    /// cancelled still runs does neither.
    func isSettled(by state: JobState) -> Bool {
        switch action {
        case .cancel: state.isTerminal
        case .pause: state == .paused || state.isTerminal
        case .resume: state != .paused
        case .restart: true
        case .clearCheckpoint, .deleteLogs, .remove: false
        }
    }
}
