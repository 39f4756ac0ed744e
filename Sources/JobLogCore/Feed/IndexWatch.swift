/// Decides when `job:index` is read, and which of its jobs are read then.
///
/// Pure: it is told the time.
struct IndexWatch: Sendable {
    /// A job's place in the index.
    struct Entry: Sendable, Hashable {
        /// The job.
        var id: JobID
        /// The time of its last activity, in ms.
        var score: Double
    }

    /// How often it is read at most.
    static let interval = Duration.milliseconds(250)
    /// How many known jobs that are not on screen are read again with each reading of the index.
    static let depth = 32

    private var hasChanged = true
    private var lastRead: ContinuousClock.Instant?
    /// The activity of each job as of when it was read last.
    private var scores: [JobID: Double] = [:]

    /// The index has changed, or may have.
    mutating func change() { hasChanged = true }

    /// When it is to be read; nil as long as it has not changed.
    func due(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        hasChanged ? lastRead.map { $0 + Self.interval } ?? now : nil
    }

    /// It is being read; a change from now on is another one.
    mutating func begin(at now: ContinuousClock.Instant) {
        hasChanged = false
        lastRead = now
    }

    /// Takes the newest page in.
    ///
    /// - Parameters:
    ///   - page: the newest jobs of the index.
    ///   - isKnown: whether the feed knows of a job.
    ///   - isFollowed: whether it hears of the job by other means, because it is on screen or by its events.
    /// - Returns: the jobs to read: those that are not known, and of those that are some in which something happened since.
    ///   Who was silent longest comes first: a job that has ended sinks and leaves the page.
    mutating func take(_ page: [Entry], isKnown: (JobID) -> Bool, isFollowed: (JobID) -> Bool) -> [JobID] {
        var unknown: [JobID] = []
        var changed: [Entry] = []
        for entry in page {
            if !isKnown(entry.id) {
                unknown.append(entry.id)
                scores[entry.id] = entry.score
            } else if isFollowed(entry.id) || scores[entry.id] == nil {
                scores[entry.id] = entry.score
            } else if scores[entry.id] != entry.score {
                changed.append(entry)
            }
        }
        let stale = changed.sorted { $0.score < $1.score }.prefix(Self.depth)
        for entry in stale { scores[entry.id] = entry.score }
        if stale.count < changed.count { hasChanged = true }
        // What left the page may come back to it.
        if scores.count > 8 * JobLister.indexPage {
            let kept = Set(page.map(\.id))
            scores = scores.filter { kept.contains($0.key) }
        }
        return unknown + stale.map(\.id)
    }
}
