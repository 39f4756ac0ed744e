/// Writes lines of logs in a format, piece by piece: `begin`, a piece a line, `end`.
///
/// Text, CSV and HTML are for people: what a terminal or a browser would obey is made visible. The two kinds of JSON carry
/// the data as it is stored, in ASCII escapes where it could steer a terminal.
package struct LogExporter: Sendable {
    /// What is written besides the lines, and how.
    package struct Options: Sendable, Hashable {
        /// Whether each line says whose it is: there are several jobs.
        package var namesJobs: Bool
        /// Whether times for people are in UTC.
        package var isUTC: Bool
        /// Whether text is coloured by escape sequences.
        package var colors: Bool
        /// What a page is headed by.
        package var title: String
        /// What a page says below that.
        package var remark: String?
        /// The two jobs whose logs are compared, this one first; none where none are. Text names them in its first lines,
        /// as `diff` does, tables have a column for the side.
        package var compared: [JobID] = []

        /// One job, local times and no colours, unless told otherwise.
        package init(
            namesJobs: Bool = false, isUTC: Bool = false, colors: Bool = false, title: String = "Log",
            remark: String? = nil
        ) {
            self.namesJobs = namesJobs
            self.isUTC = isUTC
            self.colors = colors
            self.title = title
            self.remark = remark
        }
    }

    private let format: ExportFormat
    private let options: Options
    private let text: LogText
    private var count = 0

    /// A writer of a format.
    package init(_ format: ExportFormat, _ options: Options = Options()) {
        self.format = format
        self.options = options
        text = LogText(isUTC: options.isUTC, colors: options.colors)
    }

    /// What stands before the first line.
    package func begin() -> String {
        switch format {
        case .csv:
            CSV.row(
                (options.compared.isEmpty ? [] : ["side"]) + (options.namesJobs ? ["jobId"] : [])
                    + ["timestamp", "type", "message", "metadata"])
        case .html: LogPage.head(title: options.title, remark: options.remark)
        case .text: options.compared.isEmpty ? "" : UnifiedDiff.header(options.compared).joined(separator: "\n") + "\n"
        case .json, .jsonl: ""
        }
    }

    /// A line, with its end.
    ///
    /// - Parameters:
    ///   - line: the line.
    ///   - entry: its entry, where it was decoded already.
    ///   - followsGap: whether lines are left out before it.
    /// - Returns: what is to be written.
    package mutating func next(_ line: ExportLine, entry: LogEntry? = nil, followsGap: Bool = false) -> String {
        // Nothing of which a part is missing leaves without saying so.
        if line.record.isCut { return next(line.replacing(line.record.admittingCut()), followsGap: followsGap) }
        defer { count += 1 }
        switch format {
        case .text:
            let rows = rows(of: line, entry ?? line.record.entry)
            return (followsGap ? "--\n" : "") + rows.joined(separator: "\n") + "\n"
        case .jsonl: return json(line) + "\n"
        case .json: return (count == 0 ? "[" : ",") + json(line) + "\n"
        case .csv: return csv(line, entry ?? line.record.entry)
        case .html:
            return (followsGap ? LogPage.gap : "")
                + LogPage.entry(
                    entry ?? line.record.entry, time: line.own ?? line.time, isUTC: options.isUTC,
                    lane: options.namesJobs ? line.job.display : nil, side: line.side)
        }
    }

    /// A line of a comparison stands there as in a diff: with its sign, and without its time, which always differs.
    private func rows(of line: ExportLine, _ entry: LogEntry) -> [String] {
        if let side = line.side { return UnifiedDiff.rows(of: entry).map { side.sign + $0 } }
        return text.lines(
            of: entry, time: line.own ?? line.time, lane: options.namesJobs ? line.job.display : nil)
    }

    /// What stands after the last line.
    package func end() -> String {
        switch format {
        case .json: count == 0 ? "[]\n" : "]\n"
        case .html: LogPage.foot(count)
        case .text, .jsonl, .csv: ""
        }
    }

    private func json(_ line: ExportLine) -> String {
        var value = line.record.json()
        if options.namesJobs || line.side != nil, var object = value.object {
            object.append("side", line.side.map { .string($0.word) })
            if options.namesJobs {
                object.append("jobId", .string(line.job.lossyText))
                if line.job.text == nil { object.append("jobIdBase64", .string(line.job.base64)) }
            }
            value = .object(object)
        }
        return value.text(escapeTerminal: true)
    }

    private func csv(_ line: ExportLine, _ entry: LogEntry) -> String {
        let cells = [
            entry.timestamp.map { String($0) } ?? "", entry.level?.wire ?? entry.typeText ?? "", entry.message,
            entry.metadata?.text(escapeTerminal: true) ?? "",
        ]
        let side = options.compared.isEmpty ? [] : [line.side?.word ?? ""]
        return CSV.row(side + (options.namesJobs ? [line.job.argument] : []) + cells)
    }
}

extension LogExporter {
    /// Writes lines whole: hands pieces of some size to `write`, which may throw to end it.
    package static func write<E: Error>(
        _ lines: some Sequence<ExportLine>, as format: ExportFormat, _ options: Options = Options(),
        to write: ([UInt8]) throws(E) -> Void
    ) throws(E) {
        var exporter = LogExporter(format, options)
        var piece = Array(exporter.begin().utf8)
        for line in lines {
            piece += exporter.next(line).utf8
            guard piece.count >= 1 << 16 else { continue }
            try write(piece)
            piece.removeAll(keepingCapacity: true)
        }
        piece += exporter.end().utf8
        try write(piece)
    }

    /// Lines as one text.
    package static func text(
        _ lines: some Sequence<ExportLine>, as format: ExportFormat, _ options: Options = Options()
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        write(lines, as: format, options) { bytes += $0 }
        return bytes
    }
}
