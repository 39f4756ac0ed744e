import JobLogCore
import TerminalUI

/// The title of a log: the job, what limits the lines, what was found, and the place in the log.
struct LogTitleView {
    let pane: LogPane
    let job: JobReading?
    let now: Int64
    let keys: KeyMap

    func draw(into buffer: inout CellBuffer, _ area: Rect, _ glyphs: Glyphs) {
        let rule = glyphs.rule
        buffer.put(String(repeating: rule, count: area.width), x: area.x, y: area.y, style: Theme.faint)
        let (right, x, rightWidth) = placedStatus(in: area, glyphs)
        right.spans.draw(into: &buffer, x: x, y: area.y, maxWidth: rightWidth)
        var left = Spans(" ")
        if let comparison = pane.comparison {
            for span in ComparisonView(comparison: comparison).title().spans { left.add(span.text, span.style) }
        } else {
            // Where there is little room, the job's name is what counts.
            let room = area.width - 7 - rightWidth
            let isTight = !pane.isMerged && room < TextWidth.columns(of: name)
            left.add(isTight && area.width < 60 ? "Logs \(pane.id.display)" : name, Theme.title)
        }
        if let job = job?.snapshot.aged(to: now) {
            left.add(" \(glyphs.separator) ", Theme.faint)
            left.add(job.stateWord, Theme.state(job))
            if let progress = job.progress { left.add(" " + Percent.text(progress)) }
            if let step = job.step, job.state?.isTerminal != true {
                left.add(" " + TerminalText.line(step), Theme.faint)
            }
        }
        addLegend(to: &left)
        left.add(" ")
        left.draw(into: &buffer, x: area.x + 2, y: area.y, maxWidth: area.width - 6 - rightWidth)
    }

    private var name: String {
        pane.isMerged ? "Logs of \(pane.jobs.count) jobs" : "Logs for job \(pane.id.display)"
    }

    /// What limits the lines, what was found and the place, where that begins, and the columns that it takes.
    private func placedStatus(in area: Rect, _ glyphs: Glyphs) -> (status: Status, x: Int, width: Int) {
        var status = status(glyphs, width: area.width)
        // Where there is little room, the job's name is worth more than the place in its log.
        let isRoomy = area.width - 8 - TextWidth.columns(of: name) >= status.spans.width + 12 || area.width >= 60
        if pane.count > 0, isRoomy { status.spans.add("\(pane.cursor + 1)/\(pane.count) ", .plain) }
        let most = pane.choice.isLimited ? area.width * 2 / 3 : area.width / 2
        let x = status.spans.start(endingAt: area.maxX - 2, maxWidth: most)
        return (status, x, min(status.spans.width, most))
    }

    /// The chip at a column of the title.
    func chip(at x: Int, in area: Rect) -> Chip? {
        let (status, start, width) = placedStatus(in: area, Glyphs(isUnicode: true))
        guard x < start + width, let index = status.spans.index(at: x - start) else { return nil }
        return status.chips[index]
    }

    /// A part of the title that something can be done to.
    enum Chip: Sendable, Hashable {
        case limit(FiltersDialog.Row)
        /// The choice of jobs and workers.
        case lanes
        /// Whether the end is followed.
        case follow
    }

    /// The right part of the title.
    private struct Status {
        var spans = Spans(" ")
        /// Which of the spans are chips, by their places.
        var chips: [Int: Chip] = [:]

        mutating func add(_ text: String, _ style: Style, _ chip: Chip? = nil) {
            chips[spans.spans.count] = chip
            spans.add(text, style)
        }
    }

    /// Who is who among those that wrote the lines.
    private func addLegend(to line: inout Spans) {
        let sheet = pane.laneSheet
        guard sheet.isShown, pane.comparison == nil else { return }
        let lanes = pane.document.lanes
        for row in LanesDialog.rows(of: pane) {
            let tag: LogLaneSheet.Tag
            switch row {
            case .source(let source): tag = sheet.sources[source]
            case .lane(let lane) where !pane.isMerged: tag = sheet.lanes[Int(lane)]
            case .lane: continue
            }
            let isShown = pane.choice.lanes.shows(row, lanes)
            line.add("  \(tag.glyph)", isShown ? tag.style : Theme.faint)
            line.add(" \(TextWidth.truncate(tag.name, to: 20))", isShown ? tag.style.plainer : Theme.faint)
        }
    }

