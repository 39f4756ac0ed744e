import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Merged logs on screen: lanes, hiding them, late lines, and the way to one job's own log.
@Suite struct LogMergeScreenTests {
    typealias Driver = ScreenTests.Driver
    private let start = ScreenTests.now - 60_000

    private func entry(_ message: String, _ second: Double, worker: String? = nil, skew: Int? = nil) -> LogRecord {
        var object = JSONObject()
        object.append("timestamp", JSONValue(start + Int64(second * 1_000)))
        object.append("type", .string("info"))
        object.append("message", .string(message))
        var metadata = JSONObject()
        if let worker { metadata.append("worker", .string(worker)) }
        if let skew { metadata.append("clockSkewMs", JSONValue(skew)) }
        if !metadata.members.isEmpty { object.append("metadata", .object(metadata)) }
        return LogRecord(bytes: object.encode())
    }

    private let ids = ["job-1-alpha", "job-1-beta", "job-2-beta"]

    /// A list of three jobs, all marked and merged.
    private func merged(_ width: Int = 100, _ height: Int = 24) -> Driver {
        var driver = Driver(width, height)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs(ids.map { ScreenTests.job($0, "running") })))
        driver.take(.feed(.listing(nil)))
        driver.press(Key("A"), Key("L"))
        return driver
    }

    private func change(_ driver: inout Driver, _ id: String, _ change: LogChange) {
        driver.take(.feed(.log(JobID(id), change)))
        driver.settle()
    }

    private func opened(_ width: Int = 100, _ height: Int = 24) -> Driver {
        var driver = merged(width, height)
        change(&driver, ids[0], .opened([entry("a1", 1, worker: "w1"), entry("a2", 4, worker: "w2")], length: 2))
        change(&driver, ids[2], .opened([entry("c1", 7, skew: 5_000)], length: 1))
        change(&driver, ids[1], .opened([entry("b1", 3)], length: 1))
        return driver
    }

    /// The messages on screen, with what stands before them as a lane.
    private func lines(_ driver: inout Driver) -> [String] {
        driver.rows().compactMap { row in
            guard let badge = row.firstRange(of: "INFO") else { return nil }
            let lane = row[..<badge.lowerBound].split(separator: " ").dropFirst(row.hasPrefix("▸") ? 2 : 1)
            let text = row[badge.upperBound...].split(separator: " ").joined(separator: " ")
            return lane.joined(separator: " ") + ": " + text
        }
    }

    @Test func linesOfAllJobsStandInTheOrderOfTime() {
        var driver = opened()
        #expect(
            lines(&driver) == [
                "A1 alpha/w1: a1", "C 2-beta: c1", "B 1-beta: b1", "A2 alpha/w2: a2",
            ])
        #expect(driver.rows()[1].contains("Logs of 3 jobs  A alpha  B 1-beta  C 2-beta"))
        #expect(driver.model.interest.logs == Set(ids.map { JobID($0) }))
        change(&driver, ids[1], .appended([entry("b2", 9)], recovered: false))
        #expect(lines(&driver).last == "B 1-beta: b2")
    }

    @Test func aLaneIsHiddenShownAndAlone() {
        var driver = opened()
        driver.press(Key("L"))
        #expect(driver.model.context == .lanes)
        #expect(driver.text().contains("[x] A  job-1-alpha 2 lines"))
        #expect(driver.text().contains("[x] A2 w2        1 line"))
        driver.press(Key("j"), Key(" "), Key("q"))
        #expect(lines(&driver) == ["C 2-beta: c1", "B 1-beta: b1", "A2 alpha/w2: a2"])
        #expect(driver.rows()[1].contains("[3/4 lanes]"))
        driver.press(Key("L"), Key(" "), Key("q"))
        #expect(lines(&driver) == ["C 2-beta: c1", "B 1-beta: b1"])
        // A new worker of a job that is hidden is hidden too, and its remarks are.
        change(&driver, ids[0], .gap(missing: 3, then: [entry("a3", 5, worker: "w3")]))
        #expect(lines(&driver) == ["C 2-beta: c1", "B 1-beta: b1"] && !driver.text().contains("missing"))
        driver.press(Key(.backspace))
        #expect(lines(&driver).count == 5 && driver.text().contains("3 lines are missing here"))
        driver.press(Key("L"), Key("j"), Key("j"), Key("j"), Key("j"), Key(.enter), Key("q"))
        #expect(lines(&driver) == ["B 1-beta: b1"])
        driver.press(Key("d"))
        #expect(lines(&driver) == ["B 1-beta: b1"], "what is hidden is no context")
        driver.press(Key("L"), Key("a"), Key("q"))
        #expect(lines(&driver).count == 5)
    }

    @Test func theOneWorkerThatIsShownStaysTheOnlyOne() {
        var driver = opened()
        driver.press(Key("L"), Key("j"), Key(.enter), Key("q"))
        #expect(lines(&driver) == ["A1 alpha/w1: a1"])
        change(&driver, ids[0], .appended([entry("a9", 9, worker: "w9")], recovered: false))
        #expect(lines(&driver) == ["A1 alpha/w1: a1"])
        driver.press(Key("L"), Key("j"), Key(.enter), Key("q"))
        #expect(lines(&driver).count == 5)
    }

    @Test func aLineThatComesInBehindOthersIsLate() {
        var driver = opened()
        change(&driver, ids[1], .appended([entry("b8", 8)], recovered: false))
        change(&driver, ids[0], .appended([entry("delayed", 2)], recovered: false))
        #expect(lines(&driver).contains { $0.hasSuffix("delayed (late by 6s)") })
        #expect(!lines(&driver).contains { $0.contains("b8 (late") })
        // What was written while the connection was away is told by its own remark.
        change(&driver, ids[2], .appended([entry("away", 3.5)], recovered: true))
        #expect(driver.text().contains("1 line recovered after reconnect"))
        #expect(!lines(&driver).contains { $0.contains("away (late") })
    }

    @Test func aCorrectedTimeIsToldAndCanBeSeenAsItWas() {
        var driver = opened()
        driver.press(Key("g"), Key("j"))
        #expect(driver.cursorRow().contains("22:12:22 C"))
        driver.press(Key(.enter))
        let said = start + 7_000
        #expect(
            driver.text().contains("time corrected by -5.000s: its worker's clock, which said"))
        #expect(driver.text().contains("\(said), is ahead"))
        driver.press(Key("t"))
        #expect(driver.cursorRow().contains("22:12:27 C"))
        driver.press(Key("T"))
        driver.type("22:12:23")
        driver.press(Key(.enter))
        #expect(driver.cursorRow().contains("b1"))
    }

    @Test func fromALineToItsOwnLogAndBack() {
        var driver = opened()
        driver.press(Key("g"), Key("J"))
        #expect(driver.rows()[1].contains("Logs for job job-1-alpha"))
        #expect(lines(&driver) == ["A w1: a1", "B w2: a2"] && driver.cursorRow().contains("a1"))
        #expect(driver.model.interest.logs == Set(ids.map { JobID($0) }), "all are followed on")
        change(&driver, ids[0], .appended([entry("a3", 9, worker: "w1")], recovered: false))
        change(&driver, ids[1], .appended([entry("b3", 9)], recovered: false))
        #expect(lines(&driver) == ["A w1: a1", "B w2: a2", "A w1: a3"])
        driver.press(Key("q"))
        #expect(lines(&driver).count == 6 && driver.cursorRow().contains("a1"))
        driver.press(Key("q"))
        #expect(driver.model.context == .jobs && driver.model.interest.logs.isEmpty)
    }

    /// The workers of one job are told apart and hidden in the same way.
    @Test func workersOfOneJob() {
        var driver = Driver.log([
            entry("one", 1, worker: "host:1"), entry("none", 2), entry("two", 3, worker: "host:22"),
        ])
        #expect(lines(&driver) == ["A host:1: one", "- no worker: none", "C 22: two"])
        driver.press(Key("L"), Key("j"), Key("x"), Key("q"))
        #expect(lines(&driver) == ["A host:1: one", "C 22: two"])
        driver.press(Key("J"))
        #expect(driver.footer().contains("This is the log of one job"))
        var single = Driver.log([entry("one", 1, worker: "w"), entry("two", 2, worker: "w")])
        #expect(lines(&single) == [": one", ": two"], "there is nothing to tell apart")
        single.press(Key("L"))
        #expect(single.footer().contains("All lines are of one writer"))
    }

    @Test func whatCannotBeMergedIsTold() {
        var driver = Driver(80, 24)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs((0..<120).map { ScreenTests.job("job-\($0)", "running") })))
        driver.settle()
        driver.press(Key("L"))
        #expect(driver.footer().contains("x marks jobs, two at least"))
        driver.press(Key("x"), Key("L"))
        #expect(driver.text().contains("One job is marked"))
        driver.press(Key("A"), Key("L"))
        #expect(driver.text().contains("120 jobs are marked: L merges at most 100 logs"))
    }

    /// A log that the feed follows already is opened for the new pane all the same.
    @Test func aLogThatIsOpenBesideIsReadForTheMergedOneToo() {
        var driver = Driver(120, 30)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs(ids.map { ScreenTests.job($0, "running") })))
        driver.press(Key("o"))
        driver.settle()
        #expect(driver.model.interest.logs == [JobID(ids[0])])
        driver.effects = []
        driver.press(Key("A"), Key("L"))
        let watched = driver.effects.compactMap { if case .watch(let interest) = $0 { interest.logs } else { nil } }
        #expect(watched == [Set([JobID(ids[1]), JobID(ids[2])]), Set(ids.map { JobID($0) })])
    }

    @Test func aLogThatCannotBeReadIsNamed() {
        var driver = opened()
        change(&driver, ids[1], .unreadable("it is a hash"))
        #expect(driver.text().contains("The log of job-1-beta cannot be read: it is a hash"))
        #expect(driver.rows()[1].contains("B cannot be read now") && lines(&driver).count == 4)
        change(&driver, ids[1], .appended([], recovered: false))
        #expect(!driver.rows()[1].contains("cannot be read"))
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func everySizeHasRoomForLanes(_ width: Int, _ height: Int) {
        var driver = opened(width, height)
        change(&driver, ids[0], .appended([entry("日本語のログ", 10, worker: "労働者")], recovered: false))
        for row in driver.rows() { #expect(TextWidth.columns(of: row) <= width) }
        driver.press(Key("L"))
        for row in driver.rows() { #expect(TextWidth.columns(of: row) <= width) }
        #expect(driver.text().contains("[x] A"))
    }
}
