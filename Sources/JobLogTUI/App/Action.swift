/// What a key can ask for.
public enum Action: String, Sendable, Hashable, CaseIterable {
    case down, up, halfPageDown, halfPageUp, pageDown, pageUp, first, last, left, right
    case open, back, quit
    case scope, sort
    case follow, wrap, time, utc, unfold
    case debug, info, warn, error
    case nextError, previousError, nextWarning, previousWarning
    case help, refresh, redraw, suspend

    /// Whether it moves what is seen, and changes nothing else.
    var isMovement: Bool {
        switch self {
        case .down, .up, .halfPageDown, .halfPageUp, .pageDown, .pageUp, .first, .last, .left, .right: true
        default: false
        }
    }
}

/// Where keys are pressed.
public enum KeyContext: String, Sendable, Hashable, CaseIterable {
    /// The list of jobs.
    case jobs = "Jobs"
    /// The log of a job.
    case log = "Log"
    /// The help screen.
    case help = "Help"
}
