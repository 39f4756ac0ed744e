import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Searching and filtering a log on the screen.
@Suite struct LogSearchTests {
    typealias Driver = ScreenTests.Driver

    private func lines(_ count: Int) -> [LogRecord] {
        (0..<count).map {
            ScreenTests.entry("line \($0)" + ($0 % 10 == 7 ? " Timeout" : ""), at: ScreenTests.now + Int64($0))
        }
    }

    /// The reversed cells of the log, as text.
    private func highlighted(_ driver: inout Driver) -> String {
        let buffer = driver.screen()
        var text = ""
        for y in 2..<buffer.height - 1 {
            for x in 0..<buffer.width where buffer[x, y].style.foreground == Theme.found.foreground {
                if let scalar = Unicode.Scalar(buffer[x, y].base) { text.unicodeScalars.append(scalar) }
            }
        }
        return text
    }

    @Test func aSearchShowsAtOnceWhatItFinds() {
        var driver = Driver.log(lines(100))
        driver.press(Key("g"), Key("/"))
        driver.type("timeo")
        #expect(driver.cursorRow().contains("line 7 Timeout"))
        #expect(driver.footer().hasPrefix(" /timeo"))
        #expect(driver.footer().contains("1/10"))
        #expect(highlighted(&driver).hasPrefix("Timeo"))
        driver.press(Key(.enter))
        #expect(driver.rows()[1].contains("/timeo 1/10"))
        driver.press(Key("n"), Key("n"))
        #expect(driver.cursorRow().contains("line 27"))
        #expect(driver.rows()[1].contains("3/10"))
        driver.press(Key("N"), Key("N"), Key("N"))
        #expect(driver.cursorRow().contains("line 97"), "before the first one is the last one")
        driver.press(Key("n"))
        #expect(driver.cursorRow().contains("line 7 "))
        driver.press(Key(.escape))
        #expect(driver.model.log?.search == nil)
        #expect(!driver.rows()[1].contains("timeo"))
        #expect(highlighted(&driver).isEmpty)
    }

    @Test func escapeRestoresThePlace() {
        var driver = Driver.log(lines(100))
        driver.press(Key("g"), Key("j"), Key("j"))
        let before = driver.rows()
        driver.press(Key("/"))
        driver.type("line 9")
        #expect(driver.cursorRow().contains("line 9 ") || driver.cursorRow().hasSuffix("line 9"))
        driver.press(Key(.escape))
        #expect(driver.rows() == before)
        // Lines that come in above meanwhile do not move it.
        driver.press(Key("/"))
        driver.type("line 9")
        driver.take(.feed(.log(JobID("job"), .older([ScreenTests.entry("older", at: 5)], isWhole: true))))
        driver.press(Key(.escape))
        #expect(driver.cursorRow().hasSuffix("line 2"))
        driver.press(Key("G"), Key("/"))
        driver.type("line 5")
        driver.press(Key(.escape))
        #expect(driver.rows()[1].contains("following"))
    }

    @Test func theSearchBeforeComesBack() {
        var driver = Driver.log(lines(100))
        driver.press(Key("g"), Key("/"))
        driver.type("timeout")
        driver.press(Key(.enter), Key("n"), Key("/"))
        driver.type("line 9")
        driver.press(Key(.escape))
        #expect(driver.rows()[1].contains("/timeout 2/10"))
        #expect(driver.cursorRow().contains("line 17"))
    }

    @Test func capitalLettersMeanThemselvesAndTextIsMeantLiterally() {
        var driver = Driver.log(lines(50) + [ScreenTests.entry("a.b", at: ScreenTests.now + 100)])
        driver.press(Key("g"), Key("/"))
        driver.type("TIMEOUT")
        #expect(driver.footer().contains("–/0"))
        driver.press(Key(control: "u"))
        driver.type("t.m")
        #expect(driver.footer().contains("/5"))
        driver.press(Key(control: "r"))
        #expect(driver.footer().contains("/text t.m"))
        #expect(driver.footer().contains("–/0"))
        driver.press(Key(control: "u"))
        driver.type("a.b")
        #expect(driver.footer().contains("1/1"))
        driver.press(Key(.enter), Key("/"), Key(.up))
        #expect(driver.footer().contains("/a.b"))
        driver.press(Key(.escape), Key("g"), Key("/"), Key(.enter))
        #expect(driver.cursorRow().hasSuffix("a.b"))
        #expect(driver.model.log?.search?.inquiry.isComplete == true)
    }

