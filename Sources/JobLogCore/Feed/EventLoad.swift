/// Decides whether a viewer hears the events of all jobs, or only those of the jobs on screen.
///
/// Hearing all costs the server work for every event. The rate is counted over a few seconds; above the limit the viewer
/// goes over to the jobs on screen. From there the rate of all events cannot be seen, so now and then it listens to all
/// of them again: for a moment only, and no longer than half the limit allows. When that many did not come, it stays
/// with all; else the next try comes later. Pure: it is told the time.
struct EventLoad: Sendable {
    /// How many events a second are cheap.
    static let defaultLimit = 500

    private enum State {
        /// All are heard, since then.
        case all(since: ContinuousClock.Instant?)
        /// Those of the jobs on screen are, until then.
        case visible(until: ContinuousClock.Instant)
        /// All are heard on trial; since when, once the server has confirmed it.
        case trial(since: ContinuousClock.Instant?)
    }

    private static let slotCount = 12

    private let limit: Int
    private let span: Duration
    private let trial: Duration
    private let firstPause: Duration
    private let longestPause: Duration
    private var pause: Duration
    private var state = State.all(since: nil)
    /// How many events came in each of the last parts of the span, the current part last.
    private var slots: [Int] = []
    private var slotStart: ContinuousClock.Instant?
    private var sum = 0

    /// A viewer that hears everything.
    ///
    /// - Parameters:
    ///   - limit: how many events a second are cheap.
    ///   - span: over how long they are counted.
    ///   - trial: for how long it listens to all of them again.
    ///   - pause: how long after it stopped hearing all it tries again first; doubled with each try that fails.
    ///   - longestPause: the longest such pause.
    init(
        limit: Int = Self.defaultLimit, span: Duration = .seconds(3), trial: Duration = .seconds(1),
        pause: Duration = .seconds(10), longestPause: Duration = .seconds(60)
    ) {
        self.limit = limit
        self.span = span
        self.trial = trial
        firstPause = pause
        self.longestPause = longestPause
        self.pause = pause
    }

    /// Whether the events of all jobs are to be heard.
    var hearsAll: Bool {
        if case .visible = state { false } else { true }
    }

    /// Whether hearing all has proved cheap, and is no trial.
    var isLight: Bool {
        if case .all = state { true } else { false }
    }

    /// When `advance` is to be called, if nothing else happens before.
    var due: ContinuousClock.Instant? {
        switch state {
        case .all: nil
        case .visible(let until): until
        case .trial(let since): since.map { $0 + trial }
        }
    }

    /// The server has confirmed that all events are sent from now on.
    mutating func listens(at now: ContinuousClock.Instant) {
        if case .trial(nil) = state { state = .trial(since: now) }
        if case .all(nil) = state { state = .all(since: now) }
    }

    /// An event was heard because all of them are.
    mutating func hear(at now: ContinuousClock.Instant) {
        switch state {
        case .visible: return
        case .all(let since):
            count(at: now)
            guard Double(sum) > Double(limit) * (span / .seconds(1)) else { return }
            // What was light for long may be light again soon.
            let lasted = since.map { now - $0 } ?? .zero
            if lasted >= longestPause { pause = firstPause }
            leave(at: now)
        case .trial:
            sum += 1
            guard Double(sum) > Double(limit) / 2 * (trial / .seconds(1)) else { return }
            pause = min(pause * 2, longestPause)
            leave(at: now)
        }
    }

    /// Time has passed.
    mutating func advance(to now: ContinuousClock.Instant) {
        switch state {
        case .all: break
        case .visible(let until) where until <= now:
            forget()
            state = .trial(since: nil)
        case .trial(let since?) where since + trial <= now:
            forget()
            state = .all(since: now)
        case .visible, .trial: break
        }
    }

    private mutating func leave(at now: ContinuousClock.Instant) {
        forget()
        state = .visible(until: now + pause)
    }

    private mutating func forget() {
        slots = []
        slotStart = nil
        sum = 0
    }

    private mutating func count(at now: ContinuousClock.Instant) {
        let length = span / Self.slotCount
        let start = slotStart ?? now
        let passed = Int((now - start) / length)
        if slotStart == nil || passed >= Self.slotCount {
            slots = [0]
            sum = 0
            slotStart = now
        } else if passed > 0 {
            slots += Array(repeating: 0, count: passed)
            while slots.count > Self.slotCount { sum -= slots.removeFirst() }
            slotStart = start.advanced(by: length * Double(passed))
        }
        slots[slots.count - 1] += 1
        sum += 1
    }
}
