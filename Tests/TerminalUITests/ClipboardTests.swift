import TerminalUI
import Testing

/// The sequence that puts text on the terminal's clipboard.
@Suite struct ClipboardTests {
    @Test func aTerminalGetsItWhole() {
        let bytes = Clipboard.sequence(base64: "YQ==", terminal: "xterm", isScreen: false)
        #expect(bytes == Array("\u{1B}]52;c;YQ==\u{7}".utf8))
    }

    @Test(arguments: ["linux", "dumb"]) func oneThatWouldShowItGetsNothing(_ terminal: String) {
        #expect(Clipboard.sequence(base64: "YQ==", terminal: terminal, isScreen: false) == nil)
    }

    @Test func gnuScreenGetsItInPieces() throws {
        let text = String(repeating: "A", count: 1_000)
        let bytes = try #require(Clipboard.sequence(base64: text, terminal: "screen", isScreen: true))
        let pieces = String(decoding: bytes, as: UTF8.self).split(separator: "\u{1B}P")
        #expect(pieces.allSatisfy { $0.hasSuffix("\u{1B}\\") && $0.utf8.count < 256 })
        #expect(pieces.map { $0.dropLast(2) }.joined() == "\u{1B}]52;c;\(text)\u{7}")
    }
}
