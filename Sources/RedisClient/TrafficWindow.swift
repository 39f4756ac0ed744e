/// What went over connections in the last seconds, by halves of a second.
///
/// Pure: it is told the time.
struct TrafficWindow: Sendable {
    /// What went over them in a part of the time.
    struct Slot: Sendable {
        var commands = 0
        var bytesOut = 0
        var bytesIn = 0
        /// For how long commands had to wait.
        var waited = Duration.zero
    }

    private static let length = Duration.milliseconds(500)
    /// The parts that are counted, the current one besides.
    private static let count = 6

    private var start: ContinuousClock.Instant?
    /// The current part, and those before it.
    private var slots: [Slot] = [Slot()]

    /// Adds to the current part.
    mutating func add(at now: ContinuousClock.Instant, _ change: (inout Slot) -> Void) {
        advance(to: now)
        change(&slots[0])
    }

    /// The means over the parts that are complete.
    mutating func rates(at now: ContinuousClock.Instant) -> RedisTraffic.Rates {
        advance(to: now)
        let whole = slots.dropFirst()
        let seconds = Self.length * Self.count / .seconds(1)
        return RedisTraffic.Rates(
            commands: Double(whole.reduce(0) { $0 + $1.commands }) / seconds,
            bytesOut: Double(whole.reduce(0) { $0 + $1.bytesOut }) / seconds,
            bytesIn: Double(whole.reduce(0) { $0 + $1.bytesIn }) / seconds)
    }

    /// For how long commands had to wait in the last two seconds.
    mutating func waited(at now: ContinuousClock.Instant) -> Duration {
        advance(to: now)
        return slots.prefix(4).reduce(.zero) { $0 + $1.waited }
    }

    private mutating func advance(to now: ContinuousClock.Instant) {
        guard let start else { return self.start = now }
        guard now - start >= Self.length else { return }
        let passed = Int((now - start) / Self.length)
        self.start = start.advanced(by: Self.length * passed)
        slots = Array((Array(repeating: Slot(), count: min(passed, Self.count + 1)) + slots).prefix(Self.count + 1))
    }
}
