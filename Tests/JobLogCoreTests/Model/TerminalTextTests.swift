import JobLogCore
import TestSupport
import Testing

@Suite("Sanitising for a terminal")
struct TerminalTextTests {
    @Test(
        "one line",
        arguments: [
            ("", ""), ("plain ~ text", "plain ~ text"), ("\u{1B}[31mred\u{7}", "␛[31mred␇"), ("a\tb", "a    b"),
            ("a\nb\r\nc", "a␤b␍␤c"), ("\u{0}\u{1F}\u{7F}", "␀␟␡"), ("\u{80}\u{9B}31m", "\u{FFFD}\u{FFFD}31m"),
            ("\u{85}\u{2028}\u{2029}", "␤␤␤"), ("a\u{202E}b\u{2069}\u{61C}", "a\u{FFFD}b\u{FFFD}\u{FFFD}"),
            ("\u{200B}\u{FEFF}\u{2060}\u{AD}\u{E0041}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("👩\u{200D}💻 e\u{301} 日本 ❤\u{FE0F}", "👩\u{200D}💻 e\u{301} 日本 ❤\u{FE0F}"), ("\u{FFFF}", "\u{FFFD}"),
            ("\u{3164}\u{115F}", "\u{FFFD}\u{FFFD}"), ("Ünï ½ ﬁ", "Ünï ½ ﬁ"),
        ])
    func line(_ text: String, _ expected: String) {
        #expect(Array(TerminalText.line(text).unicodeScalars) == Array(expected.unicodeScalars))
        #expect(Array(TerminalText.line(Array(text.utf8)[...]).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("invalid UTF-8 becomes visible")
    func invalid() {
        #expect(TerminalText.line([0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82][...]) == "a\u{FFFD}\u{FFFD}(\u{FFFD}\u{FFFD}")
        #expect(TerminalText.line([0x9B, 0x33][...]) == "\u{FFFD}3")
    }

    @Test("lines")
    func lines() {
        #expect(TerminalText.lines("") == [""])
        #expect(TerminalText.lines("a") == ["a"])
        #expect(TerminalText.lines("a\n\nb\r\nc\rd\n") == ["a", "", "b", "c␍d"])
        #expect(TerminalText.lines("\n") == [""])
        #expect(TerminalText.lines("a\u{2028}b\u{85}c\u{2029}d") == ["a", "b", "c", "d"])
        #expect(TerminalText.lines(Array("a\n\u{1B}c".utf8)[...]) == ["a", "␛c"])
        #expect(TerminalText.lines([0x61, 0x0A, 0xC2][...]) == ["a", "\u{FFFD}"])
    }

    @Test("no random bytes get anything dangerous through, and a second pass changes nothing")
    func fuzz() {
        var random = SeededGenerator(seed: 5)
        let pieces: [[UInt8]] = [
            Array("\u{202E}".utf8), Array("\u{85}".utf8), Array("\u{2066}".utf8), Array("é日😀".utf8), [0x1B, 0x5B],
            [0xE2, 0x80],
        ]
        for _ in 0..<5000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.below(24) {
                bytes += random.below(3) == 0 ? random.pick(pieces) : [UInt8(truncatingIfNeeded: random.next())]
            }
            let line = TerminalText.line(bytes[...])
            for text in [line] + TerminalText.lines(bytes[...]) where text.unicodeScalars.contains(where: isDangerous) {
                Issue.record("\(bytes) gave \(text.unicodeScalars.map(\.value))")
                return
            }
            #expect(Array(TerminalText.line(line).utf8) == Array(line.utf8))
        }
    }

    private func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
            0xE0000...0xE007F:
            true
        default: false
        }
    }
}
