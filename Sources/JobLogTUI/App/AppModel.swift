import JobLogCore
import TerminalUI

/// What can happen to the screen.
public enum AppMessage: Sendable {
    /// The terminal said something.
    case input(InputEvent)
    /// The feed said something.
    case feed(FeedUpdate)
    /// Time has passed.
    case tick
    /// The time for which the screen was to be shown is over.
    case timeIsUp
}

/// What the screen asks for.
public enum AppEffect: Sendable, Hashable {
    /// Keep this up to date.
    case watch(FeedInterest)
    /// Read entries before the oldest one held.
    case loadOlder(JobID, before: [LogRecord], held: Int)
    /// Read everything on screen again.
    case refresh
    /// Draw everything anew.
    case redraw
    /// Let go of the connections, and stop the process.
    case suspend
    /// Connect again: the process goes on.
    case resume
    /// End; a signal that asked for it is passed on.
    case quit(signal: Int32?)
}

/// A short message that goes by itself.
struct Toast: Sendable, Hashable {
    /// How long it stays, in ms.
    static let lifetime: Int64 = 4_000

    var text: String
    var shownAt: Int64

    func isOver(at now: Int64) -> Bool { now - shownAt >= Self.lifetime }
}

/// All that the screen knows.
public struct AppModel: Sendable {
    /// The least size that the screens are made for.
    static let leastSize = Size(width: 40, height: 10)

    var size = Size(width: 80, height: 24)
    var now: Int64
    /// The time to which ages on screen are counted. It stands still while the user moves: a list whose ages change as it
    /// scrolls cannot be scrolled by the terminal, and would be sent whole.
    var agesAt: Int64
    /// When a key last moved something.
    var movedAt: Int64 = 0
    let sourceName: String
    var connection = FeedConnection.connecting
    var jobs = JobsModel()
    var log: LogPane?
    /// The first line of the help that is shown; nil when there is no help on screen.
    var help: Int?
    var toast: Toast?
    var interest = FeedInterest()
    /// Whether the process was stopped, and has not been told to go on.
    var isSuspended = false
    /// Whether leaving the log leaves the program: it was opened at that log.
    let opensAtLog: Bool
    var isUTC: Bool

    /// A screen on a source.
    ///
    /// - Parameters:
    ///   - sourceName: the source's address for people.
    ///   - opening: the job at whose log the screen opens; nil for the list.
    ///   - isUTC: whether times are shown in UTC.
    ///   - now: Unix ms.
    public init(sourceName: String, opening: JobID? = nil, isUTC: Bool = false, now: Int64 = Timestamp.now()) {
        self.sourceName = sourceName
        self.isUTC = isUTC
        self.now = now
        agesAt = now
        opensAtLog = opening != nil
        log = opening.map { LogPane($0, isUTC: isUTC) }
    }

    /// How long after a key that moves ages stand still, in ms.
    static let rest: Int64 = 150

    /// Whether the user is moving just now.
    var isMoving: Bool { now - movedAt < Self.rest }

    /// Where keys go.
    var context: KeyContext {
        help != nil ? .help : place
    }

    /// What is on screen, or behind the help.
    var place: KeyContext { log == nil ? .jobs : .log }

    /// What is to be kept up to date: the rows on screen and a page around them, or the open log.
    var wanted: FeedInterest {
        if let log { return FeedInterest(rows: [log.id], logs: [log.id]) }
        return FeedInterest(rows: jobs.nearby, logs: [], discovers: true)
    }
}
