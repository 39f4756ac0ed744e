import TerminalUI
import Testing

@Suite struct DrawnRowTests {
    @Test func itIsDrawnAgainOnlyWhenWhatItShowsHasChanged() {
        let row = DrawnRow<String>()
        var drawn = 0
        func frame(_ text: String, width: Int = 6, isUnicode: Bool = true) -> String {
            var buffer = CellBuffer(size: Size(width: width, height: 2))
            buffer.isUnicode = isUnicode
            row.put(text, into: &buffer, y: 1) { buffer in
                drawn += 1
                buffer.put(text, x: 1, y: 1, style: .bold)
            }
            #expect(buffer[1, 1].style == .bold)
            return buffer.rows()[1]
        }
        #expect([frame("日é"), frame("日é")] == [" 日é", " 日é"])
        #expect(drawn == 1)
        #expect(frame("b") == " b")
        #expect(frame("日é") == " 日é")
        #expect(drawn == 3)
        #expect(frame("日é", width: 4) == " 日é")
        #expect(frame("日é", isUnicode: false) == " ???")
        #expect(drawn == 5)
    }

    @Test func withinAPartItIsThePartsRow() {
        let row = DrawnRow<Int>()
        for _ in 0..<2 {
            var buffer = CellBuffer(size: Size(width: 6, height: 2))
            buffer.put("......", x: 0, y: 1)
            buffer.within(Rect(x: 2, y: 1, width: 3, height: 1)) { part in
                part.fill(Rect(part.size))
                row.put(1, into: &part, y: 0) { $0.put("abcdef", x: 0, y: 0) }
            }
            #expect(buffer.rows()[1] == "..abc.")
        }
    }
}
