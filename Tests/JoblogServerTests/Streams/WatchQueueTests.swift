import Testing

@testable import joblog_server

@Suite struct WatchQueueTests {
    private func queue(_ limit: Int = 100) -> WatchQueue<String> { WatchQueue(limit: limit) { "too slow: \($0)" } }

    private func all(of queue: WatchQueue<String>) async -> [String] {
        var steps: [String] = []
        for await step in queue { steps.append(step) }
        return steps
    }

    @Test func stepsComeInTheirOrderAndThenTheEnd() async {
        let queue = queue()
        for number in 0..<5 { queue.push("\(number)", bytes: 10) }
        queue.finish("last")
        queue.push("after", bytes: 1)
        #expect(await all(of: queue) == ["0", "1", "2", "3", "4", "last"])
    }

    @Test func whoWaitsIsToldAtOnce() async {
        let queue = queue()
        async let steps = all(of: queue)
        for number in 0..<1_000 { queue.push("\(number)", bytes: 0) }
        queue.finish()
        #expect(await steps == (0..<1_000).map { "\($0)" })
    }

    @Test func whoIsTooSlowHearsWhatWaitedAndWhy() async {
        let queue = queue()
        for number in 0..<20 { queue.push("\(number)", bytes: 30) }
        #expect(await all(of: queue) == ["0", "1", "2", "too slow: 90"])
    }

    @Test func aStepThatIsLargerThanTheLimitComesWhereNothingElseWaits() async {
        let queue = queue()
        queue.push("large", bytes: 5_000)
        #expect(await queue.next() == "large")
        queue.push("small", bytes: 1)
        queue.push("large", bytes: 5_000)
        queue.finish()
        #expect(await all(of: queue) == ["small", "too slow: 1"])
    }

    /// One that is always a step behind never comes to rest.
    @Test func whatWasTakenIsNotHeld() async {
        let queue = queue()
        queue.push("0", bytes: 1)
        for number in 1..<10_000 {
            queue.push("\(number)", bytes: 1)
            #expect(await queue.next() == "\(number - 1)")
            #expect(queue.held <= 130)
        }
    }

    @Test func whoIsCancelledWaitsNoMore() async {
        let queue = queue()
        let waiting = Task { await all(of: queue) }
        waiting.cancel()
        #expect(await waiting.value == [])
    }
}
