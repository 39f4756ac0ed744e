/// What does not work as it should while a feed is online, for the status line.
struct FeedNotices: Sendable, Hashable {
    /// Whether the server is a replica that is out of touch with its primary.
    var isCutOff = false
    /// Which of a cluster's nodes are missing.
    var absence: String?
    /// Why changed keys are not told, so that the feed polls.
    var polling: String?
    /// Why only events of jobs on screen can be heard.
    var otherEvents: String?
    /// Why events of jobs on screen cannot be heard.
    var events: String?
    /// Why the server's keys cannot be looked through.
    var list: String?
    /// There are too many events: only jobs on screen are heard.
    var isBusy = false
    /// The ceiling, in commands a second, at which the viewer is held back.
    var ceiling: Int?

    /// The sentence; nil when all is well.
    var text: String? {
        let parts = [
            isCutOff ? "this replica is out of touch with its primary" : nil,
            absence,
            polling.map { "polling: \($0)" },
            events.map { "no events: \($0)" } ?? otherEvents.map { "no events of other jobs: \($0)" },
            // Where a node is missing, so are its jobs.
            absence == nil ? list.map { "list incomplete: \($0)" } : nil,
            isBusy ? "many events: only jobs on screen are live" : nil,
            ceiling.map(Self.limit),
        ]
        let said = parts.compactMap(\.self)
        return said.isEmpty ? nil : said.joined(separator: "  ")
    }

    /// What is said of a ceiling that holds the viewer back.
    static func limit(of ceiling: Int) -> String { "at the limit of \(ceiling) commands/s" }
}
