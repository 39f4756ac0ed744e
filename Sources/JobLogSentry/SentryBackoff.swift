/// How long to wait after failures: doubling, with jitter so that many workers do not come back at once.
struct SentryBackoff {
    let first: Duration
    let longest: Duration
    private(set) var failures = 0

    init(first: Duration, longest: Duration) {
        self.first = SentryClock.bounded(first)
        self.longest = SentryClock.bounded(longest)
    }

    /// The wait after one more failure: between half and the whole of the doubled one; `jitter` is a number from 0 to 1.
    mutating func next(jitter: Double) -> Duration {
        // Beyond 2^30 of any sensible start the limit has long been reached.
        let full = min(longest, first * (1 << min(failures, 30)))
        failures += 1
        return full * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }

    mutating func reset() {
        failures = 0
    }
}
