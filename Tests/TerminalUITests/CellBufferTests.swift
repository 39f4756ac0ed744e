import TerminalUI
import Testing

@Suite struct CellBufferTests {
    private func buffer(_ width: Int, _ height: Int = 1) -> CellBuffer {
        CellBuffer(size: Size(width: width, height: height))
    }

    @Test func textIsCutAtTheEdges() {
        var buffer = buffer(5, 2)
        #expect(buffer.put("hello world", x: 0, y: 0) == 5)
        #expect(buffer.put("hello", x: -2, y: 1) == 5)
        #expect(buffer.text() == "hello\nllo")
    }

    @Test func nothingIsWrittenOutsideTheScreen() {
        var buffer = buffer(5, 2)
        let empty = buffer
        #expect(buffer.put("hello", x: 0, y: -1) == 0)
        #expect(buffer.put("hello", x: 0, y: 2) == 0)
        #expect(buffer.put("hello", x: 5, y: 0) == 0)
        buffer.put("abc", x: -3, y: 0)
        #expect(buffer == empty)
    }

    @Test func aGivenWidthCutsBeforeTheEdge() {
        var buffer = buffer(10)
        #expect(buffer.put("hello", x: 1, y: 0, maxWidth: 3) == 3)
        #expect(buffer.put("hello", x: 6, y: 0, maxWidth: -1) == 0)
        #expect(buffer.text() == " hel")
    }

    @Test func halfOfAWideCharacterIsNeverWritten() {
        var buffer = buffer(5)
        #expect(buffer.put("日本語", x: 0, y: 0) == 4)
        #expect(buffer.text() == "日本")
        #expect(buffer[1, 0].isContinuation)
        #expect(!buffer[4, 0].isContinuation)

        buffer.clear()
        buffer.put("日本", x: -1, y: 0)
        #expect(buffer[0, 0] == .blank)
        #expect(buffer.text() == " 本")
    }

    @Test(arguments: [(0, "x 本"), (1, " x本"), (2, "日x"), (3, "日 x")])
    func whoLosesAHalfLosesAllOfIt(column: Int, expected: String) {
        var buffer = buffer(4)
        buffer.put("日本", x: 0, y: 0)
        buffer.put("x", x: column, y: 0)
        #expect(buffer.text() == expected)
        #expect(buffer.cells.count { $0.isContinuation } == 1)
    }

    @Test func aWideCharacterAcrossTwoOthersClearsBoth() {
        var buffer = buffer(4)
        buffer.put("日本", x: 0, y: 0)
        buffer.put("語", x: 1, y: 0)
        #expect(buffer.text() == " 語")
        #expect(buffer[3, 0].base == 0x20)
    }

    @Test func fillingCutsWideCharactersAtItsEdges() {
        var buffer = buffer(6)
        buffer.put("日本語", x: 0, y: 0)
        buffer.fill(Rect(x: 1, y: 0, width: 4, height: 1))
        #expect(buffer.text() == "")
        #expect(!buffer.cells.contains { $0.isContinuation })
    }

    @Test func marksCombineWithTheCharacterBefore() {
        var buffer = buffer(4)
        #expect(buffer.put("e\u{301}\u{308}\u{327}x", x: 0, y: 0) == 2)
        #expect(buffer[0, 0].marks == (0x301, 0x308))
        #expect(buffer.text() == "e\u{301}\u{308}x")
        #expect(buffer.put("\u{301}a", x: 2, y: 0) == 1)
        #expect(buffer[1, 0].marks.0 == 0, "A mark at the beginning belongs to nothing.")
        buffer.put("日\u{301}", x: 2, y: 0)
        #expect(buffer[2, 0].marks.0 == 0x301)
        #expect(buffer[3, 0].marks.0 == 0)
    }

    @Test func overwritingTakesMarksAway() {
        var buffer = buffer(2)
        buffer.put("e\u{301}", x: 0, y: 0)
        buffer.put("e", x: 0, y: 0)
        #expect(buffer[0, 0] == Cell(0x65))
    }

    @Test func controlsAreShownAsPicturesAndNeverStored() {
        var buffer = buffer(20)
        buffer.put("\u{1B}[31m\u{7}\u{0}\u{7F}\u{9B}\u{202E}\u{200B}\u{2028}", x: 0, y: 0)
        #expect(buffer.text() == "␛[31m␇␀␡\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test func noScalarAtAllGetsAControlIntoACell() {
        for isUnicode in [true, false] {
            var buffer = buffer(2)
            buffer.isUnicode = isUnicode
            for value in UInt32(0)...0x10FFFF {
                guard let scalar = Unicode.Scalar(value) else { continue }
                buffer.clear()
                buffer.put(String(scalar), x: 0, y: 0)
                let base = buffer[0, 0].base
                if base < 0x20 || (0x7F..<0xA0).contains(base) || !isUnicode && base > 0x7E {
                    Issue.record("U+\(String(value, radix: 16)) became U+\(String(base, radix: 16))")
                }
            }
        }
    }

