import JobLogCore
import TerminalUI

/// The log of a job: a title, and the rows with time, badge and message.
struct LogPaneView {
    let pane: LogPane
    let job: JobReading?
    let now: Int64

    private static let badgeWidth = 5

    /// The rows for lines in an area.
    static func height(of area: Rect) -> Int { area.height - 1 }

    /// The columns for messages in an area.
    static func messageWidth(of pane: LogPane, now: Int64, width: Int) -> Int {
        width - margin(of: pane, now: now, width: width)
    }

    /// The columns left of messages: pointer, time, badge. Time gives way where there is no room.
    private static func margin(of pane: LogPane, now: Int64, width: Int) -> Int {
        let time = timeWidth(of: pane, now: now, width: width)
        return 2 + (time > 0 ? time + 1 : 0) + badgeWidth + 1
    }

    private static func timeWidth(of pane: LogPane, now: Int64, width: Int) -> Int {
        switch pane.timeMode {
        case .off: 0
        case .relative: 7
        case .absolute: isOfToday(pane, now) || width < 60 ? 8 : 14
        }
    }

    private static func isOfToday(_ pane: LogPane, _ now: Int64) -> Bool {
        let today = ClockTime.date(now, utc: pane.isUTC)
        let ends = [pane.document.lines.first, pane.document.lines.last].compactMap(\.self)
        return ends.allSatisfy { ClockTime.date($0.time, utc: pane.isUTC) == today }
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        let (titleArea, body) = area.splitTop(1)
        drawTitle(into: &buffer, titleArea, glyphs)
        guard !pane.visible.isEmpty else { return drawEmpty(into: &buffer, body) }
        let timeWidth = Self.timeWidth(of: pane, now: now, width: area.width)
        let margin = Self.margin(of: pane, now: now, width: area.width)
        for (offset, place) in pane.visible.enumerated() where offset < body.height {
            let y = body.y + offset
            let rows = pane.rows(of: place.line)
            let isCursor = place.line == pane.cursor
            if isCursor, place.row == 0 { buffer.put(glyphs.pointer, x: 0, y: y, style: Theme.pointer) }
            if place.row == 0, let entry = rows.entry {
                if timeWidth > 0, let time = entry.timestamp { drawTime(time, into: &buffer, y, timeWidth) }
                buffer.put(
                    entry.badge, x: margin - Self.badgeWidth - 1, y: y, style: Theme.badge(entry.level),
                    maxWidth: Self.badgeWidth)
            }
            draw(rows.rows[place.row], into: &buffer, x: margin, y: y, width: body.width - margin)
        }
    }

    private func draw(_ row: LogRows.Row, into buffer: inout CellBuffer, x: Int, y: Int, width: Int) {
        let text = pane.wraps ? row.text : TextWidth.window(row.text, from: pane.offset, to: width)
        let used = buffer.put(text, x: x, y: y, style: row.style, maxWidth: width)
        if !row.trailer.isEmpty, width - used > 4 {
            let trailer = TextWidth.truncate(row.trailer, to: width - used)
            buffer.put(trailer, x: x + used, y: y, style: Theme.faint, maxWidth: width - used)
        }
    }

    private func drawTime(_ own: Int64, into buffer: inout CellBuffer, _ y: Int, _ width: Int) {
        let text =
            switch pane.timeMode {
            case .off: ""
            case .relative: TextWidth.padStart(own > now ? "ahead" : RelativeTime.age(now - own), to: width)
            case .absolute:
                width > 8
                    ? ClockTime.date(own, utc: pane.isUTC).suffix(5) + " " + ClockTime.time(own, utc: pane.isUTC)
                    : ClockTime.time(own, utc: pane.isUTC)
            }
        buffer.put(text, x: 2, y: y, style: Theme.faint, maxWidth: width)
    }

    private func drawTitle(into buffer: inout CellBuffer, _ area: Rect, _ glyphs: Glyphs) {
        let rule = glyphs.rule
        buffer.put(String(repeating: rule, count: area.width), x: area.x, y: area.y, style: Theme.faint)
        let name = "Logs for job \(pane.id.display)"
        var right = status(glyphs)
        // Where there is little room, the job's name is worth more than the place in its log.
        if pane.count > 0, area.width - 8 - TextWidth.columns(of: name) >= right.width + 12 || area.width >= 60 {
            right.add("\(pane.cursor + 1)/\(pane.count) ", .plain)
        }
        let rightWidth = min(right.width, area.width / 2)
        right.draw(into: &buffer, endingAt: area.maxX - 2, y: area.y, maxWidth: rightWidth)
        var left = Spans(" ")
        left.add(name, Theme.title)
        if let job = job?.snapshot.aged(to: now) {
            left.add(" \(glyphs.separator) ", Theme.faint)
            left.add(job.stateWord, Theme.state(job))
            if let progress = job.progress { left.add(" \(Int(progress.rounded(.down)))%") }
            if let step = job.step, job.state?.isTerminal != true {
                left.add(" " + TerminalText.line(step), Theme.faint)
            }
        }
        left.add(" ")
        left.draw(into: &buffer, x: area.x + 2, y: area.y, maxWidth: area.width - 6 - rightWidth)
    }

    /// Which lines are shown, and whether their end is followed.
    private func status(_ glyphs: Glyphs) -> Spans {
        var status = Spans(" ")
        if pane.problem != nil, pane.count > 0 {
            status.add("cannot be read now ", Style(.yellow, on: .default, .bold))
        }
        if pane.leastLevel > .debug { status.add("[\(pane.leastLevel.badge)+] ", Theme.badge(pane.leastLevel)) }
        if pane.isFollowing {
            status.add("following ", Theme.link)
        } else if pane.newCount > 0 {
            status.add("\(pane.newCount) new \(glyphs.down) ", Theme.pointer)
        } else if pane.count > 0 {
            status.add("paused ", Theme.faint)
        }
        return status
    }

    private func drawEmpty(into buffer: inout CellBuffer, _ area: Rect) {
        let text: String
        if let problem = pane.problem {
            text = "This log cannot be read: \(TerminalText.line(problem))"
        } else if !pane.isOpen {
            text = "Loading …"
        } else if pane.leastLevel > .debug {
            text = "No lines of level \(pane.leastLevel.badge) or above: 1 shows all"
        } else {
            text = "No logs available yet"
        }
        let rows = TextWrap.rows(of: text, width: max(10, area.width - 4))
        for (offset, row) in rows.enumerated() {
            let x = area.x + max(0, (area.width - TextWidth.columns(of: String(row))) / 2)
            buffer.put(String(row), x: x, y: area.y + area.height / 3 + offset, style: Theme.faint)
        }
    }
}