    @Test func whatIsNotFoundIsSaid() {
        var driver = Driver.log(lines(20))
        driver.press(Key("n"))
        #expect(driver.footer().contains("Nothing is searched for"))
        driver.press(Key("/"))
        driver.type("absent")
        driver.press(Key(.enter))
        #expect(driver.footer().contains("Not found: absent"))
    }

    @Test func aWrongExpressionSaysWhere() {
        var driver = Driver.log(lines(20))
        driver.press(Key("/"))
        driver.type("li(ne")
        #expect(driver.footer().contains("at character 3, ( is not closed."))
        driver.press(Key(.enter))
        #expect(driver.model.log?.prompt != nil)
        driver.type(")")
        #expect(driver.footer().contains("/20"))
    }

    @Test func oneThatTakesTooLongIsStoppedAndSaysSo() {
        var random = SeededRandom(1)
        let text = String((0..<200_000).map { _ in Bool.random(using: &random) ? "a" as Character : "b" })
        var driver = Driver.log([ScreenTests.entry(text), ScreenTests.entry("short")])
        driver.press(Key("/"))
        driver.model.log?.prompt?.input.insert("a[ab]{900}")
        driver.type("c")
        #expect(driver.model.toast?.text.contains("takes too long, and was stopped") == true)
        #expect(driver.model.log?.search?.inquiry.isComplete == true)
    }

    @Test func filtersAreChipsThatGoOneByOne() {
        var driver = Driver.log(lines(100))
        driver.press(Key("&"))
        driver.type("timeout")
        driver.press(Key(.enter))
        #expect(driver.rows()[1].contains("[&timeout]"))
        #expect(driver.model.log?.count == 10)
        driver.press(Key("&"))
        driver.type("!line [1-5]")
        driver.press(Key(.enter))
        #expect(driver.rows()[1].contains("[&timeout] [&!line [1-5]]"))
        #expect(driver.model.log?.count == 5)
        driver.press(Key(.backspace))
        #expect(driver.model.log?.count == 10)
        driver.press(Key("&"), Key(.up))
        #expect(driver.footer().hasPrefix(" &!line [1-5]"))
        driver.press(Key(.escape))
        driver.append([
            ScreenTests.entry("another", at: ScreenTests.now + 200),
            ScreenTests.entry("a timeout", at: ScreenTests.now + 201),
        ])
        #expect(driver.model.log?.count == 11)
        driver.press(Key(.backspace))
        #expect(driver.model.log?.count == 102)
        driver.press(Key(.backspace))
        #expect(driver.footer().contains("All lines are shown"))
    }

    /// Context is not lost: the cursor's line stays, and what is not meant can be dimmed.
    @Test func filtersKeepThePlaceAndCanDim() {
        var driver = Driver.log(lines(200))
        driver.press(Key("g"))
        for _ in 0..<47 { driver.press(Key("j")) }
        driver.press(Key("&"))
        driver.type("timeout")
        driver.press(Key(.enter))
        #expect(driver.cursorRow().contains("line 47"))
        driver.press(Key("d"))
        #expect(driver.model.log?.count == 200)
        #expect(driver.cursorRow().contains("line 47"))
        let buffer = driver.screen()
        let dimmed = (2..<23).filter { buffer[20, $0].style == Theme.dimmed }
        #expect(dimmed.count > 15 && dimmed.count < 21)
        driver.press(Key("d"), Key(.backspace))
        #expect(driver.cursorRow().contains("line 47"))
        driver.press(Key("4"))
        #expect(driver.text().contains("No lines of level ERROR"))
        driver.press(Key("1"))
        #expect(driver.cursorRow().contains("line 47"))
    }

