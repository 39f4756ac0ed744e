import JobLogCore
import TerminalUI

/// What one job is doing, on pages: overview, checkpoint, output, result, reasoning, attempts.
struct ActivityPanel {
    let reading: JobReading
    let job: JobSnapshot
    let tail: [LogGist]
    let stream: String?
    let facts: JobFacts?
    /// What was read of this job besides; nil when it was read of another.
    let details: PanelModel?
    let tab: PanelTab
    let top: Int
    let access: Access
    let keys: KeyMap
    let isFocused: Bool
    let now: Int64
    let isUTC: Bool

    /// The panel of the selected job; nil where none is selected.
    init?(_ model: AppModel) {
        guard let reading = model.jobs.selection else { return nil }
        self.reading = reading
        job = reading.snapshot.aged(to: model.agesAt)
        tail = model.jobs.selectionTail
        stream = model.jobs.stream(of: job.id)
        facts = model.jobs.facts(of: job.id)
        details = model.panel.job == job.id ? model.panel : nil
        tab = model.panel.tab
        top = model.panel.top
        access = model.access
        keys = model.settings.keys
        isFocused = model.focus == .panel
        now = model.agesAt
        isUTC = model.isUTC
    }

    /// Draws title and page.
    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        guard !area.isEmpty else { return }
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        drawTitle(into: &buffer, area, glyphs)
        let page = area.splitTop(1).rest
        let lines = lines(page, glyphs)
        // New text comes in at the end of the output: that is what is shown, until one scrolls up.
        let last = max(0, lines.count - page.height)
        let first = tab == .output ? max(0, last - top) : min(top, last)
        for (offset, line) in lines.dropFirst(first).prefix(page.height).enumerated() {
            line.draw(into: &buffer, x: page.x, y: page.y + offset, maxWidth: page.width)
        }
    }

    /// How far the page can be scrolled in an area, title included.
    func lastTop(in area: Rect) -> Int {
        let page = area.splitTop(1).rest
        return max(0, lines(page, Glyphs(isUnicode: true)).count - page.height)
    }

    private func lines(_ page: Rect, _ glyphs: Glyphs) -> [Spans] {
        switch tab {
        case .overview: overview(page, glyphs)
        case .checkpoint: checkpointPage(width: page.width, glyphs)
        case .output: outputPage(width: page.width, glyphs)
        case .result: resultPage(width: page.width, glyphs)
        case .reasoning: reasoningPage(width: page.width, glyphs)
        case .attempts: attemptsPage(glyphs)
        }
    }

    // MARK: - Title

    private func drawTitle(into buffer: inout CellBuffer, _ area: Rect, _ glyphs: Glyphs) {
        buffer.put(
            String(repeating: glyphs.rule, count: area.width), x: area.x, y: area.y,
            style: isFocused ? Theme.pointer : Theme.faint)
        let (tabs, x, tabsWidth) = placedTabs(in: area)
        tabs.draw(into: &buffer, x: x, y: area.y, maxWidth: tabsWidth)
        var words = [job.id.display]
        if let user = job.userID { words.append(TerminalText.line(user)) }
        words.append(job.stateWord + (elapsed.map { " " + $0 } ?? ""))
        if let worker = job.workers.first { words.append(TerminalText.line(worker)) }
        var title = Spans(" ")
        let room = area.width - 5 - tabsWidth
        title.add(
            TextWidth.truncate(words.joined(separator: " \(glyphs.separator) "), to: max(8, room - 2)), Theme.title)
        title.add(" ")
        title.draw(into: &buffer, x: area.x + 2, y: area.y, maxWidth: max(8, room))
    }

    /// The names of pages, where they begin, and the columns that they take.
    private func placedTabs(in area: Rect) -> (tabs: Spans, x: Int, width: Int) {
        let tabs = tabs(width: area.width)
        let most = area.width * 3 / 5
        return (tabs, tabs.start(endingAt: area.maxX - 1, maxWidth: most), min(tabs.width, most))
    }

    /// The page whose name stands at a column of the title; where only one is named, that is the way to the next.
    func tab(at x: Int, in area: Rect) -> PanelTab? {
        let (tabs, start, width) = placedTabs(in: area)
        guard x < start + width, let index = tabs.index(at: x - start), index > 0 else { return nil }
        let all = PanelTab.allCases
        if Self.namesAllTabs(in: area.width) { return all.indices.contains(index - 1) ? all[index - 1] : nil }
        return all[((all.firstIndex(of: tab) ?? 0) + 1) % all.count]
    }

    private static func namesAllTabs(in width: Int) -> Bool { width >= 110 }

    /// All pages where there is room, else the one that is shown.
    private func tabs(width: Int) -> Spans {
        let all = PanelTab.allCases
        var line = Spans(" ")
        guard Self.namesAllTabs(in: width) else {
            let place = (all.firstIndex(of: tab) ?? 0) + 1
            line.add(tab.rawValue, isFocused ? Theme.pointer : Theme.title)
            line.add(" \(place)/\(all.count) ", Theme.faint)
            return line
        }
        for other in all {
            let isShown = other == tab
            line.add(isShown ? "[\(other.rawValue)]" : " \(other.rawValue) ", isShown ? Theme.title : Theme.faint)
        }
        line.add(" ")
        return line
    }

    /// How long it runs, or how long it took.
    private var elapsed: String? {
        guard let start = job.startedAt ?? job.createdAt else { return nil }
        let end = job.completedAt ?? job.failedAt ?? (job.state?.isTerminal == true ? job.updatedAt : nil) ?? now
        // Less than a second says nothing.
        return end - start < 1_000 ? nil : Durations.text((end - start) / 1_000 * 1_000)
    }

    // MARK: - What pages are made of

    /// A name and a value on one line.
    func field(_ name: String, _ value: String, _ style: Style = .plain) -> Spans {
        var line = Spans(" " + TextWidth.pad(name, to: 12), Theme.faint)
        line.add(TerminalText.line(value), style)
        return line
    }

    /// A name and a value in full, over as many lines as it takes.
    func fields(_ name: String, _ value: String, width: Int, _ style: Style = .plain) -> [Spans] {
        let rows = TerminalText.lines(value).flatMap { line in
            TextWrap.rows(of: line, width: max(10, width - 14)).map(String.init)
        }
        return rows.enumerated().map { index, row in
            var line = Spans(" " + TextWidth.pad(index == 0 ? name : "", to: 12), Theme.faint)
            line.add(row, style)
            return line
        }
    }

    func time(_ time: Int64?) -> String { time.map { ClockTime.time($0, utc: isUTC) } ?? "" }

    /// Some data as a tree; what has just changed stands out.
    func tree(_ value: JSONValue, changed: Set<String> = []) -> [Spans] {
        DataTree.lines(value).map { line in
            let isChanged = changed.contains(line.path) && !line.value.isEmpty
            var spans = Spans(isChanged ? " * " : "   ", Theme.marked)
            spans.add(String(repeating: "  ", count: line.depth))
            if let key = line.key { spans.add(TerminalText.line(key) + ": ", Theme.faint) }
            spans.add(TerminalText.line(line.value), isChanged ? Theme.changed : line.style)
            return spans
        }
    }
}
