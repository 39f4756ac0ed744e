import JobLogCore

/// Writes chosen lines to standard output in a format.
struct LogWriter {
    private var exporter: LogExporter
    private var out = StandardOutput()

    init(format: ExportFormat, _ options: LogExporter.Options) {
        exporter = LogExporter(format, options)
    }

    /// What stands before the first line.
    mutating func begin() { put(exporter.begin()) }

    /// Writes lines; they are out when this returns.
    mutating func write(_ lines: [LogSelection.Chosen]) {
        for line in lines { out.add(exporter.next(line.line, entry: line.entry, followsGap: line.followsGap)) }
        out.flush()
    }

    /// What stands after the last line.
    mutating func end() { put(exporter.end()) }

    private mutating func put(_ text: String) {
        guard !text.isEmpty else { return }
        out.add(text)
        out.flush()
    }
}
