import JobLogCore

/// Decides what is told of jobs that turn, in which way, and when. Pure: it is told the time.
///
/// What comes within a moment is told at once, and in each way nothing is told before the last one had its time: of ten thousand
/// jobs that fail there is one line, one bell and one notification.
struct AlertBook: Sendable {
    /// How a job is before the user's eyes.
    enum Sight: Sendable {
        /// It is not, or not so that anything is said of it.
        case none
        /// Its log is open and looked at.
        case front
        /// What happens to it is said by a toast of its own.
        case said
    }

    /// How long more of the same kind is waited for, in ms.
    static let gathering: Int64 = 300
    /// The most jobs that are watched.
    static let mostWatched = 100
    /// How many of the past are kept.
    static let mostPast = 200
    /// The characters of a sentence that is kept.
    private static let longest = 400

    private let settings: AlertSettings
    /// The jobs of which the user wants to know how they end.
    private(set) var watched: Set<JobID> = []
    /// What was told, the newest last.
    private(set) var past: [PastAlert] = []
    private var waiting: [AlertWay: AlertNews] = [:]
    private var toldAt: [AlertWay: Int64] = [:]

    init(_ settings: AlertSettings) { self.settings = settings }

    /// How long nothing is told in a way after something was, in ms.
    static func pause(after way: AlertWay) -> Int64 {
        switch way {
        case .toast: Toast.lifetime
        case .bell: 3_000
        case .desktop, .osc9, .osc777, .notifySend: 10_000
        }
    }

    /// Takes turns in.
    ///
    /// - Parameters:
    ///   - turns: the jobs that turned.
    ///   - now: Unix ms.
    ///   - sight: how one is before the user's eyes.
    mutating func take(_ turns: [JobTurn], now: Int64, sight: (JobTurn) -> Sight) {
        var told: [JobTurn] = []
        for turn in turns {
            let ways = ways(of: turn, sight(turn))
            for way in ways {
                if waiting[way]?.add(turn) == nil { waiting[way] = AlertNews(turn, at: now) }
            }
            if !ways.isEmpty { told.append(turn) }
            if turn.hasEnded { watched.remove(turn.job.id) }
        }
        past += told.suffix(Self.mostPast).map { turn in
            PastAlert(
                job: turn.job.id, condition: turn.to, text: String(JobSentence.text(of: turn).prefix(Self.longest)),
                time: now)
        }
        if past.count > Self.mostPast { past.removeFirst(past.count - Self.mostPast) }
    }

    private func ways(of turn: JobTurn, _ sight: Sight) -> Set<AlertWay> {
        let isAwaited = watched.contains(turn.job.id) && (turn.hasEnded || turn.to == .stalled)
        if sight == .front, !isAwaited { return [] }
        var ways = isAwaited ? settings.watched : []
        for rule in settings.rules where rule.admits(turn) { ways.formUnion(rule.ways) }
        if sight != .none { ways.remove(.toast) }
        return ways
    }

    // MARK: - When it is told

    /// How long until something is due, in ms; nil when nothing waits.
    ///
    /// - Parameters:
    ///   - now: Unix ms.
    ///   - hasRoom: whether a toast could be shown; when there is room again, it is asked anew.
    /// - Returns: nil also where only room is waited for.
    func wait(at now: Int64, hasRoom: Bool) -> Int64? {
        waiting.filter { $0.key != .toast || hasRoom }.map { max(0, due($0.key, $0.value, now) - now) }.min()
    }

    /// What is to be told now.
    mutating func take(dueAt now: Int64, hasRoom: Bool) -> [(way: AlertWay, news: AlertNews)] {
        let ready = waiting.filter { ($0.key != .toast || hasRoom) && due($0.key, $0.value, now) <= now }
        for way in ready.keys {
            waiting[way] = nil
            toldAt[way] = now
        }
        return ready.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }

    private func due(_ way: AlertWay, _ news: AlertNews, _ now: Int64) -> Int64 {
        // A clock that was put back holds nothing up.
        let times = [(news.since, Self.gathering), (toldAt[way] ?? .max, Self.pause(after: way))]
        return times.filter { $0.0 <= now }.map { $0.0 + $0.1 }.max() ?? now
    }

    // MARK: - Watching

    /// Watches jobs; false where they would be too many.
    mutating func watch(_ ids: [JobID]) -> Bool {
        let all = watched.union(ids)
        guard all.count <= Self.mostWatched else { return false }
        watched = all
        return true
    }

    /// Watches jobs no longer.
    mutating func leave(_ ids: [JobID]) { watched.subtract(ids) }
}
