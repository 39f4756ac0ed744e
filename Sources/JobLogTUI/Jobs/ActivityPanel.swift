import JobLogCore
import TerminalUI

/// What one job is doing: its steps, checkpoint, output, error, and the end of its log.
struct ActivityPanel {
    private let reading: JobReading
    private let job: JobSnapshot
    private let tail: [LogGist]
    private let stream: String?
    private let now: Int64
    private let isUTC: Bool

    init(job reading: JobReading, tail: [LogGist], stream: String?, now: Int64, isUTC: Bool) {
        self.reading = reading
        self.tail = tail
        job = reading.snapshot.aged(to: now)
        self.stream = stream
        self.now = now
        self.isUTC = isUTC
    }

    func draw(into buffer: inout CellBuffer, _ area: Rect) {
        let glyphs = Glyphs(isUnicode: buffer.isUnicode)
        var lines = [title(glyphs, width: area.width), steps(glyphs, width: area.width)]
        if let error = job.error, job.state == .failed { lines.append(field("error", error, Theme.state(job))) }
        for problem in reading.problems { lines.append(field("problem", problem, Style(.yellow))) }
        lines.append(checkpoint(glyphs))
        let room = area.height - lines.count
        let output = output(glyphs, width: area.width - 13, rows: room > 6 ? 3 : 1)
        if room > 1 || stream != nil { lines += output }
        let tail = tail.suffix(max(0, area.height - lines.count))
        lines += tail.isEmpty ? [Spans(" No logs available yet", Theme.faint)] : tail.map { logLine($0, glyphs) }
        for (offset, line) in lines.prefix(area.height).enumerated() {
            line.draw(into: &buffer, x: area.x, y: area.y + offset, maxWidth: area.width)
        }
    }

    private func title(_ glyphs: Glyphs, width: Int) -> Spans {
        var words = [job.id.display]
        if let user = job.userID { words.append(TerminalText.line(user)) }
        words.append(job.stateWord + (elapsed.map { " " + $0 } ?? ""))
        if let worker = job.workers.first { words.append(TerminalText.line(worker)) }
        let rule = glyphs.rule
        var title = Spans("\(rule)\(rule) ", Theme.faint)
        title.add(
            TextWidth.truncate(words.joined(separator: " \(glyphs.separator) "), to: max(8, width - 6)), Theme.title)
        title.add(" " + String(repeating: rule, count: max(2, width - title.width - 1)), Theme.faint)
        return title
    }

    /// How long it runs, or how long it took.
    private var elapsed: String? {
        guard let start = job.startedAt ?? job.createdAt else { return nil }
        let end = job.completedAt ?? job.failedAt ?? (job.state?.isTerminal == true ? job.updatedAt : nil) ?? now
        return Durations.text(max(0, end - start) / 1_000 * 1_000)
    }

    private func steps(_ glyphs: Glyphs, width: Int) -> Spans {
        let steps = EstimatedSteps.steps(progress: job.progress, state: job.state)
        let full = steps.reduce(1) { $0 + TextWidth.columns(of: $1.name) + 4 }
        var line = Spans(" ")
        for step in steps {
            let (sign, style) =
                switch step.mark {
                case .done: (glyphs.check, Style(.green))
                case .active: (glyphs.dot, job.state == .failed ? Style(.red) : Theme.link)
                case .todo: (glyphs.circle, Theme.faint)
                }
            line.add(sign + " ", style)
            // Where not all names fit, the one that counts is shown.
            let name = full <= width || step.mark == .active ? step.name + "  " : ""
            line.add(name, step.mark == .active ? .bold : step.mark == .todo ? Theme.faint : .plain)
        }
        return line
    }

    private func checkpoint(_ glyphs: Glyphs) -> Spans {
        guard let checkpoint = reading.checkpoint else { return field("checkpoint", "none", Theme.faint) }
        let parts = checkpoint.parts(now: now) + (job.state == .failed || job.state == .paused ? ["can resume"] : [])
        return field("checkpoint", parts.joined(separator: " \(glyphs.separator) "), .plain)
    }

    private func output(_ glyphs: Glyphs, width: Int, rows: Int) -> [Spans] {
        guard let stream, !stream.isEmpty else { return [] }
        let caret = job.state?.isTerminal == true ? "" : glyphs.caret
        // The end of the text counts: as much of it as can be on screen.
        let end = TerminalText.line(String(stream.suffix(width * rows)))
        let text = TextWidth.truncateStart(end + caret, to: max(10, width * rows - rows * 8))
        return TextWrap.rows(of: text, width: max(10, width)).prefix(rows).enumerated().map { index, row in
            field(index == 0 ? "output" : "", String(row), .plain)
        }
    }

    private func logLine(_ entry: LogGist, _ glyphs: Glyphs) -> Spans {
        var line = Spans(" ")
        if let time = entry.timestamp { line.add(ClockTime.time(time, utc: isUTC) + " ", Theme.faint) }
        line.add(TextWidth.pad(entry.badge, to: 5) + " ", Theme.badge(entry.level))
        line.add(TerminalText.line(String(entry.message.prefix(500))), Theme.message(entry.level))
        return line
    }

    private func field(_ name: String, _ value: String, _ style: Style) -> Spans {
        var line = Spans(" " + TextWidth.pad(name, to: 12), Theme.faint)
        line.add(TerminalText.line(value), style)
        return line
    }
}
