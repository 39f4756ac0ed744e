import JobLogCore

/// Writes chosen lines to standard output in a format.
struct LogWriter {
    private let format: Logs.Format
    private let lanes: Bool
    private let text: LogText
    private var out = StandardOutput()
    private var count = 0

    init(format: Logs.Format, lanes: Bool, isUTC: Bool, colors: Bool) {
        self.format = format
        self.lanes = lanes
        text = LogText(isUTC: isUTC, colors: colors)
    }

    /// What stands before the first line.
    mutating func begin() {
        guard format == .csv else { return }
        out.line((lanes ? "jobId," : "") + "timestamp,type,message,metadata")
        out.flush()
    }

    /// Writes lines; they are out when this returns.
    mutating func write(_ lines: [LogSelection.Chosen]) {
        for line in lines {
            if line.followsGap, format == .text { out.line("--") }
            switch format {
            case .text:
                let lane = lanes ? line.line.job.display : nil
                for row in text.lines(of: line.entry, time: line.line.own ?? line.line.time, lane: lane) {
                    out.line(row)
                }
            case .jsonl: out.line(json(line))
            case .json: out.line((count == 0 ? "[" : ",") + json(line))
            case .csv: out.line(csv(line))
            }
            count += 1
        }
        out.flush()
    }

    /// What stands after the last line.
    mutating func end() {
        guard format == .json else { return }
        out.line(count == 0 ? "[]" : "]")
        out.flush()
    }

    private func json(_ line: LogSelection.Chosen) -> String {
        var value = line.line.record.json()
        if lanes, var object = value.object {
            object.append("jobId", .string(line.line.job.lossyText))
            if line.line.job.text == nil { object.append("jobIdBase64", .string(line.line.job.base64)) }
            value = .object(object)
        }
        return value.text(escapeTerminal: true)
    }

    private func csv(_ line: LogSelection.Chosen) -> String {
        let entry = line.entry
        var cells = [
            entry.timestamp.map { String($0) } ?? "", entry.level?.wire ?? entry.typeText ?? "", entry.message,
            entry.metadata?.text(escapeTerminal: true) ?? "",
        ]
        if lanes { cells.insert(line.line.job.argument, at: 0) }
        return cells.map(quoted).joined(separator: ",")
    }

    /// A cell of RFC 4180 on one line: what a terminal would obey is made visible, newlines are kept within quotes.
    private func quoted(_ cell: String) -> String {
        let text = TerminalText.lines(cell).joined(separator: "\n")
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
