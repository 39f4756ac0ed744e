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

    /// Where the parts of a box are.
    public struct Layout: Sendable, Hashable {
        /// What it covers.
        public var box: Rect
        /// The lines that are shown.
        public var lines: Rect
        /// Each of the buttons, from left to right.
        public var buttons: [Rect]
    }

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

    /// Where its parts are on a part of the screen.
    public func layout(in area: Rect) -> Layout {
        let buttonWidth = buttons.reduce(0) { $0 + TextWidth.columns(of: $1) + 6 }
        let widest = max(lines.map(\.width).max() ?? 0, buttonWidth, TextWidth.columns(of: title) + 2)
        let width = min(area.width, min(widest, Self.textWidth(in: area.width)) + 4)
        let footer = buttons.isEmpty ? 0 : 1
        let gap = buttons.isEmpty || lines.count + 4 > area.height ? 0 : 1
        let height = min(area.height, lines.count + gap + footer + 2)
        let box = Rect(
            x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width: width, height: height)
        var x = max(box.x + 2, box.maxX - buttonWidth)
        let places = buttons.map { button in
            let columns = TextWidth.columns(of: button) + 4
            defer { x += columns + 2 }
            return Rect(x: x, y: box.maxY - 2, width: min(columns, box.maxX - 1 - x), height: 1)
        }
        let shown = min(lines.count, max(0, height - 2 - footer))
        return Layout(
            box: box, lines: Rect(x: box.x + 2, y: box.y + 1, width: width - 4, height: shown), buttons: places)
    }

    /// Draws the box over what is there.
    ///
    /// - Returns: the part that it covers.
    @discardableResult
    public func draw(into buffer: inout CellBuffer, in area: Rect) -> Rect {
        let layout = layout(in: area)
        buffer.fill(layout.box)
        drawBorder(into: &buffer, layout.box)
        for (offset, line) in lines.prefix(layout.lines.height).enumerated() {
            var line = line
            // What goes on below says so.
            if offset == layout.lines.height - 1, lines.count > layout.lines.height { line.add("…") }
            line.draw(into: &buffer, x: layout.lines.x, y: layout.lines.y + offset, maxWidth: layout.lines.width)
        }
        for (index, place) in layout.buttons.enumerated() { drawButton(index, into: &buffer, place) }
        return layout.box
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

    private func drawButton(_ index: Int, into buffer: inout CellBuffer, _ place: Rect) {
        // Told apart by brackets too, where nothing but text can be shown.
        let text = index == chosen ? "[ \(buttons[index]) ]" : "  \(buttons[index])  "
        let style: Style = index == chosen ? Style.plain.adding([.bold, .reverse]) : .plain
        buffer.put(text, x: place.x, y: place.y, style: style, maxWidth: place.width)
    }
}
