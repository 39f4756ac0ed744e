import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Filters one by one, marks, and what is told while a pattern is typed.
@Suite struct LogFiltersTests {
    typealias Driver = ScreenTests.Driver

    private func driver(_ width: Int = 80, _ height: Int = 24) -> Driver {
        Driver.log(
            (0..<60).map { number in
                ScreenTests.entry(
                    "line \(number)\(number.isMultiple(of: 5) ? " five" : "")", number == 7 ? "error" : "info",
                    at: ScreenTests.now + Int64(number) * 1_500)
            }, width, height)
    }

    private func filter(_ texts: String..., in driver: inout Driver) {
        for text in texts {
            driver.press(Key("&"))
            driver.type(text)
            driver.press(Key(.enter))
        }
    }

    @Test func eachIsSwitchedOffAndOn() {
        var driver = driver()
        driver.press(Key("K"))
        #expect(driver.footer().contains("All lines are shown"))
        filter("five", "!1", in: &driver)
        let count = driver.model.log?.count
        driver.press(Key("K"))
        #expect(driver.text().contains("[x] &five") && driver.text().contains("[x] &!1"))
        driver.press(Key("j"), Key(" "))
        #expect(driver.rows()[1].contains("[&five] (&!1)"))
        #expect(driver.text().contains("[ ] &!1"))
        #expect(driver.model.log?.count == 12)
        driver.press(Key(" "))
        #expect(driver.rows()[1].contains("[&five] [&!1]") && driver.model.log?.count == count)
        driver.press(Key("k"), Key(" "), Key(.escape))
        #expect(driver.rows()[1].contains("(&five) [&!1]"))
        // All off: everything is shown, and nothing counts as a limit.
        driver.press(Key("K"), Key("j"), Key(" "), Key("q"))
        #expect(driver.model.log?.count == 60 && driver.model.log?.choice.isLimited == false)
    }

    @Test func anyOfThemIsTakenOff() {
        var driver = driver()
        filter("five", "!1", "line", in: &driver)
        driver.press(Key("K"), Key("j"), Key(.delete), Key("q"))
        #expect(driver.rows()[1].contains("[&five] [&line]"))
        driver.press(Key("2"), Key("T"))
        driver.type("..22:14")
        driver.press(Key(.enter), Key("K"))
        let text = driver.text()
        #expect(text.contains("[x] from ..22:14") && text.contains("[x] INFO and above"))
        driver.press(Key("j"), Key("j"), Key("j"), Key(" "))
        #expect(driver.rows()[1].contains("(INFO+)"))
        driver.press(Key("k"), Key(" "))
        #expect(driver.rows()[1].contains("(..22:14)"))
        for _ in 0..<4 { driver.press(Key("d")) }
        #expect(driver.model.context == .log, "without any there is no choice")
        #expect(driver.model.log?.count == 60)
    }

    @Test func anyOfThemIsChanged() {
        var driver = driver()
        driver.press(Key("&"))
        driver.type("!5.")
        driver.press(Key(control: "r"), Key(.enter))
        filter("line", in: &driver)
        driver.press(Key("K"), Key(.enter))
        #expect(driver.footer().contains("&!text 5."))
        driver.press(Key(.backspace), Key(.enter))
        #expect(driver.rows()[1].contains("[&!5] [&line]"))
        // A changed one that is no pattern stays in the prompt; leaving it changes nothing.
        driver.press(Key("K"), Key("j"), Key(.enter))
        driver.type("(")
        driver.press(Key(.enter))
        #expect(driver.footer().contains("( is not closed"))
        driver.press(Key(.escape))
        #expect(driver.rows()[1].contains("[&!5] [&line]"))
        driver.press(Key("3"), Key("K"), Key("j"), Key("j"), Key(.enter))
        #expect(driver.rows()[1].contains("[ERROR+]"))
    }

    @Test func marksTellTheTimeBetweenThem() {
        var driver = driver(120, 30)
        driver.press(Key("g"), Key("m"), Key("j"), Key("j"), Key("m"))
        #expect(driver.rows()[1].contains("2 marks, 3.000s apart"))
        for _ in 0..<8 { driver.press(Key("j")) }
        driver.press(Key("m"))
        #expect(driver.rows()[1].contains("3 marks, 12.0s apart"))
        driver.press(Key("g"))
        #expect(driver.rows()[1].contains("3 marks, 3.000s apart"), "those around the cursor")
        let rows = driver.rows()
        #expect(rows.filter { $0.hasSuffix(" +3.000s") }.count == 1)
        #expect(rows.first { $0.hasSuffix(" +12.0s") }?.contains("line 10") == true)
        #expect(rows.first { $0.contains("line 0 ") }?.hasSuffix("five") == true, "the first one has none before it")
    }

    @Test func theCharacterThatIsWrongIsMarked() {
        var driver = driver()
        for prompt in ["/", "&", "S"] as [Unicode.Scalar] {
            driver.press(Key(prompt))
            driver.type("日本(x")
            let buffer = driver.screen()
            let y = buffer.height - 1
            let wrong = (0..<buffer.width).filter { buffer[$0, y].style == Theme.wrong }
            #expect(wrong.count == 1 && buffer[wrong[0], y].base == 0x28, "\(prompt)")
            driver.press(Key(.escape))
        }
    }

    @Test func whatSpansTwoRowsIsMarkedOnBoth() {
        var driver = Driver.log(
            [ScreenTests.entry(String(repeating: "x", count: 30) + "needleneedle", at: ScreenTests.now)], 50, 12)
        driver.press(Key("/"))
        driver.type("needleneedle")
        driver.press(Key(.enter))
        let buffer = driver.screen()
        var rows: [String] = []
        for y in 2..<buffer.height - 1 {
            var text = ""
            for x in 0..<buffer.width where buffer[x, y].style.foreground == Theme.found.foreground {
                if let scalar = Unicode.Scalar(buffer[x, y].base) { text.unicodeScalars.append(scalar) }
            }
            if !text.isEmpty { rows.append(text) }
        }
        #expect(rows.count == 2 && rows.joined() == "needleneedle")
    }

    @Test func whereNothingIsFoundThePlaceStays() {
        var driver = driver()
        driver.press(Key("g"), Key("j"), Key("j"))
        let before = driver.rows().dropFirst(2).dropLast()
        driver.press(Key("/"))
        driver.type("absent")
        #expect(driver.rows().dropFirst(2).dropLast() == before)
        driver.press(Key(.enter))
        #expect(driver.rows().dropFirst(2).dropLast() == before)
    }
}
