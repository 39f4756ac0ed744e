import JobLogCore
import TerminalUI

/// What stands where there are no jobs: why, and what to do.
struct EmptyJobsView {
    /// A paragraph, or a line to type.
    private struct Line {
        var text = ""
        var style = Style.plain
        /// Lines to type stand below each other; they are cut, as a line that is broken cannot be typed.
        var isTyped = false
        /// Whether it is left out where not all of them have room.
        var isExtra = false

        static let space = Line()
        static func title(_ text: String) -> Line { Line(text: text, style: Theme.title) }
        static func faint(_ text: String) -> Line { Line(text: text, style: Theme.faint) }
        static func typed(_ text: String) -> Line { Line(text: text, isTyped: true) }
    }

    let model: AppModel

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        var rows = rows(of: lines, in: area)
        if rows.count > area.height { rows = self.rows(of: lines.filter { !$0.isExtra }, in: area) }
        let typed = rows.filter(\.isTyped).map { TextWidth.columns(of: $0.text) }.max() ?? 0
        var y = area.y + max(0, (area.height - rows.count) / 2)
        for row in rows where y < area.maxY {
            let columns = row.isTyped ? typed : TextWidth.columns(of: row.text)
            let x = area.x + max(0, (area.width - columns) / 2)
            buffer.put(row.text, x: x, y: y, style: row.style, maxWidth: area.maxX - x)
            y += 1
        }
    }

    private func rows(of lines: [Line], in area: Rect) -> [Line] {
        lines.flatMap { line -> [Line] in
            guard !line.isTyped else { return [line] }
            return TextWrap.rows(of: line.text, width: max(10, area.width - 4)).map {
                Line(text: String($0), style: line.style)
            }
        }
    }

    private var lines: [Line] {
        switch model.connection {
        case .connecting:
            return [.title("Connecting to \(model.sourceName) …")]
        case .reconnecting(let attempt, let reason, _):
            let title = "Cannot reach \(model.server) at \(model.sourceName), retrying (\(attempt))"
            return [.title(title), .space, .faint(TerminalText.line(reason))] + (model.offersDemo ? firstSteps : [])
        case .disconnected(let reason, _):
            let server = model.server.prefix(1).uppercased() + model.server.dropFirst()
            return [
                .title("\(server) at \(model.sourceName) refuses us, retrying"), .space,
                .faint(TerminalText.line(reason)),
            ]
        case .online, .saved: return online
        }
    }

    /// What somebody needs who has told joblog nothing yet.
    private var firstSteps: [Line] {
        let demo: KeySentence = "[open] starts the demo, [back] leaves."
        return extra([
            .space, .faint("Nothing says where your jobs are, so this is a guess. To name a place:"), .space,
            .typed("joblog --url redis://HOST:6379      for once"),
            .typed("export REDIS_URL=redis://HOST:6379  for this shell"),
            .typed("joblog config init                  a file with a profile for each server"),
        ]) + [.space, Line(text: demo.text(model.settings.keys, in: .jobs))]
    }

    private var online: [Line] {
        let jobs = model.jobs
        if !jobs.filter.isEmpty {
            let text = TerminalText.line(jobs.filter.text)
            let scope = jobs.showsAll ? "job" : "active job"
            let others: KeySentence =
                jobs.showsAll ? "[clear] shows the others." : "[clear] shows the others, [scope] looks among all jobs."
            return [
                .title("No \(scope) has \(text) in it"), .space,
                .faint(others.text(model.settings.keys, in: .jobs)),
            ]
        }
        if let discovery = jobs.discovery {
            return [.title("Looking for jobs … \(Percent.text(discovery * 100))")]
        }
        if jobs.totals.all > 0 {
            let all = jobs.totals.all
            let how: KeySentence = "press [scope] to see all."
            return [
                .title("No active jobs"), .space,
                .faint(
                    "\(all) \(all == 1 ? "job has" : "jobs have") ended: \(how.text(model.settings.keys, in: .jobs))"),
            ]
        }
        return none
    }

    /// There is no job at all.
    private var none: [Line] {
        guard !model.searchedKeys.isEmpty else {
            return [
                .title("No jobs yet"), .space,
                .faint("Of all jobs those are shown that belong to the user of the token."),
                .faint("A job appears here by itself as soon as a worker writes of it."),
            ]
        }
        let keys = model.searchedKeys.map { TerminalText.line($0) }.joined(separator: ", ")
        return [
            .title("No jobs yet"), .space, .faint("Looked for \(keys)."),
            .faint("A job appears here by itself as soon as a worker writes of it."),
        ]
            + extra(
                [.space] + LeastWorker.swift.map { .typed($0) } + [.space, .faint("or in a shell"), .space]
                    + [.typed(LeastWorker.shell)])
    }

    private func extra(_ lines: [Line]) -> [Line] {
        lines.map { line in
            var line = line
            line.isExtra = true
            return line
        }
    }
}
