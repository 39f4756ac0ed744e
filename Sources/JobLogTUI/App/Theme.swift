import JobLogCore
import TerminalUI

/// How things look. Nothing is told by colour alone.
enum Theme {
    static let faint = Style(.gray)
    static let title = Style.bold
    /// Lines that are there for their context only.
    static let dimmed = Style(.gray, on: .default, .dim)
    static let header = Style(.default, on: .default, .reverse)
    static let pointer = Style(.cyan, on: .default, .bold)
    static let link = Style(.cyan)
    static let marked = Style(.yellow, on: .default, .bold)
    static let production = Style(.white, on: .red, .bold)
    /// What has just changed.
    static let changed = Style(.default, on: .default, .reverse)
    /// What a search found.
    static let found = Style(.default, on: .default, .reverse)
    /// Where something that was typed goes wrong.
    static let wrong = Style(.red, on: .default, [.bold, .reverse])
    static let chip = Style(.magenta, on: .default, .bold)
    static let jsonName = Style(.cyan)
    static let jsonText = Style(.green)
    static let jsonNumber = Style(.yellow)

    /// A remark between the lines.
    static func mark(_ mark: LogDocument.Mark) -> Style {
        if case .checkpoint = mark { Style(.green) } else { Style(.yellow) }
    }

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

    /// A stretch of time whose worst line is of a level.
    static func bar(_ level: LogLevel) -> Style {
        switch level {
        case .error: Style(.red)
        case .warn: Style(.yellow)
        case .info: Style(.cyan)
        case .debug: faint
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
