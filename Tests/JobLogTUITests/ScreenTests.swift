import Foundation
import JobLogCore
import Synchronization
import TerminalUI
import TestSupport
import Testing

@testable import JobLogTUI

/// joblog's screens as text: messages in, frame out, at a fixed time.
@Suite struct ScreenTests {
    /// 2023-11-14 22:13:20 UTC.
    static let now: Int64 = 1_700_000_000_000

    /// The program with a model, as the loop would run it.
    struct Driver {
        let program: JoblogProgram
        var model: AppModel
        var effects: [AppEffect] = []
        /// Whether what is to be looked at is looked at once it is asked for.
        var looks = true

        init(
            _ width: Int = 80, _ height: Int = 24, opening: JobID? = nil, clock: Clock = Clock(), isUTC: Bool? = true,
            view: LogView? = nil, settings: ScreenSettings = ScreenSettings(), remembered: Remembered = Remembered()
        ) {
            program = JoblogProgram(clock: { clock.now })
            model = AppModel(
                sourceName: "redis://cache:6379/0", searchedKeys: ["job:index", "job:logs:*", "job:state:*"],
                opening: opening, isUTC: isUTC, now: ScreenTests.now, view: view,
                settings: settings, remembered: remembered)
            take(.input(.resize(Size(width: width, height: height))))
        }

        /// Begins anew, as one who knows nothing yet.
        mutating func begin(profile: String? = nil, isPlaceAssumed: Bool = false, hasTour: Bool = false) {
            let size = model.size
            model = AppModel(
                sourceName: "redis://localhost:6379/0", profile: profile, isPlaceAssumed: isPlaceAssumed, isUTC: true,
                now: ScreenTests.now, hasTour: hasTour)
            take(.input(.resize(size)))
        }

        /// Takes a message in, and what is to be looked at because of it.
        mutating func take(_ message: AppMessage) {
            var open = program.update(&model, message)
            while !open.isEmpty {
                let effect = open.removeFirst()
                if case .examine(let exam) = effect {
                    if looks, let answer = exam.answer() { open += program.update(&model, .examined(answer)) }
                    if !looks { effects.append(effect) }
                } else {
                    effects.append(effect)
                }
            }
        }

        mutating func press(_ keys: Key...) {
            for key in keys {
                take(.input(.key(key)))
                settle()
            }
        }

        mutating func settle() { effects += program.settle(&model) }

        mutating func screen() -> CellBuffer {
            settle()
            var buffer = CellBuffer(size: model.tour?.terminal ?? model.size)
            _ = program.view(model, into: &buffer)
            return buffer
        }

        mutating func rows() -> [String] { screen().rows() }
        mutating func text() -> String { screen().text() }
    }

    /// A driver whose time goes on.
    final class Clock: Sendable {
        private let time = Mutex(ScreenTests.now)
        var now: Int64 { time.withLock { $0 } }
        func advance(by milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    }

    static func job(
        _ id: String, _ status: String, progress: Double = 50, step: String = "Working", updated: Int64 = 0
    ) -> JobReading {
        let json = """
            {"jobId":"\(id)","userId":"u","status":"\(status)","progress":\(progress),"step":"\(step)","type":"research",\
            "error":"it broke","startedAt":\(now - 60_000 - updated),"updatedAt":\(now - updated)}
            """
        let evidence = JobEvidence(
            id: JobID(id), state: JobStateRecord.decode(Array(json.utf8)[...]),
            tail: [entry("last line", at: now - max(0, updated))], logCount: 1)
        return JobReading(
            snapshot: JobDerivation.snapshot(evidence, now: now), tail: evidence.tail, checkpoint: nil,
            isEventsOnly: false, wasRead: true, problems: [])
    }

    static func entry(_ message: String, _ type: String = "info", at time: Int64 = now) -> LogRecord {
        var object = JSONObject()
        object.append("timestamp", JSONValue(time))
        object.append("type", .string(type))
        object.append("message", .string(message))
        return LogRecord(bytes: object.encode())
    }

