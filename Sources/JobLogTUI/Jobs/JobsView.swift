import JobLogCore
import TerminalUI

/// The list of jobs, and below it what the selected one is doing.
struct JobsView {
    let model: AppModel

    private static let table = Table([
        Table.Column("", .fixed(1)), Table.Column("STATE", .fixed(9)), Table.Column("JOB", .share(3, least: 14)),
        Table.Column("PROGRESS", .fixed(11)), Table.Column("AGE", .fixed(6), trailing: true),
    ])
    private static let wideTable = Table([
        Table.Column("", .fixed(1)), Table.Column("STATE", .fixed(9)), Table.Column("JOB", .share(5, least: 20)),
        Table.Column("TYPE", .share(1, least: 8)), Table.Column("STEP", .share(4, least: 14)),
        Table.Column("PROGRESS", .fixed(11)), Table.Column("AGE", .fixed(6), trailing: true),
    ])

    /// The rows that the activity panel takes of a screen.
    static func panelHeight(of size: Size) -> Int {
        switch size.height {
        case ..<14: 0
        case ..<20: 5
        case ..<30: 8
        default: size.height * 2 / 5
        }
    }

    /// The rows of jobs that fit on a screen: all but header, titles, panel and footer.
    static func listHeight(of size: Size) -> Int { size.height - 3 - panelHeight(of: size) }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let (list, panel) = area.splitBottom(Self.panelHeight(of: model.size))
        let (titles, rows) = list.splitTop(1)
        guard !model.jobs.shown.isEmpty else {
            EmptyJobsView(model: model).draw(into: &buffer, area)
            return
        }
        let table = area.width < 70 ? Self.table : Self.wideTable
        table.drawHeader(into: &buffer, x: titles.x, y: titles.y, width: titles.width)
        for (offset, id) in model.jobs.visible.enumerated() where offset < rows.height {
            guard let job = model.jobs[id] else { continue }
            let isSelected = id == model.jobs.selected
            table.draw(
                cells(
                    job, isSelected: isSelected, isWide: area.width >= 70, glyphs: Glyphs(isUnicode: buffer.isUnicode)),
                into: &buffer, x: rows.x, y: rows.y + offset, width: rows.width)
        }
        if let job = model.jobs.selection, !panel.isEmpty {
            ActivityPanel(
                job: job, tail: model.jobs.selectionTail, stream: model.jobs.stream(of: job.snapshot.id),
                now: model.agesAt, isUTC: model.isUTC
            ).draw(into: &buffer, panel)
        }
    }

    private func cells(_ reading: JobReading, isSelected: Bool, isWide: Bool, glyphs: Glyphs) -> [Spans] {
        let job = reading.snapshot.aged(to: model.agesAt)
        let text = { (value: String?) in Spans(value.map { TerminalText.line($0) } ?? glyphs.none) }
        // The name alone is bold, not the row: that is what a step through the list has to send anew.
        var name = Spans(job.id.display, isSelected ? .bold : .plain)
        if reading.isEventsOnly { name.add(" events only", Theme.faint) }
        if !reading.problems.isEmpty { name.add(" !", Theme.state(job)) }
        var cells = [
            Spans(isSelected ? glyphs.pointer : " ", Theme.pointer), Spans(job.stateWord, Theme.state(job)), name,
        ]
        if isWide { cells += [text(job.type), text(job.step)] }
        cells += [
            progress(job, glyphs), Spans(job.lastHeard.map { RelativeTime.age(max(0, model.agesAt - $0)) } ?? ""),
        ]
        return cells
    }

    private func progress(_ job: JobSnapshot, _ glyphs: Glyphs) -> Spans {
        guard let percent = job.progress else { return Spans(glyphs.none, Theme.faint) }
        var cell = Spans(ProgressBar(fraction: percent / 100).text(width: 6, glyphs: glyphs), Theme.bar(job))
        cell.add(TextWidth.padStart("\(Int(percent.rounded(.down)))%", to: 5))
        return cell
    }
}

/// What stands where there are no jobs: why, and what to do.
struct EmptyJobsView {
    let model: AppModel

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let lines = lines.flatMap { line in
            TextWrap.rows(of: line.text, width: max(10, area.width - 4)).map { (String($0), line.style) }
        }
        var y = area.y + max(0, (area.height - lines.count) / 2)
        for (text, style) in lines where y < area.maxY {
            let x = area.x + max(0, (area.width - TextWidth.columns(of: text)) / 2)
            buffer.put(text, x: x, y: y, style: style, maxWidth: area.width)
            y += 1
        }
    }

    private var lines: [(text: String, style: Style)] {
        switch model.connection {
        case .connecting:
            return [("Connecting to \(model.sourceName) …", Theme.title)]
        case .reconnecting(let attempt, let reason):
            return [
                ("Cannot reach Redis at \(model.sourceName), retrying (\(attempt))", Theme.title), ("", .plain),
                (TerminalText.line(reason), Theme.faint),
            ]
        case .disconnected(let reason):
            return [
                ("Redis at \(model.sourceName) refuses us, retrying", Theme.title), ("", .plain),
                (TerminalText.line(reason), Theme.faint),
            ]
        case .online:
            if let listing = model.jobs.listing {
                return [("Looking for jobs … \(Int(listing * 100)) %", Theme.title)]
            }
            if model.jobs.totals.all > 0 {
                let all = model.jobs.totals.all
                return [
                    ("No active jobs", Theme.title), ("", .plain),
                    ("\(all) \(all == 1 ? "job has" : "jobs have") ended: press a to see all.", Theme.faint),
                ]
            }
            return [
                ("No jobs yet", Theme.title), ("", .plain),
                ("Looked for job:index, job:logs:*, job:state:*, checkpoint:*, job:reasoning:*.", Theme.faint),
                ("A job appears here by itself as soon as a worker writes of it.", Theme.faint),
            ]
        }
    }
}
