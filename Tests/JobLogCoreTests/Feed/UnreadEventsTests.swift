import Testing

@testable import JobLogCore

/// Events that wait until their jobs were read.
@Suite struct UnreadEventsTests {
    private func chunk(_ text: String) -> JobEvent? {
        JobEvent.decode(Array(#"{"event":"job:chunk","chunk":"\#(text)","isLast":false}"#.utf8)[...])
    }

    @Test func eachJobsEventsAreInTheirOrderAndTheLongestWaitingComeFirst() throws {
        var unread = UnreadEvents()
        let (one, two) = (JobID("one"), JobID("two"))
        unread.add([try #require(chunk("a"))], of: one)
        unread.add([try #require(chunk("x"))], of: two)
        unread.add([try #require(chunk("b"))], of: one)
        #expect(unread.count == 2 && unread.contains(one))
        let first = unread.take(1)
        #expect(first.map(\.id) == [one])
        #expect(first.first?.events.count == 1)
        if case .chunk(let text, _)? = first.first?.events.first?.kind { #expect(text == "ab") }
        #expect(!unread.contains(one) && unread.count == 1)
        unread.keepOnly([])
        #expect(unread.take(9).isEmpty)
    }
}
