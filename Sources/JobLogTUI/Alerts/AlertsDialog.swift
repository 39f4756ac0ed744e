import JobLogCore
import TerminalUI

/// The jobs of which was told, the newest first, to go to one of them.
struct AlertsDialog: Sendable, Hashable {
    private let alerts: [PastAlert]
    private var cursor = ChoiceCursor()

    /// Those that were told until now.
    init(_ past: [PastAlert]) { alerts = past.reversed() }

    mutating func move(by rows: Int) { cursor.move(by: rows, of: alerts.count) }

    mutating func go(to row: Int) { cursor.go(to: row) }

    /// The job under the cursor.
    var job: JobID? { cursor.row(of: alerts.count).map { alerts[$0].job } }

    /// The rows that a box on an area shows.
    func window(in area: Rect) -> Range<Int> { cursor.window(of: alerts.count, in: area) }

    func draw(isUTC: Bool, into buffer: inout CellBuffer, in area: Rect) {
        box(isUTC: isUTC, in: area, Glyphs(isUnicode: buffer.isUnicode)).draw(into: &buffer, in: area)
    }

    func box(isUTC: Bool, in area: Rect, _ glyphs: Glyphs) -> Dialog {
        let current = cursor.row(of: alerts.count)
        let width = Dialog.textWidth(in: area.width)
        let lines = window(in: area).map { index in
            let alert = alerts[index]
            var line = Spans(index == current ? glyphs.pointer + " " : "  ", Theme.pointer)
            line.add(ClockTime.time(alert.time, utc: isUTC, milliseconds: false) + " ", Theme.faint)
            line.add(
                TextWidth.truncate(TerminalText.line(alert.text), to: max(8, width - line.width)),
                index == current ? .bold : .plain)
            return line
        }
        return Dialog("Alerts", lines: lines, style: Theme.link)
    }
}
