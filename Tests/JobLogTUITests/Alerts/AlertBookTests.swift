import JobLogCore
import Testing

@testable import JobLogTUI

/// What is told of jobs that turn, in which way, and when.
@Suite struct AlertBookTests {
    static func turn(
        _ id: String, _ to: JobCondition?, from: JobCondition = .running, user: String? = nil, type: String? = nil
    ) -> JobTurn {
        var job = JobSnapshot(id: JobID(id))
        (job.userID, job.type) = (user, type)
        if to == .failed { job.error = "it broke" }
        return JobTurn(job: job, from: from, to: to)
    }

    private func told(_ book: inout AlertBook, at now: Int64, hasRoom: Bool = true) -> [String] {
        book.take(dueAt: now, hasRoom: hasRoom).map { "\($0.way.rawValue): \($0.news.text)" }
    }

    @Test func whatComesTogetherIsToldAtOnce() {
        var book = AlertBook(AlertSettings())
        book.take((1...10_000).map { Self.turn("job-\($0)", .failed) }, now: 1_000) { _ in .none }
        #expect(book.wait(at: 1_000, hasRoom: true) == AlertBook.gathering)
        book.take([Self.turn("late", .failed), Self.turn("done", .completed)], now: 1_200) { _ in .none }
        #expect(told(&book, at: 1_200) == [])
        #expect(told(&book, at: 1_300) == ["toast: 10,001 jobs failed: job-1, job-2, job-3 …"])
        #expect(book.wait(at: 1_300, hasRoom: true) == nil)
        #expect(book.past.count == AlertBook.mostPast && book.past.last?.job == JobID("late"))
    }

    @Test func oneIsToldByWhatHappenedAndSeveralByHowMany() {
        var book = AlertBook(AlertSettings())
        book.take([Self.turn("a", .failed)], now: 0) { _ in .none }
        #expect(told(&book, at: 300) == ["toast: a failed: it broke"])
        book.take([Self.turn("b", .failed), Self.turn("c", .stalled), Self.turn("d", .failed)], now: 10_000) { _ in
            .none
        }
        #expect(told(&book, at: 20_000) == ["toast: 3 jobs turned, 2 failed, 1 stalled: b, c, d"])
    }

    /// However often jobs fail, each way has its pause; what comes meanwhile is gathered.
    @Test func eachWayHasItsPause() {
        var book = AlertBook(AlertSettings(rules: [AlertRule(on: [.failed], do: Set(AlertWay.allCases))]))
        var counts: [AlertWay: Int] = [:]
        var jobs: [AlertWay: Int] = [:]
        for step in 0..<600 {
            let now = Int64(step) * 100
            book.take([Self.turn("job-\(step)", .failed)], now: now) { _ in .none }
            for (way, news) in book.take(dueAt: now, hasRoom: true) {
                counts[way, default: 0] += 1
                jobs[way, default: 0] += news.count
            }
        }
        for way in AlertWay.allCases {
            #expect(counts[way, default: 0] <= 1 + 60_000 / Int(AlertBook.pause(after: way)), "\(way)")
            #expect(jobs[way, default: 0] >= 600 - Int(AlertBook.pause(after: way)) / 100 - 3, "\(way)")
        }
    }

    @Test func aToastWaitsForRoomAndNothingElseDoes() {
        var book = AlertBook(AlertSettings(rules: [AlertRule(on: [.failed], do: [.toast, .bell])]))
        book.take([Self.turn("a", .failed)], now: 0) { _ in .none }
        #expect(told(&book, at: 1_000, hasRoom: false) == ["bell: a failed: it broke"])
        #expect(book.wait(at: 1_000, hasRoom: false) == nil)
        book.take([Self.turn("b", .failed)], now: 2_000) { _ in .none }
        #expect(told(&book, at: 2_500) == ["toast: 2 jobs failed: a, b"])
    }

    @Test func aClockThatIsPutBackHoldsNothingUp() {
        var book = AlertBook(AlertSettings())
        book.take([Self.turn("a", .failed)], now: 9_000_000) { _ in .none }
        #expect(told(&book, at: 9_000_300).count == 1)
        book.take([Self.turn("b", .failed)], now: 9_000_400) { _ in .none }
        #expect(told(&book, at: 1_000).count == 1)
    }

