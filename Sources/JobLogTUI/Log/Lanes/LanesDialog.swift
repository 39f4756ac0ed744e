import JobLogCore
import TerminalUI

/// The choice of the jobs and workers whose lines are shown.
struct LanesDialog: Sendable, Hashable {
    private var cursor = ChoiceCursor()

    /// What there is to choose from: jobs with their workers, or the workers of the one job.
    static func rows(of pane: LogPane) -> [LaneChoice.Row] {
        guard pane.isMerged else { return pane.document.lanes.lanes(of: 0).map { .lane($0) } }
        return pane.jobs.indices.flatMap { source -> [LaneChoice.Row] in
            let lanes = pane.document.lanes.lanes(of: source)
            return [.source(source)] + (lanes.count > 1 ? lanes.map { .lane($0) } : [])
        }
    }

    /// How many writers are told apart, and how many of them are shown.
    static func counts(of pane: LogPane) -> (shown: Int, all: Int) {
        let lanes = pane.document.lanes
        let leaves = rows(of: pane).filter { row in
            guard case .source(let source) = row else { return true }
            return lanes.lanes(of: source).count <= 1
        }
        return (leaves.count { pane.choice.lanes.shows($0, lanes) }, leaves.count)
    }

    mutating func move(by rows: Int, of pane: LogPane) {
        cursor.move(by: rows, of: Self.rows(of: pane).count)
    }

    /// The row under the cursor; nil where there is none.
    func row(of pane: LogPane) -> LaneChoice.Row? {
        let rows = Self.rows(of: pane)
        return cursor.row(of: rows.count).map { rows[$0] }
    }

    mutating func go(to row: Int) { cursor.go(to: row) }

    /// The rows that a box on an area shows.
    func window(of pane: LogPane, in area: Rect) -> Range<Int> {
        cursor.window(of: Self.rows(of: pane).count, in: area)
    }

    func draw(_ pane: LogPane, into buffer: inout CellBuffer, in area: Rect) {
        box(pane, in: area, Glyphs(isUnicode: buffer.isUnicode)).draw(into: &buffer, in: area)
    }

    func box(_ pane: LogPane, in area: Rect, _ glyphs: Glyphs) -> Dialog {
        let rows = Self.rows(of: pane)
        let current = cursor.row(of: rows.count)
        let most = Dialog.textWidth(in: area.width)
        let widest = rows.map { nameWidth(of: $0, in: pane) }.max() ?? 0
        var lines = window(of: pane, in: area).map { index in
            line(rows[index], of: pane, isCurrent: index == current, glyphs, most, widest)
        }
        if lines.isEmpty { lines = [Spans("There are no lines yet", Theme.faint)] }
        return Dialog(pane.isMerged ? "Jobs" : "Workers", lines: lines, style: Theme.link)
    }

    private static let indent = "  "

    private func name(of row: LaneChoice.Row, in pane: LogPane) -> String {
        switch row {
        case .source(let source): pane.jobs[source].display
        case .lane(let lane):
            pane.document.lanes.all[Int(lane)].worker.map { TerminalText.line($0) } ?? "no worker"
        }
    }

    /// The columns of a row's name and indent.
    private func nameWidth(of row: LaneChoice.Row, in pane: LogPane) -> Int {
        var isIndented = false
        if case .lane = row { isIndented = pane.isMerged }
        return TextWidth.columns(of: name(of: row, in: pane)) + (isIndented ? Self.indent.count : 0)
    }

    private func line(
        _ row: LaneChoice.Row, of pane: LogPane, isCurrent: Bool, _ glyphs: Glyphs, _ most: Int, _ widest: Int
    ) -> Spans {
        let lanes = pane.document.lanes
        var (tag, count): (LogLaneSheet.Tag, Int)
        let name = name(of: row, in: pane)
        var indent = ""
        switch row {
        case .source(let source):
            tag = pane.laneSheet.sources[source]
            count = pane.document.entryCount(of: source)
        case .lane(let lane):
            tag = pane.laneSheet.lanes[Int(lane)]
            count = lanes.all[Int(lane)].count
            indent = pane.isMerged ? Self.indent : ""
        }
        if pane.comparison != nil, case .source(let source) = row {
            (tag.glyph, tag.style) = ComparisonView.sign(of: source == 0 ? .this : .other)
        }
        var line = Spans(isCurrent ? glyphs.pointer + " " : "  ", Theme.pointer)
        line.add(indent + (pane.choice.lanes.shows(row, lanes) ? "[x] " : "[ ] "))
        line.add(TextWidth.pad(tag.glyph, to: 3), tag.style)
        let number = " " + Count.text(count) + (count == 1 ? " line" : " lines")
        let room = max(8, most - line.width - TextWidth.columns(of: number))
        let width = min(room, widest - TextWidth.columns(of: indent))
        line.add(TextWidth.pad(TextWidth.truncateStart(name, to: width), to: width), isCurrent ? .bold : .plain)
        line.add(number, Theme.faint)
        return line
    }
}
