/// How a viewer is connected.
public enum FeedConnection: Sendable, Hashable {
    /// Not yet: the first attempt is under way.
    case connecting
    /// Connected; a notice says what does not work as it should, for example that the viewer has to poll. Where it is held
    /// back by a ceiling, that is one of so many commands a second.
    case online(notice: String?, ceiling: Int? = nil, cutOff: CutOff? = nil)
    /// Not connected; the next attempt will be number `attempt`. The reason is a sentence; what was told is as it was at
    /// `heardAt`, in Unix ms, when the server last sent something: nil where it never has.
    case reconnecting(attempt: Int, reason: String, heardAt: Int64? = nil)
    /// There is no server: what is shown was saved; says what it is.
    case saved(String)
    /// The server refuses this viewer, for example its password; it is tried again all the same.
    case disconnected(reason: String, heardAt: Int64? = nil)

    /// That the server is a replica which is out of touch with its primary.
    public struct CutOff: Sendable, Hashable {
        /// When it was in touch last, in Unix ms: what was told is as it was then; nil where that is not known.
        public var inTouchAt: Int64?
    }

    /// Whether the server is a replica that is out of touch with its primary.
    public var isCutOff: Bool {
        if case .online(_, _, .some) = self { true } else { false }
    }

    /// At which ceiling the viewer is held back, as the notice says it; nil where it is not.
    public var limit: String? {
        if case .online(_, let ceiling?, _) = self { FeedNotices.limit(of: ceiling) } else { nil }
    }
}

/// What a feed tells of one log.
public enum LogChange: Sendable {
    /// The newest entries, on opening; the log has `length` in all.
    case opened([LogRecord], length: Int)
    /// Entries that follow; `recovered` when they were written while the viewer was not connected.
    case appended([LogRecord], recovered: Bool)
    /// Entries follow, but some may have been trimmed before they could be read.
    case gap(missing: Int?, then: [LogRecord])
    /// The log was deleted; these are its entries since then.
    case cleared(then: [LogRecord])
    /// Entries that precede all that is held; `isWhole` when none precede these.
    case older([LogRecord], isWhole: Bool)
    /// The log cannot be read; the sentence says why.
    case unreadable(String)
}

/// What a feed tells its viewer.
public enum FeedUpdate: Sendable {
    /// The connection changed.
    case connection(FeedConnection)
    /// Jobs as they are now, known before or not.
    case jobs([JobReading])
    /// Jobs of which nothing is left in Redis.
    case vanished([JobID])
    /// An open log changed.
    case log(JobID, LogChange)
    /// Jobs published events, told in their order; text that came in pieces is put together. Of jobs that are not on
    /// screen some may be left out.
    case events([(id: JobID, event: JobEvent)])
    /// How much of the server's keys has been looked through for jobs, 0–1; nil when the round is complete.
    case listing(Double?)
}

/// A live feed of changes: reads what is on screen, and again when it changes.
public protocol JobFeed: Sendable {
    /// Begins; every update goes to `sink`, one after the other, on a thread of the feed's own.
    func start(_ sink: @escaping @Sendable (FeedUpdate) -> Void) async
    /// Takes what is on screen now.
    func watch(_ interest: FeedInterest) async
    /// Asks for entries before `first`, the oldest that the viewer holds of `held` in all; answered by `older`.
    func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async
    /// Reads everything on screen again, and looks for jobs again.
    func refresh() async
    /// Lets go of the connections while the viewer is stopped; nothing is told until `resume`.
    func suspend() async
    /// Goes on; what changed in between is fetched.
    func resume() async
    /// Ends the feed and its connections.
    func close() async
}
