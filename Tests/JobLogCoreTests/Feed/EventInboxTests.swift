import RedisClient
import Testing

@testable import JobLogCore

@Suite struct EventInboxTests {
    private let start = ContinuousClock.now
    private let a = JobID("a")
    private let b = JobID("b")

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func chunk(_ text: String, isLast: Bool = false) -> ArraySlice<UInt8> {
        bytes(#"{"event":"job:chunk","chunk":"\#(text)","isLast":\#(isLast)}"#)[...]
    }

    @Test func jobsOnScreenAreToldAtOnceOthersAFewTimesASecond() {
        var inbox = EventInbox()
        inbox.take(chunk("1"), of: b, isVisible: false)
        #expect(!inbox.hasVisible && inbox.due(at: start) == start)
        #expect(inbox.drain(visible: [a], at: start).map(\.id) == [b])
        inbox.take(chunk("2"), of: b, isVisible: false)
        inbox.take(chunk("3"), of: a, isVisible: true)
        #expect(inbox.hasVisible)
        #expect(inbox.drain(visible: [a], at: start + .milliseconds(16)).map(\.id) == [a])
        #expect(!inbox.hasVisible && inbox.due(at: start) == start + EventInbox.interval)
        #expect(inbox.drain(visible: [a], at: start + .milliseconds(32)).isEmpty)
        #expect(inbox.drain(visible: [a], at: start + EventInbox.interval).map(\.id) == [b])
        #expect(inbox.due(at: start) == nil)
    }

    @Test func ofAJobThatIsNotOnScreenTheNewestAreKept() throws {
        var inbox = EventInbox()
        for number in 0..<10_000 {
            inbox.take(chunk("\(number)"), of: a, isVisible: true)
            inbox.take(chunk("\(number)"), of: b, isVisible: false)
        }
        inbox.take(bytes("no JSON")[...], of: b, isVisible: false)
        let told = Dictionary(uniqueKeysWithValues: inbox.drain(visible: [a], at: start).map { ($0.id, $0.events) })
        #expect(told[a]?.count == 10_000)
        let few = try #require(told[b])
        #expect((EventInbox.depth - 1..<2 * EventInbox.depth).contains(few.count))
        #expect(few.last?.kind == .chunk(text: "9999", isLast: false))
        inbox.take(chunk("x"), of: b, isVisible: false)
        inbox.keepOnly([a])
        #expect(inbox.due(at: start) == nil)
    }

    @Test func theSecondCopyIsTold() {
        var inbox = EventInbox()
        let channel = bytes("job:event:a")
        func named(_ text: String) -> RedisPush { .message(channel: channel, payload: chunk(text)) }
        func matched(_ text: String) -> RedisPush {
            .patternMessage(pattern: bytes("job:event:*"), channel: channel, payload: chunk(text))
        }
        // The second of the two that were published is one of its own.
        let pushes = [matched("1"), named("2"), matched("2"), matched("2"), named("3"), matched("4")]
        #expect(pushes.map { inbox.isCopy($0) } == [false, false, true, false, false, false])
    }

    @Test func piecesAreTakenTogether() {
        let events = [
            JobEvent(.progress, progress: 1), JobEvent(.progress, progress: 2),
            JobEvent(.chunk(text: "a", isLast: false)),
            JobEvent(.chunk(text: "b", isLast: true)), JobEvent(.chunk(text: "c", isLast: false)), JobEvent(.completed),
        ]
        let told = EventInbox.coalesced(events)
        #expect(
            told.map(\.kind) == [
                .progress, .chunk(text: "ab", isLast: true), .chunk(text: "c", isLast: false), .completed,
            ])
        #expect(told.first?.progress == 2)
        var partial = JobEvent(.progress, progress: 3)
        partial.partial = "text"
        #expect(EventInbox.coalesced([partial, JobEvent(.progress, progress: 4)]).count == 2, "the text is not lost")
    }
}
