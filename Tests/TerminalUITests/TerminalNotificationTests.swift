import TerminalUI
import Testing

/// The sequences that make a terminal notify the desktop.
@Suite struct TerminalNotificationTests {
    private func text(
        _ notification: TerminalNotification, terminal: String = "xterm", _ multiplexer: Multiplexer? = nil,
        isUnicode: Bool = true
    ) -> String? {
        notification.sequence(terminal: terminal, multiplexer: multiplexer, isUnicode: isUnicode).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func eachKindHasItsFields() {
        #expect(text(TerminalNotification(.osc9, title: "t", text: "ä b")) == "\u{1B}]9;t: ä b\u{7}")
        #expect(text(TerminalNotification(.osc777, title: "t", text: "b")) == "\u{1B}]777;notify;t;b\u{7}")
    }

    @Test(arguments: ["linux", "dumb"]) func aTerminalThatWouldShowItGetsNothing(_ terminal: String) {
        #expect(text(TerminalNotification(.osc9, title: "t", text: "b"), terminal: terminal) == nil)
    }

    @Test func multiplexersPassItOn() throws {
        let notification = TerminalNotification(.osc9, title: "t", text: String(repeating: "x", count: 240))
        let plain = try #require(text(notification))
        #expect(text(notification, .tmux) == "\u{1B}Ptmux;\u{1B}\(plain)\u{1B}\\")
        let pieces = try #require(text(notification, .screen)).split(separator: "\u{1B}P")
        #expect(pieces.count == 2 && pieces.allSatisfy { $0.hasSuffix("\u{1B}\\") })
        #expect(pieces.map { $0.dropLast(2) }.joined() == plain)
        #expect(Multiplexer { ["TMUX": "a", "STY": "b"][$0] } == .tmux)
        #expect(Multiplexer { ["STY": "b"][$0] } == .screen && Multiplexer { _ in nil } == nil)
    }

    @Test(arguments: [true, false]) func nothingOfItIsAControlOrAnotherField(_ isUnicode: Bool) throws {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let sent = try #require(
                text(TerminalNotification(.osc777, title: "\(scalar)", text: "\(scalar)"), isUnicode: isUnicode))
            let body = sent.dropFirst(2).dropLast()
            #expect(body.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }, "\(value)")
            #expect(body.utf8.count { $0 == UInt8(ascii: ";") } == 3, "\(value)")
            if !isUnicode { #expect(body.utf8.allSatisfy { $0 < 0x80 }, "\(value)") }
        }
    }

    @Test func itIsCut() throws {
        let long = String(repeating: "x\u{301}", count: 100_000)
        let sent = try #require(text(TerminalNotification(.osc9, title: long, text: long)))
        #expect(sent.unicodeScalars.count <= 2 * TerminalNotification.limit + 8)
    }
}
