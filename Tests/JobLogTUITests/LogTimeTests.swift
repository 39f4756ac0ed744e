import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Times of a log: how they are shown, going to one, the timeline, marks.
@Suite struct LogTimeTests {
    typealias Driver = ScreenTests.Driver
    /// 2023-11-14 22:13:20 UTC, as in all tests of the screen.
    static let now = ScreenTests.now
    /// An hour before: when most logs here begin.
    static let start = now - 3_600_000

    private func lines(_ count: Int, every milliseconds: Int64) -> [LogRecord] {
        (0..<count).map {
            ScreenTests.entry("line \($0)", $0 % 50 == 49 ? "error" : "info", at: Self.start + Int64($0) * milliseconds)
        }
    }

    @Test func timesAreShownInFiveWays() {
        var driver = Driver.log([
            ScreenTests.entry("one", at: Self.now - 60_000), ScreenTests.entry("two", at: Self.now - 58_500),
        ])
        driver.take(.feed(.jobs([ScreenTests.job("job", "running")])))
        #expect(driver.rows()[3].hasPrefix("▸ 22:12:21 INFO  two"))
        driver.press(Key("t"))
        #expect(driver.rows()[3].contains("58s INFO  two"))
        driver.press(Key("t"))
        #expect(driver.rows()[3].contains("+1.500s INFO  two"), "the job began 60 s ago")
        driver.press(Key("t"))
        #expect(driver.rows()[3].contains("+1.500s INFO  two"))
        #expect(driver.rows()[2].hasPrefix("            INFO  one"))
        driver.press(Key("t"))
        #expect(driver.rows()[3].hasPrefix("▸ INFO  two"))
        driver.press(Key("t"))
        #expect(driver.rows()[3].hasPrefix("▸ 22:12:21 INFO  two"))
    }

