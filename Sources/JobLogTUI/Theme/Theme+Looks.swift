import JobLogCore
import TerminalUI

/// What the screens call their looks. Nothing is told by colour alone.
extension Theme {
    static let faint = style(.faint)
    static let title = style(.title)
    /// Lines that are there for their context only.
    static let dimmed = style(.dimmed)
    static let header = style(.header)
    static let pointer = style(.pointer)
    static let link = style(.link)
    static let marked = style(.marked)
    static let production = style(.production)
    /// What is to be noticed before all else.
    static let caution = style(.caution)
    /// What does not work as it should.
    static let problem = style(.problem)
    static let good = style(.good)
    static let bad = style(.bad)
    /// What has just changed.
    static let changed = style(.changed)
    /// What a search found.
    static let found = style(.found)
    /// Where something that was typed goes wrong.
    static let wrong = style(.wrong)
    static let chip = style(.chip)
    static let jsonName = style(.jsonName)
    /// What is in this log only, and in the other one only.
    static let onlyHere = style(.onlyHere)
    static let onlyThere = style(.onlyThere)

    private static let lanes: [Role] = [.lane1, .lane2, .lane3, .lane4, .lane5, .lane6]

    /// The colour of the n-th writer.
    static func lane(_ number: Int) -> Style { style(lanes[number % lanes.count]).adding(.bold) }

    /// A value of JSON.
    static func json(_ value: JSONValue) -> Style {
        switch value {
        case .string: style(.jsonText)
        case .number: style(.jsonNumber)
        case .bool: style(.jsonLiteral)
        case .null: faint
        case .object, .array: .plain
        }
    }

    /// A remark between the lines.
    static func mark(_ mark: LogDocument.Mark) -> Style {
        if case .checkpoint = mark { style(.checkpoint) } else { style(.gap) }
    }

    /// The badge of a level.
    static func badge(_ level: LogLevel?) -> Style {
        switch level {
        case .error: style(.error)
        case .warn: style(.warn)
        case .info: style(.info)
        case .debug, nil: style(.debug)
        }
    }

    /// The message of an entry of a level.
    static func message(_ level: LogLevel?) -> Style {
        switch level {
        case .error: style(.errorText)
        case .debug: style(.debugText)
        default: .plain
        }
    }

    /// A stretch of time whose worst line is of a level.
    static func bar(_ level: LogLevel) -> Style {
        switch level {
        case .error: style(.barError)
        case .warn: style(.barWarn)
        case .info: style(.barInfo)
        case .debug: style(.barDebug)
        }
    }

    /// A job's state.
    static func state(_ job: JobSnapshot) -> Style {
        if job.isLost || job.stalled { return style(.stalled) }
        return switch job.state {
        case .running: style(.running)
        case .completed: style(.completed)
        case .failed: style(.failed)
        case .paused: style(.paused)
        case .cancelled: style(.cancelled)
        case .created, nil: style(.created)
        }
    }

    /// The bar of a job's progress.
    static func bar(_ job: JobSnapshot) -> Style {
        switch job.state {
        case .failed: style(.barError)
        case .completed: style(.barDone)
        default: job.stalled ? style(.barWarn) : style(.barInfo)
        }
    }
}
