import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Pasted text on the screen: text where something is typed, and nothing elsewhere.
@Suite struct PasteTests {
    private static let hostile = "\u{1B}q\u{3}job\r\n\u{1}7\n"

    @Test func aPasteIsTypedIntoTheSearchOfALog() {
        var driver = ScreenTests.Driver.log((0..<20).map { ScreenTests.entry("line \($0)") })
        driver.press(Key("/"))
        driver.take(.input(.paste("line\r\n1\u{7}7\n")))
        #expect(driver.footer().hasPrefix(" /line 17"))
        #expect(driver.cursorRow().contains("line 17"))
    }

    @Test func aPasteIsTypedIntoTheFilterOfTheList() {
        var driver = JobListTests.driver([ScreenTests.job("qjob", "running"), ScreenTests.job("7", "running")])
        driver.press(Key("/"))
        driver.take(.input(.paste(Self.hostile)))
        #expect(driver.rows()[1].contains("/qjob 7"))
        #expect(driver.model.jobs.filter.text == "qjob 7")
        #expect(driver.model.context == .filter)
    }

    @Test func aPasteIsTypedWhereElseSomethingIsTyped() {
        var driver = JobListTests.driver([ScreenTests.job("a", "running")])
        driver.press(Key("S"))
        driver.take(.input(.paste(Self.hostile)))
        #expect(driver.model.search.prompt?.input.text == "qjob 7")
        driver.press(Key(.escape), Key("?"), Key("/"))
        driver.take(.input(.paste("quit\n")))
        #expect(driver.model.help?.filter == "quit")
    }

    @Test func elsewhereAPasteDoesNothing() {
        var driver = JobListTests.driver([ScreenTests.job("a", "running")])
        driver.effects = []
        driver.take(.input(.paste("cyQ\r")))
        #expect(driver.effects.isEmpty)
        #expect(driver.model.question == nil)
        #expect(driver.footer().contains("what was pasted is dropped"))
    }
}
