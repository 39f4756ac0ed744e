import TestSupport
import Testing

@testable import JobLogCore

@Suite struct LogDocumentTests {
    private let now: Int64 = 1_000_000

    private func records(_ entries: (String, Int64?)...) -> [LogRecord] {
        entries.map { text, time in
            LogRecord(#"{\#(time.map { #""timestamp":\#($0),"# } ?? "")"message":"\#(text)"}"#)
        }
    }

    private func text(_ document: LogDocument) -> String {
        document.lines.map { line in
            switch line.content {
            case .entry: line.decoded()?.message ?? "?"
            case .mark(let mark): "[\(mark.text)]"
            }
        }.joined(separator: " ")
    }

    @Test func ordersByTime() {
        var document = LogDocument()
        document.append(records(("a", 10), ("c", 30)), now: now)
        document.append(records(("b", 20), ("d", 40)), now: now)
        #expect(text(document) == "a b c d")
        #expect(document.entryCount == 4)
        #expect(Set(document.lines.map(\.id)).count == 4)
        for (index, line) in document.lines.enumerated() { #expect(document.index(of: line.id) == index) }
        #expect(document.index(of: 99) == nil)
    }

    @Test func tiesStayInListOrder() {
        var document = LogDocument()
        document.append(records(("a", 10), ("b", 10)), now: now)
        document.append(records(("c", 10), ("d", 5)), now: now)
        #expect(text(document) == "d a b c")
    }

    @Test func withoutATimeAfterTheOneBefore() {
        var document = LogDocument()
        document.append(records(("x", nil), ("a", 10), ("b", nil), ("d", 30), ("e", nil), ("c", 20)), now: now)
        #expect(text(document) == "x a b c d e")
        #expect(document.lines.map(\.time) == [0, 10, 10, 20, 30, 30])
        document.append([LogRecord("no JSON")], now: now)
        #expect(text(document) == "x a b c no JSON d e", "the one before it in the list is c")
        #expect(document.entryCount == 7)
    }

    @Test func oneFromTheFutureDoesNotPinTheTail() {
        var document = LogDocument()
        document.append(records(("a", 10), ("future", now + 60_001), ("b", 20), ("soon", now + 60_000)), now: now)
        document.append(records(("c", now)), now: now)
        #expect(text(document) == "a future b c soon")
        #expect(document.lines.map(\.isFromFuture) == [false, true, false, false, false])
    }

    @Test func nothingIsSortedAcrossAMark() {
        var document = LogDocument()
        document.append(records(("a", 10), ("b", 30)), now: now)
        document.append(.missing(3))
        document.append(records(("d", 20), ("c", 15)), now: now)
        document.append(.recovered(1))
        document.append(records(("e", 5)), now: now)
        #expect(text(document) == "a b [3 lines are missing here] c d [1 line recovered after reconnect] e")
        #expect(document.entryCount == 5)
        #expect(document.lines[2].decoded() == nil)
    }

    @Test func marksInWords() {
        #expect(LogDocument.Mark.recovered(12).text == "12 lines recovered after reconnect")
        #expect(LogDocument.Mark.missing(1).text == "1 line is missing here")
        #expect(LogDocument.Mark.missing(nil).text == "lines may be missing here")
        #expect(LogDocument.Mark.missing(0).text == "lines may be missing here")
        #expect(LogDocument.Mark.cleared.text == "log was cleared")
    }

    @Test func olderOnesGoInFront() {
        var document = LogDocument()
        document.append(records(("c", 30), ("d", 40)), now: now)
        document.prepend(records(("b", 20), ("a", 10), ("b2", nil)), now: now)
        #expect(text(document) == "a b2 b c d")
        document.prepend(records(("late", 35), ("z", 1)), now: now)
        #expect(text(document) == "z a b2 b c late d")
        document.append(records(("e", nil)), now: now)
        #expect(text(document) == "z a b2 b c late d e")
        #expect(document.entryCount == 8)
        #expect(Set(document.lines.map(\.id)).count == 8)
    }

    @Test func olderOnesStayAboveAMark() {
        var document = LogDocument()
        document.append(records(("c", 30)), now: now)
        document.append(.cleared)
        document.append(records(("e", 50)), now: now)
        document.prepend(records(("b", 35), ("a", 10)), now: now)
        #expect(text(document) == "a b c [log was cleared] e" || text(document) == "a c b [log was cleared] e")
        document.append(records(("d", 1)), now: now)
        #expect(text(document).hasSuffix("[log was cleared] d e"))
    }

    /// However the entries come in, they end up as a stable sort of the list by time.
    @Test func anyOrderIsTheStableOrder() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let times = (0..<40).map { _ in Int64(1 + generator.below(20)) }
            let all = times.enumerated().map { LogRecord(#"{"timestamp":\#($1),"message":"\#($0)"}"#) }
            let cut = generator.below(all.count)
            var document = LogDocument()
            var rest = all[cut...]
            while !rest.isEmpty {
                let count = 1 + generator.below(8)
                document.append(Array(rest.prefix(count)), now: now)
                rest = rest.dropFirst(count)
            }
            document.prepend(Array(all[..<cut]), now: now)
            let expected = times.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
            #expect(text(document) == expected.map { "\($0.offset)" }.joined(separator: " "))
        }
    }
}
