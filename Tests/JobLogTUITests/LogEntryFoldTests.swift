import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// How entries are folded: repeats, stack traces, metadata.
@Suite struct LogEntryFoldTests {
    typealias Driver = ScreenTests.Driver

    private func entry(_ text: String, _ offset: Int64, _ level: String = "info") -> LogRecord {
        ScreenTests.entry(text, level, at: ScreenTests.now + offset)
    }

    @Test func repeatsFoldCountAndUnfold() {
        var driver = Driver.log([entry("a", 0)] + (1...5).map { entry("same", $0) } + [entry("b", 9)])
        driver.press(Key("g"), Key("j"))
        #expect(driver.cursorRow().hasSuffix("same × 5"))
        #expect(driver.rows()[1].contains("2/3"))
        driver.press(Key(.enter))
        #expect(driver.rows().filter { $0.hasSuffix("same") }.count == 5)
        #expect(driver.rows()[1].contains("2/7"))
        driver.press(Key(.enter))
        #expect(driver.cursorRow().hasSuffix("same × 5"))
        // Another level is another thing to say, and so is what stands behind a mark.
        driver.append([entry("b", 10, "error"), entry("b", 11)])
        driver.take(.feed(.log(JobID("job"), .appended([entry("b", 12)], recovered: true))))
        #expect(driver.rows().filter { $0.hasSuffix(" b") }.count == 4)
    }

    @Test func repeatsGrowWhileTheyAreFollowed() {
        var driver = Driver.log([entry("same", 0)])
        for number in 1...40 {
            driver.append([entry("same", Int64(number))])
            #expect(driver.cursorRow().hasSuffix("same × \(number + 1)"))
        }
        driver.take(.feed(.log(JobID("job"), .older([entry("same", -1)], isWhole: true))))
        #expect(driver.cursorRow().hasSuffix("same × 42"))
        driver.press(Key(.enter))
        #expect(driver.model.log?.count == 42)
        driver.append([entry("same", 50)])
        #expect(driver.model.log?.count == 43)
    }

    @Test(arguments: [
        "TypeError: x\n    at f (/src/a.ts:1:2)\n    at async g (/src/b.ts:3:4)\n    at /src/c.ts:5:6\n    at h (d.js:7:8)",
        "java.lang.Error: x\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n\tat a.B.e(B.java:3)\n\tat a.B.f(B.java:4)",
        "Error x\n0   App  0x0001 f + 1\n1   App  0x0002 g + 2\n2   App  0x0003 h + 3\n3   App  0x0004 main + 4",
        "Error x\n0 [ra] 0x01 f() in t at /a.swift:1:2\n1 [ra] 0x02 g() in t\n2 [ra] 0x03 h() in t\n3 0x04 main",
    ]) func stackTracesFold(_ text: String) {
        var driver = Driver.log([entry("before", 0), entry(text, 1, "error"), entry("after", 2)])
        driver.press(Key("k"))
        let folded = driver.rows()
        #expect(folded.contains { $0.contains("… 3 more lines of the stack") })
        #expect(folded.contains { $0.contains("after") })
        driver.press(Key(.enter))
        #expect(!driver.text().contains("more lines of the stack"))
        let last = text.split(separator: "\n").last.map { $0.drop { $0 == "\t" || $0 == " " } } ?? ""
        #expect(driver.text().contains(last))
    }

    @Test func framesOfTwoLinesFold() {
        let python = """
            Traceback (most recent call last):
              File "/a.py", line 1, in f
                g()
                ^^^
              File "/a.py", line 2, in g
                h()
              File "/a.py", line 3, in h
                1 / 0
            ZeroDivisionError: division by zero
            """
        let go = """
            panic: x

            goroutine 1 [running]:
            main.f(0x1, 0x2)
            \t/src/main.go:12 +0x1d
            main.main()
            \t/src/main.go:5 +0x2a
            exit status 2
            """
        #expect(StackFrames.runs(in: TerminalText.lines(python)) == [2..<8])
        #expect(StackFrames.runs(in: TerminalText.lines(go)) == [4..<7])
        #expect(StackFrames.runs(in: ["at noon", "at night", "at last", "at once", "at all"]).isEmpty)
        #expect(StackFrames.runs(in: ["1. one", "2. two", "3. three", "4. four", "5. five"]).isEmpty)
    }

    @Test func metadataIsAColouredTree() {
        let json = #"{"timestamp":1,"type":"info","message":"m","metadata":{"na\u001bme":"text","n":[1,true,null]}}"#
        var driver = Driver.log([LogRecord(json)])
        driver.press(Key(.enter))
        let buffer = driver.screen()
        func style(of text: String) -> Style? {
            for (y, row) in buffer.rows().enumerated() where row.contains(text) {
                guard let range = row.firstRange(of: text) else { continue }
                return buffer[row.unicodeScalars.distance(from: row.startIndex, to: range.lowerBound), y].style
            }
            return nil
        }
        #expect(style(of: "na␛me") == Theme.jsonName)
        #expect(style(of: "\"text\"") == Theme.style(.jsonText))
        #expect(style(of: "true") == Theme.style(.jsonLiteral))
        #expect(style(of: "null") == Theme.faint)
    }

    /// Found text is marked where it is, also in wrapped rows, beside wide characters and when scrolled sideways.
    @Test func foundTextIsMarkedWhereItStands() {
        let text = "日本語 " + String(repeating: "wort ", count: 20) + "needle 語 needle"
        var driver = Driver.log([entry(text, 0)], 60, 24)
        driver.press(Key("g"), Key("/"))
        driver.type("needle")
        func marked() -> String {
            let buffer = driver.screen()
            var found = ""
            for y in 2..<buffer.height - 1 {
                for x in 0..<buffer.width where buffer[x, y].style.foreground == Theme.found.foreground {
                    if let scalar = Unicode.Scalar(buffer[x, y].base) { found.unicodeScalars.append(scalar) }
                }
            }
            return found
        }
        #expect(marked() == "needleneedle")
        driver.press(Key(.enter), Key(control: "w"))
        #expect(marked() == "")
        for _ in 0..<6 { driver.press(Key("l")) }
        #expect(marked() == "needleneedle")
    }
}
