/// The state of a job, as the wire has it.
public enum JobState: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Known, not begun.
    case created
    /// Being worked on.
    case running
    /// Set aside, to be taken up again.
    case paused
    /// Done.
    case completed
    /// Ended by an error.
    case failed
    /// Ended on request.
    case cancelled

    /// The state a writer means, in any letter case; nil for an unknown word.
    ///
    /// Older writers say `pending` and `queued` for created, `active`, `processing`, `checkpointed` and `progress` for
    /// running.
    public init?(wire text: String) {
        if let state = JobState(rawValue: text) {
            self = state
            return
        }
        switch text.lowercased() {
        case "created", "pending", "queued": self = .created
        case "running", "active", "processing", "checkpointed", "progress": self = .running
        case "paused": self = .paused
        case "completed": self = .completed
        case "failed": self = .failed
        case "cancelled", "canceled": self = .cancelled
        default: return nil
        }
    }

    /// Running or paused.
    public var isActive: Bool { self == .running || self == .paused }

    /// Completed, failed or cancelled.
    public var isTerminal: Bool { self == .completed || self == .failed || self == .cancelled }

    /// Whether a job may go straight from this state to `next`. Restarting is apart: see ``canRestart``.
    public func canTransition(to next: JobState) -> Bool {
        switch (self, next) {
        case (.created, .running), (.created, .cancelled): true
        case (.running, .paused), (.running, .completed), (.running, .failed), (.running, .cancelled): true
        case (.paused, .running), (.paused, .cancelled): true
        case (.completed, .cancelled), (.failed, .cancelled): true
        default: false
        }
    }

    /// Whether a restart may take the job back to created.
    public var canRestart: Bool { self == .failed || self == .cancelled }

    /// The word on the wire.
    public var description: String { rawValue }
}
