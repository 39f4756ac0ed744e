import JobLogCore
import TerminalUI

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
        case .reconnecting(let attempt, let reason, _):
            return [
                ("Cannot reach \(model.server) at \(model.sourceName), retrying (\(attempt))", Theme.title),
                ("", .plain),
                (TerminalText.line(reason), Theme.faint),
            ]
        case .disconnected(let reason, _):
            return [
                (
                    "\(model.server.prefix(1).uppercased())\(model.server.dropFirst()) at \(model.sourceName) refuses us, retrying",
                    Theme.title
                ), ("", .plain),
                (TerminalText.line(reason), Theme.faint),
            ]
        case .online, .saved: return online
        }
    }

    private var online: [(text: String, style: Style)] {
        let jobs = model.jobs
        if !jobs.filter.isEmpty {
            let text = TerminalText.line(jobs.filter.text)
            let scope = jobs.showsAll ? "job" : "active job"
            var lines = [("No \(scope) has \(text) in it", Theme.title), ("", Style.plain)]
            let others: KeySentence =
                jobs.showsAll ? "[clear] shows the others." : "[clear] shows the others, [scope] looks among all jobs."
            lines.append((others.text(model.settings.keys, in: .jobs), Theme.faint))
            return lines
        }
        if let discovery = jobs.discovery {
            return [("Looking for jobs … \(Percent.text(discovery * 100))", Theme.title)]
        }
        if jobs.totals.all > 0 {
            let all = jobs.totals.all
            let how: KeySentence = "press [scope] to see all."
            return [
                ("No active jobs", Theme.title), ("", .plain),
                (
                    "\(all) \(all == 1 ? "job has" : "jobs have") ended: \(how.text(model.settings.keys, in: .jobs))",
                    Theme.faint
                ),
            ]
        }
        return [
            ("No jobs yet", Theme.title), ("", .plain),
            ("Looked for job:index, job:logs:*, job:state:*, checkpoint:*, job:reasoning:*.", Theme.faint),
            ("A job appears here by itself as soon as a worker writes of it.", Theme.faint),
        ]
    }
}
