import TerminalUI
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct TextWidthTests {
    #if canImport(Glibc)
    /// ncurses places text by the C library's widths: where both differ, the screen is torn.
    @Test func widthsAreThoseOfTheCLibrary() throws {
        // A locale of this thread alone: the process has but one, and other tests run beside this one.
        let locale = try #require(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        let symbol = try #require(dlsym(nil, "wcwidth"))
        let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> Int32).self)
        try #require(wcwidth(0x65E5) == 2, "The locale is not UTF-8.")
        var differing: [String] = []
        var compared = 0
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), TextWidth.shown(scalar, isUnicode: true) == scalar else {
                continue
            }
            compared += 1
            let expected = wcwidth(wchar_t(value))
            if Int(expected) != TextWidth.columns(of: scalar) {
                differing.append("U+\(String(value, radix: 16)): \(TextWidth.columns(of: scalar)), not \(expected)")
            }
        }
        #expect(differing.isEmpty, "\(differing.count) differ, the first ones: \(differing.prefix(10))")
        #expect(compared > 100_000)
    }
    #endif

    @Test func whatIsShownIsNeverAControl() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for isUnicode in [true, false] {
                guard let shown = TextWidth.shown(scalar, isUnicode: isUnicode) else { continue }
                if shown.value < 0x20 || (0x7F..<0xA0).contains(shown.value)
                    || TextWidth.shown(shown, isUnicode: isUnicode) != shown
                {
                    Issue.record("U+\(String(value, radix: 16)) is shown as U+\(String(shown.value, radix: 16))")
                }
            }
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩\u{200D}👧", 4), ("👍🏽", 2), ("🇩🇪", 2), ("\u{1B}[m", 3),
        ("❤\u{FE0F}", 1),
    ])
    func columnsOfText(text: String, columns: Int) {
        #expect(TextWidth.columns(of: text) == columns)
    }

    @Test func cuttingSaysWhereSomethingIsLeftOut() {
        #expect(TextWidth.truncate("hello", to: 5) == "hello")
        #expect(TextWidth.truncate("hello", to: 4) == "hel…")
        #expect(TextWidth.truncate("日本語", to: 4) == "日…")
        #expect(TextWidth.truncate("hello", to: 0) == "")
        #expect(TextWidth.window("hello world", from: 6, to: 10) == "world")
        #expect(TextWidth.window("hello world", from: 2, to: 4) == "llo…")
        #expect(TextWidth.window("日本語", from: 1, to: 5) == " 本語")
        #expect(TextWidth.window("e\u{301}a", from: 1, to: 5) == "a")
        #expect(TextWidth.window("abc", from: 9, to: 5) == "")
        #expect(TextWidth.truncateStart("hello", to: 4) == "…llo")
        #expect(TextWidth.truncateStart("日本語", to: 4) == "…語")
        #expect(TextWidth.pad("日", to: 4) == "日  ")
        #expect(TextWidth.padStart("日", to: 4) == "  日")
        #expect(TextWidth.pad("hello", to: 2) == "hello")
    }

    @Test func randomTextFitsAfterCuttingAndFilling() {
        var random = SeededText(seed: 11)
        for _ in 0..<4_000 {
            let text = random.text(24)
            let width = random.below(20)
            let all = TextWidth.columns(of: text)

            let cut = TextWidth.truncate(text, to: width)
            #expect(TextWidth.columns(of: cut) <= width)
            #expect((cut == text) == (all <= width))

            let end = TextWidth.truncateStart(text, to: width)
            #expect(TextWidth.columns(of: end) <= width)

            let (head, columns) = TextWidth.prefix(of: text, columns: width)
            #expect(columns == TextWidth.columns(of: head))
            #expect(columns <= width)
            #expect(text.unicodeScalars.starts(with: head.unicodeScalars))
            #expect(all <= width ? columns == all : columns >= width - 1)

            #expect(TextWidth.columns(of: TextWidth.pad(text, to: width)) == max(all, width))
            #expect(TextWidth.columns(of: TextWidth.padStart(text, to: width)) == max(all, width))
        }
    }

    @Test func aScreenTakesTheColumnsThatWereMeasured() {
        var random = SeededText(seed: 12)
        var buffer = CellBuffer(size: Size(width: 80, height: 1))
        for _ in 0..<1_000 {
            let text = random.text(30)
            #expect(buffer.put(text, x: 0, y: 0) == TextWidth.columns(of: text))
        }
    }
}
