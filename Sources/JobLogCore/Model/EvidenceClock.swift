/// What the times of others are worth here: one that is further ahead of us than a wrong clock explains counts as now,
/// so that it cannot win for ever.
struct EvidenceClock {
    /// How far ahead, in ms, a time may be and still be believed.
    static let tolerance: Int64 = 60_000

    let now: Int64

    func isFuture(_ time: Int64) -> Bool { time > now + EvidenceClock.tolerance }

    func capped(_ time: Int64) -> Int64 { isFuture(time) ? now : time }
}
