import JobLogCore
import TerminalUI

/// What the screen remembers from one run to the next: how the user looks at jobs and logs, and what was typed.
///
/// Only what the user has chosen changes it, not what an option or an opened bundle asked for.
public struct Remembered: Sendable, Hashable {
    /// How the list is looked at.
    var list = JobsLooks()
    /// What shares the screen with the list; nil for nothing.
    var split: Split?
    /// Whether the mouse is joblog's, and not the terminal's own.
    package var mouse = true
    /// How logs are looked at.
    var log = LogLooks()
    /// The name of the theme; nil for the one that fits the terminal.
    package var theme: String?
    /// What was typed below logs.
    var logHistories: [LogPrompt.Kind: InputHistory] = [:]
    /// What all logs were searched for.
    var searchHistory = InputHistory()
    /// The commands that were typed.
    var commandHistory = InputHistory()

    /// Whether times are shown in UTC.
    package var isUTC: Bool { log.times.isUTC }

    /// What is usual.
    package init() {}
}

/// How the list of jobs is looked at.
struct JobsLooks: Sendable, Hashable {
    var columns = JobColumn.usual
    var order = JobOrder.state
    var isReversed = false
    var putsErrorsFirst = false
    var showsAll = false
}

/// How logs are looked at, unless one of them is looked at in a way of its own.
struct LogLooks: Sendable, Hashable {
    var times = LogTimes()
    var wraps = true
    /// Whether the timeline is wanted; nil where the room decides.
    var wantsTimeline: Bool?
    /// The least level of lines that are shown; the screen does not remember it.
    var least = LogLevel.debug
}

/// The words by which a file of settings can choose how the screen looks.
package enum ScreenChoices {
    /// The columns of the list.
    package static let columns = JobColumn.allCases.map(\.rawValue)
    /// What the list can be sorted by.
    package static let orders = JobOrder.allCases.map(\.rawValue)
    /// Where the log can be.
    package static let splits = ["none"] + Split.allCases.map(\.rawValue)
    /// How times can be shown.
    package static let times = LogTimes.Mode.allCases.map(\.name)
}
