import JobLogCore
import TerminalUI

/// The list of jobs as text for people.
struct JobTable {
    /// Whether to colour.
    let colors: Bool
    /// The columns of the terminal; nil where nothing needs to be cut.
    let width: Int?
    /// The columns of each cell; nothing before the first list.
    private var widths: [Int] = []

    init(colors: Bool, width: Int?) {
        self.colors = colors
        self.width = width
    }

    private static let header = ["STATE", "JOB", "TYPE", "STEP", "PROGRESS", "AGE"]

    /// The header and a line a job.
    mutating func lines(of jobs: [JobSnapshot], now: Int64) -> [String] {
        let rows = jobs.map { cells($0, now: now) }
        widths = Self.header.map { TextWidth.columns(of: $0) }
        rows.forEach { widen(for: $0) }
        if let width { shrink(&widths, to: width) }
        return [Paint(isOn: colors)(line(Self.header), .faint)] + zip(jobs, rows).map { painted($1, of: $0) }
    }

    /// The line of one more job, under those of ``lines(of:now:)``.
    mutating func line(of job: JobSnapshot, now: Int64) -> String {
        let row = cells(job, now: now)
        if width == nil { widen(for: row) }
        return painted(row, of: job)
    }

    private mutating func widen(for row: [String]) {
        for (column, cell) in row.enumerated() { widths[column] = max(widths[column], TextWidth.columns(of: cell)) }
    }

    private func painted(_ row: [String], of job: JobSnapshot) -> String {
        let state = TextWidth.pad(TextWidth.truncate(row[0], to: widths[0]), to: widths[0])
        return Paint(isOn: colors)(state, Paint.role(of: job)) + line(row).dropFirst(state.count)
    }

    private func cells(_ job: JobSnapshot, now: Int64) -> [String] {
        [
            job.requested.map { "\(job.stateWord), \($0) requested" } ?? job.stateWord,
            job.id.display, job.type.map { TerminalText.line($0) } ?? "–",
            job.step.map { TerminalText.line($0) } ?? "–",
            job.progress.map(Percent.text) ?? "–",
            job.lastHeard.map { RelativeTime.age(max(0, now - $0)) } ?? "–",
        ]
    }

    private func line(_ cells: [String]) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            if column > 0 { text += "  " }
            let cut = TextWidth.truncate(cell, to: widths[column])
            text += column == cells.count - 1 ? cut : TextWidth.pad(cut, to: widths[column])
        }
        return text
    }

    /// Cuts the widest of job, type and step until the line fits; an id keeps 12 columns at least.
    private func shrink(_ widths: inout [Int], to width: Int) {
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0, let widest = [1, 2, 3].max(by: { widths[$0] < widths[$1] }), widths[widest] > 12 {
            widths[widest] -= 1
            excess -= 1
        }
    }
}
