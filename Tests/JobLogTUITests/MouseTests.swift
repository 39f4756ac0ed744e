import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// The mouse on the screen: events in, model and frame out.
@Suite struct MouseTests {
    typealias Driver = ScreenTests.Driver

    private func jobs(_ count: Int, _ width: Int = 100, _ height: Int = 34) -> Driver {
        var driver = JobListTests.driver(
            (0..<count).map {
                ScreenTests.job("job-\($0)", "running", progress: Double($0), updated: Int64($0) * 1_000)
            },
            width, height)
        driver.settle()
        return driver
    }

    private func lines(_ count: Int) -> [LogRecord] {
        (0..<count).map { ScreenTests.entry("line \($0).", at: ScreenTests.now - Int64(count - $0) * 1_000) }
    }

    // MARK: - The list

    @Test func aClickSelectsAJobAndASecondOneOpensItsLog() {
        var driver = jobs(5)
        driver.click("job-3 ")
        #expect(driver.model.jobs.selected == JobID("job-3"))
        #expect(driver.model.log == nil)
        driver.click("job-3 ")
        #expect(driver.model.log?.id == JobID("job-3"))
        #expect(driver.model.context == .log)
    }

    @Test func aClickOnATitleSortsAndASecondOneReverses() {
        var driver = jobs(3)
        driver.click("PROGRESS")
        #expect(driver.model.jobs.order == .progress)
        #expect(!driver.model.jobs.isReversed)
        #expect(driver.model.jobs.shown.map(\.display) == ["job-2", "job-1", "job-0"])
        driver.click("PROGRESS")
        #expect(driver.model.jobs.isReversed)
        driver.click("JOB")
        #expect(driver.model.jobs.order == .id)
        #expect(!driver.model.jobs.isReversed)
        #expect(driver.model.memory.value.list.order == .id, "the next run begins with it")
        driver.click("STEP")
        #expect(driver.footer().contains("The list cannot be sorted by step"))
        // In the place of the titles stands the filter: it is taken up.
        driver.press(Key("/"))
        driver.type("job")
        driver.press(Key(.enter))
        driver.click("/job")
        #expect(driver.model.filterInput?.text == "job")
        driver.click("job-1 ")
        #expect(driver.model.filterInput == nil)
        #expect(driver.model.jobs.filter.text == "job")
        #expect(driver.model.jobs.selected == JobID("job-1"))
    }

    @Test func theWheelMovesTheListAndKeepsTheSelectionWhereItCan() {
        var driver = jobs(100)
        driver.press(Key("j"), Key("j"), Key("j"), Key("j"))
        let selected = driver.model.jobs.selected
        driver.wheel(1, over: "job-5 ")
        #expect(driver.model.jobs.visible.first == JobID("job-3"))
        #expect(driver.model.jobs.selected == selected)
        driver.wheel(1, over: "job-7 ")
        #expect(driver.model.jobs.selected == JobID("job-6"), "It goes along where it would be out of sight.")
        driver.wheel(-1_000, over: "job-8 ")
        #expect(driver.model.jobs.visible.first == JobID("job-0"))
        driver.wheel(1_000, over: "job-8 ")
        #expect(driver.model.jobs.visible.last == JobID("job-99"))
    }

    // MARK: - The panel

    @Test func aClickTurnsThePagesOfThePanel() {
        var driver = jobs(3, 120)
        driver.click("Reasoning")
        #expect(driver.model.panel.tab == .reasoning)
        #expect(driver.model.focus == .panel)
        driver.click("Overview")
        #expect(driver.model.panel.tab == .overview)
        // Back to the list: a click on the selected row does no more than that.
        driver.click("job-0 ")
        #expect(driver.model.focus == .list)
        #expect(driver.model.log == nil)
        var narrow = jobs(3, 80)
        narrow.click("Overview")
        #expect(narrow.model.panel.tab == .checkpoint)
    }

    @Test func theWheelMovesThePanelAndTheKeysStayInTheList() {
        var driver = JobListTests.driver([ScreenTests.job("a", "running")], 100, 24)
        let text = (0..<60).map { "word\($0)" }.joined(separator: "\n")
        let piece = JobEvent(.chunk(text: text, isLast: false))
        driver.take(.feed(.events([(id: JobID("a"), event: piece)])))
        driver.model.panel.show(.output)
        #expect(driver.text().contains("word59"))
        driver.wheel(-2, over: "word59")
        #expect(!driver.text().contains("word59"))
        #expect(driver.text().contains("word53"))
        #expect(driver.model.focus == .list)
        driver.wheel(1_000, over: "word53")
        #expect(driver.text().contains("word59"))
    }

    // MARK: - The log

