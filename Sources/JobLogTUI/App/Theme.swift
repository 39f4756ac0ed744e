import JobLogCore
import TerminalUI

/// How things look. Nothing is told by colour alone.
enum Theme {
    static let faint = Style(.gray)
    static let title = Style.bold
    static let header = Style(.default, on: .default, .reverse)
    static let pointer = Style(.cyan, on: .default, .bold)
    static let link = Style(.cyan)
    static let mark = Style(.yellow, on: .default, .bold)
    static let production = Style(.white, on: .red, .bold)
    /// What has just changed.
    static let changed = Style(.default, on: .default, .reverse)

    /// The badge of a level.
    static func badge(_ level: LogLevel?) -> Style {
        switch level {
        case .error: Style(.red, on: .default, .bold)
        case .warn: Style(.yellow, on: .default, .bold)
        case .info: Style(.cyan)
        case .debug, nil: faint
        }
    }

    /// The message of an entry of a level.
    static func message(_ level: LogLevel?) -> Style {
        switch level {
        case .error: Style(.red)
        case .debug: faint
        default: .plain
        }
    }

    /// A job's state.
    static func state(_ job: JobSnapshot) -> Style {
        if job.isLost || job.stalled { return Style(.yellow, on: .default, .bold) }
        return switch job.state {
        case .running: Style(.cyan)
        case .completed: Style(.green)
        case .failed: Style(.red, on: .default, .bold)
        case .paused, .cancelled: Style(.yellow)
        case .created, nil: faint
        }
    }

    /// The bar of a job's progress.
    static func bar(_ job: JobSnapshot) -> Style {
        switch job.state {
        case .failed: Style(.red)
        case .completed: Style(.green)
        default: job.stalled ? Style(.yellow) : Style(.cyan)
        }
    }
}