    @Test func withoutUnicodeEverythingIsASCII() {
        var buffer = buffer(20)
        buffer.isUnicode = false
        buffer.put("a…–│▸●○·↓日é\u{301}\u{1B}🎉", x: 0, y: 0)
        #expect(buffer.text() == "a~-|>*o.v??????", "Wide characters keep their columns.")
        #expect(buffer.cells.allSatisfy { $0.base >= 0x20 && $0.base < 0x7F })
    }

    @Test func randomWritingNeverLeavesHalfACharacter() {
        var random = SeededText(seed: 7)
        var buffer = buffer(12, 3)
        for _ in 0..<3_000 {
            let text = random.text(16)
            let x = random.below(20) - 4
            let y = random.below(5) - 1
            switch random.below(8) {
            case 0: buffer.fill(Rect(x: x, y: y, width: random.below(6), height: random.below(3)))
            case 1: buffer.put(text, x: x, y: y, maxWidth: random.below(8))
            default: buffer.put(text, x: x, y: y)
            }
            let halves = (0..<3).flatMap { row in (0..<12).filter { isHalf($0, row, of: buffer) } }
            #expect(halves.isEmpty, "\(buffer.text())")
        }
    }

    /// Whether a cell is the right half of nothing, or a wide character without its right half.
    private func isHalf(_ column: Int, _ row: Int, of buffer: CellBuffer) -> Bool {
        let cell = buffer[column, row]
        let isWide = !cell.isContinuation && Unicode.Scalar(cell.base).map { TextWidth.columns(of: $0) == 2 } ?? false
        let isFollowed = column + 1 < buffer.width && buffer[column + 1, row].isContinuation
        return isWide != isFollowed || column == 0 && cell.isContinuation
    }

    @Test func restylingKeepsTheText() {
        var buffer = buffer(4, 2)
        buffer.put("abcd", x: 0, y: 0)
        buffer.restyle(Rect(x: 1, y: -1, width: 9, height: 2)) { $0 = $0.adding(.reverse) }
        #expect(buffer.text() == "abcd\n")
        #expect(buffer[0, 0].style == .plain)
        #expect(buffer[1, 0].style.attributes == .reverse)
        #expect(buffer[1, 1].style == .plain)
    }

    @Test func whatIsDrawnWithinAPartStaysThere() {
        var buffer = buffer(8, 4)
        for y in 0..<4 { buffer.put("········", x: 0, y: y) }
        buffer.within(Rect(x: 2, y: 1, width: 4, height: 2)) { part in
            #expect(part.size == Size(width: 4, height: 2))
            part.put("abcdefgh", x: -1, y: 0)
            part.put("日本語", x: 1, y: 1)
            part.put("x", x: 0, y: 2)
            part.put("x", x: 0, y: -1)
            part.within(Rect(x: 3, y: 0, width: 9, height: 9)) { corner in
                #expect(corner.size == Size(width: 1, height: 2))
                corner.put("zz", x: 0, y: 0)
                corner.fill(Rect(x: -9, y: 1, width: 20, height: 20), style: .bold)
            }
            #expect(part[3, 0].base == 0x7A && part.rows() == ["bcdz", "·日"])
        }
        #expect(buffer.rows() == ["········", "··bcdz··", "···日 ··", "········"])
        #expect(buffer[5, 2].style == .bold)
        buffer.within(Rect(x: -1, y: 9, width: 4, height: 2)) { part in
            #expect(part.size == Size(width: 3, height: 0))
            part.put("nowhere", x: 0, y: 0)
        }
        #expect(buffer.rows()[3] == "········")
    }

    @Test func whoLosesAHalfToAPartLosesAllOfIt() {
        var buffer = buffer(6)
        buffer.put("日本語", x: 0, y: 0)
        buffer.within(Rect(x: 1, y: 0, width: 4, height: 1)) { $0.put("abcd", x: 0, y: 0) }
        #expect(buffer.text() == " abcd")
        #expect(!buffer.cells.contains { $0.isContinuation })
    }

    @Test func aNewSizeEmptiesTheScreen() {
        var buffer = buffer(4, 1)
        buffer.put("abcd", x: 0, y: 0)
        buffer.clear(size: Size(width: 2, height: 2))
        #expect(buffer.size == Size(width: 2, height: 2))
        #expect(buffer.text() == "\n")
    }

    @Test func aScreenWithoutCellsTakesNothing() {
        var buffer = CellBuffer(size: Size(width: -3, height: 0))
        buffer.put("abc", x: 0, y: 0)
        buffer.fill(Rect(x: 0, y: 0, width: 9, height: 9))
        #expect(buffer.cells.isEmpty)
    }
}
