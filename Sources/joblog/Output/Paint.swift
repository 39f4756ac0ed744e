import JobLogCore

/// Colours of text output, or none.
struct Paint {
    /// The meanings that have a colour.
    enum Role: String {
        case strong = "1"
        case faint = "2"
        case good = "32"
        case bad = "31"
        case caution = "33"
        case calm = "36"
    }

    let isOn: Bool

    /// The text in the colour of its meaning.
    func callAsFunction(_ text: String, _ role: Role?) -> String {
        guard isOn, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }

    /// The colour of a level's badge.
    static func role(of level: LogLevel?) -> Role? {
        switch level {
        case .error: .bad
        case .warn: .caution
        case .info: .calm
        case .debug, nil: .faint
        }
    }

    /// The colour of a job's state.
    static func role(of job: JobSnapshot) -> Role? {
        if job.stalled || job.isLost { return .caution }
        return switch job.state {
        case .running: .calm
        case .completed: .good
        case .failed: .bad
        case .paused, .cancelled: .caution
        case .created, nil: .faint
        }
    }
}
