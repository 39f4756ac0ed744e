import JobLogCore
import TerminalUI

/// What a search through all logs found: a title, and the jobs with their lines.
struct SearchResultsView {
    let results: JobResults
    let jobs: JobsModel
    let isUTC: Bool
    let now: Int64

    private static let badgeWidth = 5

    /// The rows of an area that results have, below title and status.
    static func body(of area: Rect) -> Rect { area.splitTop(2).rest }

    /// The rows for results in an area.
    static func height(in area: Rect) -> Int { max(1, body(of: area).height) }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        drawTitle(into: &buffer, area, glyphs)
        status.draw(into: &buffer, x: area.x + 1, y: area.y + 1, maxWidth: area.width - 2)
        let body = Self.body(of: area)
        guard results.count > 0 else { return drawEmpty(into: &buffer, body) }
        for (offset, index) in results.visible.enumerated() where offset < body.height {
            let y = body.y + offset
            if index == results.cursor { buffer.put(glyphs.pointer, x: area.x, y: y, style: Theme.pointer) }
            switch results.row(index) {
            case .header(let group):
                let isChosen = index == results.cursor
                header(results.groups[group], isChosen: isChosen, isNarrow: area.width < 60).draw(
                    into: &buffer, x: area.x + 2, y: y, maxWidth: area.width - 3)
            case .hit(let group, let place):
                draw(
                    results.groups[group].hits[place], into: &buffer,
                    Rect(x: area.x, y: y, width: area.width, height: 1))
            }
        }
    }

    // MARK: - Title

    private func drawTitle(into buffer: inout CellBuffer, _ area: Rect, _ glyphs: Glyphs) {
        buffer.put(String(repeating: glyphs.rule, count: area.width), x: area.x, y: area.y, style: Theme.faint)
        var right = Spans(" ")
        if results.count > 0 { right.add("\(Count.text(results.place))/\(Count.text(results.hitCount)) ") }
        if results.isRunning { right.add("searching ", Theme.link) }
        if right.width == 1 { right = Spans() }
        right.draw(into: &buffer, endingAt: area.maxX - 2, y: area.y, maxWidth: area.width / 2)
        var left = Spans(" ")
        left.add(area.width >= 60 ? "Logs of all jobs " : "", Theme.title)
        left.add((results.order.isLiteral ? "/text " : "/") + TerminalText.line(results.order.text) + " ", Theme.link)
        left.draw(into: &buffer, x: area.x + 2, y: area.y, maxWidth: area.width - 6 - right.width)
    }

    /// What was found, how far the search is, and how it ended.
    private var status: Spans {
        let progress = results.progress
        var line = Spans(end, endStyle)
        line.add("\(Self.count(progress.hits, "hit")) in \(Self.count(progress.jobsWithHits, "job"))", .bold)
        line.add("  searched " + searched, Theme.faint)
        if progress.unreadable > 0 {
            line.add("  \(Self.count(progress.unreadable, "log")) could not be read", Theme.problem)
        }
        if let incomplete = progress.incomplete { line.add("  " + TerminalText.line(incomplete), Theme.problem) }
        return line
    }

    private var searched: String {
        let progress = results.progress
        let isAll = progress.isListed && progress.jobs >= progress.known
        let jobs = isAll ? Count.text(progress.jobs) : "\(Count.text(progress.jobs))/\(Count.text(progress.known))"
        return jobs + (progress.isListed ? " jobs, " : "+ jobs, ")
            + "\(Self.count(progress.lines, "line")), \(ByteCount.text(progress.bytes))"
    }

    private var end: String {
        switch results.end {
        case nil, .complete: ""
        case .cancelled: "Stopped. "
        case .full: "As much as is kept. "
        case .tooSlow(let sentence), .failed(let sentence, _): TerminalText.line(sentence) + " "
        }
    }

    private var endStyle: Style { Theme.caution }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(Count.text(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    // MARK: - Rows

    private func header(_ group: ResultGroup, isChosen: Bool, isNarrow: Bool) -> Spans {
        let job = (jobs[group.id]?.snapshot ?? group.job)?.aged(to: now)
        var line = Spans(group.id.display, isChosen ? Theme.pointer : Theme.title)
        if let job {
            line.add("  " + job.stateWord, Theme.state(job))
            // Where there is little room, the number of hits is worth more than the type.
            if !isNarrow, let type = job.type { line.add("  " + TerminalText.line(type)) }
            if let heard = job.lastHeard {
                line.add("  \(RelativeTime.age(max(0, now - heard)))\(isNarrow ? "" : " ago")", Theme.faint)
            }
        }
        let shown = group.hits.count < group.count ? "\(Count.text(group.hits.count)) newest of " : ""
        line.add("  \(shown)\(Self.count(group.count, "hit"))", Theme.link)
        if group.isPartial { line.add("  older lines not searched", Theme.problem) }
        return line
    }

    private func draw(_ hit: ResultHit, into buffer: inout CellBuffer, _ area: Rect) {
        var x = area.x + 4
        if area.width >= 50 {
            let isToday = ClockTime.date(hit.time, utc: isUTC) == ClockTime.date(now, utc: isUTC)
            let date = isToday || area.width < 70 ? "" : ClockTime.date(hit.time, utc: isUTC).suffix(5) + " "
            x += buffer.put(date + ClockTime.time(hit.time, utc: isUTC), x: x, y: area.y, style: Theme.faint) + 1
        }
        buffer.put(hit.badge, x: x, y: area.y, style: Theme.badge(hit.level), maxWidth: Self.badgeWidth)
        x += Self.badgeWidth + 1
        let width = area.maxX - 1 - x
        guard width > 4 else { return }
        // What was found is in sight, with some of what stands before it.
        let found = hit.spans.first.map { columns(hit.text, upTo: $0.upperBound) } ?? 0
        let start = hit.spans.first.map { columns(hit.text, upTo: $0.lowerBound) } ?? 0
        let from = found > width ? max(0, start - width / 3) : 0
        let text = TextWidth.window(hit.text, from: from, to: width)
        let used = buffer.put(text, x: x, y: area.y, style: Theme.message(hit.level), maxWidth: width)
        for span in hit.spans {
            let first = max(0, columns(hit.text, upTo: span.lowerBound) - from)
            let last = min(used, columns(hit.text, upTo: span.upperBound) - from)
            guard first < last else { continue }
            buffer.restyle(Rect(x: x + first, y: area.y, width: last - first, height: 1)) {
                $0 = $0.overlaid(by: Theme.found)
            }
        }
    }

    private func columns(_ text: String, upTo offset: Int) -> Int {
        TextWidth.columns(of: String(decoding: text.utf8.prefix(offset), as: UTF8.self))
    }

    private func drawEmpty(into buffer: inout CellBuffer, _ area: Rect) {
        let text =
            results.isRunning
            ? "Searching …"
            : "Not found: \(TerminalText.line(results.order.text)) — searched " + searched
        for (offset, row) in TextWrap.rows(of: text, width: max(10, area.width - 4)).enumerated() {
            let x = area.x + max(0, (area.width - TextWidth.columns(of: String(row))) / 2)
            buffer.put(String(row), x: x, y: area.y + area.height / 3 + offset, style: Theme.faint)
        }
    }
}
