import JobLogCore

/// One job as text for people: a field a line, then the end of its log.
struct JobSheet {
    private let job: JobReading
    private let isUTC: Bool
    private let paint: Paint

    init(_ job: JobReading, isUTC: Bool, colors: Bool) {
        self.job = job
        self.isUTC = isUTC
        paint = Paint(isOn: colors)
    }

    /// The sheet's lines.
    func lines(now: Int64) -> [String] {
        let job = job.snapshot
        var lines: [String] = []
        func field(_ name: String, _ value: String?, _ role: Paint.Role? = nil) {
            guard let value else { return }
            let rows = TerminalText.lines(value)
            for (index, row) in rows.enumerated() {
                let label = index == 0 ? name + String(repeating: " ", count: max(1, 12 - name.count)) : spaces(12)
                lines.append(paint(label, .faint) + paint(row, role))
            }
        }
        func time(_ name: String, _ value: Int64?) {
            field(name, value.map { "\(LogText.stamp($0, isUTC: isUTC))  (\(RelativeTime.age(max(0, now - $0))) ago)" })
        }
        field("job", job.id.display, .strong)
        field("state", job.stateWord, Paint.role(of: job))
        field("requested", job.requested.map { "\($0), which its worker has not confirmed yet" }, .caution)
        field("owner", job.userID)
        field("type", job.type)
        field("step", job.step)
        field("progress", job.progress.map(Percent.text))
        field("worker", job.workers.isEmpty ? nil : job.workers.joined(separator: ", "))
        time("created", job.createdAt)
        time("started", job.startedAt)
        time("updated", job.updatedAt ?? job.lastHeard)
        time("completed", job.completedAt)
        time("failed", job.failedAt)
        field("error", job.error, .bad)
        field("result", job.result?.text())
        field("checkpoint", self.job.checkpoint.map { $0.parts(now: now).joined(separator: ", ") } ?? "none")
        field("log", job.logCount.map { "\($0) \($0 == 1 ? "line" : "lines")" })
        for problem in self.job.problems { field("problem", problem, .caution) }
        guard !self.job.tail.isEmpty else { return lines }
        let text = LogText(isUTC: isUTC, colors: paint.isOn)
        return lines + [""] + self.job.tail.flatMap { text.lines(of: $0.admittingCut().entry, time: nil) }
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
