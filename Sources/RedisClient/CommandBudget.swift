/// A bucket of commands that fills with time: in no second more are taken from it than the limit, however they come.
///
/// Pure: it is told the time.
struct CommandBudget: Sendable {
    /// How many commands may go out at once after a rest; what flows in besides leaves room for them.
    private let depth: Double
    private let perSecond: Double
    private var level: Double
    private var filledAt: ContinuousClock.Instant?

    /// A full bucket; the limit is in commands a second.
    init(limit: Int) {
        precondition(limit >= RedisTraffic.leastLimit, "a ceiling below \(RedisTraffic.leastLimit) commands a second")
        depth = Double(max(8, limit / 8))
        perSecond = Double(limit) - depth
        level = depth
    }

    /// How many commands are to be sent together: two who send by turns find room.
    var piece: Int { Int(depth) / 2 }

    /// Takes commands; more than the bucket holds leave a debt, for they cannot be parted.
    ///
    /// - Returns: Zero where they were taken; else after how long there may be enough.
    mutating func take(_ count: Int, at now: ContinuousClock.Instant) -> Duration {
        if let filledAt, now > filledAt { level = min(depth, level + perSecond * ((now - filledAt) / .seconds(1))) }
        filledAt = max(filledAt ?? now, now)
        let missing = min(Double(count), depth) - level
        guard missing > 0 else {
            level -= Double(count)
            return .zero
        }
        return .seconds(missing / perSecond)
    }
}
