import JobLogCore
import TerminalUI

/// The log of a job: a title, the timeline, and the rows with time, badge and message.
struct LogPaneView {
    let pane: LogPane
    /// What is known of its jobs.
    let jobs: [JobReading?]
    let now: Int64
    let keys: KeyMap
    let timeline: DrawnRow<LogTimelineView>

    private static let badgeWidth = 5
    /// The fewest rows of a log that leave room for the timeline, unless it is asked for.
    private static let roomyHeight = 26
    private static let leastHeight = 9

    /// The columns and rows for lines in an area.
    static func size(of pane: LogPane?, in area: Rect) -> Size {
        let height = pane.map { parts(of: $0, in: area).lines.height } ?? area.height - 1
        return Size(width: area.width, height: height)
    }

    static func showsTimeline(_ pane: LogPane, in area: Rect) -> Bool {
        // Two logs side by side are of two times.
        guard pane.comparison == nil, pane.timeline.isVisible, area.width >= 40, area.height >= leastHeight else {
            return false
        }
        return pane.wantsTimeline ?? (area.height >= roomyHeight)
    }

    /// The row of the title, that of the timeline where it is shown, and the rows of lines.
    static func parts(of pane: LogPane, in area: Rect) -> (title: Rect, timeline: Rect?, lines: Rect) {
        let (title, rest) = area.splitTop(1)
        guard showsTimeline(pane, in: area) else { return (title, nil, rest) }
        let (timeline, lines) = rest.splitTop(1)
        return (title, timeline, lines)
    }

    /// Lays the pane out for an area.
    static func settle(_ pane: inout LogPane?, in area: Rect, now: Int64) {
        guard let size = pane.map({ size(of: $0, in: area) }) else { return }
        pane?.nameLanes()
        let margin =
            pane.map {
                Self.margin(of: $0, time: timeWidth(of: $0, now: now, width: area.width), width: area.width)
            } ?? 0
        pane?.settle(width: area.width - margin, height: size.height)
    }

    /// The columns left of messages: pointer, time, writer, badge. Time gives way where there is no room.
    private static func margin(of pane: LogPane, time: Int, width: Int) -> Int {
        2 + (time > 0 ? time + 1 : 0) + laneWidth(of: pane, on: width) + badgeWidth + 1
    }

    private static func laneWidth(of pane: LogPane, on width: Int) -> Int {
        pane.comparison == nil ? pane.laneSheet.width(on: width) : ComparisonView.width(on: width)
    }

    private static func timeWidth(of pane: LogPane, now: Int64, width: Int) -> Int {
        pane.times.width(showsDates: width >= 60 && !isOfToday(pane, now))
    }

    private static func isOfToday(_ pane: LogPane, _ now: Int64) -> Bool {
        guard [.absolute, .asWritten].contains(pane.times.mode), pane.document.count > 0 else { return true }
        return [0, pane.document.count - 1].allSatisfy {
            ClockTime.isSameDay(pane.document[$0].time, now, utc: pane.times.isUTC)
        }
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let (titleArea, timeline, body) = Self.parts(of: pane, in: area)
        LogTitleView(pane: pane, job: jobs.count == 1 ? jobs[0] : nil, now: now, keys: keys)
            .draw(into: &buffer, titleArea, glyphs)
        if let timeline {
            let view = LogTimelineView(pane: pane, in: timeline)
            self.timeline.put(view, into: &buffer, y: timeline.y) { view.draw(into: &$0) }
        }
        guard !pane.visible.isEmpty else { return drawEmpty(into: &buffer, body) }
        let timeWidth = Self.timeWidth(of: pane, now: now, width: area.width)
        let margin = Self.margin(of: pane, time: timeWidth, width: area.width)
        let distances = pane.markDistances
        for (offset, place) in pane.visible.enumerated() where offset < body.height {
            let y = body.y + offset
            let rows = pane.rows(of: place.line)
            let line = pane[place.line]
            let id = Int32(line.id)
            let isCursor = place.line == pane.cursor
            // Of a line that begins above the screen, the first row that is seen has the pointer.
            if isCursor, place.row == 0 || offset == 0 { buffer.put(glyphs.pointer, x: 0, y: y, style: Theme.pointer) }
            let laneX = timeWidth > 0 ? timeWidth + 3 : 2
            if let comparison = pane.comparison {
                ComparisonView(comparison: comparison)
                    .draw(line.id, row: place.row, into: &buffer, x: laneX, y: y, screen: area.width)
            }
            if place.row == 0 {
                if pane.marked.contains(id) { buffer.put(glyphs.dot, x: 1, y: y, style: Theme.chip) }
                if pane.comparison == nil { drawLane(of: id, into: &buffer, x: laneX, y: y, screen: area.width) }
                if let entry = rows.entry {
                    let isAsWritten = pane.times.mode == .asWritten
                    if timeWidth > 0, let time = isAsWritten ? entry.timestamp : pane.document.facts(id).own {
                        draw(time, of: place.line, into: &buffer, y, timeWidth)
                    }
                    buffer.put(
                        entry.badge, x: margin - Self.badgeWidth - 1, y: y, style: Theme.badge(entry.level),
                        maxWidth: Self.badgeWidth)
                }
            }
            draw(rows.rows[place.row], into: &buffer, x: margin, y: y, width: body.width - margin)
            if place.row == 0, let distance = distances[id] {
                // How long it is since the mark before stands at the end of the row, over what is there.
                let text = LogTimes.distance(distance)
                let start = max(margin, body.width - TextWidth.columns(of: text) - 1)
                let isOver = (start..<body.width).contains { buffer[$0, y].base != Cell.blank.base }
                Spans((isOver ? "…" : " ") + text, Theme.chip).draw(
                    into: &buffer, x: start, y: y, maxWidth: body.width - start)
            }
            if let comparison = pane.comparison, comparison.sides[line.id] != .both {
                let style = ComparisonView.sign(of: comparison.sides[line.id]).1
                buffer.restyle(Rect(x: margin, y: y, width: body.width - margin, height: 1)) { cell in
                    if cell.foreground == .default { cell.foreground = style.foreground }
                }
            }
            // What is not asked for is there for its context only.
            if pane.choice.dims, !pane.choice.admits(id, pane.document.facts(id)) {
                buffer.restyle(Rect(x: 2, y: y, width: body.width - 2, height: 1)) { $0 = Theme.dimmed }
            }
        }
    }

