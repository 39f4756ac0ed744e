import JobLogCore
import Testing

@testable import JobLogAPI

/// What a viewer is told of a log that is streamed.
@Suite struct OpenLogTests {
    private func entry(_ text: String) -> LogStreamEvent { .entry(LogRecord(text), place: nil) }

    private func text(_ changes: [LogChange]) -> [String] {
        changes.map { change in
            func words(_ records: [LogRecord]) -> String { records.map(\.entry.message).joined(separator: " ") }
            return switch change {
            case .opened(let records, let length): "opened \(length): \(words(records))"
            case .appended(let records, let recovered): "\(recovered ? "recovered" : "appended"): \(words(records))"
            case .gap(let missing, let then): "gap \(missing ?? 0): \(words(then))"
            case .cleared(let then): "cleared: \(words(then))"
            case .older: "older"
            case .unreadable(let reason): reason
            }
        }
    }

    @Test func itOpensOnceAllIsThere() {
        var log = OpenLog(cutsLargeEntries: false)
        #expect(text(log.take([entry("a"), entry("b")], place: "2")) == [])
        #expect(text(log.expect(length: 3)) == [])
        #expect(text(log.take([entry("c")], place: "3")) == ["opened 3: a b c"])
        #expect(text(log.take([entry("d")], place: "4")) == ["appended: d"])
        #expect(log.newest == LogRecord("d"))
        #expect(log.place == "4")
    }

    @Test func anEmptyLogOpensAtOnceAndAShorterOneWhenNothingMoreComes() {
        var empty = OpenLog(cutsLargeEntries: false)
        #expect(text(empty.expect(length: 0)) == ["opened 0: "])
        var short = OpenLog(cutsLargeEntries: false)
        #expect(text(short.expect(length: 5) + short.take([entry("a")], place: "1")) == [])
        #expect(text(short.settle()) == ["opened 5: a"])
        #expect(text(short.settle()) == [])
    }

    @Test func ofALongLogTheNewestAreEnough() {
        var log = OpenLog(cutsLargeEntries: false)
        #expect(text(log.expect(length: 5_000)) == [])
        let changes = log.take((0..<OpenLog.reach).map { entry("\($0)") }, place: "x")
        guard case .opened(let records, 5_000)? = changes.first else {
            Issue.record("not opened")
            return
        }
        #expect(records.count == OpenLog.reach)
    }

    @Test func whatCameMeanwhileIsRecovered() {
        var log = OpenLog(cutsLargeEntries: false)
        _ = log.expect(length: 0)
        log.connectedAgain()
        #expect(
            text(log.take([entry("a"), .gap(missing: 2), entry("b")], place: "9")) == ["recovered: a", "gap 2: b"])
        #expect(text(log.take([entry("c")], place: "10")) == ["appended: c"])
    }

    @Test func aClearedLogBeginsAnew() {
        var log = OpenLog(cutsLargeEntries: false)
        _ = log.expect(length: 0)
        #expect(text(log.take([entry("a"), .cleared], place: "1")) == ["appended: a", "cleared: "])
        // No place in what is gone leads on.
        #expect(log.place == "")
        #expect(text(log.take([.cleared, entry("b")], place: "2")) == ["cleared: b"])
        #expect(log.place == "2")
        #expect(text(log.take([.unreadable("no")], place: "2")) == ["no"])
    }

    @Test func largeEntriesAreCutForWhoHoldsThemLong() {
        var log = OpenLog(cutsLargeEntries: true)
        _ = log.expect(length: 1)
        let changes = log.take([entry(String(repeating: "x", count: 100_000))], place: "1")
        guard case .opened(let records, _)? = changes.first else {
            Issue.record("not opened")
            return
        }
        #expect(records.map(\.isCut) == [true])
    }
}