    @Test func aSearchStreamsAndTheScreenAnswersMeanwhile() throws {
        var driver = Driver.log([])
        driver.looks = false
        driver.open(lines(20_000))
        driver.press(Key("g"), Key("/"))
        driver.type("e 19997")
        func exams() -> [LogExam] {
            driver.effects.compactMap { if case .examine(let exam) = $0 { exam } else { nil } }
        }
        // Each letter replaced the question before: only the last one is answered.
        let answers = exams().compactMap { $0.answer() }
        #expect(answers.count == 3)
        driver.press(Key(.enter))
        #expect(driver.rows()[1].contains("…"))
        driver.effects = []
        for answer in answers.reversed() { driver.take(.examined(answer)) }
        #expect(!driver.cursorRow().contains("19997"))
        while let exam = exams().first {
            driver.effects.removeFirst()
            driver.take(.examined(try #require(exam.answer())))
        }
        #expect(driver.cursorRow().contains("line 19997"))
        #expect(driver.rows()[1].contains(" 1/1 "))
        // Who goes on while a search counts is not called back.
        driver.press(Key("g"), Key("/"))
        driver.type("e 1999")
        driver.press(Key(.enter), Key("j"))
        while let exam = exams().first {
            driver.effects.removeFirst()
            if let answer = exam.answer() { driver.take(.examined(answer)) }
        }
        #expect(driver.cursorRow().hasSuffix("line 1"))
        driver.press(Key("n"))
        #expect(driver.cursorRow().hasSuffix("line 1999"))
    }

    @Test func anAnswerToAnOldQuestionIsNoAnswer() throws {
        var driver = Driver.log([])
        driver.looks = false
        driver.open(lines(50))
        driver.press(Key("/"))
        driver.type("1")
        let effect = try #require(driver.effects.last)
        guard case .examine(let exam) = effect, let answer = exam.answer() else { return #expect(Bool(false)) }
        driver.type("2")
        #expect(exam.answer() == nil)
        driver.take(.examined(answer))
        #expect(driver.model.log?.search?.inquiry.isComplete == false)
        driver.press(Key(.escape))
        driver.take(.examined(answer))
        #expect(driver.model.log?.search == nil)
    }

    @Test func noAnswerIsTakenForThatOfAQuestionAskedLater() throws {
        var document = LogDocument()
        document.append(lines(3))
        // A question may lie where one lay that is gone.
        for _ in 0..<100 {
            var answer: LogAnswer?
            do {
                var old = LogInquiry(LogQuestion([.init(pattern: LogPattern(literal: "line"))]))
                answer = try #require(old.exams(JobID("job"), document).first?.answer())
            }
            var new = LogInquiry(LogQuestion([.init(pattern: LogPattern(literal: "other"))]))
            _ = new.exams(JobID("job"), document)
            #expect(try new.take(#require(answer)) == nil)
        }
    }

    @Test func repeatsAreSearchedAndFilteredToo() {
        let same = (0..<37).map { ScreenTests.entry("again", at: ScreenTests.now + 10 + Int64($0)) }
        let odd = LogRecord(
            #"{"timestamp":\#(ScreenTests.now + 50),"type":"info","message":"again","metadata":{"host":"w7"}}"#)
        var driver = Driver.log(lines(3) + same + [odd] + [ScreenTests.entry("after", at: ScreenTests.now + 60)])
        driver.press(Key("g"))
        #expect(driver.rows().contains { $0.contains("again × 38") })
        #expect(driver.model.log?.count == 5)
        driver.press(Key("/"))
        driver.type("w7")
        driver.press(Key(.enter))
        #expect(driver.model.log?.count == 42)
        #expect(driver.cursorRow().contains("w7"))
        driver.press(Key("n"))
        #expect(driver.cursorRow().contains("w7"))
    }

    /// A footer names no key that does nothing.
    @Test func eachPromptNamesItsOwnKeys() {
        var driver = Driver.log([ScreenTests.entry("line")], 160)
        let offers: [(Key, String, [String])] = [
            (Key("/"), "text/regex", ["complete"]), (Key("T"), "before", ["text/regex", "complete"]),
            (Key(control: "s"), "complete", ["text/JSON", "text/regex"]), (Key("|"), "text/JSON", ["complete"]),
        ]
        for (key, offered, others) in offers {
            driver.press(key)
            let footer = driver.footer()
            #expect(footer.contains(offered) && others.allSatisfy { !footer.contains($0) }, "\(key.name): \(footer)")
            driver.press(Key(.escape))
        }
    }
}
