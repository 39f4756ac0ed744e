import TerminalUI

/// The keys of the place where help was asked for, then those of the others.
struct HelpView {
    /// Where help was asked for.
    let context: KeyContext
    let top: Int

    private static let keyColumns = 15

    /// How far down the help can be scrolled on a screen.
    static func lastTop(of size: Size, for context: KeyContext) -> Int {
        max(0, lines(for: context, width: size.width).count - (size.height - 3))
    }

    private static func lines(for context: KeyContext, width: Int) -> [Spans] {
        let contexts = [context] + KeyContext.allCases.filter { $0 != context }
        return Array(contexts.map { section($0, width: width) }.joined(separator: [Spans()]))
    }

    private static func section(_ context: KeyContext, width: Int) -> [Spans] {
        let bindings = KeyTable.bindings.filter { $0.contexts.contains(context) }
        return [Spans(context.rawValue, Theme.title)]
            + bindings.flatMap { binding in
                let rows = TextWrap.rows(of: binding.help, width: max(8, width - keyColumns - 5))
                return rows.enumerated().map { index, row in
                    let names = index == 0 ? binding.names : ""
                    var line = Spans("  " + TextWidth.pad(names, to: keyColumns), Theme.link)
                    line.add(" " + row)
                    return line
                }
            }
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let (titleArea, body) = area.splitTop(1)
        let lines = Self.lines(for: context, width: area.width)
        buffer.put(String(repeating: glyphs.rule, count: area.width), x: area.x, y: area.y, style: Theme.faint)
        Spans(" Help ", Theme.title).draw(into: &buffer, x: area.x + 2, y: titleArea.y, maxWidth: area.width - 4)
        if lines.count > body.height {
            Spans(" \(min(lines.count, top + body.height))/\(lines.count) ").draw(
                into: &buffer, endingAt: area.maxX - 2, y: titleArea.y, maxWidth: area.width / 2)
        }
        for (offset, line) in lines.dropFirst(top).prefix(body.height).enumerated() {
            line.draw(into: &buffer, x: area.x + 1, y: body.y + offset, maxWidth: area.width - 2)
        }
    }
}
