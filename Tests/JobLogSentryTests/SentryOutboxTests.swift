import JobLogCore
import Testing

@testable import JobLogSentry

/// What waits and what is done next, without time and network.
@Suite struct SentryOutboxTests {
    private var outbox: SentryOutbox
    private let wall: Int64 = 1_734_470_400_000

    init() throws {
        outbox = SentryOutbox(try .sample())
    }

    private static func item(_ id: String, bytes: Int = 0) -> SentryOutbox.Item {
        let report = ErrorReport.sample(String(repeating: "x", count: bytes))
        return SentryOutbox.Item(id: id, report: BoundedReport(report, eventBytes: 1_000_000))
    }

    private mutating func take(_ ids: String..., at now: Duration = .zero) -> [Bool] {
        ids.map { outbox.take(Self.item($0), now: now, chance: 0) }
    }

    /// The id of what is sent now, `report` for a client report alone, or what is done instead.
    private mutating func next(at now: Duration = .zero, hurry: Bool = false) -> String {
        switch outbox.next(now: now, hurry: hurry) {
        case .send(let flight): flight.item?.id ?? "report"
        case .wait(let until): "wait until \(Int(until / .milliseconds(1)))"
        case .busy: "busy"
        case .idle: "idle"
        }
    }

    private mutating func answer(
        _ status: Int, limits: String? = nil, retryAfter: String? = nil, at now: Duration = .zero, jitter: Double = 1
    ) {
        let response = SentryResponse(status: status, rateLimits: limits, retryAfter: retryAfter)
        outbox.finish(.response(response), now: now, wall: wall, jitter: jitter)
    }

    private mutating func fail(at now: Duration = .zero, jitter: Double = 1) {
        outbox.finish(.failed("refused"), now: now, wall: wall, jitter: jitter)
    }

    // MARK: - The queue

    @Test mutating func oneRequestAtATimeInOrder() {
        #expect(next() == "idle")
        #expect(take("a", "b") == [true, true])
        #expect(next() == "a")
        #expect(next() == "busy")
        #expect(!outbox.isSettled)
        answer(200)
        #expect(next() == "b")
        answer(200)
        #expect(next() == "idle")
        #expect(outbox.isSettled)
        #expect(outbox.discarded == [:])
    }

    @Test mutating func theOldestGoesWhenTheQueueIsFull() {
        for number in 1...103 { _ = take("\(number)") }
        #expect(outbox.queue.count == 100)
        #expect(next() == "4")
        #expect(outbox.flight?.discarded == [.queueOverflow: 3])
    }

    @Test mutating func bytesAreBoundedToo() throws {
        var configuration = try SentryConfiguration.sample()
        configuration.queueBytes = 10_000
        outbox = SentryOutbox(configuration)
        for number in 1...5 { _ = outbox.take(Self.item("\(number)", bytes: 3_000), now: .zero, chance: 0) }
        #expect(outbox.queuedBytes <= 10_000)
        #expect(outbox.queue.map(\.id) == ["4", "5"] || outbox.queue.map(\.id) == ["3", "4", "5"])
        let isTaken = outbox.take(Self.item("huge", bytes: 10_000), now: .zero, chance: 0)
        #expect(!isTaken, "larger than the whole queue")
        #expect(outbox.queue.last?.id == "5")
    }

    @Test mutating func theSampleDecides() throws {
        outbox = SentryOutbox(try .sample(sampleRate: 0.25))
        let taken = [0, 0.24, 0.25, 0.9, 1].map { outbox.take(Self.item("x"), now: .zero, chance: $0) }
        #expect(taken == [true, true, false, false, false])
        #expect(outbox.discarded == [.sampleRate: 3])
        outbox = SentryOutbox(try .sample(sampleRate: 0))
        let none = outbox.take(Self.item("x"), now: .zero, chance: 0)
        #expect(!none)
    }

    // MARK: - Failures

    @Test mutating func afterAFailureItWaitsLongerEachTime() {
        _ = take("a")
        var now = Duration.zero
        for seconds in [1, 2, 4, 8] {
            #expect(next(at: now) == "a")
            seconds.isMultiple(of: 2) ? answer(503, at: now) : fail(at: now)
            let end = now + .seconds(seconds)
            #expect(next(at: now) == "wait until \(Int(end / .milliseconds(1)))")
            #expect(next(at: end - .milliseconds(1)) == "wait until \(Int(end / .milliseconds(1)))")
            now = end
        }
        #expect(next(at: now) == "a")
        fail(at: now)
        #expect(outbox.queue.isEmpty, "five attempts are enough")
        #expect(outbox.discarded == [.networkError: 1])
    }

    @Test mutating func theNextEventWaitsAsWell() {
        _ = take("a", "b")
        #expect(next() == "a")
        fail(jitter: 0)
        #expect(next() == "wait until 500")
        #expect(next(at: .milliseconds(500)) == "a", "the order is kept")
        answer(200)
        #expect(next(at: .milliseconds(500)) == "b")
        fail(jitter: 0)
        #expect(next() == "wait until 500", "a success starts over")
    }

    @Test mutating func theWaitHasAnEndAndObeysTheServer() throws {
        _ = take("a")
        #expect(next() == "a")
        answer(503, retryAfter: "120")
        #expect(next() == "wait until 120000")
        var backoff = SentryBackoff(first: .seconds(1), longest: .seconds(60))
        let waits = (0..<40).map { _ in backoff.next(jitter: 1) }
        #expect(Array(waits.prefix(7)) == [1, 2, 4, 8, 16, 32, 60].map { Duration.seconds($0) })
        #expect(waits.last == .seconds(60))
    }

