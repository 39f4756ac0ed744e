import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// The activity panel and what shares the screen with the list.
@Suite struct PanelTests {
    static let now = ScreenTests.now
    private let id = JobID("job")

    private func checkpoint(_ sequence: Int, cursor: Int) -> Checkpoint? {
        let json = """
            {"jobId":"job","userId":"u","sequence":\(sequence),"timestamp":\(Self.now - 3_000),"step":"Ranking",\
            "progress":40,"customData":{"cursor":\(cursor),"seen":["a"]}}
            """
        return Checkpoint.decode(Array(json.utf8)[...])
    }

    private func reading(_ lines: [LogRecord], checkpoint: Checkpoint? = nil, result: String? = nil) -> JobReading {
        var state: JobStateRecord?
        if let result {
            state = JobStateRecord.decode(
                Array(#"{"jobId":"job","status":"completed","updatedAt":\#(Self.now),"result":\#(result)}"#.utf8)[...])
        }
        let evidence = JobEvidence(
            id: id, state: state, tail: lines, logCount: lines.count, checkpoint: checkpoint)
        return JobReading(
            snapshot: JobDerivation.snapshot(evidence, now: Self.now), tail: lines, checkpoint: checkpoint,
            isEventsOnly: false, wasRead: true, problems: [])
    }

    private let steps = [
        ("Parsing (5%)", 60), ("Searching (1/3) (10%)", 50), ("Searching (2/3) (20%)", 40), ("Ranking (40%)", 20),
    ].map { ScreenTests.entry($0.0, at: ScreenTests.now - Int64($0.1) * 1_000) }

    private func driver(_ reading: JobReading, _ width: Int = 80, _ height: Int = 40) -> ScreenTests.Driver {
        var driver = JobListTests.driver([reading], width, height)
        driver.press(Key("a"))
        driver.settle()
        return driver
    }

    @Test func aJobsOwnStepsStandInPlaceOfTheEstimatedOnes() {
        var driver = driver(reading(steps))
        #expect(driver.effects.contains(.read(.log, id)))
        #expect(driver.text().contains("Processing Results"))
        driver.take(.details(id, .log, .success(.records(steps))))
        let text = driver.text()
        #expect(!text.contains("Processing Results"))
        #expect(text.contains("✓ Parsing            5%  22:12:20  10s"))
        #expect(text.contains("✓ Searching (2/3)   20%  22:12:30  30s"))
        #expect(text.contains("● Ranking           40%  22:13:00  20s"))
    }

    @Test func twoStepsAreTooFew() {
        #expect(JobHistory(Array(steps.prefix(3))).ownSteps == nil)
        #expect(JobHistory(steps).ownSteps?.map(\.name) == ["Parsing", "Searching (2/3)", "Ranking"])
    }

    @Test func attemptsAreToldApart() {
        let separator = LogRecord(
            #"{"timestamp":\#(Self.now),"type":"info","message":"── attempt 2 ──","metadata":{"audit":"#
                + #"{"action":"restart","by":"me@here","attempt":2}}}"#)
        let failure = LogRecord(
            #"{"timestamp":\#(Self.now),"type":"error","message":"no luck","metadata":{"recoverable":true}}"#)
        let lines = steps + [failure, separator, ScreenTests.entry("Parsing (5%)")]
        let attempts = JobHistory(lines).attempts
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts[0].end == .failed && attempts[0].error == "no luck" && attempts[0].errors == 1)
        #expect(attempts[1].lines == 1 && attempts[1].step == "Parsing")
        // A line that only looks like a separator is none.
        #expect(JobHistory([ScreenTests.entry("── attempt 9 ──")]).attempts.map(\.number) == [1])
        var driver = driver(reading(lines))
        driver.take(.details(id, .log, .success(.records(lines))))
        driver.press(Key(.left))
        let text = driver.text()
        #expect(text.contains("attempt 2  running") && text.contains("attempt 1  failed"))
        #expect(text.contains("error       no luck"))
    }

    @Test func theCheckpointIsInspectedAndItsChangesStandOut() {
        var driver = driver(reading(steps, checkpoint: checkpoint(3, cursor: 17)))
        driver.press(Key(.right))
        var text = driver.text()
        #expect(text.contains("Checkpoint 2/6"))
        #expect(text.contains("seq 3, 40%,") && text.contains("3s ago"))
        #expect(text.contains("cursor: 17") && text.contains("0: a"))
        driver.take(.feed(.jobs([reading(steps, checkpoint: checkpoint(4, cursor: 18))])))
        text = driver.text()
        #expect(text.contains(" * cursor: 18") && text.contains("1 changed"))
        #expect(!text.contains(" * seen"))
    }

    @Test func theArchiveIsSteppedThrough() {
        var driver = driver(reading(steps, checkpoint: checkpoint(3, cursor: 17)))
        driver.press(Key("["))
        #expect(driver.effects.contains(.read(.archive, id)))
        driver.take(.details(id, .archive, .success(.sequences([1, 2, 3]))))
        driver.settle()
        #expect(driver.effects.last == .read(.archived(sequence: 2), id))
        #expect(driver.text().contains("Loading …"))
        driver.take(.details(id, .archived(sequence: 2), .success(.checkpoint(checkpoint(2, cursor: 9)))))
        #expect(driver.text().contains("archived 2 of 3") && driver.text().contains("cursor: 9"))
        driver.press(Key("["), Key("["))
        #expect(driver.model.toast?.text == "This is the oldest one")
        driver.press(Key("]"), Key("]"), Key("]"))
        #expect(driver.text().contains("the one of now"))
    }

    @Test func whatCannotBeReadSaysWhy() {
        var driver = driver(reading(steps))
        driver.press(Key("l"), Key("l"), Key("l"), Key("l"))
        #expect(driver.effects.last == .read(.reasoning, id))
        driver.take(.details(id, .reasoning, .failure(ReadFailure("NOPERM no reading"))))
        #expect(driver.text().contains("reasoning   NOPERM no reading"))
    }

    @Test func reasoningAndResultAreShownInFull() {
        var driver = driver(reading([], result: #"{"sources":[{"name":"日本"}]}"#))
        driver.press(Key("l"), Key("l"), Key("l"))
        #expect(driver.text().contains("name: 日本"))
        driver.press(Key("l"))
        let step = LogRecord(
            #"{"step":"Plan","decision":"go","reasoning":"\#(String(repeating: "word ", count: 60))"}"#)
        driver.take(.details(id, .reasoning, .success(.records([step]))))
        #expect(driver.text().contains("decision    go"))
        #expect(driver.rows().count { $0.contains("word word") } >= 4)
    }

    @Test func silenceIsToldWithItsBeginning() {
        let lines = [ScreenTests.entry("Half (50%)", at: Self.now - 600_000)]
        var driver = driver(reading(lines))
        #expect(driver.text().contains("stalled     nothing heard for 10m, since 22:03:20"))
        driver = self.driver(reading([ScreenTests.entry("Half (50%)", at: Self.now - 7_200_000)]))
        #expect(driver.text().contains("hung        nothing heard for 2h, since 20:13:20; it counts as lost"))
    }

    @Test func whatCanBeDoneAndWhatCannotStandsThere() {
        var driver = driver(reading(steps))
        #expect(driver.text().contains("can         C cancel  P pause  D delete logs"))
        driver.press(Key(.tab))
        let text = driver.text()
        #expect(text.contains("resume: it is running, and only a paused or failed job can be"))
        #expect(text.contains("clear checkpoint: it has none"))
    }

    // MARK: - Panes

    @Test func tabGoesFromPaneToPane() {
        var driver = driver(reading(steps), 120, 30)
        #expect(driver.model.context == .jobs)
        driver.press(Key(.tab))
        #expect(driver.model.context == .panel)
        driver.press(Key("q"))
        #expect(driver.model.context == .jobs)
        driver.press(Key("o"))
        #expect(driver.model.log?.id == id && driver.model.context == .jobs)
        driver.press(Key(.tab), Key(.tab))
        #expect(driver.model.context == .log)
        driver.press(Key(.tab))
        #expect(driver.model.context == .jobs)
        driver.press(Key(.backTab))
        #expect(driver.model.context == .log)
        driver.press(Key("q"))
        #expect(driver.model.context == .jobs && driver.model.log != nil)
    }

    @Test func splitsShowBothAndAreRemembered() {
        let clock = ScreenTests.Clock()
        var driver = JobListTests.driver(
            (0..<3).map { ScreenTests.job("job-\($0)", "running", updated: Int64($0)) }, 120, 30, clock: clock)
        driver.settle()
        driver.press(Key("o"))
        driver.take(.feed(.log(JobID("job-0"), .opened([ScreenTests.entry("in the log")], length: 1))))
        var rows = driver.rows()
        #expect(rows[1].contains("STATE") && rows[1].contains("│── Logs for job job-0"))
        #expect(rows[2].hasPrefix("▸ running") && rows[2].contains("in the log"))
        #expect(driver.model.interest.discovers && driver.model.interest.logs == [JobID("job-0")])
        // The log follows the selection once it rests.
        driver.press(Key("j"))
        #expect(driver.model.log?.id == JobID("job-0"))
        clock.advance(by: AppModel.rest)
        driver.take(.tick)
        driver.settle()
        #expect(driver.model.log?.id == JobID("job-1"))
        driver.press(Key("o"))
        rows = driver.rows()
        #expect(rows[1].contains("STATE") && rows[10].contains("Logs for job job-1"))
        driver.press(Key("o"))
        #expect(driver.model.log == nil && driver.model.split == nil)
    }

    @Test func whereThereIsNoRoomForASplitItSaysSo() {
        var driver = driver(reading(steps), 60, 14)
        driver.press(Key("o"))
        #expect(driver.model.split == nil && driver.model.toast?.text == "A split view needs 90 columns or 18 rows")
        var narrow = self.driver(reading(steps), 60, 30)
        narrow.press(Key("o"))
        #expect(narrow.model.split == .above)
    }

    /// The list comes to a log that was opened by itself.
    @Test func aLogThatWasOpenedAtOnceGetsTheListBesideIt() {
        var driver = ScreenTests.Driver(120, 30, opening: JobID("done"))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs([ScreenTests.job("done", "completed"), ScreenTests.job("other", "running")])))
        driver.settle()
        driver.press(Key("o"))
        #expect(driver.model.jobs.selected == JobID("done") && driver.model.log?.id == JobID("done"))
        #expect(driver.rows().contains { $0.hasPrefix("▸ completed done") })
        driver.effects = []
        driver.press(Key("q"))
        #expect(driver.model.context == .jobs && driver.effects.allSatisfy { $0 != .quit(signal: nil) })
    }

    // MARK: - All states of the screen

    /// Every state fits into every size, with wide and hostile text, with Unicode and without.
    @Test(arguments: [(40, 10), (80, 24), (200, 60)], [true, false]) func everyStateFits(
        _ size: (Int, Int), _ isUnicode: Bool
    ) {
        let hostile = "作業-\u{202E}gnilaiv\u{1B}[31m👩‍👩‍👧 e\u{301}"
        var ill = ScreenTests.job(hostile, "failed", step: "読み込み中\u{7}")
        ill.snapshot.error = String(repeating: "エラー ", count: 80)
        ill.snapshot.userID = hostile
        ill.snapshot.workers = [hostile, "b"]
        ill.checkpoint = Checkpoint(step: hostile, customData: .object(JSONObject([.init(key: hostile, value: "x")])))
        var driver = JobListTests.driver([ill, ScreenTests.job("plain", "running")], size.0, size.1)
        let keys: [[Key]] = [
            [Key("a")], [Key("G")], [Key("C")], [Key(.escape)], [Key("x"), Key("x"), Key("D")], [Key(.escape)],
            [Key("O")], [Key("j"), Key("q")], [Key("/"), Key("業"), Key("e")], [Key(.escape)], [Key(.escape)],
            [Key(.tab)], [Key(.right)], [Key(.right)], [Key(.right)], [Key(.right)], [Key(.right)], [Key(.right)],
            [Key("j")], [Key("q")], [Key("o")], [Key("o")], [Key("o")], [Key("?")], [Key("G")], [Key("q")], [Key("U")],
        ]
        for (number, keys) in keys.enumerated() {
            for key in keys { driver.press(key) }
            var buffer = CellBuffer(size: driver.model.size)
            buffer.isUnicode = isUnicode
            driver.settle()
            _ = driver.program.view(driver.model, into: &buffer)
            for cell in buffer.cells {
                #expect(cell.base == 0 || cell.base >= 0x20 && !(0x7F...0x9F).contains(cell.base), "\(number)")
                #expect(cell.base != 0x202E && (isUnicode || cell.base < 0x7F), "\(number)")
            }
            let rows = buffer.rows()
            #expect(rows[0].contains("joblog") && rows.last?.isEmpty == false, "\(number)")
        }
    }

    /// A divider stands in one column, whatever is left of it.
    @Test func wideTextDoesNotShiftTheDivider() {
        var driver = JobListTests.driver(
            ["日本語のとても長いジョブ名前です", "ab", "é\u{301}\u{302}x"].map { ScreenTests.job($0, "running") }, 120, 30)
        driver.settle()
        driver.press(Key("o"))
        let buffer = driver.screen()
        let x = driver.model.layout.divider.x
        for y in 1..<29 { #expect(buffer[x, y].base == 0x2502) }
    }
}
