import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What the screen remembers from one run to the next.
@Suite struct RememberedTests {
    private typealias Driver = ScreenTests.Driver
    private static let records = (0..<40).map { ScreenTests.entry("line \($0)", at: ScreenTests.now + $0 * 1_000) }

    private func driver(
        clock: ScreenTests.Clock = .init(), isUTC: Bool? = nil, _ remembered: Remembered = Remembered()
    ) -> Driver {
        var driver = Driver(120, 40, clock: clock, isUTC: isUTC, remembered: remembered)
        driver.take(.feed(.connection(.online(notice: nil))))
        driver.take(
            .feed(.jobs([ScreenTests.job("job", "running", updated: 5_000), ScreenTests.job("done", "completed")])))
        driver.take(.feed(.listing(nil)))
        driver.settle()
        return driver
    }

    private func parse(_ text: String) throws -> Remembered { try Remembered(parsing: Array(text.utf8)[...]) }

    private func text(_ remembered: Remembered) -> String { String(decoding: remembered.encode(), as: UTF8.self) }

    // MARK: - From one run to the next

    @Test func aRunBeginsAsTheLastOneWasLeft() throws {
        var driver = driver()
        driver.press(Key("a"), Key("s"), Key("r"), Key("e"), Key("O"), Key(" "), Key(.escape), Key("o"))
        driver.press(Key(.enter))
        driver.open(Self.records)
        driver.press(Key(control: "w"), Key("t"), Key("u"), Key("v"))
        driver.take(.themed(.success(Theme(name: "light", text: .plain, styles: [:]))))
        let remembered = try Remembered(parsing: driver.model.memory.value.encode()[...])
        #expect(remembered == driver.model.memory.value && remembered.theme == "light")
        var other = self.driver(remembered)
        #expect(other.model.jobs.looks == driver.model.jobs.looks)
        #expect(other.model.jobs.order == .activity && other.model.jobs.isReversed && other.model.jobs.putsErrorsFirst)
        #expect(other.model.jobs.showsAll && !other.model.jobs.columns.contains(.type))
        #expect(other.model.split == .beside && other.model.isSplit && other.model.isUTC)
        #expect(other.model.jobs.shown.count == 2)
        other.press(Key(.enter))
        #expect(other.model.log?.looks == driver.model.log?.looks)
        let looks = try #require(other.model.log?.looks)
        #expect(!looks.wraps && looks.times == LogTimes(mode: .relative, isUTC: true) && looks.wantsTimeline == false)
    }

    // MARK: - Over a configuration file

    /// What was chosen on the screen counts, also where it is what would be usual without the file.
    @Test func aChoiceGoesBeforeTheConfigurationFile() throws {
        let usual = try parse(#"{"wrap":false,"sort":"age","split":"beside","level":"warn","theme":"light"}"#)
        #expect(String(decoding: usual.encode(over: usual), as: UTF8.self) == "{\"version\":1}\n")
        var driver = driver(usual)
        #expect(driver.model.jobs.order == .age && driver.model.log?.choice.least == .warn)
        driver.press(Key("o"), Key("o"), Key(.enter))
        driver.open(Self.records)
        driver.press(Key(control: "w"))
        let chosen = driver.model.memory.value
        let text = String(decoding: chosen.encode(over: usual), as: UTF8.self)
        #expect(text == "{\"version\":1,\"split\":\"none\",\"wrap\":true}\n")
        #expect(try Remembered(parsing: Array(text.utf8)[...], over: usual) == chosen)
    }

    @Test func whatWasTypedIsThereAgain() throws {
        var driver = driver()
        driver.press(Key("S"))
        driver.type("everywhere")
        driver.press(Key(.enter), Key("q"), Key(.enter))
        driver.open(Self.records)
        for (key, text) in [("/", "line 1"), ("&", "!line 2"), ("T", "22:13"), ("|", "wc -l")] {
            driver.type(key)
            driver.type(text)
            driver.press(Key(.enter))
        }
        driver.press(Key(control: "s"), Key(control: "u"))
        driver.type("x.txt")
        driver.press(Key(.enter))
        let remembered = try Remembered(parsing: driver.model.memory.value.encode()[...])
        let expected: [LogPrompt.Kind: [String]] = [
            .search: ["line 1"], .filter: ["!line 2"], .time: ["22:13"], .pipe: ["wc -l"], .save: ["x.txt"],
        ]
        #expect(remembered.logHistories.mapValues(\.lines) == expected)
        var other = self.driver(remembered)
        other.press(Key("S"), Key(.up))
        #expect(other.model.search.prompt?.input.text == "everywhere")
        other.press(Key(.escape), Key(.enter))
        other.open(Self.records)
        other.press(Key("/"), Key(.up))
        #expect(other.footer().hasPrefix(" /line 1"))
        other.press(Key(.escape), Key("/"), Key(.enter))
        #expect(other.model.log?.search?.pattern.text == "line 1")
    }

    @Test func aLogIsLookedAtAsTheOneBefore() {
        var driver = driver()
        driver.press(Key(.enter))
        driver.open(Self.records)
        driver.press(Key(control: "w"), Key("/"))
        driver.type("line 7")
        driver.press(Key(.enter), Key("q"), Key("a"), Key("j"), Key(.enter))
        #expect(driver.model.log?.id == JobID("done") && driver.model.log?.wraps == false)
        driver.press(Key("/"), Key(.up))
        #expect(driver.model.log?.prompt?.input.text == "line 7")
    }

    @Test func whoseTheMouseIs() {
        var driver = driver()
        driver.press(Key("M"))
        #expect(text(driver.model.memory.value) == #"{"version":1,"mouse":false}"# + "\n")
        driver.press(Key("M"))
        #expect(driver.model.memory.value == Remembered())
    }

    /// An option and a bundle's view are of one run.
    @Test func onlyWhatTheUserChoseIsRemembered() {
        var driver = driver(isUTC: true)
        driver.press(Key("s"))
        #expect(text(driver.model.memory.value) == #"{"version":1,"sort":"activity"}"# + "\n")
        var view = LogView()
        view.wraps = false
        view.times = "off"
        var remembered = Remembered()
        remembered.split = .above
        remembered.log.wantsTimeline = false
        remembered.log.times.mode = .sinceLine
        var other = Driver(opening: JobID("job"), isUTC: true, view: view, remembered: remembered)
        #expect(
            other.model.log?.looks
                == LogLooks(times: LogTimes(mode: .off, isUTC: true), wraps: false, wantsTimeline: false))
        #expect(other.model.split == nil)
        other.press(Key("3"))
        #expect(other.model.memory.unsaved == nil && other.model.memory.value == remembered)
    }