    @Test mutating func whatFailedIsTheOldestWhenTheQueueIsFull() {
        _ = take("a")
        #expect(next() == "a")
        for number in 1...100 { _ = take("\(number)") }
        fail()
        #expect(outbox.queue.first?.id == "1")
        #expect(outbox.discarded == [.queueOverflow: 1])
    }

    @Test(arguments: [400, 401, 403, 404, 413, 302]) mutating func whatIsRefusedIsNotSentAgain(_ status: Int) {
        _ = take("a", "b")
        #expect(next() == "a")
        answer(status)
        #expect(outbox.discarded == [.sendError: 1])
        #expect(next() == "b", "at once")
    }

    // MARK: - Limits

    @Test mutating func after429ThereIsSilence() {
        _ = take("a", "b", "c")
        #expect(next() == "a")
        answer(429, retryAfter: "30")
        // a is counted by Sentry itself; nothing is said of b and c before the time has come.
        #expect(next() == "wait until 60000", "b and c are dropped; told later")
        #expect(outbox.discarded == [.rateLimit: 2])
        #expect(take("d", at: .seconds(29)) == [false])
        #expect(next(at: .seconds(29), hurry: true) == "wait until 30000", "not even in a hurry")
        #expect(take("e", at: .seconds(30)) == [true])
        #expect(next(at: .seconds(30)) == "e")
        #expect(outbox.flight?.discarded == [.rateLimit: 3])
    }

    @Test(arguments: [
        ("60:error:organization", true, false), ("60:default:project", true, false), ("60::organization", true, true),
        ("60:all:key", true, true), ("60:transaction;error;session:key", true, false),
        ("60:transaction:key", false, false),
        ("60:session;attachment:key, 2700:security:organization", false, false),
        ("60:transaction:key, 60:error:organization:quota_exceeded", true, false),
        ("1:error:key,60:default:key", true, false), ("60:error:key,1:error:key", true, false),
        ("60: Error ; x :key", true, false), ("60:metric_bucket:organization:quota:custom", false, false),
        ("nonsense", false, false), ("", false, false), ("x:error:key", true, false),
    ]) mutating func limitsAreByCategory(_ header: String, limitsErrors: Bool, limitsReports: Bool) {
        _ = take("a")
        #expect(next() == "a")
        answer(200, limits: header)
        #expect(take("b", at: .seconds(59)) == [!limitsErrors])
        if limitsErrors {
            #expect(next(at: .seconds(59), hurry: true) == (limitsReports ? "wait until 60000" : "report"))
        }
        #expect(take("c", at: .seconds(60)) == [true])
    }

    @Test mutating func anEmptyLimitsHeaderIsNone() {
        _ = take("a")
        #expect(next() == "a")
        answer(429, limits: " ", retryAfter: "30")
        #expect(take("b", at: .seconds(29)) == [false])
    }

    @Test mutating func theLimitsHeaderCountsMoreThanRetryAfter() {
        _ = take("a")
        #expect(next() == "a")
        answer(429, limits: "60:transaction:key", retryAfter: "30")
        #expect(take("b") == [true])
    }

    @Test(arguments: [
        ("0", 0), ("1.2", 2), ("60", 60), (" 7 ", 7), ("", 60), ("soon", 60), ("-5", 60), ("nan", 60),
        ("1e300", 2_592_000), ("Tue, 17 Dec 2024 21:20:30 GMT", 30), ("Tue, 17 Dec 2024 21:19:00 GMT", 0),
        ("Tue, 17 Foo 2024 21:19:00 GMT", 60),
    ])
    func retryAfterIsSecondsOrADate(_ header: String, seconds: Int) {
        #expect(SentryRateLimits.wait(header, wall: wall) == .seconds(seconds))
    }

    @Test func withoutRetryAfterItIsAMinute() {
        #expect(SentryRateLimits.wait(nil, wall: wall) == .seconds(60))
    }

    // MARK: - Client reports

    @Test mutating func whatWasDroppedIsToldAloneAfterAMinute() throws {
        outbox = SentryOutbox(try .sample(sampleRate: 0.5))
        _ = outbox.take(Self.item("x"), now: .seconds(5), chance: 0.9)
        #expect(next(at: .seconds(10)) == "wait until 65000")
        #expect(next(at: .seconds(10), hurry: true) == "report")
        answer(503, at: .seconds(10))
        #expect(outbox.discarded == [.sampleRate: 1], "kept for the next time")
        #expect(next(at: .seconds(10), hurry: true) == "wait until 11000")
        #expect(next(at: .seconds(70)) == "report")
        answer(200)
        #expect(next(at: .seconds(70)) == "idle")
    }

    // MARK: - The end

    @Test mutating func closedItTakesNothingAndHurries() {
        _ = take("a", "b")
        #expect(next() == "a")
        fail()
        #expect(next() == "wait until 1000")
        outbox.close()
        #expect(take("c") == [false])
        #expect(next() == "a")
        outbox.clear()
        #expect(!outbox.isSettled)
        fail()
        #expect(outbox.isSettled)
        #expect(next() == "idle")
    }
}
