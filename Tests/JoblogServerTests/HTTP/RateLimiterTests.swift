import Testing

@testable import joblog_server

@Suite struct RateLimiterTests {
    private let operators = Caller(user: nil, isOperator: true)

    @Test func eachUserHasABucketThatFillsUp() {
        let now = ContinuousClock.now
        let limiter = RateLimiter(perSecond: 2)
        for _ in 0..<4 { #expect(limiter.wait(for: .user("ann"), now: now) == nil) }
        #expect(limiter.wait(for: .user("ann"), now: now) == 1)
        #expect(limiter.wait(for: .user("bob"), now: now) == nil)
        #expect(limiter.wait(for: .user("ann"), now: now + .seconds(1)) == nil)
    }

    /// Whatever a user is called: nobody uses up what an operator's token without a name may ask.
    @Test(arguments: ["operator", "namelessOperator", ""]) func anOperatorWithoutANameIsNoUser(_ name: String) {
        let now = ContinuousClock.now
        let limiter = RateLimiter(perSecond: 1)
        let user = Caller(user: name, isOperator: false)
        while limiter.wait(for: user.identity, now: now) == nil {}
        #expect(limiter.wait(for: operators.identity, now: now) == nil)
        #expect(user.actor != operators.actor)
    }

    @Test func itHoldsNoMoreThanItsBound() {
        let now = ContinuousClock.now
        let limiter = RateLimiter(perSecond: 1)
        for number in 0..<(3 * RateLimiter.most) {
            #expect(limiter.wait(for: .user("user-\(number)"), now: now) == nil)
        }
        #expect(limiter.count <= RateLimiter.most)
    }
}
