import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// What is asked for by its name.
@Suite struct CommandTests {
    private func list() -> ScreenTests.Driver {
        JobListTests.driver([
            ScreenTests.job("alpha-1", "running"), ScreenTests.job("alpha-2", "failed"),
            ScreenTests.job("beta", "completed"),
        ])
    }

    private func log() -> ScreenTests.Driver {
        .log(
            (0..<50).map {
                ScreenTests.entry(
                    "line \($0)", $0 % 10 == 7 ? "error" : "info", at: ScreenTests.now + Int64($0) * 1_000)
            })
    }

    private func enter(_ text: String, _ driver: inout ScreenTests.Driver) {
        driver.press(Key(":"))
        driver.type(text)
        driver.press(Key(.enter))
    }

    /// Enters something in place of what stands in the prompt.
    private func enterInstead(_ text: String, _ driver: inout ScreenTests.Driver) {
        driver.press(Key(control: "u"))
        driver.type(text)
        driver.press(Key(.enter))
    }

    /// Whatever a key can do in a pane can be asked for by name.
    @Test(arguments: [KeyContext.jobs, .log, .panel, .results]) func everyActionHasAName(_ place: KeyContext) {
        let names = Command.all(in: place, KeyMap()).map(\.name)
        #expect(Set(names).count == names.count)
        let actions = KeyTable.bindings.filter { $0.contexts.contains(place) }.map(\.action)
        for action in actions where ![.command, .down, .up, .left, .right].contains(action) {
            #expect(names.contains(Command.name(of: action)), "\(action)")
        }
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" } }, "\(names)")
    }

    @Test(arguments: [
        (Action.nextError, "next-error"), (.copyJSON, "copy-json"), (.utc, "utc"), (.goToTime, "go-to-time"),
    ])
    func namesAreThoseOfActionsWithHyphens(action: Action, name: String) {
        #expect(Command.name(of: action) == name)
    }

    @Test func aNameDoesWhatItsKeyDoes() {
        var driver = log()
        driver.press(Key("g"))
        enter("next-error", &driver)
        #expect(driver.cursorRow().contains("line 7"))
        enter("next-e", &driver)
        #expect(driver.cursorRow().contains("line 17"), "a beginning that no other has is enough")
        enter("split", &driver)
        #expect(driver.model.context == .log)
        enter("help", &driver)
        #expect(driver.model.context == .help)
        driver.press(Key("q"))
        enter("q", &driver)
        #expect(driver.model.context == .jobs)
        enter("quit", &driver)
        #expect(driver.effects.contains(.quit(signal: nil)))
    }

    @Test func whatStandsBehindANameIsUsed() throws {
        var driver = log()
        enter("12", &driver)
        #expect(driver.cursorRow().contains("line 11"))
        enter("line 999", &driver)
        #expect(driver.cursorRow().contains("line 49"))
        enter("level error", &driver)
        #expect(driver.text().contains("[ERROR+]") && driver.model.log?.count == 5)
        enter("level debug", &driver)
        enter("goto 22:13:25", &driver)
        enter("filter line 4", &driver)
        #expect(driver.model.log?.choice.filters.map(\.text) == ["line 4"])
        #expect(driver.model.log?.count == 11)
        enter("search 41", &driver)
        #expect(driver.cursorRow().contains("line 41"))
    }

    @Test func aPatternThatIsNoneStaysInItsPrompt() {
        var driver = log()
        enter("filter [a", &driver)
        #expect(driver.model.context == .prompt)
        #expect(driver.footer().contains("regular expression: at character 1"))
        driver.press(Key(.escape))
        enter("goto sometime", &driver)
        #expect(driver.model.context == .prompt)
        #expect(driver.model.log?.prompt?.problem != nil)
    }

