import JobLogCore

/// The gists of a log's huge entries, each decoded once.
struct LogGists: Sendable {
    private var kept: [Int: LogGist] = [:]

    /// The gist of the entry of a line, decoded now where it is not kept.
    func find(_ id: Int, _ record: LogRecord) -> LogGist { kept[id] ?? LogGist(record) }

    /// Keeps the gist of a line's entry where decoding it takes long.
    mutating func keep(_ line: LogDocument.Line) {
        guard case .entry(let record) = line.content, LogGist.isHuge(record), kept[line.id] == nil else { return }
        kept[line.id] = LogGist(record)
    }

    /// The level of a line; nil for a mark. An entry whose level is unknown counts as info.
    mutating func level(of line: LogDocument.Line) -> LogLevel? {
        guard case .entry(let record) = line.content else { return nil }
        keep(line)
        return find(line.id, record).level ?? .info
    }
}
