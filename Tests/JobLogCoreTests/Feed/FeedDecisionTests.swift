import RedisClient
import Testing

@testable import JobLogCore

/// When the index is read, what is tried again, and what is said.
@Suite struct FeedDecisionTests {
    private let start = ContinuousClock.now
    private let a = JobID("a")
    private let b = JobID("b")

    @Test func theIndexIsReadWhenItChangedAndNotTooOften() {
        var index = IndexWatch()
        #expect(index.due(at: start) == start)
        index.begin(at: start)
        #expect(index.due(at: start) == nil)
        for _ in 0..<100 { index.change() }
        #expect(index.due(at: start) == start + IndexWatch.interval)
    }

    @Test func theIndexTellsWhichJobsAreReadAgain() {
        var index = IndexWatch()
        func take(_ scores: KeyValuePairs<String, Double>, followed: Set<String> = []) -> [String] {
            let page = scores.map { IndexWatch.Entry(id: JobID($0.key), score: $0.value) }
            return index.take(page, isKnown: { $0 != JobID("new") }, isFollowed: { followed.contains($0.display) })
                .map(\.display)
        }
        index.begin(at: start)
        #expect(take(["new": 9, "old": 5]) == ["new"])
        #expect(take(["old": 5]) == [])
        #expect(take(["new": 12, "old": 6]) == ["new", "old"])
        #expect(take(["old": 7], followed: ["old"]) == [])
        #expect(index.due(at: start) == nil)
    }

    @Test func manyChangedJobsAreReadInTurns() {
        var index = IndexWatch()
        func page(_ offset: Int) -> [IndexWatch.Entry] {
            (0..<100).map { IndexWatch.Entry(id: JobID("\($0)"), score: Double($0 + offset)) }
        }
        func take(_ offset: Int) -> [JobID] {
            index.take(page(offset), isKnown: { _ in true }, isFollowed: { _ in false })
        }
        #expect(take(0).isEmpty)
        index.begin(at: start)
        var read: [JobID] = []
        for _ in 0..<4 {
            index.begin(at: start)
            read += take(1_000)
        }
        #expect(read == (0..<100).map { JobID("\($0)") })
        #expect(index.due(at: start) == nil)
    }

    @Test func whatWasRefusedIsTriedAgain() {
        var refused = RefusedReads()
        let forbidden = RedisError(code: .noPermission, message: "No.")
        let loading = RedisError(code: .loading, message: "Wait.")
        let isNews = [(a, forbidden), (a, forbidden), (b, loading)].map { refused.refuseLog($0.0, $0.1, at: start) }
        #expect(isNews == [true, false, true])
        refused.refuseRow(b, isTemporary: true, at: start)
        #expect(refused.due == start + RefusedReads.shortPause)
        let early = refused.take(at: start)
        #expect(early.logs.isEmpty)
        let due = refused.take(at: start + RefusedReads.shortPause)
        #expect(due.rows == [b] && due.logs == [b])
        let wasTold = [refused.readLog(b), refused.readLog(b)]
        #expect(wasTold == [true, false])
        #expect(refused.due == start + RefusedReads.longPause)
        refused.keepOnly(FeedInterest())
        #expect(refused.due == nil)
    }

    @Test func onlyALostConnectionEndsASession() {
        func error(_ reply: String) -> RedisError {
            RedisError(code: .server, message: "", serverMessage: reply)
        }
        for code in [RedisError.Code.noPermission, .wrongType, .outOfMemory, .loading, .server, .moved, .readOnly] {
            #expect(!RedisError(code: code, message: "").endsSession)
        }
        for code in [RedisError.Code.connectionLost, .connectionFailed, .timedOut, .closed, .protocolViolation] {
            #expect(RedisError(code: code, message: "").endsSession)
        }
        #expect(error("BUSY Redis is busy running a script.").isNotReady)
        #expect(error("MASTERDOWN Link with MASTER is down").isNotReady)
        #expect(!error("ERR unknown command").isNotReady)
    }

    @Test func noticesAreOneSentenceEach() {
        var notices = FeedNotices()
        #expect(notices.text == nil)
        notices.otherEvents = "PSUBSCRIBE is not allowed."
        #expect(notices.text == "no events of other jobs: PSUBSCRIBE is not allowed.")
        notices.events = "SUBSCRIBE is not allowed."
        #expect(notices.text == "no events: SUBSCRIBE is not allowed.")
        notices = FeedNotices(polling: "CLIENT is not allowed.")
        #expect(notices.text == "polling: CLIENT is not allowed.")
        notices = FeedNotices(list: "SCAN is not allowed.")
        #expect(notices.text == "list incomplete: SCAN is not allowed.")
    }
}
