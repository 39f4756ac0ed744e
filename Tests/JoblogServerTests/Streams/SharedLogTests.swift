import JobLogCore
import Testing

@testable import joblog_server

@Suite struct SharedLogTests {
    private func records(_ range: ClosedRange<Int>) -> [LogRecord] { range.map { LogRecord("line \($0)") } }

    /// The steps as a reader would note them, and where it is after them.
    private func notes(_ steps: [SharedLog.Step], _ position: inout LogPosition?) -> [String] {
        steps.flatMap { step -> [String] in
            switch step {
            case .entries(let entries):
                position = entries.last?.position ?? position
                return entries.map { String(decoding: $0.record.bytes, as: UTF8.self) }
            case .gap(let missing): return ["[gap \(missing.map { "\($0)" } ?? "?")]"]
            case .cleared: return ["[cleared]"]
            case .unreadable(let sentence): return ["[\(sentence)]"]
            }
        }
    }

    private func notes(_ steps: [SharedLog.Step]) -> [String] {
        var position: LogPosition?
        return notes(steps, &position)
    }

    private func lines(_ range: ClosedRange<Int>) -> [String] { range.map { "line \($0)" } }

    @Test func whoComesInIsToldTheNewestOrWhatItMissed() {
        var log = SharedLog()
        #expect(!log.isOpen)
        _ = log.take(.opened(records(1...10), length: 10))
        var position: LogPosition?
        #expect(notes(log.beginning(after: nil, newest: 3), &position) == lines(8...10))
        #expect(notes(log.beginning(after: position, newest: 3)) == [])
        #expect(notes(log.take(.appended(records(11...12), recovered: false))) == lines(11...12))
        #expect(notes(log.beginning(after: position, newest: 3)) == lines(11...12))
        #expect(notes(log.beginning(after: nil, newest: 0)) == [])
    }

    @Test func whatMayBeMissingIsSaid() {
        var log = SharedLog()
        _ = log.take(.opened(records(1...10), length: 10))
        var position: LogPosition?
        _ = notes(log.beginning(after: nil, newest: 1), &position)
        #expect(notes(log.take(.gap(missing: 5, then: records(16...17)))) == ["[gap 5]"] + lines(16...17))
        #expect(notes(log.take(.cleared(then: records(1...2)))) == ["[cleared]"] + lines(1...2))
        #expect(notes(log.beginning(after: position, newest: 9)) == ["[gap ?]"] + lines(1...2))
        #expect(notes(log.take(.unreadable("No."))) == ["[No.]"])
    }

    @Test func aLogThatIsReadAgainGoesOnWhereItWas() {
        var log = SharedLog()
        _ = log.take(.opened(records(1...10), length: 10))
        #expect(notes(log.take(.opened(records(5...14), length: 10))) == lines(11...14))
        #expect(notes(log.take(.opened(records(30...31), length: 2))) == ["[gap ?]"] + lines(30...31))
        var empty = SharedLog()
        _ = empty.take(.opened([], length: 0))
        #expect(notes(empty.take(.opened(records(1...2), length: 2))) == lines(1...2))
    }

    @Test func noMoreIsHeldThanIsNeeded() {
        var log = SharedLog()
        _ = log.take(.opened([], length: 0))
        for start in stride(from: 1, to: 5_000, by: 100) {
            _ = log.take(.appended(records(start...start + 99), recovered: false))
        }
        #expect(log.records.count == SharedLog.most)
        #expect(log.firstOrdinal == 4_001)
        let large = LogRecord(bytes: Array(repeating: 0x61, count: SharedLog.mostBytes / 2))
        for _ in 0..<5 { _ = log.take(.appended([large], recovered: false)) }
        #expect(log.records.count == 2)
    }
}
