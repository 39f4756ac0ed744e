import TerminalUI

/// The keys of the place where help was asked for, then those of the others.
struct HelpView {
    /// Where help was asked for.
    private let context: KeyContext
    private let help: HelpModel
    private let keys: KeyMap

    private static let keyColumns = 15

    init(_ context: KeyContext, _ help: HelpModel, _ keys: KeyMap) {
        self.context = context
        self.help = help
        self.keys = keys
    }

    /// How far down the help can be scrolled on a screen.
    func lastTop(of size: Size) -> Int { max(0, lines(width: size.width).count - (size.height - 3)) }

    private func lines(width: Int) -> [Spans] {
        let contexts = [context] + KeyContext.allCases.filter { $0 != context }
        let sections = contexts.map { section($0, width: width) }.filter { !$0.isEmpty }
        guard !sections.isEmpty else { return [Spans("No key does that", Theme.faint)] }
        return Array(sections.joined(separator: [Spans()]))
    }

    private func section(_ context: KeyContext, width: Int) -> [Spans] {
        let words = help.filter.lowercased().split(separator: " ")
        let bindings = keys.actions(in: context).filter { binding in
            let text = "\(binding.names) \(binding.label ?? "") \(binding.help)".lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        guard !bindings.isEmpty else { return [] }
        return [Spans(context.rawValue, Theme.title)]
            + bindings.flatMap { binding in
                let rows = TextWrap.rows(of: binding.help, width: max(8, width - Self.keyColumns - 5))
                return rows.enumerated().map { index, row in
                    let names = index == 0 ? binding.names : ""
                    var line = Spans("  ")
                    line.add(TextWidth.pad(names, to: Self.keyColumns), Theme.link, marking: words, with: Theme.found)
                    line.add(" " + row, marking: words, with: Theme.found)
                    return line
                }
            }
    }

    /// Draws it; gives where the cursor stands while the filter is typed.
    func draw(into buffer: inout CellBuffer, _ area: Rect) -> Point? {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let (titleArea, body) = area.splitTop(1)
        let lines = lines(width: area.width)
        buffer.put(String(repeating: glyphs.rule, count: area.width), x: area.x, y: area.y, style: Theme.faint)
        Spans(" Help ", Theme.title).draw(into: &buffer, x: area.x + 2, y: titleArea.y, maxWidth: area.width - 4)
        if lines.count > body.height {
            Spans(" \(min(lines.count, help.top + body.height))/\(lines.count) ").draw(
                into: &buffer, endingAt: area.maxX - 2, y: titleArea.y, maxWidth: area.width / 2)
        }
        for (offset, line) in lines.dropFirst(help.top).prefix(body.height).enumerated() {
            line.draw(into: &buffer, x: area.x + 1, y: body.y + offset, maxWidth: area.width - 2)
        }
        return drawFilter(into: &buffer, titleArea)
    }

    private func drawFilter(into buffer: inout CellBuffer, _ area: Rect) -> Point? {
        guard help.input != nil || !help.filter.isEmpty else { return nil }
        let x = area.x + 8
        buffer.put("/", x: x, y: area.y, style: Theme.pointer)
        let input = help.input ?? TextInput(help.filter)
        let cursor = input.draw(into: &buffer, x: x + 1, y: area.y, width: max(1, area.width - 22), style: .bold)
        let end = x + 1 + min(TextWidth.columns(of: input.text), max(1, area.width - 22))
        buffer.put(" ", x: end, y: area.y)
        return help.input == nil ? nil : cursor
    }
}
