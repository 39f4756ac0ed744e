import TerminalUI
import Testing

@Suite struct WidgetTests {
    private func drawn(_ width: Int, isUnicode: Bool = true, _ draw: (inout CellBuffer) -> Void) -> String {
        var buffer = CellBuffer(size: Size(width: width, height: 1))
        buffer.isUnicode = isUnicode
        draw(&buffer)
        return buffer.text()
    }

    // MARK: - Spans

    @Test func spansStandSideBySide() {
        var line = Spans("ab", .bold)
        line.add("日")
        #expect(line.width == 4)
        #expect(drawn(10) { line.draw(into: &$0, x: 1, y: 0, maxWidth: 9) } == " ab日")
        #expect(drawn(10) { line.draw(into: &$0, endingAt: 10, y: 0, maxWidth: 9) } == "      ab日")
    }

    @Test(arguments: [(5, "abcde"), (4, "abc…"), (3, "ab…"), (2, "a…"), (1, "…"), (0, "")])
    func spansThatDoNotFitSaySo(width: Int, expected: String) {
        var line = Spans("ab")
        line.add("cd")
        line.add("e")
        #expect(drawn(9) { line.draw(into: &$0, x: 0, y: 0, maxWidth: width) } == expected)
    }

    @Test func nothingFollowsTheCut() {
        var line = Spans("日本語")
        line.add("x")
        #expect(drawn(9) { line.draw(into: &$0, x: 0, y: 0, maxWidth: 4) } == "日…")
    }

    // MARK: - Progress bar

    @Test(arguments: [
        (0.0, "    "), (0.5, "██  "), (1.0, "████"), (0.53125, "██▏ "), (0.9999, "███▉"), (-1, "    "), (7, "████"),
        (Double.nan, "    "), (Double.infinity, "    "),
    ])
    func barsGoByEighths(fraction: Double, expected: String) {
        #expect(ProgressBar(fraction: fraction).text(width: 4, glyphs: Glyphs(isUnicode: true)) == expected)
    }

    @Test func barsInASCII() {
        let glyphs = Glyphs(isUnicode: false)
        #expect(ProgressBar(fraction: 0.5).text(width: 4, glyphs: glyphs) == "##..")
        #expect(ProgressBar(fraction: 0.99).text(width: 4, glyphs: glyphs) == "###.")
        #expect(ProgressBar(fraction: 1).text(width: 0, glyphs: glyphs) == "")
        let bar = ProgressBar(fraction: 0.5)
        #expect(drawn(6, isUnicode: false) { bar.draw(into: &$0, x: 1, y: 0, width: 4) } == " ##..")
    }

    @Test func barsAreAsWideAsAsked() {
        for width in 1...40 {
            for step in 0...200 {
                let bar = ProgressBar(fraction: Double(step) / 200)
                #expect(TextWidth.columns(of: bar.text(width: width, glyphs: Glyphs(isUnicode: true))) == width)
            }
        }
    }

    // MARK: - Key hints

    @Test(arguments: [(20, "? help  q quit"), (14, "? help  q quit"), (13, "? help"), (6, "? help"), (5, "")])
    func hintsThatFit(width: Int, expected: String) {
        let hints = KeyHints([KeyHints.Hint("?", "help"), KeyHints.Hint("q", "quit")])
        #expect(drawn(30) { hints.draw(into: &$0, x: 0, y: 0, width: width) } == expected)
    }

    // MARK: - Table

    private let table = Table([
        Table.Column("", .fixed(1)), Table.Column("NAME", .share(2, least: 6)),
        Table.Column("STEP", .share(1, least: 4)),
        Table.Column("AGE", .fixed(3), trailing: true),
    ])

    @Test func aTableFillsItsWidth() {
        #expect(table.widths(in: 17) == [1, 6, 4, 3])
        #expect(drawn(26) { table.drawHeader(into: &$0, x: 0, y: 0, width: 26) } == "  NAME         STEP    AGE")
        let cells = [Spans(">"), Spans("a long name of a job"), Spans("日本語テスト"), Spans("5m")]
        #expect(drawn(26) { table.draw(cells, into: &$0, x: 0, y: 0, width: 26) } == "> a long name… 日本語…  5m")
    }

    @Test func columnsGiveWayFromTheRight() {
        #expect(table.widths(in: 16) == [1, 9, 4, 0])
        #expect(table.widths(in: 10) == [1, 8, 0, 0])
    }

    @Test func aTableNeverTakesMoreThanItsWidth() {
        for width in 8...200 {
            let widths = table.widths(in: width).filter { $0 > 0 }
            #expect(widths.reduce(0, +) + widths.count - 1 == width)
        }
    }

    @Test func theSelectedRowStandsOut() {
        var buffer = CellBuffer(size: Size(width: 20, height: 1))
        table.draw([Spans(">"), Spans("job", Style(.red))], isSelected: true, into: &buffer, x: 0, y: 0, width: 20)
        #expect(buffer.cells.allSatisfy { $0.style.attributes.contains(.bold) })
        #expect(buffer[2, 0].style.foreground == .red)
    }

    // MARK: - Viewport

    @Test func aViewportMovesNoMoreThanItMust() {
        var viewport = Viewport()
        viewport.show(9, count: 20, height: 5)
        #expect(viewport.range(count: 20, height: 5) == 5..<10)
        viewport.show(6, count: 20, height: 5)
        #expect(viewport.range(count: 20, height: 5) == 5..<10)
        viewport.show(4, count: 20, height: 5)
        #expect(viewport.range(count: 20, height: 5) == 4..<9)
    }

    @Test func aShorterListPullsTheViewportBack() {
        var viewport = Viewport()
        viewport.show(19, count: 20, height: 5)
        #expect(viewport.range(count: 3, height: 5) == 3..<3)
        viewport.show(2, count: 3, height: 5)
        #expect(viewport.range(count: 3, height: 5) == 0..<3)
        viewport.show(0, count: 0, height: 0)
        #expect(viewport.range(count: 0, height: 0).isEmpty)
    }

    @Test func theLineIsInSightWhateverHappens() {
        var random = SeededText(seed: 5)
        var viewport = Viewport()
        for _ in 0..<5_000 {
            let count = 1 + random.below(50)
            let height = 1 + random.below(20)
            let line = random.below(count)
            viewport.show(line, count: count, height: height)
            let range = viewport.range(count: count, height: height)
            #expect(range.contains(line))
            #expect(range.count == min(count, height))
        }
    }

    // MARK: - Geometry

    @Test func rectsAreCutWithinThemselves() {
        let rect = Rect(x: 2, y: 1, width: 10, height: 5)
        #expect(rect.splitTop(2).rest == Rect(x: 2, y: 3, width: 10, height: 3))
        #expect(rect.splitTop(9).rest.isEmpty)
        #expect(rect.splitBottom(2).bottom == Rect(x: 2, y: 4, width: 10, height: 2))
        #expect(rect.splitBottom(9).rest.isEmpty)
        #expect(rect.insetColumns(3) == Rect(x: 5, y: 1, width: 4, height: 5))
        #expect(rect.insetColumns(6).isEmpty)
    }
}
