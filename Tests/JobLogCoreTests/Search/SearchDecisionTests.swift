import TestSupport
import Testing

@testable import JobLogCore

/// What a search through all logs decides without reading anything.
@Suite struct SearchDecisionTests {
    private static func record(_ message: String, _ type: String = "info", at time: Int64 = 1_000) -> LogRecord {
        LogRecord(#"{"timestamp":\#(time),"type":"\#(type)","message":"\#(message)"}"#)
    }

    // MARK: - Pace

    @Test func aQuickServerIsReadAtTheBound() {
        var pace = SearchPace(bytesPerSecond: 1_000_000, commandsPerSecond: nil)
        #expect(pace.pieceBytes == 31_250)
        #expect(pace.pause(bytes: 100_000, commands: 1, took: .milliseconds(10)) == .milliseconds(90))
        pace = SearchPace(bytesPerSecond: nil, commandsPerSecond: 1_000)
        #expect(pace.pieceCommands == 15)
        #expect(pace.pause(bytes: 1_000_000, commands: 50, took: .milliseconds(20)) == .milliseconds(30))
        pace = SearchPace(bytesPerSecond: nil, commandsPerSecond: nil)
        #expect(pace.pieceCommands == 64 && pace.pieceBytes == 262_144)
        #expect(pace.pause(bytes: 1_000_000, commands: 50, took: .milliseconds(20)) == .zero)
    }

    @Test func shortPausesAreSavedUp() {
        var pace = SearchPace(bytesPerSecond: nil, commandsPerSecond: 1_000)
        #expect(pace.pause(bytes: 0, commands: 1, took: .zero) == .zero)
        #expect(pace.pause(bytes: 0, commands: 1, took: .zero) == .milliseconds(2))
        #expect(pace.pause(bytes: 0, commands: 1, took: .zero) == .zero)
    }

    @Test func aServerThatBecomesSlowIsSpared() {
        var pace = SearchPace(bytesPerSecond: nil, commandsPerSecond: nil)
        _ = pace.pause(bytes: 10_000, commands: 10, took: .milliseconds(2))
        var pauses: [Duration] = []
        for _ in 0..<7 { pauses.append(pace.pause(bytes: 10_000, commands: 10, took: .milliseconds(40))) }
        #expect(pauses[0] == .milliseconds(40))
        #expect(pauses[1] == .milliseconds(120))
        #expect(pauses[6] == .milliseconds(40 * 31), "no longer than 32 times as long")
        #expect(pace.pause(bytes: 10_000, commands: 10, took: .seconds(3)) == .seconds(2), "and never for long")
        for _ in 0..<6 { _ = pace.pause(bytes: 10_000, commands: 10, took: .milliseconds(2)) }
        #expect(pace.brake == 1)
    }

    // MARK: - Pieces

    @Test func logsAreReadTogetherAsFarAsTheyAreSmall() {
        #expect(SearchRound.pieces([], bytes: 100, commands: 10) == [])
        #expect(SearchRound.pieces([40, 40, 40], bytes: 100, commands: 10) == [.whole(0..<2), .whole(2..<3)])
        #expect(SearchRound.pieces([1, 1, 1], bytes: 100, commands: 2) == [.whole(0..<2), .whole(2..<3)])
        #expect(
            SearchRound.pieces([0, 0, 5, 500, 5, 0], bytes: 100, commands: 10) == [
                .nothing(0..<2), .whole(2..<3), .large(3), .whole(4..<5), .nothing(5..<6),
            ])
    }

    @Test func entriesThatAreHeldAreNotTakenTwice() {
        let lines = (0..<10).map { Self.record("line \($0)") }
        // Two were appended since: the place has moved.
        #expect(SearchRound.older(Array(lines[2..<8]), than: Array(lines[6..<9])) == Array(lines[2..<6]))
        #expect(SearchRound.older(Array(lines[2..<8]), than: []) == Array(lines[2..<8]))
        #expect(SearchRound.older(Array(lines[8..<10]), than: Array(lines[2..<4])).isEmpty, "trimmed meanwhile")
    }

    // MARK: - One log

    private func examine(
        _ records: [LogRecord], _ filter: LogFilter, context: (before: Int, after: Int) = (0, 0), most: Int? = nil
    ) throws -> LogExamination.Finding {
        var examination = LogExamination(JobSearch.Question(filter, context: context), most: most)
        return try #require(try examination.examine(records))
    }

    private func texts(_ finding: LogExamination.Finding) -> [String] {
        finding.hits.map { ($0.followsGap ? "-" : "") + ($0.isMatch ? "*" : "") + $0.record.entry.message }
    }

    @Test func levelTimeAndPatternAllCount() throws {
        let records = [
            Self.record("a needle", "debug", at: 1), Self.record("a needle", "error", at: 2),
            Self.record("hay", "error", at: 3), Self.record("a needle", "warn", at: 4),
            Self.record("a needle", "error", at: 5),
        ]
        let pattern = LogPattern(literal: "needle")
        #expect(try examine(records, LogFilter(pattern: pattern)).count == 4)
        #expect(try examine(records, LogFilter(levels: .least(.warn), pattern: pattern)).count == 3)
        #expect(try examine(records, LogFilter(levels: .exactly([.warn, .debug]), pattern: pattern)).count == 2)
        #expect(try examine(records, LogFilter(since: 2, until: 4, pattern: pattern)).count == 2)
        #expect(try examine(records, LogFilter(pattern: pattern, inverted: true)).count == 1)
        #expect(try examine(records, LogFilter(levels: .least(.error))).count == 3)
    }

    @Test func theNewestAreKeptAndContextIsToldOnce() throws {
        let records = (0..<12).map { Self.record([2, 4, 9].contains($0) ? "x\($0)" : "\($0)", at: Int64($0)) }
        let filter = LogFilter(pattern: LogPattern(literal: "x"))
        #expect(
            texts(try examine(records, filter)) == ["*x2", "*x4", "*x9"].enumerated().map { $0 > 0 ? "-" + $1 : $1 })
        #expect(
            texts(try examine(records, filter, context: (1, 1))) == ["1", "*x2", "3", "*x4", "5", "-8", "*x9", "10"])
        let cut = try examine(records, filter, most: 2)
        #expect(cut.count == 3 && texts(cut) == ["*x4", "-*x9"])
        #expect(cut.lastLine == 11)
    }

    @Test func whatTakesTooLongIsGivenUp() throws {
        var random = SeededGenerator(seed: 5)
        let text = String((0..<400_000).map { _ in random.below(2) == 0 ? "a" : "b" })
        let filter = LogFilter(pattern: try LogPattern(regex: "a[ab]{900}c"))
        #expect(throws: LogPattern.TooSlow.self) { try examine([Self.record(text)], filter) }
    }
}
