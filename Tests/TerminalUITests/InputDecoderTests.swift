import TerminalUI
import Testing

@Suite struct InputDecoderTests {
    private static let escape = "\u{1B}"

    private func decode(_ text: String) -> [InputEvent] { decode(Array(text.utf8)) }

    private func decode(_ bytes: [UInt8]) -> [InputEvent] {
        var decoder = InputDecoder()
        return decoder.decode(bytes) + decoder.giveUp()
    }

    private func mouse(
        _ action: MouseEvent.Action, _ x: Int, _ y: Int, _ modifiers: MouseEvent.Modifiers = []
    ) -> InputEvent {
        .mouse(MouseEvent(action, at: Point(x: x, y: y), modifiers: modifiers))
    }

    private func keys(_ text: String) -> [InputEvent] { text.unicodeScalars.map { .key(Key($0)) } }

    @Test func theMouseIsUnderstood() {
        let reports: [(String, InputEvent)] = [
            ("0;1;1M", mouse(.press(.left), 0, 0)), ("0;3;4m", mouse(.release(.left), 2, 3)),
            ("1;3;4M", mouse(.press(.middle), 2, 3)), ("2;3;4M", mouse(.press(.right), 2, 3)),
            ("32;300;4M", mouse(.drag(.left), 299, 3)), ("34;3;4M", mouse(.drag(.right), 2, 3)),
            ("64;3;4M", mouse(.wheelUp, 2, 3)), ("65;3;4M", mouse(.wheelDown, 2, 3)),
            ("4;3;4M", mouse(.press(.left), 2, 3, .shift)), ("8;3;4M", mouse(.press(.left), 2, 3, .alt)),
            ("81;3;4M", mouse(.wheelDown, 2, 3, .control)),
            ("28;3;4m", mouse(.release(.left), 2, 3, [.shift, .alt, .control])),
            ("0;65535;65535M", mouse(.press(.left), 65_534, 65_534)),
        ]
        for (report, event) in reports { #expect(decode("\(Self.escape)[<\(report)") == [event], "\(report)") }
    }

    /// Motion without a button, a wheel that turns sideways, further buttons, and what no terminal should send.
    @Test(arguments: [
        "35;3;4M", "66;3;4M", "67;3;4M", "128;3;4M", "64;3;4m", "3;3;4M", "0;0;4M", "0;3;0M", "0;3M", "0;3;4;5M", "M",
        ";;M", "0;-1;4M", "0;65536;1M", "99999999999999999999999;1;1M", "0;1;340282366920938463463374607431768211456M",
        "0:1:1M", "0;1;1u",
    ])
    func whatIsNoEventOfTheMouseIsNothing(report: String) {
        #expect(decode("\(Self.escape)[<\(report)a") == keys("a"))
    }

    @Test func oldReportsAreUnderstood() {
        #expect(decode("\(Self.escape)[M #$") == [mouse(.press(.left), 2, 3)])
        #expect(decode("\(Self.escape)[M##$") == [mouse(.release(.left), 2, 3)])
        #expect(decode([0x1B, 0x5B, 0x4D, 0x61, 0xFF, 0x21]) == [mouse(.wheelDown, 222, 0)])
        // The column 0 of a terminal that is too wide for them.
        #expect(decode("\(Self.escape)[M  !a") == keys("a"))
        // Cut short by something else.
        #expect(decode("\(Self.escape)[M \(Self.escape)[A") == [.key(Key(.up))])
    }

    /// Whatever the pieces, the events are the same.
    @Test func piecesMakeNoDifference() {
        let text =
            "a\(Self.escape)[<0;10;20M\(Self.escape)[A\(Self.escape)[200~x\(Self.escape)[20\(Self.escape)[201~é"
            + "\(Self.escape)OB\(Self.escape)[M !!\(Self.escape)[15~z"
        let whole = decode(text)
        #expect(whole.contains(.paste("x\(Self.escape)[20")))
        #expect(whole.count == 8)
        let bytes = Array(text.utf8)
        for cut in bytes.indices {
            var decoder = InputDecoder()
            var events = decoder.decode(bytes[..<cut])
            events += decoder.decode(bytes[cut...])
            #expect(events == whole, "cut at \(cut)")
        }
        var decoder = InputDecoder()
        #expect(bytes.flatMap { decoder.decode([$0]) } == whole)
    }

    @Test func whatIsUnfinishedIsWaitedFor() {
        var decoder = InputDecoder()
        #expect(decoder.patience == nil)
        for (text, given) in [
            ("\(Self.escape)", [.key(Key(.escape))]), ("\(Self.escape)[", [.key(Key(.escape))] + keys("[")),
            ("\(Self.escape)O", [.key(Key(.escape))] + keys("O")), ("\(Self.escape)[<0;1", []),
            ("\(Self.escape)[M  ", []), ("\(Self.escape)[200", []), ("\(Self.escape)[200~half", [.paste("half")]),
        ] as [(String, [InputEvent])] {
            #expect(decoder.decode(text.utf8).isEmpty)
            #expect(decoder.patience != nil, "\(text.debugDescription)")
            #expect(decoder.giveUp() == given, "\(text.debugDescription)")
            #expect(decoder.patience == nil)
            #expect(decoder.decode("j".utf8) == keys("j"))
        }
    }

    @Test func whatIsPastedIsText() {
        let text = "q\u{3}\r\nx\u{1B}[A\u{1B}[<0;1;1M\u{1B}[200~\0\u{1A}é"
        #expect(decode("\(Self.escape)[200~\(text)\(Self.escape)[201~q") == [.paste(text)] + keys("q"))
        #expect(decode("\(Self.escape)[200~\(Self.escape)[201~q") == keys("q"))
        #expect(decode("\(Self.escape)[201~q") == keys("q"))
        // The beginning of an end is text; an end right behind it is one.
        #expect(decode("\u{1B}[200~\u{1B}[20\u{1B}\u{1B}[201~q") == [.paste("\u{1B}[20\u{1B}")] + keys("q"))
        #expect(decode(Array("\u{1B}[200~a".utf8) + [0xFF] + Array("b\u{1B}[201~".utf8)) == [.paste("a\u{FFFD}b")])
    }

    @Test func aPasteIsBounded() {
        let text = String(repeating: "0123456789\u{1B}[1m\n", count: 100_000)
        let events = decode("\u{1B}[200~\(text)\u{1B}[201~q")
        #expect(events.count == 2)
        guard case .paste(let kept) = events.first else {
            Issue.record("no paste")
            return
        }
        #expect(kept.utf8.count == 1 << 20)
        #expect(events.last == .key(Key("q")))
    }

    @Test func aSequenceWithoutEndIsDropped() {
        let endless = "\u{1B}[<" + String(repeating: "1;", count: 100_000)
        #expect(decode(endless + "Mq") == keys("q"))
        #expect(decode(endless) == [])
        #expect(decode(endless + "\u{1B}[Aq") == [.key(Key(.up))] + keys("q"))
        #expect(decode(endless + "\rq") == [.key(Key(.enter))] + keys("q"))
    }

    @Test func keysOfTheTerminalsDescriptionGoFirst() {
        var decoder = InputDecoder(keys: [
            Array("\u{1B}[[A".utf8): .function(1), Array("\u{1B}A".utf8): .up, Array("\u{1B}OM".utf8): .insert,
            Array("\u{7F}".utf8): .delete,
        ])
        #expect(
            decoder.decode("\u{1B}[[A\u{1B}A\u{1B}OM\u{7F}".utf8) == [
                .key(Key(.function(1))), .key(Key(.up)), .key(Key(.insert)), .key(Key(.backspace)),
            ])
        // What only begins like one.
        #expect(decoder.decode("\u{1B}[[Bx".utf8) == keys("Bx"))
        #expect(decoder.decode("\u{1B}B".utf8) == [.key(Key(.escape))] + keys("B"))
    }

    @Test func anythingIsTaken() {
        var random = SeededText(seed: 1)
        let alphabet = Array("\u{1B}\u{1B}\u{1B}[[<M;0129~OmA \r\0é".utf8) + [0xFF, 0x9B]
        for _ in 0..<2_000 {
            let bytes = (0..<60).map { _ in alphabet[random.below(alphabet.count)] }
            var decoder = InputDecoder()
            let events = decoder.decode(bytes) + decoder.giveUp()
            #expect(decoder.patience == nil, "\(bytes)")
            #expect(decoder.decode("j".utf8) == keys("j"), "\(bytes)")
            #expect(events.count <= bytes.count)
        }
    }
}
