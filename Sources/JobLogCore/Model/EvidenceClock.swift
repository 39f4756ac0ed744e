/// What the times of others are worth here: one that is further ahead of us than a wrong clock explains counts as now,
/// so that it cannot win for ever.
struct EvidenceClock {
    /// How far ahead, in ms, a time may be and still be believed.
    static let tolerance: Int64 = 60_000

    let now: Int64
    /// When this viewer itself last saw something of the job change.
    let heardAt: Int64?

    func isFuture(_ time: Int64) -> Bool { time > now + EvidenceClock.tolerance }

    /// What a time counts as where evidence is put in order.
    func capped(_ time: Int64) -> Int64 { isFuture(time) ? now : time }

    /// What a time counts as where silence is measured: one from the future would count as now for ever, so what we
    /// heard ourselves is better.
    func heard(_ time: Int64) -> Int64 { isFuture(time) ? min(heardAt ?? now, now) : time }
}
