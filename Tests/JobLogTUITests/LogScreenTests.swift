import JobLogCore
import TerminalUI
import Testing

@testable import JobLogTUI

/// Every state of the log's screen at three sizes, as Unicode and as ASCII.
@Suite struct LogScreenTests {
    typealias Driver = ScreenTests.Driver

    /// A state of the screen, and the keys that lead to it.
    enum State: String, CaseIterable {
        case empty, following, paused, levels, dimmed, filtered, nothingLeft, searched, searching, wrongPattern, time
        case wrongTime, range, unfolded, sideways, timeline, marked, relative, help

        fileprivate func reach(_ driver: inout Driver) {
            switch self {
            case .empty: driver = Driver.log([], driver.model.size.width, driver.model.size.height)
            case .following: break
            case .paused:
                driver.press(Key("k"))
                driver.append([ScreenTests.entry("new", at: ScreenTests.now)])
            case .levels: driver.press(Key("3"))
            case .dimmed: driver.press(Key("4"), Key("d"))
            case .filtered: ask("&", "日本", &driver)
            case .nothingLeft: ask("&", "nowhere to be found", &driver)
            case .searched: ask("/", "語", &driver)
            case .searching:
                driver.press(Key("/"))
                driver.type("ro")
            case .wrongPattern:
                driver.press(Key("/"))
                driver.type("日本(")
            case .time: driver.press(Key("T"))
            case .wrongTime: ask("T", "日本\u{301}", &driver)
            case .range: ask("T", "..22:13", &driver)
            case .unfolded: driver.press(Key("g"), Key(.enter))
            case .sideways: driver.press(Key("g"), Key(control: "w"), Key("l"))
            case .timeline: driver.press(Key("v"))
            case .marked: driver.press(Key("m"), Key("k"), Key("m"))
            case .relative: driver.press(Key("t"))
            case .help: driver.press(Key("?"))
            }
        }

        private func ask(_ key: Unicode.Scalar, _ text: String, _ driver: inout Driver) {
            driver.press(Key(key))
            driver.type(text)
            driver.press(Key(.enter))
        }
    }

    private static var records: [LogRecord] {
        let start = ScreenTests.now - 400_000
        let wide =
            #"{"timestamp":\#(start),"type":"warn","message":"日本語のログ e\u0301 \u202e \u001b[31m 👩‍👩‍👧 "#
            + String(repeating: "語", count: 90)
            + #"","metadata":{"名前":"値\u0007","list":[1,2,{"deep":true}]}}"#
        return [LogRecord(wide)]
            + (0..<200).map {
                ScreenTests.entry(
                    "row \($0) שלום 日本", ["info", "debug", "warn", "error"][$0 % 4], at: start + Int64($0) * 1_900)
            }
    }

    private static let sizes = [Size(width: 40, height: 10), Size(width: 80, height: 24), Size(width: 200, height: 60)]

    @Test(arguments: State.allCases, sizes) func everyStateFits(_ state: State, _ size: Size) {
        var driver = Driver.log(Self.records, size.width, size.height)
        state.reach(&driver)
        for isUnicode in [true, false] {
            var buffer = CellBuffer(size: size)
            buffer.isUnicode = isUnicode
            let cursor = driver.program.view(driver.model, into: &buffer)
            for cell in buffer.cells {
                #expect(
                    cell.base == 0 || cell.base >= 0x20 && !(0x7F..<0xA0).contains(cell.base) && cell.base != 0x202E)
                if !isUnicode { #expect(cell.base < 0x7F) }
            }
            for y in 0..<size.height {
                // A wide character is there with both halves or not at all.
                for x in 0..<size.width {
                    let isWide = Unicode.Scalar(buffer[x, y].base).map { TextWidth.columns(of: $0) == 2 } ?? false
                    let isFollowed = x + 1 < size.width && buffer[x + 1, y].isContinuation
                    #expect(!isUnicode || isWide == isFollowed, "\(state) row \(y) column \(x)")
                }
            }
            let rows = buffer.rows()
            #expect(rows[0].contains("joblog"))
            #expect(!(rows.last?.isEmpty ?? true), "the footer says what can be done")
            switch state {
            case .searching, .wrongPattern, .time, .wrongTime:
                #expect(cursor?.y == size.height - 1 && (0..<size.width).contains(cursor?.x ?? -1))
            case .help: #expect(rows[1].contains("Help"))
            default:
                #expect(cursor == nil)
                #expect(rows[1].contains("Logs"))
                // Where a toast fills a small screen, the keys come back when it goes.
                if driver.model.toast == nil || size.width > 40 {
                    #expect(rows.last?.contains("?") == true && rows.last?.contains("q") == true)
                }
            }
        }
    }

    /// What colour tells is told by text too.
    @Test(arguments: sizes) func nothingIsToldByColourAlone(_ size: Size) {
        func rows(_ state: State) -> [String] {
            var driver = Driver.log(Self.records, size.width, size.height)
            state.reach(&driver)
            return driver.rows()
        }
        #expect(rows(.following)[1].contains("following"))
        #expect(rows(.paused)[1].contains("1 new ↓"))
        #expect(rows(.levels)[1].contains("[WARN+]"))
        #expect(
            rows(.levels).dropFirst(2).dropLast().allSatisfy {
                $0.contains("WARN") || $0.contains("ERROR") || $0.hasPrefix("  2")
            })
        #expect(rows(.filtered)[1].contains("[&日本]"))
        #expect(rows(.dimmed)[1].contains("dimmed"))
        #expect(rows(.range)[1].contains("[..22:13]"))
        #expect(rows(.empty).contains { $0.contains("No logs available yet") })
        #expect(rows(.nothingLeft).contains { $0.contains("Backspace") })
        #expect(rows(.wrongPattern).last?.contains("is not closed") == true)
        #expect(rows(.marked).contains { $0.hasPrefix("▸●") })
    }

    @Test func aLogAtTheSizeOfATerminal() {
        var driver = Driver.log(
            [
                ScreenTests.entry("Starting", at: ScreenTests.now - 5_000),
                LogRecord(
                    #"{"timestamp":\#(ScreenTests.now - 4_000),"type":"warn","message":"Slow 日本","metadata":{"ms":812}}"#
                ),
                ScreenTests.entry("retry", at: ScreenTests.now - 3_000),
                ScreenTests.entry("retry", at: ScreenTests.now - 2_000),
                ScreenTests.entry("It broke\nbadly", "error", at: ScreenTests.now - 1_000),
            ], 60, 10)
        driver.take(.feed(.jobs([ScreenTests.job("job", "running", progress: 64)])))
        driver.press(Key("k"))
        driver.model.toast = nil
        #expect(
            driver.text() == """
                 joblog  redis://cache:6379/0  ● Online     active 1  all 1
                ── Logs for job job · running 64% Working ──── paused 3/4 ──
                  22:13:15 INFO  Starting
                  22:13:16 WARN  Slow 日本 {"ms":812}
                ▸ 22:13:17 INFO  retry × 2
                  22:13:19 ERROR It broke
                                 badly


                 Enter unfold  / search  & filter  f follow  ? help  q back
                """)
    }
}
