import TerminalUI

/// The choice of the list's columns.
struct ColumnsDialog: Sendable, Hashable {
    private var cursor = ChoiceCursor()

    private var options: [JobColumn] { JobColumn.allCases.filter(\.isOptional) }

    mutating func move(by rows: Int) { cursor.move(by: rows, of: options.count) }

    /// The column under the cursor.
    var column: JobColumn { options[cursor.row(of: options.count) ?? 0] }

    func draw(_ jobs: JobsModel, into buffer: inout CellBuffer, in area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let chosen = jobs.columns
        let shown = JobColumn.fitting(chosen, in: buffer.width, idWidth: jobs.idWidth)
        let current = cursor.row(of: options.count)
        let lines = cursor.window(of: options.count, in: area).map { index in
            let column = options[index]
            let isChosen = chosen.contains(column)
            var line = Spans(index == current ? glyphs.pointer + " " : "  ", Theme.pointer)
            line.add(isChosen ? "[x] " : "[ ] ")
            line.add(TextWidth.pad(column.rawValue, to: 9), index == current ? .bold : .plain)
            line.add(isChosen && !shown.contains(column) ? " no room for it now" : " \(column.help)", Theme.faint)
            return line
        }
        Dialog("Columns", lines: lines, style: Theme.link).draw(into: &buffer, in: area)
    }
}
