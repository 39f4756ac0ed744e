import JobLogCore

/// What waits to be sent, and what to do next: the queue, Sentry's limits, retries, and the count of what was dropped.
///
/// Pure: it is told the time and what came of sending, and says what is to be done. Time is that of one clock that never
/// goes back.
struct SentryOutbox {
    /// An event that waits.
    struct Item: Sendable {
        let id: String
        let report: BoundedReport
        var attempts = 0
    }

    /// One request: an event, what was dropped since the last one, or both.
    struct Flight: Sendable {
        var item: Item?
        var discarded: [SentryDiscard: Int]
    }

    /// What to do.
    enum Step: Sendable {
        /// Send this, and say what came of it.
        case send(Flight)
        /// Ask again then, or when something was taken.
        case wait(until: Duration)
        /// A request is under way.
        case busy
        /// Nothing waits.
        case idle
    }

    /// How long dropped events wait for an event to travel with before they are told on their own.
    private static let reportDelay: Duration = .seconds(60)

    private let configuration: SentryConfiguration
    private(set) var queue: [Item] = []
    private(set) var queuedBytes = 0
    private(set) var flight: Flight?
    private(set) var discarded: [SentryDiscard: Int] = [:]
    private var discardedSince: Duration?
    private var limits = SentryRateLimits()
    private var backoff: SentryBackoff
    /// Before this nothing is sent, because something failed.
    private var retryAt: Duration?
    private var isClosed = false
    private(set) var isCleared = false

    init(_ configuration: SentryConfiguration) {
        self.configuration = configuration
        backoff = SentryBackoff(first: configuration.firstBackoff, longest: configuration.longestBackoff)
    }

    /// Whether nothing is waiting and nothing is under way.
    var isSettled: Bool { queue.isEmpty && flight == nil }

    // MARK: - Taking

    /// Takes an event into the queue.
    ///
    /// - Parameters:
    ///   - item: the event.
    ///   - now: the time.
    ///   - chance: a number from 0 to 1, which decides whether the event is in the sample.
    /// - Returns: whether it was taken.
    mutating func take(_ item: Item, now: Duration, chance: Double) -> Bool {
        guard !isClosed else { return false }
        guard configuration.sampleRate >= 1 || chance < configuration.sampleRate else {
            discard(.sampleRate, now: now)
            return false
        }
        guard limits.end(of: .error, now: now) == nil else {
            discard(.rateLimit, now: now)
            return false
        }
        guard item.report.bytes <= configuration.queueBytes, configuration.queueLimit > 0 else {
            discard(.queueOverflow, now: now)
            return false
        }
        queue.append(item)
        queuedBytes += item.report.bytes
        while queue.count > configuration.queueLimit || queuedBytes > configuration.queueBytes {
            removeFirst()
            discard(.queueOverflow, now: now)
        }
        return true
    }

    /// Takes nothing more; what waits is still sent, and at once where a failure made it wait.
    mutating func close() {
        isClosed = true
        retryAt = nil
    }

    /// Drops all that waits, and what comes of the request under way.
    mutating func clear() {
        isClosed = true
        isCleared = true
        queue = []
        queuedBytes = 0
        discarded = [:]
    }

    // MARK: - Sending

    /// What to do now. `hurry`: somebody waits for the queue to be empty, so what was dropped is told at once.
    mutating func next(now: Duration, hurry: Bool = false) -> Step {
        guard flight == nil else { return .busy }
        if limits.end(of: .error, now: now) != nil { dropLimited(now: now) }
        if let retryAt, retryAt > now, !queue.isEmpty || !discarded.isEmpty { return .wait(until: retryAt) }
        let reportsEnd = limits.end(of: .report, now: now)
        if !queue.isEmpty {
            return start(Flight(item: removeFirst(), discarded: reportsEnd == nil ? takeDiscarded() : [:]))
        }
        guard !discarded.isEmpty, let since = discardedSince else { return .idle }
        let due = max(hurry ? now : since + Self.reportDelay, reportsEnd ?? now)
        guard due <= now else { return .wait(until: due) }
        return start(Flight(item: nil, discarded: takeDiscarded()))
    }

    /// Takes what came of the request under way.
    ///
    /// - Parameters:
    ///   - outcome: what came of it.
    ///   - now: the time.
    ///   - wall: the time in Unix ms.
    ///   - jitter: a number from 0 to 1 that the wait before the next attempt varies by.
    mutating func finish(_ outcome: SentryOutcome, now: Duration, wall: Int64, jitter: Double) {
        guard let sent = flight else { return }
        flight = nil
        guard !isCleared else { return }
        guard case .response(let response) = outcome else {
            failed(sent, .networkError, retryAfter: nil, now: now, jitter: jitter)
            return
        }
        limits.update(response, now: now, wall: wall)
        switch response.status {
        case 200..<300:
            backoff.reset()
            retryAt = nil
        case 429:
            // Sentry counts what it refuses by itself, the client report included.
            backoff.reset()
            retryAt = nil
        case 500...:
            let wait = response.retryAfter.map { SentryRateLimits.wait($0, wall: wall) }
            failed(sent, .sendError, retryAfter: wait, now: now, jitter: jitter)
        default:
            // It will not become better by sending it again.
            if sent.item != nil { discard(.sendError, now: now) }
        }
    }

    private mutating func failed(
        _ sent: Flight, _ reason: SentryDiscard, retryAfter: Duration?, now: Duration, jitter: Double
    ) {
        for (reason, count) in sent.discarded { discard(reason, count: count, now: now) }
        retryAt = now + max(backoff.next(jitter: jitter), retryAfter ?? .zero)
        guard var item = sent.item else { return }
        item.attempts += 1
        guard item.attempts < configuration.attempts else {
            discard(reason, now: now)
            return
        }
        guard queue.count < configuration.queueLimit, queuedBytes + item.report.bytes <= configuration.queueBytes else {
            // It is the oldest.
            discard(.queueOverflow, now: now)
            return
        }
        queue.insert(item, at: 0)
        queuedBytes += item.report.bytes
    }

    private mutating func start(_ flight: Flight) -> Step {
        self.flight = flight
        return .send(flight)
    }

    @discardableResult
    private mutating func removeFirst() -> Item {
        let item = queue.removeFirst()
        queuedBytes -= item.report.bytes
        return item
    }

    private mutating func dropLimited(now: Duration) {
        guard !queue.isEmpty else { return }
        discard(.rateLimit, count: queue.count, now: now)
        queue = []
        queuedBytes = 0
    }

    private mutating func discard(_ reason: SentryDiscard, count: Int = 1, now: Duration) {
        discarded[reason, default: 0] += count
        if discardedSince == nil { discardedSince = now }
    }

    private mutating func takeDiscarded() -> [SentryDiscard: Int] {
        defer {
            discarded = [:]
            discardedSince = nil
        }
        return discarded
    }
}

/// Why an event was not sent, as a client report names it.
enum SentryDiscard: String, Sendable, CaseIterable {
    /// The queue was full.
    case queueOverflow = "queue_overflow"
    /// Sentry wanted nothing more for a while.
    case rateLimit = "ratelimit_backoff"
    /// Sentry could not be reached.
    case networkError = "network_error"
    /// Sentry did not take it.
    case sendError = "send_error"
    /// It was not in the sample.
    case sampleRate = "sample_rate"
}
