import JobLogCore
import Testing

@testable import joblog_server

/// Where in a log a stream goes on.
@Suite struct LogPositionTests {
    private func digests(_ texts: [String]) -> [LogPosition.Digest] {
        texts.map { LogPosition.digest(of: LogRecord($0)) }
    }

    private func records(_ range: ClosedRange<Int>) -> [LogPosition.Digest] { digests(range.map { "line \($0)" }) }

    private func position(after number: Int) throws -> LogPosition {
        try #require(LogPosition(after: records(1...number)[...], ordinal: number))
    }

    @Test func theTextIsReadBack() throws {
        let position = try position(after: 12)
        #expect(LogPosition(position.text) == position)
        #expect(position.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test(arguments: [
        "", "1", "1-2", "0-1-2", "-1-2-3", "1-2-3-4", "x-1-2", "1-g-2", "99999999999999999999-1-2", "1--2",
    ])
    func whatIsNoPositionIsNone(_ text: String) {
        #expect(LogPosition(text) == nil)
    }

    @Test func itIsFoundInAWholeLogInATrimmedOneAndInOneThatIsGone() throws {
        let position = try position(after: 12)
        #expect(position.place(in: records(1...20), firstOrdinal: 1) == 12)
        // Trimmed: by this server, which has counted on, and by another one, which counts what is left.
        #expect(position.place(in: records(6...20), firstOrdinal: 6) == 7)
        #expect(position.place(in: records(6...20), firstOrdinal: 1) == 7)
        // So far that only the last entry is left of what it knows.
        #expect(position.place(in: records(12...20), firstOrdinal: 12) == 1)
        #expect(position.place(in: records(13...20), firstOrdinal: 13) == nil)
        #expect(position.place(in: [], firstOrdinal: 1) == nil)
    }

    @Test func amongLinesThatAreAllTheSameTheNumberTells() throws {
        let same = digests(Array(repeating: "tick", count: 50))
        let position = try #require(LogPosition(after: same[..<20], ordinal: 20))
        #expect(position.place(in: same, firstOrdinal: 1) == 20)
        #expect(position.place(in: Array(same[10...]), firstOrdinal: 11) == 10)
    }

    @Test func aLineThatComesAgainIsToldApartByWhatPrecedesIt() throws {
        let log = records(1...10) + digests(["tick"]) + records(11...20) + digests(["tick"]) + records(21...30)
        let position = try #require(LogPosition(after: log[...10], ordinal: 11))
        // The numbers have moved: what stands there says which of the two it is.
        #expect(position.place(in: Array(log[2...]), firstOrdinal: 1) == 9)
    }

    @Test func aPageBeginsWhereTheOneBeforeEnded() throws {
        let log = (1...30).map { LogRecord("line \($0)") }
        let position = try #require(LogPosition(before: log[20...], ordinal: 20))
        #expect(position.place(before: log) == 20)
        // Trimmed and appended to meanwhile.
        #expect(position.place(before: Array(log[5...]) + [LogRecord("new")]) == 15)
        #expect(position.place(before: Array(log[21...])) == nil)
    }
}
