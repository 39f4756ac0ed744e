import Synchronization

/// How often each user may ask: a bucket of tokens that fills up steadily.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    /// How many users are remembered.
    static let most = 10_000

    private let perSecond: Double
    private let buckets = Mutex<[Caller.Identity: Bucket]>([:])

    /// So many requests a second, and as many of two seconds at once.
    init(perSecond: Int) {
        self.perSecond = Double(perSecond)
    }

    /// How many users are remembered now.
    var count: Int { buckets.withLock { $0.count } }

    /// Nil where a user may ask now; otherwise after how many seconds.
    func wait(for user: Caller.Identity, now: ContinuousClock.Instant = .now) -> Int? {
        buckets.withLock { buckets in
            // Who was forgotten begins with a full bucket.
            if buckets.count >= Self.most, buckets[user] == nil {
                buckets = buckets.filter { now - $0.value.filledAt < .seconds(2) }
                // Looking them all through is worth it for many at once only.
                if buckets.count > Self.most / 2 { buckets = [:] }
            }
            var bucket = buckets[user] ?? Bucket(tokens: 2 * perSecond, filledAt: now)
            bucket.tokens = min(2 * perSecond, bucket.tokens + perSecond * ((now - bucket.filledAt) / .seconds(1)))
            bucket.filledAt = now
            let may = bucket.tokens >= 1
            if may { bucket.tokens -= 1 }
            buckets[user] = bucket
            return may ? nil : max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up)))
        }
    }
}
