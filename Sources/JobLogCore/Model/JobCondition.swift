/// How a job is, in one word: its state, or that nothing was heard of it for long.
public enum JobCondition: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
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
    /// Known only by traces, and silent for so long that it counts as gone.
    case lost
    /// Running, and nothing heard for 5 minutes.
    case stalled
    /// Nothing says any state.
    case unknown

    /// The condition of a job in a state of which something was heard just now.
    public init(_ state: JobState?) {
        self =
            switch state {
            case .created: .created
            case .running: .running
            case .paused: .paused
            case .completed: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            case nil: .unknown
            }
    }

    /// The condition that a word means; nil for another word.
    public init?(word: String) {
        guard let condition = Self.allCases.first(where: { $0.description == word }) else { return nil }
        self = condition
    }

    /// Completed, failed or cancelled.
    public var isEnd: Bool { self == .completed || self == .failed || self == .cancelled }

    /// The word for it.
    public var description: String {
        switch self {
        case .created: "created"
        case .running: "running"
        case .paused: "paused"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .lost: "lost"
        case .stalled: "stalled"
        case .unknown: "unknown"
        }
    }
}

extension JobSnapshot {
    /// How the job is, in one word.
    public var condition: JobCondition { isLost ? .lost : stalled ? .stalled : JobCondition(state) }
}