    private func drawLane(of id: Int32, into buffer: inout CellBuffer, x: Int, y: Int, screen: Int) {
        let (glyph, name) = pane.laneSheet.widths(on: screen)
        guard glyph > 0 else { return }
        let tag = pane.laneSheet.tag(of: pane.document.facts(id))
        buffer.put(tag.glyph, x: x, y: y, style: tag.style, maxWidth: glyph)
        let text = TextWidth.truncate(tag.name, to: name)
        if name > 0 { buffer.put(text, x: x + glyph + 1, y: y, style: tag.style.plainer, maxWidth: name) }
    }

    private func draw(_ row: LogRows.Row, into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        let text = pane.wraps ? row.text : TextWidth.window(row.text, from: pane.offset, to: width)
        let used = buffer.put(text, x: x, y: y, style: row.style, maxWidth: width)
        paint(row.paints, of: row.text, from: pane.wraps ? 0 : pane.offset, into: &buffer, x: x, y: y, width: used)
        if !row.trailer.isEmpty, width - used > 4 {
            let trailer = TextWidth.truncate(row.trailer, to: width - used)
            let end = buffer.put(trailer, x: x + used, y: y, style: Theme.faint, maxWidth: width - used)
            paint(row.trailerPaints, of: row.trailer, from: 0, into: &buffer, x: x + used, y: y, width: end)
        }
    }

    /// Changes how parts of a text look, of which the columns from `offset` on are drawn.
    private func paint(
        _ paints: [PaintedText.Paint], of text: String, from offset: Int, into buffer: inout CellBuffer, x: Int, y: Int,
        width: Int
    ) {
        for paint in paints {
            let start = columns(of: text, upTo: paint.range.lowerBound) - offset
            let end = columns(of: text, upTo: paint.range.upperBound) - offset
            let columns = max(0, start)..<max(0, start, min(end, width))
            buffer.restyle(Rect(x: x + columns.lowerBound, y: y, width: columns.count, height: 1)) {
                $0 = $0.overlaid(by: paint.style)
            }
        }
    }

    private func columns(of text: String, upTo offset: Int) -> Int {
        TextWidth.columns(of: String(decoding: text.utf8.prefix(offset), as: UTF8.self))
    }

    private func draw(_ time: Int64, of line: Int, into buffer: inout CellBuffer, _ y: Int, _ width: Int) {
        let before = pane.times.mode == .sinceLine && line > 0 ? pane[line - 1].time : nil
        let text = pane.times.text(time, before: before, start: start(of: pane[line].source), now: now, width: width)
        buffer.put(text, x: 2, y: y, style: Theme.faint, maxWidth: width)
    }

    /// When a job began, as far as it is known.
    private func start(of source: Int) -> Int64? {
        if let comparison = pane.comparison { return comparison.starts[source] }
        let job = source < jobs.count ? jobs[source]?.snapshot : nil
        return job?.startedAt ?? job?.createdAt ?? (pane.document.count > 0 ? pane.document[0].time : nil)
    }

    private func told(_ sentence: KeySentence) -> String { sentence.text(keys, in: .log) }

    private func drawEmpty(into buffer: inout CellBuffer, _ area: Rect) {
        let text: String
        if let problem = pane.problem {
            text = "This log cannot be read: \(TerminalText.line(problem))"
        } else if !pane.isOpen {
            text = "Loading …"
        } else if pane.document.count == 0 {
            text = "No logs available yet"
        } else if pane.choice.inquiry?.isComplete == false {
            text = "Filtering …"
        } else if pane.choice.lanes.isLimited {
            text = told(
                "No lines of the jobs and workers that are shown: [lanes] chooses them, [removeFilter] shows all")
        } else if pane.choice.filters.isEmpty, pane.choice.range == nil {
            text = "No lines of level \(pane.choice.least.badge) or above: " + told("[debug] shows all")
        } else {
            let count = Count.text(pane.document.entryCount)
            text = "None of \(count) lines is asked for: " + told("[removeFilter] takes a filter off, [dim] dims")
        }
        let rows = TextWrap.rows(of: text, width: max(10, area.width - 4))
        for (offset, row) in rows.enumerated() {
            let x = area.x + max(0, (area.width - TextWidth.columns(of: String(row))) / 2)
            buffer.put(String(row), x: x, y: area.y + area.height / 3 + offset, style: Theme.faint)
        }
    }
}
