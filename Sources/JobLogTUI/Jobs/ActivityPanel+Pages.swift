import JobLogCore
import TerminalUI

/// The pages behind the overview: each shows one thing in full.
extension ActivityPanel {
    // MARK: - Checkpoint

    func checkpointPage(width: Int, _ glyphs: Glyphs) -> [Spans] {
        if let shown = details?.shownArchived {
            let place = "archived \((details?.archivePlace ?? 0) + 1) of \(details?.archive?.count ?? 0)"
            guard let checkpoint = shown.checkpoint else {
                let text = details?.problem(of: .archived(sequence: shown.sequence)) ?? "Loading …"
                return [field("checkpoint", "\(place) \(glyphs.separator) \(text)")]
            }
            return inspect(checkpoint, "\(place) \(glyphs.separator) [ older, ] newer", changed: [], width: width)
        }
        guard let checkpoint = reading.checkpoint else {
            var lines = [Spans(" No checkpoint", Theme.faint)]
            if let problem = details?.problem(of: .archive) { lines.append(field("archive", problem, Theme.problem)) }
            return lines
        }
        return inspect(
            checkpoint, "the one of now \(glyphs.separator) [ older", changed: details?.changed ?? [], width: width)
    }

    private func inspect(_ checkpoint: Checkpoint, _ place: String, changed: Set<String>, width: Int) -> [Spans] {
        var head = ["seq \(checkpoint.sequence.map { "\($0)" } ?? "unknown")"]
        if let progress = checkpoint.progress { head.append(Percent.text(progress)) }
        if checkpoint.byteCount > 0 { head.append(ByteCount.text(checkpoint.byteCount)) }
        if let time = checkpoint.timestamp {
            let age = RelativeTime.age(max(0, now - time))
            head.append("\(age) ago, at \(ClockTime.date(time, utc: isUTC)) \(self.time(time))")
        }
        var lines = [field("checkpoint", place), field("", head.joined(separator: ", "))]
        if let step = checkpoint.step { lines.append(field("step", step)) }
        lines.append(field("owner", checkpoint.userID ?? "unknown", checkpoint.userID == nil ? Theme.faint : .plain))
        if let data = checkpoint.customData {
            lines.append(field("data", changed.isEmpty ? "" : "\(changed.count) changed", Theme.marked))
            lines += tree(data, changed: changed)
        } else {
            lines.append(field("data", "none", Theme.faint))
        }
        if let output = checkpoint.partialOutput, !output.isEmpty {
            lines += fields("output", String(output.suffix(JobStreams.length)), width: width)
        }
        return lines
    }

    // MARK: - Output and result

    func outputPage(width: Int, _ glyphs: Glyphs) -> [Spans] {
        let isFromCheckpoint = stream?.isEmpty ?? true
        let text = isFromCheckpoint ? reading.checkpoint?.partialOutput ?? "" : stream ?? ""
        guard !text.isEmpty else { return [Spans(" No output yet", Theme.faint)] }
        let caret = job.state?.isTerminal == true || isFromCheckpoint ? "" : glyphs.caret
        let rows = TerminalText.lines(String(text.suffix(JobStreams.length)) + caret).flatMap { line in
            TextWrap.rows(of: line, width: max(10, width - 2)).map { Spans(" " + String($0)) }
        }
        return (isFromCheckpoint ? [Spans(" as the checkpoint has it:", Theme.faint)] : []) + rows
    }

    func resultPage(width: Int, _ glyphs: Glyphs) -> [Spans] {
        var lines: [Spans] = []
        if let error = job.error {
            lines += fields("error", String(error.prefix(20_000)), width: width, Theme.state(job))
        }
        if let last = facts?.lastError, last != job.error {
            lines += fields("last error", String(last.prefix(20_000)), width: width, Theme.message(.error))
        }
        if let result = job.result {
            lines.append(field("result", ""))
            lines += tree(result)
        }
        if let failed = job.failedAt, job.state == .failed { lines.append(field("failed", time(failed))) }
        if let completed = job.completedAt, job.state == .completed {
            lines.append(field("completed", time(completed)))
        }
        return lines.isEmpty ? [Spans(" No error and no result yet", Theme.faint)] : lines
    }

    // MARK: - Reasoning and attempts

    func reasoningPage(width: Int, _ glyphs: Glyphs) -> [Spans] {
        if let problem = details?.problem(of: .reasoning) {
            return fields("reasoning", problem, width: width, Theme.problem)
        }
        guard let steps = details?.reasoning else { return [Spans(" Loading …", Theme.faint)] }
        guard !steps.isEmpty else { return [Spans(" This job has told no reasoning", Theme.faint)] }
        // The newest first: that is what one looks for.
        return steps.reversed().flatMap { step in
            var title = Spans(" " + time(step.timestamp) + " ", Theme.faint)
            title.add(TerminalText.line(step.step ?? glyphs.none), .bold)
            if let confidence = step.confidence {
                // Two digits tell all that a model knows of itself.
                let text = JavaScriptNumber.text((confidence * 100).rounded() / 100)
                title.add("  confidence \(text)", Theme.faint)
            }
            var lines = [title]
            if let decision = step.decision {
                lines += fields("decision", String(decision.prefix(4_000)), width: width, Theme.link)
            }
            if let reasoning = step.reasoning {
                lines += fields("because", String(reasoning.prefix(4_000)), width: width)
            }
            if let metadata = step.metadata { lines += tree(metadata) }
            return lines
        }
    }

    func attemptsPage(_ glyphs: Glyphs) -> [Spans] {
        if let problem = details?.problem(of: .log) { return [field("attempts", problem, Theme.problem)] }
        guard let attempts = details?.history.attempts, !attempts.isEmpty else {
            return [Spans(" No logs available yet", Theme.faint)]
        }
        return attempts.enumerated().reversed().flatMap { index, attempt in
            let isLast = index == attempts.count - 1
            let state = isLast ? job.stateWord : attempt.end?.rawValue ?? "ended"
            var title = Spans(" attempt \(attempt.number)  ", .bold)
            title.add(state, isLast ? Theme.state(job) : attempt.end == .failed ? Theme.bad : Theme.faint)
            var parts: [String] = []
            if let start = attempt.startedAt {
                parts.append("\(ClockTime.date(start, utc: isUTC)) \(time(start))")
                if let last = attempt.lastAt, last >= start { parts.append(Durations.text(last - start)) }
            }
            parts.append(attempt.lines == 1 ? "1 line" : "\(attempt.lines) lines")
            if attempt.errors > 0 { parts.append(attempt.errors == 1 ? "1 error" : "\(attempt.errors) errors") }
            title.add("  " + parts.joined(separator: " \(glyphs.separator) "), Theme.faint)
            var lines = [title]
            if let step = attempt.step {
                let percent = attempt.progress.map { " (\(Percent.text($0)))" } ?? ""
                lines.append(field("reached", step + percent))
            }
            if let error = attempt.error {
                lines.append(field("error", String(error.prefix(2_000)), Theme.message(.error)))
            }
            return lines
        }
    }
}
