import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Two logs beside each other on screen.
@Suite struct LogComparisonScreenTests {
    typealias Driver = ScreenTests.Driver
    private let now = ScreenTests.now

    private func log(_ job: String, _ start: Int64, _ lines: String...) -> LogComparison.Log {
        LogComparison.Log(
            job: JobID(job),
            records: lines.enumerated().map { number, text in
                ScreenTests.entry(text, text.contains("broke") ? "error" : "info", at: start + Int64(number) * 1_000)
            })
    }

    private var logs: (this: LogComparison.Log, other: LogComparison.Log) {
        (
            log("job-bad", now - 60_000, "Parsing (5%)", "Searching (1/5)", "Searching (2/5)", "it broke", "Closing 3"),
            log(
                "job-good", now - 90_000, "Parsing (5%)", "Searching (1/5)", "Searching (2/5)", "Searching (3/5)",
                "Answering", "Checking", "Closing 4", "Done")
        )
    }

    private func comparison(because reason: String? = nil) -> LogComparison {
        LogComparison(logs.this, with: logs.other, because: reason, now: now)
    }

    private func list(_ width: Int = 100, _ height: Int = 24) -> Driver {
        var driver = Driver(width, height)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(
            .feed(.jobs([ScreenTests.job("job-bad", "failed"), ScreenTests.job("job-good", "completed")])))
        driver.take(.feed(.listing(nil)))
        driver.press(Key("a"))
        return driver
    }

    private func compared(_ width: Int = 100, _ height: Int = 24) -> Driver {
        var driver = list(width, height)
        driver.press(Key("="))
        driver.take(.compared(.success(comparison(because: "the newest completed job of type research"))))
        driver.settle()
        return driver
    }

    @Test func theFailedOneIsComparedWithWhatIsChosen() {
        var driver = list()
        driver.effects = []
        driver.press(Key("="))
        #expect(driver.effects.contains(.compare(JobID("job-bad"), with: nil)))
        driver.effects = []
        driver.press(Key("A"), Key("="))
        #expect(driver.effects.contains(.compare(JobID("job-bad"), with: JobID("job-good"))))
        driver.take(.compared(.failure(ReadFailure("There is no completed job."))))
        #expect(driver.footer().contains("There is no completed job.") && driver.model.log == nil)
    }

    @Test func itOpensWhereTheyPart() {
        var driver = compared()
        #expect(driver.rows()[1].contains("+bad -good part after 'Searching (2/5)'"))
        #expect(driver.rows()[1].contains("2 differences"))
        #expect(driver.cursorRow().contains("+3.000s -          INFO  Searching (3/5)"))
        #expect(driver.text().contains("+3.000s +          ERROR it broke"))
        #expect(driver.text().contains("+4.000s    -2.000s INFO  Closing 3"))
        #expect(driver.text().contains("Compared with job-good, the newest completed job of type research"))
        #expect(driver.model.interest.logs.isEmpty, "it stands still")
        driver.press(Key("="))
        #expect(driver.text().contains("These are compared already"))
    }

    /// The times of the one are not those of the other.
    @Test func thereIsNoTimelineOfTwoTimes() {
        var driver = compared(120, 40)
        #expect(driver.rows()[2].contains("Parsing (5%)"))
        driver.press(Key("v"))
        #expect(driver.footer().contains("Two logs that are compared have no timeline"))
    }

    @Test func fromDifferenceToDifference() {
        var driver = compared()
        driver.press(Key("}"))
        #expect(driver.cursorRow().contains("Done"))
        driver.press(Key("}"))
        #expect(driver.footer().contains("No further differences"))
        driver.press(Key("{"))
        #expect(driver.cursorRow().contains("Searching (3/5)"))
        driver.press(Key("{"))
        #expect(driver.text().contains("No differences before this line"))
        // Of what is hidden nothing is gone to.
        driver.press(Key("g"), Key("4"), Key("}"))
        #expect(driver.cursorRow().contains("it broke"))
        driver.press(Key("1"), Key("L"))
        #expect(driver.text().contains("[x] +") && driver.text().contains("[x] -"))
        driver.press(Key("j"), Key(" "), Key("q"))
        #expect(!driver.text().contains("Answering") && driver.text().contains("Closing 3"))
    }

    @Test func theOwnLogOfALineAndBack() {
        var driver = compared()
        driver.press(Key("J"))
        #expect(driver.model.interest.logs == [JobID("job-good")])
        let other = comparison().jobs[1]
        var records = (0..<8).map { ScreenTests.entry("line \($0)", at: now - 90_000 + Int64($0) * 1_000) }
        records[3] = ScreenTests.entry("Searching (3/5)", at: now - 87_000)
        driver.take(.feed(.log(other, .opened(records, length: 8))))
        driver.settle()
        #expect(driver.rows()[1].contains("Logs for job job-good") && driver.cursorRow().contains("Searching (3/5)"))
        driver.press(Key("q"))
        #expect(driver.rows()[1].contains("part after"))
        driver.press(Key("q"))
        #expect(driver.model.context == .jobs)
    }

    @Test func whatTheOtherSaysInstead() {
        var driver = compared()
        driver.press(Key("g"), Key(.enter))
        #expect(driver.text().contains("This line has no more to show"))
        driver.press(Key("e"), Key("j"), Key(.enter))
        #expect(driver.text().contains("- Closing 4"))
        driver.press(Key(.enter))
        #expect(!driver.text().contains("- Closing 4"))
    }

    @Test func searchingAndFilteringWorkOnIt() {
        var driver = compared()
        driver.press(Key("/"))
        driver.type("closing")
        driver.press(Key(.enter))
        #expect(driver.cursorRow().contains("Closing 3"))
        driver.press(Key("&"))
        driver.type("search")
        driver.press(Key(.enter))
        #expect(driver.text().contains("Searching (3/5)") && !driver.text().contains("Answering"))
    }

