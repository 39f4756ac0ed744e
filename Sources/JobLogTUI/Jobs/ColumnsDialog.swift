import TerminalUI

/// The choice of the list's columns.
struct ColumnsDialog: Sendable, Hashable {
    private(set) var cursor = 0

    private var options: [JobColumn] { JobColumn.allCases.filter(\.isOptional) }

    mutating func move(by rows: Int) { cursor = min(max(0, cursor + rows), options.count - 1) }

    /// The column under the cursor.
    var column: JobColumn { options[min(cursor, options.count - 1)] }

    func draw(_ jobs: JobsModel, into buffer: inout CellBuffer, in area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let chosen = jobs.columns
        let shown = JobColumn.fitting(chosen, in: buffer.width, idWidth: jobs.idWidth)
        let room = max(1, area.height - 2)
        let first = max(0, min(cursor - room + 1, options.count - room))
        let lines = options.enumerated().dropFirst(first).prefix(room).map { index, column in
            let isChosen = chosen.contains(column)
            var line = Spans(index == cursor ? glyphs.pointer + " " : "  ", Theme.pointer)
            line.add(isChosen ? "[x] " : "[ ] ")
            line.add(TextWidth.pad(column.rawValue, to: 9), index == cursor ? .bold : .plain)
            line.add(isChosen && !shown.contains(column) ? " no room for it now" : " \(column.help)", Theme.faint)
            return line
        }
        Dialog("Columns", lines: Array(lines), style: Theme.link).draw(into: &buffer, in: area)
    }
}
