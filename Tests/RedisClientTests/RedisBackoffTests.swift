import RedisClient
import Testing

@Suite struct RedisBackoffTests {
    private struct Fixed: RandomNumberGenerator {
        let value: UInt64
        func next() -> UInt64 { value }
    }

    @Test func doublesUpToTheLimitAndStartsOver() {
        var backoff = RedisBackoff()
        var highest = Fixed(value: .max)
        let delays = (0..<9).map { _ in backoff.next(using: &highest) }
        #expect(delays.map { $0 / .milliseconds(1) } == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
        #expect(backoff.attempts == 9)
        backoff.reset()
        #expect(backoff.attempts == 0)
        #expect(backoff.next(using: &highest) == .milliseconds(50))
    }

    @Test func jitterStaysBetweenHalfAndWhole() {
        for attempt in 0..<100 {
            var backoff = RedisBackoff(initial: .milliseconds(10), limit: .milliseconds(40))
            for _ in 0..<attempt { _ = backoff.next() }
            let whole = min(10 << min(attempt, 4), 40)
            #expect((.milliseconds(whole) / 2 ... .milliseconds(whole)).contains(backoff.next()))
        }
    }
}