    // MARK: - What leaves the screen

    private func saved(_ driver: inout Driver) throws -> OutLines {
        driver.effects = []
        driver.press(Key(control: "s"), Key(.enter))
        let orders = driver.effects.compactMap { effect in
            if case .out(.save(let order)) = effect { order } else { nil }
        }
        return try #require(orders.first).lines
    }

    private func text(_ lines: OutLines, _ format: ExportFormat) -> [String] {
        String(decoding: LogExporter.text(lines.lines, as: format, lines.options), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    @Test func whatIsSavedReadsAsADiff() throws {
        var driver = compared()
        let lines = try saved(&driver)
        #expect(
            text(lines, .text) == [
                "--- job-good", "+++ job-bad", " INFO  Parsing (5%)", " INFO  Searching (1/5)",
                " INFO  Searching (2/5)",
                "-INFO  Searching (3/5)", "-INFO  Answering", "-INFO  Checking", "+ERROR it broke", " INFO  Closing 3",
                "-INFO  Done",
            ])
        let json = text(lines, .jsonl)
        #expect(json.count == 9 && json[0].hasSuffix(#""side":"both","jobId":"job-bad"}"#))
        #expect(json[3].hasSuffix(#""side":"other","jobId":"job-good"}"#))
        #expect(json[6].hasSuffix(#""side":"this","jobId":"job-bad"}"#))
        let table = text(lines, .csv)
        #expect(table[0] == "side,jobId,timestamp,type,message,metadata" && table[7].hasPrefix("this,job-bad,"))
        let page = text(lines, .html).joined()
        #expect(page.contains(#"<s class="other">-</s> <time"#) && page.contains("Logs of jobs job-bad (+)"))
    }

    @Test func aCopiedLineHasItsSignAndNoHeading() throws {
        var driver = compared()
        driver.effects = []
        driver.press(Key("c"))
        driver.press(Key("x"), Key("x"), Key("c"))
        let copies = driver.effects.compactMap { effect in
            if case .out(.copy(let order)) = effect { String(decoding: order.text(), as: UTF8.self) } else { nil }
        }
        #expect(
            copies == [
                "-INFO  Searching (3/5)", "--- job-good\n+++ job-bad\n-INFO  Searching (3/5)\n-INFO  Answering\n",
            ])
    }

    // MARK: - The logs go on

    /// What the feed tells of a job whose log has so many lines.
    private func reading(_ comparison: LogComparison, _ number: Int, length: Int, end: [LogRecord]) -> JobReading {
        var reading = ScreenTests.job(comparison.jobs[number].lossyText, number == 0 ? "failed" : "completed")
        reading.snapshot.logCount = length
        reading.tail = end
        return reading
    }

    @Test func itSaysWhenALogHasGoneOnAndIsMadeAnew() {
        var driver = compared(120, 24)
        let old = comparison()
        let records = logs.this.records
        let end = Array(records.dropLast())
        driver.take(.feed(.jobs([reading(old, 0, length: 5, end: records)])))
        #expect(!driver.rows()[1].contains("compared until"))
        // At its cap a log keeps its length.
        driver.take(.feed(.jobs([reading(old, 0, length: 5, end: end)])))
        let note = "compared until \(ClockTime.time(now, utc: true)), ^R compares anew"
        #expect(driver.rows()[1].contains(note))
        driver.take(.feed(.jobs([reading(old, 0, length: 5, end: records)])))
        driver.take(.feed(.vanished([old.jobs[1]])))
        #expect(driver.rows()[1].contains(note))
        for width in [40, 80] {
            driver.take(.input(.resize(Size(width: width, height: 24))))
            #expect(driver.rows()[1].contains("^R"))
        }
        driver.take(.input(.resize(Size(width: 120, height: 24))))
        driver.press(Key("m"), Key("}"), Key("x"), Key("k"))
        driver.effects = []
        driver.press(Key(control: "r"))
        #expect(driver.effects.contains(.compare(old.jobs[0], with: old.jobs[1])))
        var (this, other) = (log("job-bad", 0), logs.other)
        this.records = logs.this.records.dropFirst() + [ScreenTests.entry("Begun anew", at: now)]
        other.records.removeLast()
        driver.take(.compared(.success(LogComparison(this, with: other, now: now))))
        #expect(driver.cursorRow().contains("Closing 3"))
        // What was marked in the other log alone corresponds to a line of this one now.
        #expect(driver.model.log?.linesToWrite().lines.map(\.record.entry.message) == ["Searching (2/5)"])
        #expect(!driver.rows()[1].contains("compared until"))
        driver.press(Key("g"))
        #expect(driver.cursorRow().contains("- ") && driver.cursorRow().contains("Parsing"))
        #expect(driver.text().contains("Begun anew"))
    }

    @Test func whatIsMadeAnewForNobodyIsNotShown() {
        var driver = compared()
        driver.press(Key(control: "r"), Key("q"))
        #expect(driver.model.context == .jobs)
        driver.take(.compared(.success(comparison())))
        #expect(driver.model.context == .jobs)
        driver.press(Key("="))
        driver.take(.compared(.success(comparison())))
        #expect(driver.model.context == .log)
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func everySizeHasRoom(_ width: Int, _ height: Int) {
        var driver = compared(width, height)
        for row in driver.rows() { #expect(TextWidth.columns(of: row) <= width) }
        #expect(driver.rows()[1].contains("+bad -good part a"))
        #expect(driver.cursorRow().contains("- "))
    }
}