    @Test func distances() {
        #expect(
            [0, 137, 12_345, 250_000, -1_500].map(LogTimes.distance) == [
                "+0.000s", "+0.137s", "+12.3s", "+4m 10s", "-1.500s",
            ])
    }

    @Test func queries() throws {
        func parse(_ text: String) throws -> LogTimeQuery {
            try LogTimeQuery.parse(text, now: Self.now, reference: Self.now, utc: true)
        }
        let midnight = Self.now - (22 * 3600 + 13 * 60 + 20) * 1000
        let at = { (hour: Int64, minute: Int64, second: Int64) in midnight + (hour * 3600 + minute * 60 + second) * 1000
        }
        #expect(try parse("14:02") == .moment(at(14, 2, 0)))
        #expect(try parse(" 14:02:07 ") == .moment(at(14, 2, 7)))
        #expect(try parse("-5m") == .moment(Self.now - 300_000))
        #expect(try parse("2023-11-14T14:02:07Z") == .moment(at(14, 2, 7)))
        #expect(try parse("1700000000000") == .moment(Self.now))
        #expect(try parse("14:02..14:10") == .range(since: at(14, 2, 0), until: at(14, 10, 59) + 999))
        #expect(try parse("14:02:01 .. 14:02:03") == .range(since: at(14, 2, 1), until: at(14, 2, 3) + 999))
        #expect(try parse("-5m..") == .range(since: Self.now - 300_000, until: nil))
        #expect(try parse("..14:10") == .range(since: nil, until: at(14, 10, 59) + 999))
        for wrong in ["25:00", "14:60", "14", "-5", "noon", "..", "14:02..noon", "1:2:3:4", "", "-", "5m"]
        where wrong != "14" {
            let problem = #expect(throws: LogTimeQuery.Problem.self) { try parse(wrong) }
            #expect(problem?.description.contains("14:02, 14:02:07, -5m") == true)
        }
    }

    @Test func aTimeIsGoneToAndARangeShown() {
        var driver = Driver.log(lines(400, every: 1_000))
        driver.press(Key("T"))
        driver.type("21:15")
        driver.press(Key(.enter))
        #expect(driver.cursorRow().contains("21:15:00") && driver.cursorRow().contains("line 100"))
        driver.press(Key("T"))
        driver.type("21:14..21:15")
        driver.press(Key(.enter))
        #expect(driver.rows()[1].contains("[21:14..21:15]"))
        #expect(driver.model.log?.count == 120)
        #expect(driver.cursorRow().contains("line 100"))
        driver.press(Key("T"), Key(.enter))
        #expect(driver.model.log?.count == 400)
        driver.press(Key("T"))
        driver.type("tea")
        driver.press(Key(.enter))
        #expect(driver.footer().contains("-5m"))
        #expect(driver.model.log?.prompt != nil)
        driver.press(Key(.escape))
        #expect(driver.cursorRow().contains("line 100"))
    }

    @Test func theTimelineCountsWhateverComesInAnyOrder() {
        var random = SeededRandom(5)
        for _ in 0..<20 {
            var document = LogDocument()
            var timeline = LogTimeline()
            var times: [Int64] = []
            for _ in 0..<30 {
                let batch = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                    Int64.random(
                        in: 1...[10_000, 10_000_000, 8_000_000_000_000_000].randomElement(using: &random)!,
                        using: &random)
                }
                times += batch
                let records = batch.map { ScreenTests.entry("x", at: $0) }
                Bool.random(using: &random)
                    ? document.append(records, now: .max / 2) : document.prepend(records, now: .max / 2)
                timeline.take(document)
            }
            #expect(timeline.span.lowerBound <= times.min()! && timeline.span.upperBound > times.max()!)
            let bins = Int((timeline.span.upperBound - timeline.span.lowerBound) / 1)
            #expect(bins > 0)
        }
        var document = LogDocument()
        document.append(lines(500, every: 1_000))
        var timeline = LogTimeline()
        timeline.take(document)
        #expect(timeline.columns(10).map(\.count).reduce(0, +) == 500)
        #expect(timeline.columns(10).allSatisfy { $0.worst == .error && $0.count == 50 })
        #expect(timeline.columns(1_000).filter { $0.worst == .error }.count == 20)
    }

    @Test func theTimelineIsShownWhereThereIsRoomAndMoves() {
        var driver = Driver.log(lines(2_000, every: 1_000), 120, 40)
        #expect(driver.rows()[2].contains("21:13:20 "))
        #expect(driver.rows()[2].contains("█"))
        let buffer = driver.screen()
        #expect(buffer[108, 2].style.attributes.contains(.reverse), "the end is on screen")
        #expect(!buffer[20, 2].style.attributes.contains(.reverse))
        driver.press(Key("["))
        #expect(driver.rows()[1].contains("paused"))
        let before = driver.model.log?.cursor ?? 0
        #expect(before < 1_999)
        driver.press(Key("["))
        #expect((driver.model.log?.cursor ?? 0) < before)
        driver.press(Key("]"))
        #expect(driver.model.log?.cursor == before)
        driver.press(Key("v"))
        #expect(driver.rows()[2].contains("INFO"))
        var small = Driver.log(lines(2_000, every: 1_000))
        #expect(small.rows()[2].contains("INFO"))
        small.press(Key("v"))
        #expect(small.rows()[2].contains("█"))
        var tiny = Driver.log(lines(100, every: 1_000), 40, 10)
        tiny.press(Key("v"))
        #expect(tiny.text().contains("too small"))
    }

    @Test func marksTellTheTimeBetween() {
        var driver = Driver.log(lines(100, every: 500))
        driver.press(Key("'"))
        #expect(driver.footer().contains("No line is marked"))
        driver.press(Key("g"), Key("m"), Key("j"), Key("j"))
        #expect(driver.rows()[1].contains("● +1.000s"))
        #expect(driver.rows()[2].hasPrefix(" ●21:13:20"))
        driver.press(Key("j"), Key("m"), Key("G"))
        #expect(driver.rows()[1].contains("●● +1.500s"))
        driver.press(Key("'"))
        #expect(driver.cursorRow().contains("line 0"))
        driver.press(Key("'"))
        #expect(driver.cursorRow().contains("line 3"))
        driver.press(Key("m"), Key("g"), Key("m"))
        #expect(!driver.rows()[1].contains("●"))
    }

    @Test func whereACheckpointLandedStandsAMark() {
        var driver = Driver.log(lines(5, every: 1_000))
        let checkpoint = Checkpoint(
            sequence: 17, timestamp: Self.start + 1_500, step: "Rank\u{1B}ing", progress: 58.4)
        var reading = ScreenTests.job("job", "running")
        reading.checkpoint = checkpoint
        for _ in 0..<2 { driver.take(.feed(.jobs([reading]))) }
        let rows = driver.rows()
        #expect(rows[4].hasSuffix("checkpoint 17 Rank␛ing 58%"))
        #expect(rows[3].contains("line 1") && rows[5].contains("line 2"))
        #expect(rows.filter { $0.contains("checkpoint") }.count == 1)
        driver.append([ScreenTests.entry("late", at: Self.start + 1_200)])
        #expect(driver.rows()[4].contains("late"), "entries are sorted around it")
        // A search goes on whatever comes in.
        driver.press(Key("/"))
        driver.type("line")
        reading.checkpoint?.timestamp = Self.start + 2_500
        driver.take(.feed(.jobs([reading])))
        #expect(driver.model.log?.search?.inquiry.isComplete == true)
        driver.press(Key(.escape))
        // What is read anew keeps it.
        driver.open(lines(5, every: 1_000))
        #expect(driver.text().contains("checkpoint 17"))
    }
}
