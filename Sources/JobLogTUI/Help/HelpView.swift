import TerminalUI

/// The keys of the place where help was asked for, and of the others.
struct HelpView {
    let top: Int

    /// How far down the help can be scrolled on a screen.
    static func lastTop(of size: Size) -> Int { max(0, lines.count - (size.height - 2)) }

    private static let lines: [Spans] = KeyContext.allCases.flatMap { context -> [Spans] in
        let bindings = KeyTable.bindings.filter { $0.contexts.contains(context) }
        return [Spans(context.rawValue, Theme.title)]
            + bindings.map { binding in
                var line = Spans("  " + TextWidth.pad(binding.names, to: 13), Theme.link)
                line.add(" " + binding.help)
                return line
            } + [Spans()]
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        for (offset, line) in Self.lines.dropFirst(top).prefix(area.height).enumerated() {
            line.draw(into: &buffer, x: area.x + 1, y: area.y + offset, maxWidth: area.width - 2)
        }
    }
}
