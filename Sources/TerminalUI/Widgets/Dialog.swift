/// A box in the middle of the screen with some lines and a row of buttons.
public struct Dialog: Sendable, Hashable {
    /// What stands in the upper border.
    public var title: String
    /// What stands in the box; lines that do not fit are left out, the buttons never are.
    public var lines: [Spans]
    /// The buttons, from left to right.
    public var buttons: [String]
    /// The button that `Enter` presses.
    public var chosen: Int
    /// How border and title look.
    public var style: Style

    /// A box.
    public init(_ title: String, lines: [Spans], buttons: [String] = [], chosen: Int = 0, style: Style = .plain) {
        self.title = title
        self.lines = lines
        self.buttons = buttons
        self.chosen = chosen
        self.style = style
    }

    /// The columns that text may take in a box on a screen of this width.
    public static func textWidth(in width: Int) -> Int { max(8, min(width - 6, 66)) }

    /// Draws the box over what is there.
    ///
    /// - Returns: the part that it covers.
    @discardableResult
    public func draw(into buffer: inout CellBuffer, in area: Rect) -> Rect {
        let buttonWidth = buttons.reduce(0) { $0 + TextWidth.columns(of: $1) + 6 }
        let widest = max(lines.map(\.width).max() ?? 0, buttonWidth, TextWidth.columns(of: title) + 2)
        let width = min(area.width, min(widest, Self.textWidth(in: area.width)) + 4)
        let footer = buttons.isEmpty ? 0 : 1
        let gap = buttons.isEmpty || lines.count + 4 > area.height ? 0 : 1
        let height = min(area.height, lines.count + gap + footer + 2)
        let box = Rect(
            x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width: width, height: height)
        buffer.fill(box)
        drawBorder(into: &buffer, box)
        for (offset, line) in lines.prefix(max(0, height - 2 - footer)).enumerated() {
            line.draw(into: &buffer, x: box.x + 2, y: box.y + 1 + offset, maxWidth: width - 4)
        }
        if footer > 0 { drawButtons(into: &buffer, box, buttonWidth) }
        return box
    }

    private func drawBorder(into buffer: inout CellBuffer, _ box: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let (corners, bar) =
            glyphs.isUnicode ? (["┌", "┐", "└", "┘"], "│") : (["+", "+", "+", "+"], "|")
        let rule = String(repeating: glyphs.rule, count: max(0, box.width - 2))
        buffer.put(corners[0] + rule + corners[1], x: box.x, y: box.y, style: style)
        for y in box.y + 1..<max(box.y + 1, box.maxY - 1) {
            buffer.put(bar, x: box.x, y: y, style: style)
            buffer.put(bar, x: box.maxX - 1, y: y, style: style)
        }
        buffer.put(corners[2] + rule + corners[3], x: box.x, y: box.maxY - 1, style: style)
        Spans(" \(title) ", style.adding(.bold)).draw(into: &buffer, x: box.x + 2, y: box.y, maxWidth: box.width - 4)
    }

    private func drawButtons(into buffer: inout CellBuffer, _ box: Rect, _ buttonWidth: Int) {
        var x = max(box.x + 2, box.maxX - 2 - buttonWidth + 2)
        for (index, button) in buttons.enumerated() {
            // Told apart by brackets too, where nothing but text can be shown.
            let text = index == chosen ? "[ \(button) ]" : "  \(button)  "
            let style: Style = index == chosen ? Style.plain.adding([.bold, .reverse]) : .plain
            x += buffer.put(text, x: x, y: box.maxY - 2, style: style, maxWidth: box.maxX - 1 - x) + 2
        }
    }
}