    @Test func aClickPutsTheCursorOnALineAndASecondOneUnfoldsIt() {
        let long = #"{"timestamp":\#(ScreenTests.now),"type":"info","message":"long","metadata":{"key":"value"}}"#
        var driver = Driver.log(
            [ScreenTests.entry("first"), LogRecord(bytes: Array(long.utf8)), ScreenTests.entry("last")])
        driver.click("first")
        #expect(driver.cursorRow().contains("first"))
        #expect(driver.model.log?.isFollowing == false)
        driver.click("long")
        #expect(driver.model.log?.unfolded.isEmpty == true)
        driver.click("long")
        #expect(driver.model.log?.unfolded.count == 1)
        driver.click("long")
        #expect(driver.model.log?.unfolded.isEmpty == true)
    }

    @Test func theWheelMovesTheLogAndTheCursorStaysOnItsLine() {
        var driver = Driver.log(lines(200))
        driver.wheel(-1, over: "line 190.")
        #expect(driver.model.log?.isFollowing == false)
        #expect(driver.rows()[22].contains("line 196."))
        driver.click("line 190.")
        driver.wheel(-2, over: "line 190.")
        #expect(driver.cursorRow().contains("line 190."))
        #expect(driver.rows()[22].contains("line 190."))
        driver.wheel(-1_000, over: "line 185.")
        #expect(driver.rows()[2].contains("line 0."))
        driver.wheel(1_000, over: "line 5.")
        #expect(driver.rows()[22].contains("line 199."))
        driver.click("paused")
        #expect(driver.model.log?.isFollowing == true)
        driver.wheel(1, over: "line 190.")
        #expect(driver.model.log?.isFollowing == true)
    }

    @Test func aClickOnALimitTakesItOff() {
        var driver = Driver.log(lines(50), 120)
        driver.press(Key("&"))
        driver.type("1")
        driver.press(Key(.enter), Key("&"))
        driver.type("2")
        driver.press(Key(.enter), Key("3"))
        driver.click("[WARN+]")
        #expect(driver.model.log?.choice.least == .debug)
        driver.click("[&1]")
        #expect(driver.model.log?.choice.filters.map(\.text) == ["2"])
        #expect(driver.text().contains("line 2."))
        driver.click("[&2]")
        #expect(driver.model.log?.choice.filters.isEmpty == true)
        #expect(driver.model.log?.count == 50)
    }

    @Test func theTimelineIsClickedAndDrawnOver() throws {
        var driver = Driver.log(lines(600), 80, 34)
        let first = LogTimelineView.columns(in: Rect(x: 0, y: 2, width: 80, height: 1)).lowerBound
        let row = 2
        driver.mouse(.press(.left), first + 29, row)
        driver.mouse(.release(.left), first + 29, row)
        #expect(driver.cursorRow().contains("line 300."))
        #expect(driver.model.log?.choice.range == nil)
        driver.mouse(.press(.left), first + 29, row)
        driver.mouse(.drag(.left), first + 10, row)
        #expect(driver.model.log?.stretch?.columns == 10...29)
        let buffer = driver.screen()
        #expect((10...29).allSatisfy { buffer[first + $0, row].style.attributes.contains(.reverse) })
        #expect(!buffer[first + 30, row].style.attributes.contains(.reverse))
        driver.mouse(.drag(.left), first + 9, row + 9)
        driver.mouse(.release(.left), first + 10, row + 9)
        driver.settle()
        let range = try #require(driver.model.log?.choice.range)
        #expect(driver.model.log?.stretch == nil)
        #expect(range.text == "22:05:03..22:08:30")
        #expect(driver.model.log?.count == 208)
        #expect(driver.text().contains("[22:05:03..22:08:30]"))
        // What a release means without a press.
        driver.mouse(.release(.left), first, row)
        #expect(driver.model.log?.choice.range == range)
    }

    @Test func inASplitAClickGoesToThePaneUnderIt() {
        var driver = jobs(3, 120)
        driver.press(Key("o"))
        driver.settle()
        driver.take(.feed(.log(JobID("job-0"), .opened(lines(10), length: 10))))
        driver.settle()
        driver.click("line 4.")
        #expect(driver.model.focus == .log)
        #expect(driver.cursorRowOfLog().contains("line 4."))
        driver.click("STATE")
        #expect(driver.model.focus == .list)
        // The first click on the line that has the cursor already brings the keys, no more.
        driver.click("line 4.")
        #expect(driver.model.focus == .log)
        #expect(driver.model.log?.unfolded.isEmpty == true)
        driver.wheel(1, over: "job-1 ")
        #expect(driver.model.focus == .log)
    }

    // MARK: - Keys, boxes, results, help

    @Test func aHintIsItsKey() {
        var driver = jobs(3)
        driver.click("a active/all")
        #expect(driver.model.jobs.showsAll)
        driver.click("? help")
        #expect(driver.model.context == .help)
        driver.wheel(2, over: "Help")
        #expect(driver.model.help?.top == 6)
        driver.wheel(1_000, over: "Help")
        driver.wheel(-1_000, over: "Help")
        #expect(driver.model.help?.top == 0)
        driver.click("q back")
        #expect(driver.model.context == .jobs)
        driver.click("/ filter")
        driver.click("Esc drop")
        #expect(driver.model.context == .jobs)
        driver.press(Key("S"))
        driver.click("job-1 ")
        #expect(driver.model.context == .searchPrompt, "What is typed is not left by a slip.")
        driver.click("Esc leave")
        #expect(driver.model.context == .jobs)
        driver.effects = []
        driver.click("q quit")
        #expect(driver.effects == [.quit(signal: nil)])
    }

