import TerminalUI
import Testing

/// One line of text as it is typed.
@Suite struct TextInputTests {
    private func typed(_ text: String, into input: TextInput = TextInput()) -> TextInput {
        var input = input
        for scalar in text.unicodeScalars { #expect(input.take(Key(scalar)) == .edited) }
        return input
    }

    /// The row as it is drawn, the cursor as `|` before its column.
    private func drawn(_ input: TextInput, width: Int = 20) -> String {
        var buffer = CellBuffer(size: Size(width: 40, height: 1))
        let cursor = input.draw(into: &buffer, x: 0, y: 0, width: width)
        #expect(cursor.x >= 0 && cursor.x < width)
        var row = ""
        for x in 0..<width {
            if x == cursor.x { row += "|" }
            let cell = buffer[x, 0]
            if !cell.isContinuation, let scalar = Unicode.Scalar(cell.base) { row.unicodeScalars.append(scalar) }
        }
        while row.last == " " { row.removeLast() }
        return row
    }

    @Test func whatIsTypedStandsThere() {
        let input = typed("time out")
        #expect(input.text == "time out")
        #expect(drawn(input) == "time out|")
    }

    @Test func theCursorMoves() {
        var input = typed("abc")
        #expect(input.take(Key(control: "a")) == .moved)
        #expect(drawn(input) == "|abc")
        _ = input.take(Key(.left))
        _ = input.take(Key(.right))
        #expect(typed("x", into: input).text == "axbc")
        _ = input.take(Key(control: "e"))
        #expect(drawn(input) == "abc|")
        _ = input.take(Key(.home))
        #expect(input.cursor == 0)
        _ = input.take(Key(.end))
        #expect(input.cursor == 3)
    }

    @Test func wordsAndEndsAreDeleted() {
        var input = typed("one two  three")
        #expect(input.take(Key(control: "w")) == .edited)
        #expect(input.text == "one two  ")
        _ = input.take(Key(control: "w"))
        #expect(input.text == "one ")
        _ = input.take(Key(.left))
        _ = input.take(Key(control: "k"))
        #expect(input.text == "one")
        _ = input.take(Key(.left))
        _ = input.take(Key(control: "u"))
        #expect(input.text == "e")
        #expect(input.take(Key(.delete)) == .edited)
        #expect(input.take(Key(.delete)) == .moved)
        #expect(input.take(Key(.backspace)) == .cancelled)
    }

    @Test func historyKeepsWhatWasTyped() {
        var history = InputHistory(["first"])
        for line in ["second", "", "first", "second"] { history.add(line) }
        #expect(history.lines == ["first", "second"])
        var input = typed("new", into: TextInput(history: history))
        _ = input.take(Key(.up))
        #expect(input.text == "second")
        _ = input.take(Key(.up))
        #expect(input.text == "first")
        #expect(input.take(Key(.up)) == .moved)
        _ = input.take(Key(.down))
        _ = input.take(Key(.down))
        #expect(input.text == "new")
        #expect(input.take(Key(.down)) == .moved)
    }

    @Test func endsAreToldApart() {
        var input = typed("x")
        #expect(input.take(Key(.enter)) == .confirmed)
        #expect(input.take(Key(.escape)) == .cancelled)
        #expect(input.take(Key(control: "c")) == .cancelled)
        #expect(input.take(Key(.function(3))) == .ignored)
    }

    @Test func pastedTextIsOneLine() {
        var input = typed("ab")
        _ = input.take(Key(.left))
        input.insert("1\n2\t3\u{1B}[31m")
        #expect(input.text == "a1 2 3 [31mb")
        #expect(input.cursor == input.text.count - 1)
        input.insert(String(repeating: "x", count: 10_000))
        #expect(input.text.count == 4_096)
    }

    @Test func wideAndCombinedCharactersKeepTheirColumns() {
        var input = typed("日本e\u{301}x")
        #expect(input.text.count == 4)
        #expect(drawn(input) == "日本ex|")
        _ = input.take(Key(.left))
        _ = input.take(Key(.left))
        #expect(drawn(input) == "日本|ex")
        _ = input.take(Key(.backspace))
        #expect(input.text == "日e\u{301}x")
        // A mark typed behind a character becomes a part of it.
        #expect(typed("a\u{308}").cursor == 1)
    }

    @Test func longTextScrolls() {
        var input = typed("0123456789")
        #expect(drawn(input, width: 5) == "6789|")
        _ = input.take(Key(.left))
        _ = input.take(Key(.left))
        #expect(drawn(input, width: 5) == "4567|8")
        #expect(drawn(typed("日本語の"), width: 5) == "語の|")
    }

    @Test func pastedLinesBecomeOne() {
        var input = typed("ab")
        _ = input.take(Key(.left))
        #expect(input.paste("one\r\ntwo\tthree\rfour\u{2028}\u{1B}[31mfive\u{7}\u{9B}\n\n") == .edited)
        #expect(input.text == "aone two three four [31mfiveb")
        #expect(input.cursor == 28)
        #expect(input.paste("\n\u{1B}") == .moved)
        #expect(input.paste(String(repeating: "x", count: 1_000_000)) == .edited)
        #expect(input.text.count == 4_096)
    }
}
