import JobLogCore
import Testing

@testable import joblog_server

@Suite struct EventHistoryTests {
    private func add(_ count: Int, to history: inout EventHistory, bytes: Int = 1) {
        for _ in 0..<count {
            _ = history.add(Array(repeating: 0x7B, count: bytes)[...], of: JobID("job"), owner: "user")
        }
    }

    @Test func whatFollowsOnANumberIsHeld() {
        var history = EventHistory()
        #expect(history.events(after: 0)?.count == 0)
        add(5, to: &history)
        #expect(history.events(after: 0)?.map(\.number) == [1, 2, 3, 4, 5])
        #expect(history.events(after: 3)?.map(\.number) == [4, 5])
        #expect(history.events(after: 5)?.count == 0)
        // It was never told.
        #expect(history.events(after: 6) == nil)
        #expect(history.events(after: -1) == nil)
    }

    @Test func whatMayBeMissingIsNotGiven() {
        var history = EventHistory()
        add(5, to: &history)
        history.reset()
        #expect(history.events(after: 5) == nil)
        add(1, to: &history)
        #expect(history.events(after: 5) == nil)
        #expect(history.events(after: 6)?.map(\.number) == [7])
    }

    @Test(arguments: [(30_000, 1), (100, 1 << 20)]) func theOldestAreForgotten(count: Int, bytes: Int) throws {
        var history = EventHistory()
        add(count, to: &history, bytes: bytes)
        #expect(history.events(after: 0) == nil)
        let oldest = try #require((0...count).first { history.events(after: $0) != nil })
        let held = try #require(history.events(after: oldest))
        #expect(held.count == count - oldest)
        #expect(held.count <= 2 * EventHistory.most && held.count * bytes <= 2 * EventHistory.mostBytes)
    }

    @Test func positionsAreReadBack() {
        let position = EventPosition(instance: "a-b", number: 12)
        #expect(EventPosition(position.text) == position)
        for text in ["", "12", "a-", "a-x"] { #expect(EventPosition(text) == nil) }
    }
}
