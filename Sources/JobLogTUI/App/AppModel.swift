import JobLogCore
import TerminalUI

/// What can happen to the screen.
public enum AppMessage: Sendable {
    /// The terminal said something.
    case input(InputEvent)
    /// The feed said something.
    case feed(FeedUpdate)
    /// An action has come to an end.
    case acted(ActionReport)
    /// What was asked for besides was read, or cannot be.
    case details(JobID, JobDetail, Result<JobDetailContent, ReadFailure>)
    /// Entries of a log were looked at.
    case examined(LogAnswer)
    /// A large entry of a job's log was read whole, is no longer there, or cannot be read.
    case whole(JobID, LogRecord, Result<LogRecord?, ReadFailure>)
    /// The logs of two jobs were compared, or cannot be.
    case compared(Result<LogComparison, ReadFailure>)
    /// Something that was to be copied, saved or piped has come to an end.
    case out(OutReport)
    /// A search through all logs found something, or came further.
    case searched(SearchNews)
    /// Something that nobody waits for has failed: a sentence.
    case trouble(String)
    /// A theme is shown now, or cannot be.
    case themed(Result<Theme, ReadFailure>)
    /// What the screen costs the server now; nil where nobody counts.
    case measured(ServerCost?)
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
    /// Carry an action out on a job.
    case act(JobAction, JobID)
    /// Read what no feed tells of a job.
    case read(JobDetail, JobID)
    /// Read a large entry of a job's log whole, of which only the beginning is held; `whole` answers.
    case readWhole(JobID, LogRecord)
    /// Look at entries of a log, off the loop; `examined` answers, unless nobody waits for it any more.
    case examine(LogExam)
    /// Compare the log of a job with another's, or with that of the newest completed job of its type; `compared` answers.
    case compare(JobID, with: JobID?)
    /// Copy, save or pipe something.
    case out(OutRequest)
    /// Search the logs of all jobs, in place of what is searched for now; `searched` tells what is found.
    case search(SearchOrder)
    /// Search no further.
    case stopSearch
    /// Tell of jobs, beside the screen.
    case alert(AlertOrder)
    /// Keep what is remembered, in place of what was kept before.
    case remember(Remembered)
    /// Tell what the screen costs the server; `measured` answers.
    case measure
    /// Read everything on screen again.
    case refresh
    /// Show the theme of a name, or of a file; `themed` answers.
    case theme(String)
    /// Draw everything anew.
    case redraw
    /// Let the terminal tell of the mouse, or use it itself.
    case reportMouse(Bool)
    /// Let go of the connections, and stop the process.
    case suspend
    /// Connect again: the process goes on.
    case resume
    /// End; a signal that asked for it is passed on.
    case quit(signal: Int32?)
    /// End, and show the demo instead.
    case demo
}

/// What the screen costs the server, as the footer tells it.
struct ShownCost: Sendable, Hashable {
    /// The figures; nil until they are there.
    var value: ServerCost?
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
    /// The name by which the configuration file knows it; nil where it was named otherwise.
    let profile: String?
    /// What answers there, in the middle of a sentence.
    let server: String
    /// The keys among which jobs are looked for; empty where the source is no Redis.
    let searchedKeys: [String]
    /// Whether nothing has said where the jobs are, and the usual place is tried: then the demo is offered.
    let isPlaceAssumed: Bool
    /// How the user wants the screen.
    var settings: ScreenSettings
    var connection = FeedConnection.connecting
    var jobs = JobsModel()
    var log: LogPane?
    /// The log to which leaving the open one leads back; it is kept up to date too.
    var logBehind: LogPane?
    /// A command that is being typed.
    var commandPrompt: CommandPrompt?
    /// The help; nil when it is not on screen.
    var help: HelpModel?
    /// The walk through what is to be known first; nil where none was asked for.
    var tour: Tour?
    var toast: Toast?
    /// What is told when the toast is gone.
    var announcement: String?
    /// What is told of jobs that turn.
    var alerts: AlertBook
    /// The choice among the jobs of which was told.
    var alertsDialog: AlertsDialog?
    /// Jobs that are silent, and are read again before that is told.
    var doubted: Set<JobID> = []
    var interest = FeedInterest()
    /// Whether the server may be written to.
    var access: Access
    /// What is asked before something is done.
    var question: Question?
    /// What a bundle will hold, until it is agreed to.
    var preview: BundlePreview?
    /// The jobs whose logs, compared on screen, are being compared anew.
    var renewing: [JobID]?
    /// How the log that is opened was looked at; nil once it is there.
    var restoring: LogView?
    /// The choice of columns, while it is made.
    var columnsDialog: ColumnsDialog?
    /// The filter of the list, while it is typed.
    var filterInput: TextInput?
    var focus = Focus.list
    /// What shares the screen with the list; nil for nothing.
    var split: Split?
    var panel = PanelModel()
    /// The search through the logs of all jobs.
    var search = SearchScreen()
    /// What the screen costs the server, while it is shown.
    var cost: ShownCost?
    /// Actions under way.
    var work = ActionWork()
    /// How far the wheel was turned since the last frame.
    var wheel: WheelTurn?
    /// Whether the process was stopped, and has not been told to go on.
    var isSuspended = false
    /// Whether leaving the log leaves the program: it was opened at that log.
    var opensAtLog: Bool
    var isUTC: Bool
    var memory: Memory

