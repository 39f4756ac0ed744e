import Testing

@testable import JobLogCore

@Suite struct EventLoadTests {
    private let start = ContinuousClock.now

    /// Hears events at an even rate for some time; gives the number of events after which all were given up.
    @discardableResult
    private func hear(
        _ load: inout EventLoad, perSecond rate: Int, from: Duration, for length: Duration
    ) -> Int? {
        let count = Int(length / .seconds(1) * Double(rate))
        for number in 0..<count {
            load.hear(at: start + from + .seconds(1) / rate * number)
            if !load.hearsAll { return number + 1 }
        }
        return nil
    }

    @Test func aModestRateIsHeardForEver() {
        var load = EventLoad()
        load.listens(at: start)
        #expect(hear(&load, perSecond: 490, from: .zero, for: .seconds(60)) == nil)
        #expect(load.hearsAll && load.isLight && load.due == nil)
    }

    @Test func aBurstIsNoRate() {
        var load = EventLoad()
        for second in stride(from: 0, to: 60, by: 4) {
            #expect(hear(&load, perSecond: 1_400, from: .seconds(second), for: .seconds(1)) == nil)
        }
        #expect(load.isLight)
    }

    @Test func aHighRateIsGivenUp() {
        var load = EventLoad()
        let count = hear(&load, perSecond: 600, from: .zero, for: .seconds(10))
        #expect(count.map { (1_501...1_801).contains($0) } ?? false)
        #expect(!load.isLight)
    }

    @Test func aFloodIsGivenUpBeforeTheTimeIsOver() {
        var load = EventLoad()
        #expect(hear(&load, perSecond: 100_000, from: .zero, for: .seconds(1)) == 1_501)
    }

    @Test func whatIsLightAgainIsHeardAgain() throws {
        var load = EventLoad()
        hear(&load, perSecond: 100_000, from: .zero, for: .seconds(1))
        let due = try #require(load.due)
        #expect(due > start + .seconds(9) && due < start + .seconds(11))
        load.advance(to: due - .milliseconds(1))
        #expect(!load.hearsAll)
        load.advance(to: due)
        #expect(load.hearsAll && !load.isLight && load.due == nil, "it begins when the server has confirmed it")
        load.listens(at: due)
        #expect(load.due == due + .seconds(1))
        hear(&load, perSecond: 200, from: due - start, for: .seconds(1))
        load.advance(to: due + .seconds(1))
        #expect(load.isLight)
    }

    @Test func aTrialIsShortAndRarerEachTime() throws {
        var load = EventLoad()
        hear(&load, perSecond: 100_000, from: .zero, for: .seconds(1))
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<5 {
            let due = try #require(load.due)
            load.advance(to: due)
            load.listens(at: due)
            // Between half the limit and the limit it stays as it is.
            let count = hear(&load, perSecond: 400, from: due - start, for: .seconds(2))
            #expect(count == 251)
            now = due + .seconds(1) / 400 * 250
            pauses.append(try #require(load.due) - now)
        }
        #expect(pauses == [20, 40, 60, 60, 60].map { .seconds($0) })
    }
}
