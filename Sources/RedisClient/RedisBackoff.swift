/// How long to wait before trying again: doubling, with jitter so that many clients do not come back at once.
public struct RedisBackoff: Sendable {
    private let initial: Duration
    private let limit: Duration
    /// How many delays were handed out since the last success.
    public private(set) var attempts = 0

    /// Makes a backoff.
    ///
    /// - Parameters:
    ///   - initial: The first delay, before jitter.
    ///   - limit: The longest delay.
    public init(initial: Duration = .milliseconds(50), limit: Duration = .seconds(5)) {
        self.initial = initial
        self.limit = limit
    }

    /// The next delay: between half and the whole of the doubled one.
    public mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// The next delay, with the jitter taken from `generator`.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        // Beyond 2^30 of any sensible start the limit has long been reached.
        let full = min(limit, initial * (1 << min(attempts, 30)))
        attempts += 1
        return full * Double.random(in: 0.5...1, using: &generator)
    }

    /// Starts over after a success.
    public mutating func reset() {
        attempts = 0
    }
}
