import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// The search through the logs of all jobs on the screen.
@Suite struct JobResultsTests {
    typealias Driver = ScreenTests.Driver

    private static func group(
        _ id: String, age: Int64, _ messages: [String], count: Int? = nil, of pattern: LogPattern
    ) -> ResultGroup {
        let time = ScreenTests.now - age
        let group = JobSearch.Group(
            id: JobID(id), job: ScreenTests.job(id, "failed", updated: age), lastLine: time,
            hits: messages.map {
                JobSearch.Hit(
                    record: ScreenTests.entry($0, "error", at: time), time: time, isMatch: true, followsGap: false)
            },
            count: count ?? messages.count, isPartial: false)
        var matcher = pattern.matcher()
        return ResultGroup(group, &matcher)
    }

    /// A screen on which a search was typed.
    private func searching(_ text: String, _ width: Int = 80, _ height: Int = 24) throws -> Driver {
        var driver = Driver(width, height)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs([ScreenTests.job("a", "running")])))
        driver.press(Key("S"))
        driver.type(text)
        driver.effects = []
        driver.press(Key(.enter))
        return driver
    }

    private func find(
        _ id: String, age: Int64, _ messages: [String], count: Int? = nil, in driver: inout Driver
    ) throws {
        let results = try #require(driver.model.search.results)
        let group = Self.group(id, age: age, messages, count: count, of: results.pattern)
        driver.take(.searched(SearchNews(number: results.order.number, content: .found(group))))
        driver.settle()
    }

    private func end(_ end: JobSearch.End, _ change: (inout JobSearch.Progress) -> Void, in driver: inout Driver) throws
    {
        let number = try #require(driver.model.search.results?.order.number)
        var progress = JobSearch.Progress()
        change(&progress)
        driver.take(.searched(SearchNews(number: number, content: .end(end, progress))))
        driver.settle()
    }

    @Test func resultsAreClicked() throws {
        var driver = try searching("hit")
        try find("b", age: 0, (0..<40).map { "hit \($0)." }, in: &driver)
        driver.click("hit 3.")
        #expect(driver.cursorRow().contains("hit 3."))
        driver.wheel(1, over: "hit 5.")
        #expect(driver.model.search.results?.top == 3)
        #expect(driver.cursorRow().contains("hit 3."))
        driver.wheel(5, over: "hit 9.")
        #expect(driver.model.search.results?.top == 18)
        driver.wheel(-100, over: "hit 20.")
        driver.click("hit 3.")
        #expect(driver.model.log == nil)
        driver.click("hit 3.")
        #expect(driver.model.log?.id == JobID("b"))
    }

    @Test func theEndsOfTheResultsAreTold() throws {
        var driver = try searching("hit")
        try find("b", age: 0, ["hit 1", "hit 2"], in: &driver)
        driver.press(Key("G"), Key("n"))
        #expect(driver.footer().contains("No further lines were found"))
        driver.press(Key("]"))
        #expect(driver.footer().contains("No further jobs were found"))
        driver.press(Key("g"), Key("N"))
        #expect(driver.footer().contains("No lines before this one were found"))
        driver.press(Key("["))
        #expect(driver.footer().contains("No jobs before this one were found"))
        driver.press(Key("j"), Key(.enter), Key("o"))
        #expect(driver.model.log != nil && driver.model.split == nil)
        #expect(driver.text().contains("has the screen to itself"))
    }

    @Test func aPatternIsAskedForAndSearchedFor() throws {
        var driver = Driver()
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.press(Key("S"))
        #expect(driver.footer().hasPrefix(" Search all logs:"))
        driver.type("a(b")
        #expect(driver.footer().contains("at character 2, ( is not closed."))
        driver.press(Key(.enter))
        #expect(driver.model.search.results == nil, "it stays in the prompt")
        driver.press(Key(control: "r"))
        #expect(driver.footer().hasPrefix(" Search all logs, text: a(b"))
        driver.effects = []
        driver.press(Key(.enter))
        #expect(driver.effects.contains(.search(SearchOrder(number: 1, text: "a(b", isLiteral: true))))
        #expect(driver.rows()[1].contains("/text a(b") && driver.rows()[1].contains("searching"))
        // What was typed before comes back, text or expression as it was.
        driver.press(Key("S"), Key(.up))
        #expect(driver.footer().hasPrefix(" Search all logs, text: a(b"))
        driver.press(Key(.escape))
        #expect(driver.model.context == .results)
    }

    @Test func resultsComeInByActivityWhileOneMoves() throws {
        var driver = try searching("needle")
        try find("old", age: 60_000, ["needle 1", "needle 2"], in: &driver)
        #expect(driver.cursorRow().contains("needle 1"), "the first line has the cursor")
        driver.press(Key("n"))
        #expect(driver.cursorRow().contains("needle 2"))
        try find("new", age: 1_000, ["needle 3"], in: &driver)
        try find("oldest", age: 90_000, ["needle 4"], in: &driver)
        #expect(driver.cursorRow().contains("needle 2"), "it stays on its line")
        let rows = driver.rows()
        #expect(rows[3].hasPrefix("  new  failed  research  1s ago  1 hit"))
        #expect(rows[4].contains("ERROR needle 3"))
        #expect(rows[5].hasPrefix("  old  ") && rows[5].contains("2 hits"))
        #expect(rows[8].hasPrefix("  oldest"))
        #expect(rows[1].contains("3/4"))
        driver.press(Key("N"), Key("N"))
        #expect(driver.cursorRow().contains("needle 3"), "over the header")
        driver.press(Key("]"))
        #expect(driver.cursorRow().hasPrefix("▸ old"))
        driver.press(Key("]"), Key("]"))
        #expect(driver.cursorRow().hasPrefix("▸ oldest"))
        driver.press(Key("G"), Key("["))
        #expect(driver.cursorRow().hasPrefix("▸ oldest"))
    }

    @Test func whatAnEarlierSearchFindsIsNotTaken() throws {
        var driver = try searching("one")
        driver.press(Key("/"))
        driver.type("two")
        driver.press(Key(.enter))
        let group = Self.group("a", age: 0, ["one"], of: LogPattern(literal: "one"))
        driver.take(.searched(SearchNews(number: 1, content: .found(group))))
        #expect(driver.model.search.results?.count == 0)
        #expect(driver.model.search.results?.order.number == 2)
    }

    @Test func escapeStopsTheSearchAndThenLeaves() throws {
        var driver = try searching("needle")
        try find("a", age: 0, ["needle"], in: &driver)
        driver.effects = []
        driver.press(Key(.escape))
        #expect(driver.effects.contains(.stopSearch))
        #expect(driver.model.context == .results)
        try end(
            .cancelled, { ($0.hits, $0.jobsWithHits, $0.jobs, $0.known, $0.lines) = (1, 1, 7, 90, 70) }, in: &driver)
        #expect(driver.rows()[2].contains("Stopped. 1 hit in 1 job  searched 7/90+ jobs, 70 lines"))
        driver.press(Key(.escape))
        #expect(driver.model.context == .jobs)
        // Leaving at once stops it too.
        driver.press(Key("S"), Key(.enter))
        driver.effects = []
        driver.press(Key("q"))
        #expect(driver.effects.contains(.stopSearch) && driver.model.context == .jobs)
    }

    @Test func nothingFoundSaysWhatWasSearched() throws {
        var driver = try searching("absent")
        try end(.complete, { ($0.jobs, $0.known, $0.isListed, $0.lines) = (1_204, 1_204, true, 99_000) }, in: &driver)
        #expect(driver.text().contains("Not found: absent — searched 1,204 jobs, 99,000 lines, 0 B"))
        try end(.failed("Redis is away.", isUnreachable: true), { _ in }, in: &driver)
        #expect(driver.rows()[2].contains("Redis is away."))
    }

    @Test func aLineOpensItsLogThereAndComesBack() throws {
        var driver = try searching("needle")
        try find("a", age: 5_000, ["needle 1"], in: &driver)
        try find("job", age: 9_000, ["needle of job"], count: 250, in: &driver)
        #expect(driver.text().contains("1 newest of 250 hits"))
        driver.press(Key("n"), Key(.enter))
        #expect(driver.model.context == .log && driver.model.log?.id == JobID("job"))
        #expect(driver.model.interest == FeedInterest(rows: [JobID("job")], logs: [JobID("job")]))
        var lines = (0..<3_000).map { ScreenTests.entry("line \($0)", at: ScreenTests.now - 100_000 + Int64($0)) }
        lines[500] = ScreenTests.entry("needle elsewhere", at: ScreenTests.now - 99_500)
        lines[1_000] = ScreenTests.entry("needle of job", "error", at: ScreenTests.now - 9_000)
        // It is not among the newest lines, which come first.
        driver.take(.feed(.log(JobID("job"), .opened(Array(lines[2_000...]), length: 3_000))))
        driver.settle()
        #expect(driver.cursorRow().contains("line 2999"))
        driver.take(.feed(.log(JobID("job"), .older(Array(lines[..<2_000]), isWhole: true))))
        driver.settle()
        #expect(driver.cursorRow().contains("needle of job"))
        #expect(driver.rows()[1].contains("/needle 2/2"))
        driver.press(Key("n"))
        #expect(driver.cursorRow().contains("needle elsewhere"))
        driver.press(Key("q"))
        #expect(driver.model.context == .results)
        #expect(driver.cursorRow().contains("needle of job"), "with its place kept")
    }

    @Test func aLineThatIsGoneIsSaid() throws {
        var driver = try searching("needle")
        try find("job", age: 5_000, ["needle"], in: &driver)
        driver.press(Key(.enter))
        driver.open([ScreenTests.entry("other", at: ScreenTests.now)])
        #expect(driver.footer().contains("This line is no longer in the log"))
        // Who moves before the line was read stays where he is.
        driver.press(Key("q"), Key(.enter), Key("k"))
        driver.open([ScreenTests.entry("needle", "error", at: ScreenTests.now - 5_000)])
        #expect(driver.model.log?.target == nil)
    }

    @Test func aSearchFromALogComesBackToIt() throws {
        var driver = Driver.log([ScreenTests.entry("a Timeout here", at: ScreenTests.now)])
        driver.press(Key("/"))
        driver.type("timeout")
        driver.press(Key(.enter), Key("S"))
        #expect(driver.footer().hasPrefix(" Search all logs: timeout"))
        driver.press(Key(.enter))
        #expect(driver.model.context == .results)
        driver.press(Key("q"))
        #expect(driver.model.context == .log && driver.model.log?.id == JobID("job"))
    }

    @Test func whatWasFoundIsInSightAndMarked() throws {
        var driver = try searching("needle", 60, 12)
        try find(
            "a", age: 0, [String(repeating: "hay ", count: 900) + "needle " + String(repeating: "x", count: 9_000)],
            in: &driver)
        try find("b", age: 1, ["first\\nsecond needle"].map { $0.replacing("\\n", with: "\n") }, in: &driver)
        let buffer = driver.screen()
        let rows = buffer.rows()
        #expect(rows[4].contains("hay needle"))
        #expect(rows[6].contains("second needle"))
        var marked = ""
        for x in 0..<buffer.width where buffer[x, 4].style.foreground == Theme.found.foreground {
            if let scalar = Unicode.Scalar(buffer[x, 4].base) { marked.unicodeScalars.append(scalar) }
        }
        #expect(marked == "needle")
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func itFitsAnySize(_ width: Int, _ height: Int) throws {
        var driver = try searching("日本", width, height)
        for number in 0..<40 {
            try find(
                "job-\(number)-日本語", age: Int64(number) * 1_000, ["👩‍👩‍👧 日本 \u{202E}bidi\u{1B}[31m", "日本"], in: &driver)
        }
        for key in [Key("G"), Key("g"), Key(.pageDown), Key(control: "u"), Key("j"), Key("n")] {
            driver.press(key)
            let rows = driver.rows()
            #expect(rows.count == height)
            #expect(rows.allSatisfy { TextWidth.columns(of: $0) <= width })
            #expect(driver.cursorRow().hasPrefix("▸"))
            #expect(rows.contains { $0.contains("2 hits") })
            #expect(!driver.text().unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x1B })
        }
        #expect(driver.footer().contains("? help") && driver.footer().contains("q back"))
    }

    /// A frame costs what is on screen, and a job that comes in is put in its place without sorting.
    @Test func manyResultsKeepTheirOrder() throws {
        var driver = try searching("x", 80, 24)
        for number in 0..<2_000 {
            try find("job-\(number)", age: Int64((number * 7_919) % 2_000) * 1_000, ["x"], in: &driver)
        }
        let results = try #require(driver.model.search.results)
        #expect(results.count == 4_000)
        #expect(zip(results.groups, results.groups.dropFirst()).allSatisfy { $0.activity >= $1.activity })
        driver.press(Key("G"))
        #expect(driver.rows()[1].contains("2,000/2,000"))
    }
}
