import JobLogCore
import TerminalUI

/// The list of jobs as text for people.
struct JobTable {
    /// Whether to colour.
    let colors: Bool
    /// The columns of the terminal; nil where nothing needs to be cut.
    let width: Int?

    private static let header = ["STATE", "JOB", "TYPE", "STEP", "PROGRESS", "AGE"]

    /// The header and a line a job.
    func lines(of jobs: [JobSnapshot], now: Int64) -> [String] {
        let paint = Paint(isOn: colors)
        let rows = jobs.map { cells($0, now: now) }
        var widths = Self.header.map { TextWidth.columns(of: $0) }
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], TextWidth.columns(of: cell)) }
        }
        if let width { shrink(&widths, to: width) }
        let header = line(Self.header, widths)
        return [paint(header, .faint)]
            + zip(jobs, rows).map { job, row in
                let text = line(row, widths)
                let state = TextWidth.pad(row[0], to: widths[0])
                return paint(state, Paint.role(of: job)) + text.dropFirst(state.count)
            }
    }

    private func cells(_ job: JobSnapshot, now: Int64) -> [String] {
        [
            job.requested.map { "\(job.stateWord), \($0) requested" } ?? job.stateWord,
            job.id.display, job.type.map { TerminalText.line($0) } ?? "–",
            job.step.map { TerminalText.line($0) } ?? "–",
            job.progress.map { "\(Int($0.rounded(.down)))%" } ?? "–",
            job.lastHeard.map { RelativeTime.age(max(0, now - $0)) } ?? "–",
        ]
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
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
