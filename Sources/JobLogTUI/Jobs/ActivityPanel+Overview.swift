import JobLogCore
import TerminalUI

/// The first page: what counts of everything, as much as there is room for.
extension ActivityPanel {
    func overview(_ area: Rect, _ glyphs: Glyphs) -> [Spans] {
        let isRoomy = area.height >= 10
        var lines = steps(area, glyphs)
        if let requested = job.requested {
            lines.append(
                field("requested", "\(requested.rawValue), which its worker has not confirmed yet", Theme.marked))
        }
        if let silence = silence { lines.append(field(job.isHung ? "hung" : "stalled", silence, Theme.state(job))) }
        if let error = job.error, job.state == .failed { lines.append(field("error", error, Theme.state(job))) }
        for problem in reading.problems { lines.append(field("problem", problem, Theme.problem)) }
        lines.append(checkpoint(glyphs))
        if isRoomy, let pace = pace(glyphs) { lines.append(pace) }
        if isRoomy || area.height >= 7 { lines += actions(isRoomy: isFocused && area.height >= 16, glyphs) }
        let room = area.height - lines.count
        let output = output(glyphs, width: area.width - 13, rows: room > 6 ? 3 : 1)
        if room > 0 || stream != nil { lines += output }
        let tail = tail.suffix(max(0, area.height - lines.count))
        lines +=
            tail.isEmpty && reading.tail.isEmpty
            ? [Spans(" No logs available yet", Theme.faint)] : tail.map { logLine($0) }
        return Array(lines.prefix(max(area.height, 1)))
    }

    /// Since when nothing was heard of a running job.
    private var silence: String? {
        guard job.stalled, let heard = job.lastHeard else { return nil }
        let since = "nothing heard for \(Durations.text(now - heard)), since \(time(heard))"
        return job.isLost ? since + "; it counts as lost" : since
    }

    // MARK: - Steps

    private func steps(_ area: Rect, _ glyphs: Glyphs) -> [Spans] {
        guard let own = details?.history.ownSteps else { return [estimatedSteps(glyphs, width: area.width)] }
        guard area.height >= 14 else { return [ownSteps(own, glyphs, width: area.width)] }
        // As many as a third of the page holds, the last ones.
        let shown = own.suffix(max(3, area.height / 3))
        let widest = min(area.width / 2, shown.map { TextWidth.columns(of: TerminalText.line($0.name)) }.max() ?? 0)
        return shown.enumerated().map { offset, step in
            let index = own.count - shown.count + offset
            let isLast = index == own.count - 1
            let (sign, style) = sign(isLast: isLast, glyphs)
            var line = Spans(" \(sign) ", style)
            let name = TextWidth.truncate(TerminalText.line(step.name), to: widest)
            line.add(TextWidth.pad(name, to: widest), isLast ? .bold : .plain)
            line.add(TextWidth.padStart(Percent.text(step.progress), to: 6), Theme.faint)
            line.add("  " + time(step.startedAt), Theme.faint)
            let end = isLast ? (job.state?.isTerminal == true ? step.lastAt : now) : own[index + 1].startedAt
            if let start = step.startedAt, let end, end >= start {
                line.add("  " + Durations.text(isLast ? (end - start) / 1_000 * 1_000 : end - start), Theme.faint)
            }
            return line
        }
    }

    private func sign(isLast: Bool, _ glyphs: Glyphs) -> (String, Style) {
        guard isLast, job.state != .completed else { return (glyphs.check, Theme.good) }
        return (glyphs.dot, job.state == .failed ? Theme.bad : Theme.link)
    }