    @Test func rulesAskForConditionOwnerTypeAndId() {
        let rule = AlertRule(on: [.failed, .lost], do: [.bell], owner: "an?", type: "report-*", job: "n*:*")
        #expect(rule.admits(Self.turn("nightly:1", .failed, user: "ann", type: "report-x")))
        #expect(rule.admits(Self.turn("nightly:1", .lost, user: "any", type: "report-")))
        #expect(!rule.admits(Self.turn("nightly:1", .completed, user: "ann", type: "report-x")))
        #expect(!rule.admits(Self.turn("nightly:1", .failed, user: "bob", type: "report-x")))
        #expect(!rule.admits(Self.turn("nightly:1", .failed, user: "ann", type: "export")))
        #expect(!rule.admits(Self.turn("daily:1", .failed, user: "ann", type: "report-x")))
        #expect(!rule.admits(Self.turn("nightly:1", nil, user: "ann", type: "report-x")))
        #expect(!rule.admits(Self.turn("nightly:1", .failed, type: "report-x")))
        #expect(AlertRule(on: [.failed], do: [.bell], owner: "*").admits(Self.turn("a", .failed)))
    }

    @Test func severalRulesTellOnceInAllTheirWays() {
        let rules = [AlertRule(on: [.failed], do: [.toast, .bell]), AlertRule(on: [.failed], do: [.bell, .desktop])]
        var book = AlertBook(AlertSettings(rules: rules))
        book.take([Self.turn("a", .failed)], now: 0) { _ in .none }
        #expect(told(&book, at: 500).map { $0.prefix(5) } == ["bell:", "deskt", "toast"])
        #expect(book.past.count == 1)
    }

    @Test func whatIsBeforeTheUsersEyesIsNotToldAgain() {
        var book = AlertBook(AlertSettings(rules: [AlertRule(on: [.failed], do: [.toast, .bell])]))
        book.take([Self.turn("front", .failed)], now: 0) { _ in .front }
        #expect(told(&book, at: 500) == [] && book.past.isEmpty)
        book.take([Self.turn("said", .failed)], now: 1_000) { _ in .said }
        #expect(told(&book, at: 2_000) == ["bell: said failed: it broke"])
    }

    @Test func aWatchedJobIsToldWhereverItIsUntilItEnds() {
        var book = AlertBook(AlertSettings(rules: []))
        let isTaken = book.watch([JobID("a"), JobID("b")])
        #expect(isTaken)
        book.take([Self.turn("a", .paused), Self.turn("x", .failed)], now: 0) { _ in .none }
        #expect(told(&book, at: 500) == [])
        book.take([Self.turn("a", .stalled)], now: 1_000) { _ in .front }
        #expect(told(&book, at: 2_000).map { $0.prefix(4) } == ["bell", "desk"])
        #expect(book.watched.count == 2)
        book.take([Self.turn("a", .completed), Self.turn("b", nil)], now: 20_000) { _ in .none }
        #expect(book.watched.isEmpty)
        #expect(told(&book, at: 21_000).last == "toast: 2 jobs turned, 1 completed, 1 gone: a, b")
        book.take([Self.turn("a", .failed)], now: 40_000) { _ in .none }
        #expect(told(&book, at: 50_000) == [])
    }

    @Test func watchingHasABound() {
        var book = AlertBook(AlertSettings())
        let ids = (0...AlertBook.mostWatched).map { JobID("\($0)") }
        let (tooMany, most) = (book.watch(ids), book.watch(Array(ids.dropLast())))
        #expect(!tooMany && most && book.watched.count == AlertBook.mostWatched)
        book.leave([ids[3]])
        #expect(book.watched.count == AlertBook.mostWatched - 1)
    }

    @Test func whatIsHostileIsHarmlessAndShort() {
        var book = AlertBook(AlertSettings())
        let id = "a\u{1B}]0;x\u{7}\n" + String(repeating: "y", count: 10_000)
        book.take([Self.turn(id, .failed)], now: 0) { _ in .none }
        let one = told(&book, at: 500)[0]
        book.take([Self.turn(id, .failed), Self.turn(id + "z", .failed)], now: 10_000) { _ in .none }
        for text in [one, told(&book, at: 11_000)[0]] {
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } && text.count < 300)
        }
    }
}
