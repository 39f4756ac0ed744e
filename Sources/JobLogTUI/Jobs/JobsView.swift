import JobLogCore
import TerminalUI

/// The list of jobs: titles, and a row a job.
struct JobsView {
    let model: AppModel

    /// The row of the titles, and the rows of the jobs.
    static func parts(of area: Rect) -> (titles: Rect, rows: Rect) {
        let (titles, rows) = area.splitTop(1)
        return (titles, rows)
    }

    private func table(in area: Rect) -> (columns: [JobColumn], table: Table) {
        let columns = JobColumn.fitting(model.jobs.columns, in: area.width, idWidth: model.jobs.idWidth)
        return (columns, JobColumn.table(columns, in: area.width, idWidth: model.jobs.idWidth))
    }

    /// Whether titles are shown, and not a filter in their place.
    var showsTitles: Bool { model.filterInput == nil && model.jobs.filter.isEmpty }

    /// The column of jobs at a column of the screen; what stands beside a title counts for it.
    func column(at x: Int, in area: Rect) -> JobColumn? {
        let (columns, table) = table(in: area)
        let places = table.places(x: area.x, width: area.width).dropFirst()
        return zip(columns, places).first { x >= $1.lowerBound && x <= $1.upperBound && !$1.isEmpty }?.0
    }

    /// Draws the list into an area, titles included.
    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let (titles, rows) = Self.parts(of: area)
        let (columns, table) = table(in: area)
        drawTitles(columns, table, into: &buffer, titles)
        guard model.jobs.count > 0 else {
            EmptyJobsView(model: model).draw(into: &buffer, rows)
            return
        }
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        for (offset, id) in model.jobs.visible.enumerated() where offset < rows.height {
            guard let reading = model.jobs[id] else { continue }
            let row = JobRow(
                reading: reading, facts: model.jobs.facts(of: id), isSelected: id == model.jobs.selected,
                isMarked: model.jobs.isMarked(id), isWatched: model.alerts.watched.contains(id),
                showsStep: columns.contains(.step), now: model.agesAt, glyphs: glyphs)
            table.draw(
                [row.sign] + columns.map(row.cell), into: &buffer, x: rows.x, y: rows.y + offset, width: rows.width)
        }
    }

    private func drawTitles(_ columns: [JobColumn], _ table: Table, into buffer: inout CellBuffer, _ area: Rect) {
        guard let input = model.filterInput else {
            guard !model.jobs.filter.isEmpty else {
                return table.drawHeader(into: &buffer, x: area.x, y: area.y, width: area.width)
            }
            return drawFilter(model.jobs.filter.text, into: &buffer, area)
        }
        drawFilter(input.text, into: &buffer, area)
    }

    /// What is typed, or which jobs are left out: in the place of the titles.
    private func drawFilter(_ text: String, into buffer: inout CellBuffer, _ area: Rect) {
        let count = Spans("\(Count.text(model.jobs.count)) of \(Count.text(model.jobs.totals.all)) ", Theme.faint)
        buffer.put("/", x: area.x + 1, y: area.y, style: Theme.pointer)
        count.draw(into: &buffer, endingAt: area.maxX, y: area.y, maxWidth: area.width / 2)
        let room = max(1, area.width - 4 - count.width)
        let input = model.filterInput ?? TextInput(text)
        input.draw(into: &buffer, x: area.x + 2, y: area.y, width: room, style: .bold)
    }

    /// Where the cursor stands while a filter is typed.
    func cursor(in area: Rect) -> Point? {
        guard let input = model.filterInput else { return nil }
        var scratch = CellBuffer(size: Size(width: area.width, height: 1))
        let count = "\(Count.text(model.jobs.count)) of \(Count.text(model.jobs.totals.all)) "
        let place = input.draw(into: &scratch, x: 2, y: 0, width: max(1, area.width - 4 - count.utf8.count))
        return Point(x: area.x + place.x, y: area.y)
    }
}

/// A row of the list: what stands in each column for a job.
struct JobRow {
    private let reading: JobReading
    private let job: JobSnapshot
    private let facts: JobFacts?
    private let isSelected: Bool
    private let isMarked: Bool
    private let isWatched: Bool
    /// Whether a request stands in the place of the step.
    private let showsStep: Bool
    private let now: Int64
    private let glyphs: Glyphs

