import JobLogCore
import TerminalUI

/// What of a log leaves the screen.
extension LogPane {
    /// The lines that `c` means: the marked ones, or the cursor's; none where that is a remark.
    mutating func linesToCopy() -> OutLines {
        refresh()
        if !marked.isEmpty { return markedLines() }
        guard cursor < count else { return outgoing([], "line") }
        return outgoing([document.order[place(of: cursor)]], "line")
    }

    /// The lines that leave as a whole: the marked ones, or all that levels, times and filters admit. Lines that are
    /// folded away because they repeat another are among them, lines that are dimmed are not.
    mutating func linesToWrite() -> OutLines {
        refresh()
        if !marked.isEmpty { return markedLines() }
        let ids = document.order.filter { choice.admits($0, document.facts($0)) }
        let isWhole = sources.allSatisfy(\.isWhole)
        return outgoing(ids, isWhole ? "line" : "line read so far", isWhole ? "lines" : "lines read so far")
    }

    /// Whether it is not known yet which lines the filters admit.
    var isFiltering: Bool { choice.inquiry?.isComplete == false }

    private func markedLines() -> OutLines {
        outgoing(document.order.filter { marked.contains($0) }, "marked line")
    }

    private func outgoing(_ ids: [Int32], _ one: String, _ many: String? = nil) -> OutLines {
        let lines = ids.compactMap { ExportLine(document, $0, jobs: jobs, side: comparison?.sides[Int($0)]) }
        let what = "\(Count.text(lines.count)) \(lines.count == 1 ? one : many ?? one + "s")"
        var options = LogExporter.Options(
            namesJobs: jobs.count > 1, isUTC: times.isUTC, title: title, remark: remark(what))
        // A line by itself needs no heading.
        if comparison != nil, lines.count > 1 { options.compared = jobs }
        return OutLines(jobs: jobs, lines: lines, options: options, what: what)
    }

    private var title: String {
        if comparison != nil { return "Logs of jobs \(jobs[0].display) (+) and \(jobs[1].display) (-)" }
        return jobs.count == 1 ? "Logs for job \(jobs[0].display)" : "Logs of \(jobs.count) jobs"
    }

    /// What limits the lines, for those who get to see nothing else.
    private func remark(_ what: String) -> String {
        var limits = choice.filters.map { "&\($0.text)" }
        if let range = choice.range { limits.append(range.text) }
        if choice.least > .debug { limits.append("\(choice.least.badge) and above") }
        if choice.lanes.isLimited {
            let (shown, all) = LanesDialog.counts(of: self)
            limits.append("\(shown) of \(all) jobs and workers")
        }
        return limits.isEmpty || !marked.isEmpty ? "\(what)." : "\(what): \(limits.joined(separator: ", "))."
    }

    // MARK: - Marks over a range

    /// Marks the cursor's line, or takes its mark off, and goes on to the next one.
    mutating func markAndGoOn() {
        toggleMark()
        guard cursor < count - 1 else { return }
        // Rows of a high entry are not gone through one by one.
        go(to: place(of: cursor + 1))
    }

    /// Marks the shown lines from the marked one before the cursor's, or where there is none the one behind it, to the
    /// cursor; false where no line is marked.
    mutating func markRange() -> Bool {
        refresh()
        guard cursor < count else { return false }
        let here = place(of: cursor)
        let order = document.order
        guard
            let mark = order[..<here].lastIndex(where: { marked.contains($0) })
                ?? order[here...].firstIndex(where: { marked.contains($0) })
        else { return false }
        for place in min(here, mark)...max(here, mark) where choice.admits(order[place], document.facts(order[place])) {
            if document.record(order[place]) != nil { marked.insert(order[place]) }
        }
        isFollowing = false
        keepPlace()
        return true
    }

    // MARK: - Prompts

    /// Begins to ask for a file's name or a command.
    mutating func ask(
        _ kind: LogPrompt.Kind, for lines: OutLines, text: String = "", history: InputHistory, problem: String? = nil
    ) {
        ask(kind, text, history: history)
        prompt?.outgoing = lines
        prompt?.problem = problem
    }

    /// A name for a file: the job's id, of which only what no shell minds is kept, and the time.
    static func fileName(for jobs: [JobID], now: Int64, isUTC: Bool) -> String {
        var name = ""
        let text = jobs.count == 1 ? jobs[0].lossyText : "jobs"
        for scalar in text.unicodeScalars.prefix(80) {
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_.".contains(Character(scalar)))
            name.unicodeScalars.append(isPlain ? scalar : "_")
        }
        let stamp = (ClockTime.date(now, utc: isUTC) + "-" + ClockTime.time(now, utc: isUTC)).filter { $0 != ":" }
        // Not hidden, and no option of a command.
        let safe = name.drop { $0 == "." || $0 == "-" }
        return "\(safe.isEmpty ? "job" : safe)-\(stamp).txt"
    }
}