    /// A screen on a source.
    ///
    /// - Parameters:
    ///   - sourceName: the source's address for people.
    ///   - profile: the name by which the configuration file knows it; nil where it was named otherwise.
    ///   - server: what answers there, in the middle of a sentence.
    ///   - searchedKeys: the keys among which jobs are looked for; empty where the source is no Redis.
    ///   - isPlaceAssumed: whether nothing has said where the jobs are, and the usual place is tried.
    ///   - opening: the job at whose log the screen opens; nil for the list.
    ///   - others: jobs whose logs are merged with that one.
    ///   - access: whether the screen may write to the server.
    ///   - isUTC: whether times are shown in UTC, whatever is remembered; nil for what is.
    ///   - now: Unix ms.
    ///   - view: how the log is looked at that the screen opens at; nil for the usual way.
    ///   - settings: how the user wants the screen.
    ///   - remembered: what an earlier run has kept.
    ///   - hasTour: whether a tour is given.
    package init(
        sourceName: String, profile: String? = nil, server: String = "Redis", searchedKeys: [String] = [],
        isPlaceAssumed: Bool = false,
        opening: JobID? = nil, with others: [JobID] = [],
        access: Access = .writable,
        isUTC: Bool? = nil, now: Int64 = Timestamp.now(), view: LogView? = nil,
        settings: ScreenSettings = ScreenSettings(), remembered: Remembered = Remembered(), hasTour: Bool = false
    ) {
        self.sourceName = sourceName
        self.profile = profile
        self.server = server
        self.searchedKeys = searchedKeys
        self.isPlaceAssumed = isPlaceAssumed
        self.settings = settings
        alerts = AlertBook(settings.alerts)
        self.isUTC = isUTC ?? remembered.isUTC
        memory = Memory(remembered)
        self.now = now
        agesAt = now
        self.access = access
        tour = hasTour ? Tour() : nil
        opensAtLog = opening != nil
        focus = opening == nil ? .list : .log
        jobs.looks = remembered.list
        // Who asks for one log wants to see that.
        split = opening == nil ? remembered.split : nil
        log = opening.map { LogPane([$0] + others, logLooks) }
        restoring = view
        if let view { log?.prepare(view) }
    }

    /// How long after a key that moves ages stand still, in ms.
    static let rest: Int64 = 150

    /// Whether the user is moving just now.
    var isMoving: Bool { now - movedAt < Self.rest }

    /// The terminal has a size, of which a tour takes a part.
    mutating func resize(to terminal: Size) { size = tour?.resize(to: terminal, settings.keys) ?? terminal }

    /// Whether the screen says that nothing is known of a Redis, and offers the demo: there is nothing else to open.
    var offersDemo: Bool {
        guard isPlaceAssumed, jobs.totals.all == 0, case .reconnecting(_, _, heardAt: nil) = connection else {
            return false
        }
        return true
    }

    /// Where keys go.
    var context: KeyContext {
        if question != nil { return .question }
        if preview != nil { return .preview }
        if commandPrompt != nil { return .command }
        if let help { return help.input == nil ? .help : .helpFilter }
        if search.prompt != nil { return .searchPrompt }
        if alertsDialog != nil { return .alerts }
        if columnsDialog != nil { return .columns }
        if filterInput != nil { return .filter }
        if place == .log, log?.lanesDialog != nil { return .lanes }
        if place == .log, log?.filtersDialog != nil { return .filters }
        guard place == .log, let prompt = log?.prompt else { return place }
        return prompt.outgoing == nil ? .prompt : .output
    }

    /// What has the keys, or will have them when what lies over it is gone.
    var place: KeyContext {
        if log != nil, focus == .log || !isSplit { return .log }
        if search.results != nil { return .results }
        return focus == .panel ? .panel : .jobs
    }

    /// Whether list and log are on screen both.
    var isSplit: Bool { log != nil && split?.fits(size) == true && search.results == nil }

    /// Where everything is.
    var layout: ScreenLayout {
        // Results, and the logs that are opened from there, have the screen to themselves.
        if search.results != nil { return ScreenLayout(size, split: nil, hasLog: true, focus: .log) }
        return ScreenLayout(size, split: split, hasLog: log != nil, focus: focus)
    }

    /// The jobs that something is done to in the list or the panel.
    var meantJobs: [JobID] { place == .panel ? jobs.selected.map { [$0] } ?? [] : jobs.targets }

    /// What is to be kept up to date: what is on screen, and the jobs of which is to be told.
    var wanted: FeedInterest {
        var wanted = shown
        wanted.rows.formUnion(alerts.watched)
        wanted.rows.formUnion(doubted)
        return wanted
    }

    /// The rows on screen and a page around them, and the open log.
    private var shown: FeedInterest {
        if log == nil, let results = search.results { return FeedInterest(rows: results.visibleJobs) }
        guard let log else { return FeedInterest(rows: jobs.nearby, discovers: true) }
        let open = Set(log.jobs + (logBehind?.jobs ?? []))
        let followed = Set(log.followed + (logBehind?.followed ?? []))
        guard isSplit else { return FeedInterest(rows: open, logs: followed) }
        return FeedInterest(rows: jobs.nearby.union(open), logs: followed, discovers: true)
    }
}