    init(
        reading: JobReading, facts: JobFacts?, isSelected: Bool, isMarked: Bool, isWatched: Bool, showsStep: Bool,
        now: Int64, glyphs: Glyphs
    ) {
        self.showsStep = showsStep
        self.reading = reading
        job = reading.snapshot.aged(to: now)
        self.facts = facts
        self.isSelected = isSelected
        self.isMarked = isMarked
        self.isWatched = isWatched
        self.now = now
        self.glyphs = glyphs
    }

    /// Pointer or mark.
    var sign: Spans {
        if isSelected { return Spans(glyphs.pointer, isMarked ? Theme.marked : Theme.pointer) }
        return isMarked ? Spans(glyphs.mark, Theme.marked) : Spans()
    }

    func cell(_ column: JobColumn) -> Spans {
        switch column {
        case .state: Spans(job.stateWord, Theme.state(job))
        case .job: name
        case .type: text(job.type)
        case .owner: text(job.userID)
        case .step: job.requested.map { Spans("\($0.rawValue) requested", Theme.marked) } ?? text(job.step)
        case .counts: counts
        case .activity: activity
        case .progress: progress
        case .rate: Spans(job.state == .running ? facts?.rate.map(Self.rate) ?? "" : "", Theme.faint)
        case .left: Spans(facts?.timeLeft(of: job, now: now).map { RelativeTime.age($0) } ?? "")
        case .workers: workers
        case .age: Spans(job.lastHeard.map { RelativeTime.age(max(0, now - $0)) } ?? "")
        }
    }

    private func text(_ value: String?) -> Spans {
        Spans(value.map { TerminalText.line($0) } ?? glyphs.none, value == nil ? Theme.faint : .plain)
    }

    private var name: Spans {
        // The name alone is bold, not the row: that is what a step through the list has to send anew. A mark is told by
        // its sign in front, but the selected row has the pointer there.
        var name = Spans(isSelected && isMarked ? "\(glyphs.mark) " : "", Theme.marked)
        if isWatched { name.add("\(glyphs.watched) ", Theme.marked) }
        name.add(job.id.display, isSelected ? .bold : .plain)
        if let requested = job.requested, !showsStep { name.add(" \(requested.rawValue) requested", Theme.marked) }
        if reading.isEventsOnly { name.add(" events only", Theme.faint) }
        if !reading.problems.isEmpty { name.add(" !", Theme.state(job)) }
        return name
    }

    private var activity: Spans {
        guard let lines = facts?.activity(now: now), lines.contains(where: { $0 > 0 }) else { return Spans() }
        return Spans(Sparkline(lines).text(glyphs: glyphs), Theme.link)
    }

    private var counts: Spans {
        guard let facts else { return Spans() }
        // Where only a part of the log was counted there may be more.
        let more = facts.isPartial ? "+" : ""
        guard facts.errors + facts.warnings > 0 else { return Spans(facts.isPartial ? "0+" : "", Theme.faint) }
        var cell = Spans()
        if facts.errors > 0 { cell.add("\(facts.errors)E", Theme.badge(.error)) }
        let warnings = "\(facts.warnings)W"
        // Where both do not fit, errors count more.
        if facts.warnings > 0, cell.width + warnings.utf8.count + more.utf8.count <= JobColumn.countsWidth {
            cell.add(warnings, Theme.badge(.warn))
        }
        if facts.isPartial { cell.add(more, Theme.faint) }
        return cell
    }

    private var workers: Spans {
        guard let first = job.workers.first else { return text(nil) }
        return text(job.workers.count > 1 ? "\(first) +\(job.workers.count - 1)" : first)
    }

    private var progress: Spans {
        guard let percent = job.progress else { return Spans(glyphs.none, Theme.faint) }
        var cell = Spans(ProgressBar(fraction: percent / 100).text(width: 6, glyphs: glyphs), Theme.bar(job))
        cell.add(TextWidth.padStart(Percent.text(percent), to: 5))
        return cell
    }

    /// Percent a minute, with one digit behind the point where that tells something.
    private static func rate(_ rate: Double) -> String {
        let tenths = Int((min(max(0, rate), 99_999) * 10).rounded())
        return tenths >= 1_000 ? "\(tenths / 10)%/m" : "\(tenths / 10).\(tenths % 10)%/m"
    }
}