    /// A limit of the lines: one that does not count for now stands in round brackets.
    private static func chip(_ text: String, isOff: Bool) -> String { isOff ? "(\(text))" : "[\(text)]" }

    /// Which lines are shown, and whether their end is followed.
    private func status(_ glyphs: Glyphs, width: Int) -> Status {
        var status = Status()
        if pane.problem != nil, pane.count > 0 {
            let lost = pane.sources.indices.filter { pane.sources[$0].problem != nil }
            let names = pane.isMerged ? lost.map { pane.laneSheet.sources[$0].glyph }.joined(separator: " ") + " " : ""
            status.add("\(names)cannot be read now ", Theme.caution)
        }
        let choice = pane.choice
        if let comparison = pane.comparison, !pane.outdated.isEmpty {
            let time = ClockTime.time(comparison.readAt, utc: pane.times.isUTC)
            let key = keys.word(for: .refresh, in: .log)
            let long = "compared until \(time), \(key) compares anew "
            let note = width >= 100 ? long : width >= 60 ? "until \(time), \(key) anew " : "old: \(key) "
            status.add(note, Theme.caution)
        }
        if let comparison = pane.comparison, comparison.differenceCount > 0, width >= 60 {
            let count = comparison.differenceCount
            status.add("\(Count.text(count)) \(count == 1 ? "difference" : "differences") ", Theme.link)
        }
        for (index, filter) in choice.filters.enumerated() {
            let text = "&" + TextWidth.truncate(TerminalText.line(filter.text), to: 20)
            status.add(
                Self.chip(text, isOff: filter.isOff) + " ", filter.isOff ? Theme.faint : Theme.chip,
                .limit(.filter(index)))
        }
        if choice.lanes.isLimited {
            let (shown, all) = LanesDialog.counts(of: pane)
            status.add("[\(shown)/\(all) lanes] ", Theme.chip, .lanes)
        }
        if let range = choice.range {
            let text = TerminalText.line(range.text)
            status.add(
                Self.chip(text, isOff: range.isOff) + " ", range.isOff ? Theme.faint : Theme.chip,
                .limit(.range))
        }
        if let level = choice.leastOff { status.add("(\(level.badge)+) ", Theme.faint, .limit(.level)) }
        if choice.least > .debug { status.add("[\(choice.least.badge)+] ", Theme.badge(choice.least), .limit(.level)) }
        if choice.isLimited, choice.dims { status.add("dimmed ", Theme.faint) }
        if let count = pane.hitCount, let pattern = pane.search?.pattern {
            status.add("/\(TextWidth.truncate(TerminalText.line(pattern.text), to: 20)) \(count) ", Theme.link)
        }
        if let elapsed = pane.elapsed {
            let span = LogTimes.distance(elapsed.milliseconds)
            let between =
                width < 100
                ? "\(glyphs.dot)\(glyphs.dot) \(span) " : "\(pane.marked.count) marks, \(span.dropFirst()) apart "
            status.add(elapsed.isToCursor ? "\(glyphs.dot) \(span) " : between, Theme.chip)
        }
        if pane.comparison != nil { return status }
        // What limits the lines counts more than where one is, and half a word says nothing.
        if width < 60, choice.isLimited || pane.search != nil, status.spans.width > 12 { return status }
        if pane.isFollowing {
            status.add("following ", Theme.link, .follow)
        } else if pane.newCount > 0 {
            status.add("\(pane.newCount) new \(glyphs.down) ", Theme.pointer, .follow)
        } else if pane.count > 0 {
            status.add("paused ", Theme.faint, .follow)
        }
        return status
    }
}
