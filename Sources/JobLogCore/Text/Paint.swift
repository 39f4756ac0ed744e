/// Colours of text output, or none.
package struct Paint: Sendable {
    /// The meanings that have a colour.
    package enum Role: String, Sendable {
        case strong = "1"
        case faint = "2"
        case good = "32"
        case bad = "31"
        case caution = "33"
        case calm = "36"
    }

    package let isOn: Bool

    /// Colours, or none.
    package init(isOn: Bool) { self.isOn = isOn }

    /// The text in the colour of its meaning.
    package func callAsFunction(_ text: String, _ role: Role?) -> String {
        guard isOn, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }

    /// The colour of a level's badge.
    package static func role(of level: LogLevel?) -> Role? {
        switch level {
        case .error: .bad
        case .warn: .caution
        case .info: .calm
        case .debug, nil: .faint
        }
    }

    /// The colour of a job's state.
    package static func role(of job: JobSnapshot) -> Role? {
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