    @Test func theListTakesOrderFilterAndJob() {
        var driver = list()
        enter("sort id", &driver)
        #expect(driver.model.jobs.order == .id)
        enter("scope", &driver)
        enter("filter alpha", &driver)
        #expect(driver.model.jobs.count == 2)
        enter("open alpha-2", &driver)
        #expect(driver.model.log?.jobs == [JobID("alpha-2")])
    }

    @Test func aJobIsKnownByABeginningThatNoOtherHas() {
        var driver = list()
        enter("scope", &driver)
        enter("open alpha", &driver)
        #expect(driver.footer().contains("Several jobs begin with alpha."))
        enterInstead("open gamma", &driver)
        #expect(driver.footer().contains("No job that is listed begins with gamma."))
        enterInstead("open be", &driver)
        #expect(driver.model.log?.jobs == [JobID("beta")])
    }

    @Test func aThemeIsAskedForAndShownWhenItIsThere() throws {
        var driver = list()
        enter("theme light", &driver)
        #expect(driver.effects.contains(.theme("light")))
        driver.take(.themed(.success(try #require(try Theme.builtIn("light")))))
        #expect(driver.model.settings.theme == "light" && driver.footer().contains("Theme light"))
        driver.take(.themed(.failure(ReadFailure("mine.json:1:2: there is no x in a theme"))))
        #expect(driver.footer().contains("mine.json:1:2") && driver.model.settings.theme == "light")
    }

    @Test(arguments: [
        ("nxet-error", "There is no command nxet-error; did you mean next-error?"), ("zzz", "There is no command zzz."),
        ("merge", "merge is not for here: Jobs."), ("next-", "next- may be next-"),
        ("follow on", "follow takes nothing behind it."), ("level", "level needs a level."),
        ("level loud", "The levels are debug, info, warn and error."), ("line -1", "A line has a number, from 1."),
        ("theme", "theme needs a theme."), ("0", "There is no command 0."),
    ])
    func whatIsNoCommandIsToldAndStays(text: String, problem: String) {
        var driver = ScreenTests.Driver.log([ScreenTests.entry("a line")], 160)
        enter(text, &driver)
        #expect(driver.model.context == .command)
        #expect(driver.footer().contains(problem), "\(driver.footer())")
        driver.press(Key(.escape))
        #expect(driver.model.context == .log)
    }

    @Test func tabGoesThroughWhatTheTextMayBecome() {
        var driver = log()
        driver.press(Key(":"))
        driver.type("next")
        #expect(driver.text().contains("next-hit"))
        driver.press(Key(.tab))
        let first = driver.model.commandPrompt?.input.text
        driver.press(Key(.tab), Key(.backTab))
        #expect(driver.model.commandPrompt?.input.text == first)
        driver.press(Key(.backTab))
        #expect(driver.model.commandPrompt?.input.text != first)
        driver.press(Key(control: "u"))
        driver.type("theme li")
        driver.press(Key(.tab))
        #expect(driver.model.commandPrompt?.input.text == "theme light")
        driver.press(Key(control: "u"))
        driver.type("xyz")
        driver.press(Key(.tab))
        #expect(driver.footer().contains("Nothing begins so."))
        // What was typed is found again.
        driver.press(Key(control: "u"))
        driver.type("follow")
        driver.press(Key(.enter), Key(":"), Key(.up))
        #expect(driver.model.commandPrompt?.input.text == "follow")
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 60)]) func itFitsAnySize(_ width: Int, _ height: Int) {
        var driver = ScreenTests.Driver.log([ScreenTests.entry("a line")], width, height)
        driver.press(Key(":"))
        for text in ["", "n", "theme ", String(repeating: "日本語", count: 60)] {
            driver.type(text)
            driver.press(Key(.tab))
            let rows = driver.rows()
            #expect(rows.count == height && rows.allSatisfy { TextWidth.columns(of: $0) <= width })
            #expect(driver.footer().hasPrefix(" :"))
            driver.press(Key(control: "u"))
        }
    }
}