    /// The job's own steps on one line, the last one in full and before it as many as fit.
    private func ownSteps(_ own: [JobHistory.Step], _ glyphs: Glyphs, width: Int) -> Spans {
        var names: [String] = []
        var room = width - 8
        for step in own.reversed() {
            let name = TerminalText.line(step.name)
            room -= TextWidth.columns(of: name) + 4
            guard names.isEmpty || room >= 0 else { break }
            names.insert(name, at: 0)
        }
        var line = Spans(" ")
        let hidden = own.count - names.count
        if hidden > 0 { line.add("\(glyphs.check)\(hidden) ", Theme.good) }
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let (sign, style) = sign(isLast: isLast, glyphs)
            line.add(sign + " ", style)
            line.add(name + "  ", isLast ? .bold : .plain)
        }
        return line
    }

    private func estimatedSteps(_ glyphs: Glyphs, width: Int) -> Spans {
        let steps = EstimatedSteps.steps(progress: job.progress, state: job.state)
        let full = steps.reduce(1) { $0 + TextWidth.columns(of: $1.name) + 4 }
        // Where not all names fit, the one that counts is shown.
        let current =
            steps.firstIndex { $0.mark == .active } ?? (steps.allSatisfy { $0.mark == .done } ? steps.count - 1 : 0)
        var line = Spans(" ")
        for (index, step) in steps.enumerated() {
            let (sign, style) =
                switch step.mark {
                case .done: (glyphs.check, Theme.good)
                case .active: (glyphs.dot, job.state == .failed ? Theme.bad : Theme.link)
                case .todo: (glyphs.circle, Theme.faint)
                }
            line.add(sign + " ", style)
            let name = full <= width || index == current ? step.name + "  " : ""
            line.add(name, step.mark == .active ? .bold : step.mark == .todo ? Theme.faint : .plain)
        }
        return line
    }

    // MARK: - The rest

    private func checkpoint(_ glyphs: Glyphs) -> Spans {
        guard let checkpoint = reading.checkpoint else { return field("checkpoint", "none", Theme.faint) }
        let parts = checkpoint.parts(now: now) + (job.state == .failed || job.state == .paused ? ["can resume"] : [])
        return field("checkpoint", parts.joined(separator: " \(glyphs.separator) "))
    }

    /// How fast it gets on.
    private func pace(_ glyphs: Glyphs) -> Spans? {
        var parts: [String] = []
        if job.state == .running, let rate = facts?.rate {
            parts.append("\(JavaScriptNumber.text((rate * 10).rounded() / 10))% a minute")
        }
        if let left = facts?.timeLeft(of: job, now: now) {
            parts.append("about \(Durations.text(left / 1_000 * 1_000)) left")
        }
        if let attempt = job.attempt, attempt > 1 { parts.append("attempt \(attempt)") }
        return parts.isEmpty ? nil : field("pace", parts.joined(separator: " \(glyphs.separator) "))
    }

    private static let actions: [(key: Action, action: JobAction, word: String)] = [
        (.cancelJob, .cancel, "cancel"), (.pause, .pause, "pause"), (.resume, .resume, "resume"),
        (.resume, .restart, "restart"), (.deleteLogs, .deleteLogs, "delete logs"),
        (.clearCheckpoint, .clearCheckpoint, "clear checkpoint"),
    ]

    /// What can be done now and, where there is room, why the rest cannot.
    private func actions(isRoomy: Bool, _ glyphs: Glyphs) -> [Spans] {
        if let word = access.refusal { return [field("can", word.text(keys, in: .panel), Theme.faint)] }
        let off = JobActions.availability(of: job)
        var line = Spans(" " + TextWidth.pad("can", to: 12), Theme.faint)
        // The key of resuming restarts where that is all that can be done.
        for (key, action, word) in Self.actions
        where off[action] == nil && (action != .restart || off[.resume] != nil) {
            line.add(keys.name(of: key, in: .panel) ?? ":\(Command.name(of: key))", .bold)
            line.add(" \(word)  ")
        }
        guard isRoomy else { return [line] }
        let others = Self.actions.filter { key in
            off[key.action] != nil && key.action != .restart && (key.action != .resume || off[.restart] != nil)
        }
        return [line]
            + others.enumerated().map { index, other in
                field(index == 0 ? "cannot" : "", "\(other.word): \(off[other.action] ?? "")", Theme.faint)
            }
    }

    private func output(_ glyphs: Glyphs, width: Int, rows: Int) -> [Spans] {
        guard let stream, !stream.isEmpty else { return [] }
        let caret = job.state?.isTerminal == true ? "" : glyphs.caret
        // The end of the text counts: as much of it as can be on screen.
        let end = TerminalText.line(String(stream.suffix(width * rows)))
        let text = TextWidth.truncateStart(end + caret, to: max(10, width * rows - rows * 8))
        return TextWrap.rows(of: text, width: max(10, width)).prefix(rows).enumerated().map { index, row in
            field(index == 0 ? "output" : "", String(row))
        }
    }

    private func logLine(_ entry: LogGist) -> Spans {
        var line = Spans(" ")
        if let time = entry.timestamp { line.add(ClockTime.time(time, utc: isUTC) + " ", Theme.faint) }
        line.add(TextWidth.pad(entry.badge, to: 5) + " ", Theme.badge(entry.level))
        // One row an entry: of a stack trace the first line tells most.
        let lines = TerminalText.lines(String(entry.message.prefix(500)))
        line.add(lines.first ?? "", Theme.message(entry.level))
        if lines.count > 1 { line.add(" …", Theme.faint) }
        return line
    }
}
