import TerminalUI
import Testing

@Suite struct TextWrapTests {
    @Test(arguments: [
        ("", 5, [""]),
        ("hello", 5, ["hello"]),
        ("hello world", 5, ["hello", "world"]),
        ("hello world", 8, ["hello ", "world"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a abcdefgh", 3, ["a a", "bcd", "efg", "h"]),
        ("a bcd", 3, ["a ", "bcd"]),
        ("ab 日本語 c", 5, ["ab 日", "本語 ", "c"]),
        ("1 日本語", 6, ["1 日本", "語"]),
        ("日本ab", 5, ["日本", "ab"]),
        ("日\u{301}a", 2, ["日\u{301}", "a"]),
        ("日本語", 4, ["日本", "語"]),
        ("日本語", 5, ["日本", "語"]),
        ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
        ("ab ", 2, ["ab"]),
        ("abc", 0, ["a", "b", "c"]),
    ])
    func rows(text: String, width: Int, expected: [String]) {
        #expect(TextWrap.rows(of: text, width: width).map(String.init) == expected)
    }

    @Test func nothingButTheBlankAtTheEndOfARowIsLost() {
        var random = SeededText(seed: 3)
        for _ in 0..<4_000 {
            let text = random.text(60)
            let width = 2 + random.below(20)
            let rows = TextWrap.rows(of: text, width: width)
            #expect(!rows.isEmpty)
            var rest = text.unicodeScalars[...]
            for (index, row) in rows.enumerated() {
                #expect(TextWidth.columns(of: String(row)) <= width)
                if row.startIndex > rest.startIndex, rest.first == " " { rest.removeFirst() }
                #expect(row.startIndex == rest.startIndex, "Row \(index) of \(rows) is not what comes next.")
                rest = rest[row.endIndex...]
            }
            #expect(rest.count <= 1 && rest.allSatisfy { $0 == " " })
        }
    }

    @Test func aLimitLeavesOutTheRest() {
        let text = String(repeating: "word ", count: 100)
        let all = TextWrap.rows(of: text, width: 12)
        #expect(TextWrap.rows(of: text, width: 12, limit: 3) == Array(all.prefix(3)))
    }

    /// Were all of it wrapped each time, this test would not end.
    @Test func aLimitSparesTheRestOfAHugeText() {
        let huge = String(repeating: "日本 word ", count: 420_000)
        #expect(huge.utf8.count > 5_000_000)
        var rows = 0
        for _ in 0..<10_000 { rows += TextWrap.rows(of: huge, width: 20, limit: 2).count }
        #expect(rows == 20_000)
    }
}