    @Test func aQuestionIsAnsweredByItsButtons() {
        var driver = jobs(3)
        driver.press(Key("P"))
        driver.click("job-2 ")
        #expect(driver.model.question != nil, "Below a box nothing can be meant.")
        driver.click("Esc no")
        #expect(driver.model.question == nil)
        driver.press(Key("P"))
        driver.effects = []
        driver.click("y pause")
        #expect(driver.effects == [.act(.pause, JobID("job-0"))])
    }

    @Test func rowsOfBoxesAreChosen() {
        var driver = jobs(3)
        driver.press(Key("O"))
        #expect(driver.model.jobs.columns.contains(.owner))
        driver.click("[x] owner")
        #expect(!driver.model.jobs.columns.contains(.owner))
        driver.click("[ ] owner")
        #expect(driver.model.jobs.columns.contains(.owner))
        driver.wheel(2, over: "[x] owner")
        #expect(driver.model.columnsDialog?.column == .counts)
        driver.press(Key(.escape))
        var log = Driver.log(lines(50), 120)
        log.press(Key("2"), Key("&"))
        log.type("1")
        log.press(Key(.enter), Key("K"))
        log.click("[x] &1")
        #expect(log.model.log?.choice.filters[0].isOff == true)
    }

    // MARK: - Whose it is

    @Test func theMouseIsGivenToTheTerminalAndTakenBack() {
        var driver = jobs(3)
        driver.effects = []
        driver.press(Key("M"))
        #expect(driver.effects.contains(.reportMouse(false)))
        #expect(driver.footer().contains("Mouse is the terminal's: M takes it back"))
        driver.click("job-2 ")
        #expect(driver.model.jobs.selected == JobID("job-0"))
        driver.effects = []
        driver.press(Key("?"), Key("M"))
        #expect(driver.effects.contains(.reportMouse(true)))
    }

    @Test func anythingAnywhereIsTaken() {
        for var driver in [jobs(50), jobs(0), Driver.log(lines(40)), Driver.log([]), jobs(5, 20, 5), jobs(5, 44, 12)] {
            for key in ["q", "P", "O", "?", "/", "T", "K"] as [Unicode.Scalar] {
                driver.press(Key(key))
                for (x, y) in [(0, 0), (17, 1), (2, 3), (40, 11), (79, 23), (50, 33), (65_534, 65_534)] {
                    let actions: [MouseEvent.Action] = [
                        .wheelDown, .drag(.left), .release(.right), .press(.right), .wheelUp, .press(.left),
                    ]
                    for action in actions { driver.mouse(action, x, y) }
                }
                driver.settle()
            }
            _ = driver.text()
        }
    }

    /// What each event costs must not depend on what is on screen: one move a frame.
    @Test func aThousandStepsOfTheWheelAreOneMove() {
        var driver = Driver.log(lines(10_000))
        driver.press(Key("g"))
        for _ in 0..<1_000 { driver.take(.input(.mouse(MouseEvent(.wheelDown, at: Point(x: 20, y: 10))))) }
        #expect(driver.model.wheel?.steps == 1_000)
        #expect(driver.model.log?.top.line == 0)
        driver.settle()
        #expect(driver.model.log?.top.line == 3_000)
    }
}

extension ScreenTests.Driver {
    mutating func mouse(_ action: MouseEvent.Action, _ x: Int, _ y: Int) {
        take(.input(.mouse(MouseEvent(action, at: Point(x: x, y: y)))))
    }

    /// Presses and releases the left button on the first place where a text stands.
    mutating func click(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        guard let place = place(of: text, sourceLocation) else { return }
        mouse(.press(.left), place.x, place.y)
        mouse(.release(.left), place.x, place.y)
        settle()
    }

    /// Turns the wheel by some steps where a text stands, down or up.
    mutating func wheel(_ steps: Int, over text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        guard let place = place(of: text, sourceLocation) else { return }
        for _ in 0..<abs(steps) { mouse(steps < 0 ? .wheelUp : .wheelDown, place.x, place.y) }
        settle()
    }

    private mutating func place(of text: String, _ sourceLocation: SourceLocation) -> Point? {
        let rows = rows()
        for (y, row) in rows.enumerated() {
            guard let found = row.firstRange(of: text) else { continue }
            return Point(x: TextWidth.columns(of: String(row[..<found.lowerBound])), y: y)
        }
        Issue.record("\(text) is not on screen:\n\(rows.joined(separator: "\n"))", sourceLocation: sourceLocation)
        return nil
    }

    /// The row of the cursor's line in a log beside the list.
    mutating func cursorRowOfLog() -> String { rows().first { $0.contains("│▸") } ?? "" }
}