    @Test func whatWasComparedIsLookedAtInItsOwnWay() {
        var driver = driver()
        let logs = ["a", "b"].map { LogComparison.Log(job: JobID($0), records: Self.records) }
        driver.model.log = LogPane(LogComparison(logs[0], with: logs[1]), LogLooks())
        driver.model.focus = .log
        driver.press(Key("t"), Key("v"))
        #expect(driver.model.memory.unsaved == nil)
    }

    // MARK: - When it is kept

    @Test func itIsKeptOnceTheUserRests() {
        let clock = ScreenTests.Clock()
        var driver = Driver(clock: clock)
        #expect(driver.program.tickInterval(driver.model) == nil)
        driver.press(Key("s"))
        clock.advance(by: 1_500)
        driver.press(Key("s"))
        clock.advance(by: 1_500)
        driver.take(.tick)
        driver.settle()
        #expect(driver.effects.allSatisfy { !$0.isRemember })
        #expect(driver.program.tickInterval(driver.model) == .milliseconds(500))
        clock.advance(by: 500)
        driver.effects = []
        driver.take(.tick)
        driver.settle()
        #expect(driver.effects == [.remember(driver.model.memory.value)])
        #expect(driver.model.unsaved == nil)
        // Nothing is left to wait for, but the toast.
        clock.advance(by: 4_000)
        driver.effects = []
        driver.take(.tick)
        driver.settle()
        #expect(driver.effects == [] && driver.program.tickInterval(driver.model) == nil)
        driver.press(Key("r"))
        #expect(driver.model.unsaved == driver.model.memory.value)
        // What is as it was kept needs not be written again.
        driver.press(Key("r"))
        #expect(driver.model.unsaved == nil)
        // Who leaves right after a key may leave before a frame.
        driver.take(.input(.key(Key("r"))))
        #expect(driver.model.unsaved?.list.isReversed == true)
    }

    @Test func whatIsAmissStaysUntilAKey() {
        let clock = ScreenTests.Clock()
        var driver = Driver(opening: JobID("job"), clock: clock)
        driver.take(.trouble("state.json is damaged"))
        driver.open(Self.records)
        clock.advance(by: 60_000)
        driver.take(.tick)
        #expect(driver.footer().contains("state.json is damaged"))
        #expect(driver.program.tickInterval(driver.model) == nil)
        driver.press(Key("j"))
        #expect(!driver.footer().contains("damaged"))
    }

    // MARK: - The file

    @Test func whatIsUsualIsLeftOut() throws {
        #expect(text(Remembered()) == "{\"version\":1}\n")
        #expect(try parse(#"{"version":1}"#) == Remembered())
        #expect(try parse("{}") == Remembered())
    }

    @Test func aMemberThatIsNoneCostsOnlyItself() throws {
        let remembered = try parse(
            #"{"version":"x","columns":["age",7,"smell"],"sort":"size","reversed":1,"errorsFirst":true,"scope":"all","#
                + #""split":true,"times":"relative","utc":"yes","wrap":false,"timeline":null,"theme":{"a":1},"mouse":7,"#
                + #""history":{"search":["a",3,"b","","c\u001b[2J","a"],"filter":"x","searchAll":{}}}"#)
        var expected = Remembered()
        expected.list.columns = [.state, .job, .age]
        expected.list.putsErrorsFirst = true
        expected.list.showsAll = true
        expected.log.times.mode = .relative
        expected.log.wraps = false
        expected.logHistories = [.search: InputHistory(["b", "a"])]
        #expect(remembered == expected)
    }

    @Test(arguments: ["", "{", "[]", "7", "{\"version\":1}{}", "\u{1}", String(repeating: "[", count: 2_000)])
    func whatIsNoObjectIsDamaged(text: String) {
        #expect(throws: Remembered.Refusal.damaged) { try parse(text) }
    }

    @Test func aNewerFileIsNotRead() {
        #expect(throws: Remembered.Refusal.newer) { try parse(#"{"version":2,"sort":"id"}"#) }
    }

    @Test func historiesAreBounded() throws {
        let long = String(repeating: "é", count: 1_000)
        var remembered = Remembered()
        remembered.searchHistory = InputHistory((0..<80).map { "line \($0)" } + [long, long + "x"])
        remembered.logHistories[.pipe] = InputHistory([long + "x"])
        let read = try Remembered(parsing: remembered.encode()[...])
        #expect(read.searchHistory.lines == (31..<80).map { "line \($0)" } + [long])
        #expect(read.logHistories == [:])
    }
}

extension AppEffect {
    fileprivate var isRemember: Bool { if case .remember = self { true } else { false } }
}