    private func list(
        _ jobs: [JobReading], _ width: Int = 80, _ height: Int = 24, clock: Clock = Clock()
    ) -> Driver {
        var driver = Driver(width, height, clock: clock)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.jobs(jobs)))
        driver.take(.feed(.listing(nil)))
        return driver
    }

    private func log(_ records: [LogRecord], _ width: Int = 80, _ height: Int = 24) -> Driver {
        var driver = Driver(width, height, opening: JobID("job"))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.log(JobID("job"), .opened(records, length: records.count))))
        return driver
    }

    // MARK: - Jobs

    @Test func theListTellsEachState() throws {
        var driver = list([
            Self.job("a", "running", progress: 64), Self.job("b", "paused"), Self.job("c", "failed", progress: 33),
            Self.job("d", "running", updated: 400_000), Self.job("e", "completed"),
        ])
        driver.press(Key("a"))
        let rows = driver.rows()
        #expect(rows[0].contains("● Online"))
        #expect(rows[0].contains("active 3  failed 1  all 5"))
        #expect(rows[2].hasPrefix("▸ running   a"))
        #expect(rows[2].contains("64%"))
        #expect(rows[3].hasPrefix("  stalled   d"))
        #expect(rows[4].hasPrefix("  paused    b"))
        #expect(rows[5].hasPrefix("  failed    c"))
        #expect(rows[6].hasPrefix("  completed e"))
        #expect(rows[6].contains("100%"))
    }

    @Test func aJobThatEndsUnderOurEyesStaysAndIsAnnounced() {
        var driver = list([Self.job("a", "running")])
        _ = driver.rows()
        driver.take(.feed(.jobs([Self.job("a", "failed")])))
        let text = driver.text()
        #expect(text.contains("failed    a"))
        #expect(text.contains("error       it broke"))
        #expect(text.contains("Job failed. You can retry or view logs."))
    }

    @Test func aLongListTellsThePlace() {
        var driver = list((0..<1_204).map { Self.job("job-\($0)", "running", updated: Int64($0) * 10) })
        driver.settle()
        driver.press(Key("j"), Key("j"))
        #expect(driver.rows()[0].hasSuffix("active 1,204  all 1,204"))
        #expect(driver.rows().last?.hasSuffix(" 3/1,204") == true)
        driver.press(Key("G"))
        #expect(driver.rows().last?.hasSuffix(" 1,204/1,204") == true)
    }

    /// A change that moves nothing must show all the same.
    @Test func aRowThatStaysWhereItIsIsShownAnew() {
        var driver = list([Self.job("a", "running", progress: 10), Self.job("b", "running", progress: 10)])
        _ = driver.rows()
        driver.take(.feed(.jobs([Self.job("a", "running", progress: 20, step: "Further")])))
        #expect(driver.rows()[2].contains("20%") && driver.rows()[2].contains("Further"))
    }

    @Test func theSelectionStaysOnItsJob() {
        var driver = list((0..<40).map { Self.job("job-\($0)", "running", updated: Int64($0) * 10) })
        driver.press(Key("j"), Key("j"), Key("j"))
        let selected = driver.model.jobs.selected
        driver.take(.feed(.jobs([Self.job("new", "running", updated: -10_000)])))
        driver.press(Key("s"), Key("s"))
        #expect(driver.model.jobs.selected == selected)
        #expect(driver.rows().contains { $0.hasPrefix("▸") && $0.contains(selected?.display ?? "?") })
        driver.take(.feed(.vanished([selected ?? JobID("?")])))
        _ = driver.rows()
        #expect(driver.model.jobs.selected != selected)
        #expect(driver.model.jobs.selected != nil)
    }

    /// Until something was said of a job, the first one is selected, whichever it is.
    @Test(arguments: [[Key("P"), Key("y")], [Key("R")], [Key(.tab)], []])
    func theSelectionStaysOnAJobThatSomethingWasSaidOf(_ keys: [Key]) {
        var driver = list([Self.job("first", "running"), Self.job("second", "running", updated: 10)])
        for key in keys { driver.press(key) }
        driver.take(.feed(.jobs([Self.job("new", "running", updated: -10_000)])))
        _ = driver.rows()
        #expect(driver.model.jobs.selected == JobID(keys.isEmpty ? "new" : "first"))
    }

    @Test func whereThereIsNothingItSaysWhy() {
        var driver = Driver()
        #expect(driver.text().contains("Connecting to redis://cache:6379/0"))
        driver.take(.feed(.connection(.reconnecting(attempt: 3, reason: "Connection refused."))))
        #expect(driver.text().contains("Cannot reach Redis at redis://cache:6379/0, retrying (3)"))
        #expect(driver.text().contains("Reconnecting (3)"))
        driver.take(.feed(.connection(.disconnected(reason: "The password is wrong."))))
        #expect(driver.text().contains("Disconnected"))
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(.feed(.listing(nil)))
        #expect(driver.text().contains("No jobs yet"))
        driver.take(.feed(.jobs([Self.job("e", "completed")])))
        #expect(driver.text().contains("No active jobs"))
    }

    @Test func interestIsWhatIsOnScreen() {
        var driver = list((0..<200).map { Self.job("job-\($0)", "running") })
        _ = driver.rows()
        #expect(driver.model.interest.rows.count < 60)
        #expect(driver.model.interest.discovers)
        driver.press(Key(.enter))
        #expect(driver.model.interest.logs.count == 1)
        #expect(!driver.model.interest.discovers)
        // Nothing counts time but that the jobs may stall.
        #expect(driver.program.tickInterval(driver.model) == .seconds(300))
        driver.press(Key(.escape))
        #expect(driver.model.interest.logs.isEmpty)
    }

    /// What ticks while the list scrolls cannot be scrolled by the terminal.
    @Test func agesStandStillWhileTheUserMoves() {
        let clock = Clock()
        var driver = list((0..<40).map { Self.job("job-\($0)", "running") }, clock: clock)
        let ages = { (driver: inout Driver) in Set(driver.rows()[2..<12].map { String($0.suffix(5)) }) }
        clock.advance(by: 1_000)
        driver.take(.tick)
        #expect(ages(&driver) == ["   1s"])
        clock.advance(by: 950)
        driver.press(Key("j"))
        clock.advance(by: 50)
        driver.take(.tick)
        #expect(ages(&driver) == ["   1s"])
        #expect(driver.program.tickInterval(driver.model) == .milliseconds(AppModel.rest))
        clock.advance(by: AppModel.rest)
        driver.take(.tick)
        #expect(ages(&driver) == ["   2s"])
        #expect(driver.program.tickInterval(driver.model) == .seconds(1))
    }

    /// Minutes need no look at every second.
    @Test func secondsAreCountedWhereTheyAreSeen() {
        let clock = Clock()
        var driver = list((0..<3).map { Self.job("job-\($0)", "completed", updated: 90_000) }, clock: clock)
        driver.press(Key("a"))
        // What is remembered of that has been kept.
        clock.advance(by: 5_000)
        driver.take(.tick)
        #expect(driver.rows().contains { $0.contains("job-0") })
        #expect(driver.program.tickInterval(driver.model) == .seconds(10))
        for (id, status, updated) in [("job-0", "completed", Int64(50_000)), ("job-1", "running", 90_000)] {
            var other = driver
            other.take(.feed(.jobs([Self.job(id, status, updated: updated)])))
            _ = other.rows()
            #expect(other.program.tickInterval(other.model) == .seconds(1))
        }
    }

    @Test func theConnectionIsTakenUpWhenTheProcessGoesOn() {
        var driver = Driver()
        driver.press(Key(control: "z"))
        #expect(driver.effects.contains(.suspend) && !driver.effects.contains(.resume))
        driver.take(.input(.resize(Size(width: 80, height: 24))))
        #expect(driver.effects.last == .resume)
        driver.effects = []
        driver.take(.input(.resize(Size(width: 90, height: 24))))
        #expect(!driver.effects.contains(.resume))
    }

    @Test func aToastLeavesTheWayOutInSight() {
        var driver = list([Self.job("a", "running")])
        driver.press(Key("s"))
        let footer = driver.rows().last ?? ""
        #expect(footer.hasPrefix(" Sorted by activity"))
        #expect(footer.hasSuffix("? help  q quit"))
    }

    @Test func helpBeginsWithTheKeysOfThePlace() {
        var driver = log([Self.entry("one")], 40, 10)
        driver.press(Key("?"))
        let rows = driver.rows()
        #expect(rows[1].contains("Help") && rows[1].contains("/"))
        #expect(rows[2] == " Log")
        // Nothing is cut where there is little room.
        #expect(!driver.text().contains("…"))
        #expect(rows[3].contains("Enter") && rows[4].hasPrefix("                 "))
        driver.press(Key("G"))
        #expect(driver.text().contains("Quit at once."))
    }

    /// What the filter found stands out, in whatever case, in keys and sentences.
    @Test func whatTheHelpsFilterFoundStandsOut() {
        var driver = log([Self.entry("one")], 100, 24)
        driver.press(Key("?"), Key("/"))
        for letter in "NEXT err" { driver.press(Key(letter.unicodeScalars.first ?? " ")) }
        var marked: Set<String> = []
        let screen = driver.screen()
        for y in 3..<screen.height - 1 {
            var run = ""
            for x in 0..<screen.width {
                let cell = screen[x, y]
                if cell.style == Theme.found, let scalar = Unicode.Scalar(cell.base) {
                    run.unicodeScalars.append(scalar)
                } else if !run.isEmpty {
                    marked.insert(run.lowercased())
                    run = ""
                }
            }
        }
        #expect(marked == ["next", "err"])
        for _ in 0..<8 { driver.press(Key(.backspace)) }
        let all = driver.screen()
        #expect((2..<all.height).allSatisfy { y in (0..<all.width).allSatisfy { all[$0, y].style != Theme.found } })
    }

    /// An address is cut only where there is no room for it beside what counts more.
    @Test func theAddressIsWholeWhereThereIsRoom() {
        let address = "rediss://cache-eu-west-1.internal.example.com:6380/3"
        func header(_ width: Int, _ states: [String]) -> String {
            var driver = Driver(width, 24)
            driver.model = AppModel(sourceName: address, isUTC: true, now: Self.now)
            driver.take(.input(.resize(Size(width: width, height: 24))))
            driver.take(.feed(.connection(.online(notice: nil))))
            driver.take(.feed(.jobs(states.enumerated().map { Self.job("job-\($0)", $1) })))
            driver.take(.feed(.listing(nil)))
            return driver.rows()[0]
        }
        let states = ["running", "paused", "failed", "completed", "cancelled"]
        let wide = header(110, states)
        #expect(wide.contains(address + "  ● Online") && wide.hasSuffix("active 2  failed 1  all 5"), "\(wide)")
        let wider = header(150, states)
        #expect(wider.contains(address) && wider.hasSuffix("failed 1  completed 1  cancelled 1  all 5"), "\(wider)")
        let usual = header(92, states)
        #expect(usual.contains(address) && usual.hasSuffix("active 2  failed 1"), "\(usual)")
        let narrow = header(80, states)
        #expect(narrow.contains("…") && narrow.hasSuffix("active 2  failed 1  all 5"), "\(narrow)")
    }

    @Test(arguments: [40, 80, 120]) func theProfileStandsBeforeTheAddress(_ width: Int) {
        var driver = Driver(width, 24)
        driver.model = AppModel(
            sourceName: "redis://cache:6379/0", profile: "prod\u{1B}[31m", isUTC: true, now: Self.now)
        driver.take(.input(.resize(Size(width: width, height: 24))))
        driver.take(.feed(.connection(.online(notice: nil))))
        let header = driver.rows()[0]
        #expect(header.hasPrefix(" joblog  prod␛[31m  ") && header.contains("● Online"), "\(header)")
        #expect(header.contains("redis://cache:6379/0") == (width > 40))
    }

    @Test(arguments: [40, 80, 200]) func helpIsFilteredAsOneTypes(_ width: Int) {
        var driver = log([Self.entry("one")], width, 24)
        driver.press(Key("?"), Key("/"))
        for letter in "NEXT err" { driver.press(Key(letter.unicodeScalars.first ?? " ")) }
        #expect(driver.rows()[1].contains("/NEXT err"))
        #expect(
            driver.rows()[2] == " Log" && driver.rows()[3].contains("e") && driver.rows()[3].contains("Go to the next"))
        #expect(!driver.text().contains("Quit at once."))
        for letter in "zzz" { driver.press(Key(letter.unicodeScalars.first ?? " ")) }
        #expect(driver.rows()[2].contains("No key does that"))
        for _ in 0..<3 { driver.press(Key(.backspace)) }
        driver.press(Key(.enter), Key("j"), Key("q"))
        #expect(driver.text().contains("one"), "q leaves the help again")
        driver.press(Key("?"), Key("/"), Key("q"), Key(.escape))
        #expect(driver.rows()[2] == " Log" && !driver.rows()[1].contains("/q"))
    }

    @Test func streamingTextKeepsItsEnd() {
        var driver = list([Self.job("a", "running")])
        for number in 0..<900 {
            let piece = JobEvent(.chunk(text: "word\(number) ", isLast: false))
            driver.take(.feed(.events([(id: JobID("a"), event: piece)])))
        }
        #expect(driver.text().contains("word899"))
        #expect(driver.model.jobs.stream(of: JobID("a"))?.count == JobStreams.length)
    }

    // MARK: - Log

    @Test func theLogHasTimeBadgeAndMessage() {
        var driver = log([
            Self.entry("first\nsecond line"), Self.entry("careful", "warn"), Self.entry("bad", "error"),
            Self.entry("fine", "debug"), Self.entry("odd", "notice"), LogRecord("no JSON at \u{1B}[31mall"),
        ])
        let rows = driver.rows()
        #expect(rows[1].contains("Logs for job job"))
        #expect(rows[2].contains("22:13:20 INFO  first"))
        #expect(rows[3].hasSuffix("  second line"))
        #expect(rows[4].contains("WARN  careful"))
        #expect(rows[5].contains("ERROR bad"))
        #expect(rows[6].contains("DEBUG fine"))
        #expect(rows[7].contains("NOTIC odd"))
        #expect(rows[8].contains("no JSON at ␛[31mall"))
        #expect(rows[1].contains("following 6/6"))
        #expect(rows[23].contains("Loaded logs"))
    }

    @Test func anEmptyLogSaysSo() {
        var driver = log([])
        #expect(driver.rows().filter { $0.contains("No logs available yet") }.count == 2)
    }

    @Test func scrollingUpPausesAndEndResumes() {
        var driver = log((0..<100).map { Self.entry("line \($0)") })
        #expect(driver.text().contains("line 99"))
        driver.press(Key("k"))
        #expect(driver.rows()[1].contains("paused"))
        driver.take(
            .feed(.log(JobID("job"), .appended((100..<137).map { Self.entry("line \($0)") }, recovered: false))))
        #expect(driver.rows()[1].contains("37 new ↓"))
        #expect(!driver.text().contains("line 136"))
        driver.press(Key(.end))
        #expect(driver.text().contains("line 136"))
        #expect(driver.rows()[1].contains("following"))
    }

    @Test func longEntriesFoldAndUnfold() {
        let json = #"{"timestamp":1,"type":"info","message":"top","metadata":{"a":{"b":[1,2]},"text":"x"},"id":"w-1"}"#
        var driver = log([LogRecord(json), Self.entry(String(repeating: "word ", count: 2_000))])
        #expect(driver.text().contains("in all, folded"))
        driver.press(Key("g"), Key(.enter))
        let text = driver.text()
        #expect(text.contains("  b: ["))
        #expect(text.contains("id: w-1"))
        driver.press(Key(.enter))
        #expect(!driver.text().contains("  b: ["))
    }

    @Test func aLineWithoutMoreSaysSo() {
        var driver = log([Self.entry("short")])
        driver.press(Key(.enter))
        #expect(driver.rows().last?.contains("This line has no more to show") == true)
        #expect(driver.rows()[1].contains("following"))
    }

    /// What is large is decoded once; what is laid out and drawn is bounded.
    @Test(arguments: ["word ", "日本語\u{1B}[31m", "line\n", "x"]) func aHugeEntryIsFoldedAndUnfolded(_ part: String) {
        let huge = String(repeating: part, count: 1_000_000 / part.utf8.count)
        var driver = log([Self.entry("before"), Self.entry(huge, "warn"), Self.entry("after")])
        driver.press(Key("k"))
        let folded = driver.rows()
        #expect(folded.contains { $0.contains("before") } && folded.contains { $0.contains("after") })
        #expect(
            folded.contains { $0.contains("… 1.0 MB in all, folded") || $0.contains("… 999.9 KB in all, folded") }
        )
        driver.press(Key(.enter))
        let pane = driver.model.log
        #expect(pane?.rows(of: 1).rows.count ?? 0 > 1_000)
        #expect(pane?.rows(of: 1).rows.count ?? 0 <= 5_001)
        #expect(pane?.rows(of: 1).rows.contains { $0.text.contains("in all: `joblog logs` prints all of it") } == true)
        let end = String(decoding: huge.utf8.suffix(3), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(pane?.rows(of: 1).rows.suffix(2).contains { $0.text.contains(end) } == true)
        driver.press(Key(control: "w"), Key("l"), Key("l"))
        #expect(driver.rows().contains { $0.contains("WARN") })
        driver.press(Key(control: "w"), Key(" "), Key(" "), Key(.enter))
        #expect(driver.rows().contains { $0.hasPrefix("▸") && $0.contains("WARN") })
    }

    @Test func hugeMetadataIsNotMadeATree() {
        let metadata = String(repeating: #"{"a":1},"#, count: 100_000)
        let json = #"{"timestamp":1,"type":"info","message":"m","metadata":{"x":["# + metadata + "0]}}"
        var driver = log([LogRecord(json)])
        driver.press(Key(.enter))
        #expect(driver.model.log?.rows(of: 0).rows.last?.text.contains("800.0 KB in all") == true)
        driver.press(Key("j"), Key("j"))
        #expect(driver.text().contains(#"{"a":1},{"a":1}"#))
    }

    @Test func levelsFilterAndErrorsAreFound() {
        var driver = log((0..<60).map { Self.entry("line \($0)", $0 % 20 == 7 ? "error" : "info") })
        driver.press(Key("4"))
        #expect(driver.rows()[1].contains("3/3"))
        driver.press(Key("1"), Key("g"), Key("e"), Key("e"))
        #expect(driver.rows().contains { $0.hasPrefix("▸") && $0.contains("line 27") })
        driver.press(Key("E"))
        #expect(driver.rows().contains { $0.hasPrefix("▸") && $0.contains("line 7") })
    }

    @Test func whatHappenedToTheLogStandsInIt() {
        var driver = log([Self.entry("one")])
        let id = JobID("job")
        driver.take(.feed(.log(id, .appended([Self.entry("two")], recovered: true))))
        driver.take(.feed(.log(id, .gap(missing: 3, then: [Self.entry("six")]))))
        driver.take(.feed(.log(id, .gap(missing: nil, then: [Self.entry("later")]))))
        driver.take(.feed(.log(id, .cleared(then: [Self.entry("fresh")]))))
        let text = driver.text()
        for words in [
            "1 line recovered after reconnect", "3 lines are missing here", "lines may be missing here",
            "log was cleared",
            "fresh",
        ] { #expect(text.contains(words)) }
    }

    @Test func anEntryFromTheFutureIsMarkedAndDoesNotPinTheTail() {
        var driver = log([Self.entry("ahead", at: Self.now + 3_600_000), Self.entry("now")])
        let rows = driver.rows()
        #expect(rows[2].contains("ahead (from the future)"))
        #expect(rows[3].contains("now"))
    }

    /// Whatever is pressed, the cursor is on screen, the rows follow each other, and the last page is full.
    @Test(arguments: 0..<20) func theCursorStaysInSight(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let keys: [Key] = [
            Key("j"), Key("k"), Key(" "), Key("b"), Key(control: "d"), Key(control: "u"), Key("g"), Key("G"), Key("f"),
            Key(.enter), Key(control: "w"), Key("1"), Key("3"), Key("e"), Key("W"), Key("t"),
        ]
        let records = (0..<Int.random(in: 1...120, using: &random)).map { number in
            Self.entry(
                String(repeating: "word ", count: Int.random(in: 1...90, using: &random)) + "\(number)",
                ["info", "warn", "error"].randomElement(using: &random) ?? "info")
        }
        var driver = log(records, Int.random(in: 40...120, using: &random), Int.random(in: 10...40, using: &random))
        for step in 0..<150 {
            driver.press(keys.randomElement(using: &random) ?? Key("j"))
            if step % 40 == 39 {
                driver.take(.feed(.log(JobID("job"), .appended([Self.entry("new \(step)")], recovered: false))))
                driver.settle()
            }
            guard let pane = driver.model.log, pane.count > 0 else { continue }
            #expect(pane.visible.contains { $0.line == pane.cursor }, "after step \(step)")
            for (before, after) in zip(pane.visible, pane.visible.dropFirst()) {
                let follows =
                    after.line == before.line
                    ? after.row == before.row + 1
                    : after.line == before.line + 1 && after.row == 0
                        && before.row + 1 == pane.rows(of: before.line).rows.count
                #expect(follows)
            }
            let height = LogPaneView.size(
                of: pane, in: Rect(x: 0, y: 0, width: driver.model.size.width, height: driver.model.size.height - 2)
            ).height
            let isFull = pane.visible.count == height
            #expect(isFull || pane.visible.first?.line == 0 && pane.visible.first?.row == 0)
        }
    }

    // MARK: - All screens

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func everyScreenFits(_ width: Int, _ height: Int) {
        var jobs = list(
            [
                Self.job("作業-\u{202E}gnilaiv", "running", step: "読み込み中\u{7}"),
                Self.job(String(repeating: "x", count: 300), "failed"),
            ],
            width, height)
        var log = log(
            [Self.entry("日本語のログ\u{1B}]0;x\u{7}", "error"), Self.entry(String(repeating: "é", count: 500))], width,
            height)
        for key in ["?", "q"] as [Unicode.Scalar] {
            jobs.press(Key(key))
            log.press(Key(key))
            for buffer in [jobs.screen(), log.screen()] {
                for cell in buffer.cells {
                    #expect(
                        cell.base == 0 || cell.base >= 0x20 && !(0x7F...0x9F).contains(cell.base) && cell.base != 0x202E
                    )
                }
                #expect(buffer.rows().last?.isEmpty == false)
            }
        }
    }

    @Test func aTinyTerminalIsToldWhatIsNeeded() {
        var driver = Driver(30, 5)
        #expect(driver.text().contains("joblog needs 40x10"))
    }

    @Test func signalsEndIt() {
        var driver = Driver()
        driver.take(.input(.terminate(signal: 15)))
        #expect(driver.effects.contains(.quit(signal: 15)))
        driver.effects = []
        driver.press(Key("q"))
        #expect(driver.effects.contains(.quit(signal: nil)))
    }
}

/// A generator that gives the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
