import TerminalUI

/// The choice of the list's columns.
struct ColumnsDialog: Sendable, Hashable {
    private var cursor = ChoiceCursor()

    private var options: [JobColumn] { JobColumn.allCases.filter(\.isOptional) }

    mutating func move(by rows: Int) { cursor.move(by: rows, of: options.count) }

    /// The column under the cursor.
    var column: JobColumn { options[cursor.row(of: options.count) ?? 0] }

    mutating func go(to row: Int) { cursor.go(to: row) }

    /// The rows that a box on an area shows.
    func window(in area: Rect) -> Range<Int> { cursor.window(of: options.count, in: area) }

    func draw(_ jobs: JobsModel, into buffer: inout CellBuffer, in area: Rect) {
        box(jobs, in: area, Glyphs(isUnicode: buffer.isUnicode)).draw(into: &buffer, in: area)
    }

    func box(_ jobs: JobsModel, in area: Rect, _ glyphs: Glyphs) -> Dialog {
        let chosen = jobs.columns
        let shown = JobColumn.fitting(chosen, in: area.width, idWidth: jobs.idWidth)
        let current = cursor.row(of: options.count)
        let lines = window(in: area).map { index in
            let column = options[index]
            let isChosen = chosen.contains(column)
            var line = Spans(index == current ? glyphs.pointer + " " : "  ", Theme.pointer)
            line.add(isChosen ? "[x] " : "[ ] ")
            line.add(TextWidth.pad(column.rawValue, to: 9), index == current ? .bold : .plain)
            line.add(isChosen && !shown.contains(column) ? " no room for it now" : " \(column.help)", Theme.faint)
            return line
        }
        return Dialog("Columns", lines: lines, style: Theme.link)
    }
}
