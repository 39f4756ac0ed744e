import JobLogCore

/// What a search found in the log of a job, as the screen keeps it: bounded, however large the entries are.
struct ResultGroup: Sendable {
    let id: JobID
    let job: JobSnapshot?
    /// When the job was last heard of, Unix ms; what orders the results.
    let activity: Int64
    let hits: [ResultHit]
    /// How many lines were found; more than `hits` where only the newest are kept.
    let count: Int
    /// Whether older lines of the log were not looked at.
    let isPartial: Bool

    init(_ group: JobSearch.Group, _ matcher: inout LogMatcher) {
        id = group.id
        job = group.job?.snapshot
        activity = group.job?.snapshot.lastHeard ?? group.lastLine
        var hits: [ResultHit] = []
        for hit in group.hits where hit.isMatch { hits.append(ResultHit(hit, &matcher)) }
        self.hits = hits
        count = group.count
        isPartial = group.isPartial
    }

    /// The rows it takes: its header and a row a hit.
    var rows: Int { 1 + hits.count }
}

/// A line that a search found.
struct ResultHit: Sendable {
    /// The most bytes that are kept of its text, and how many of them stand before what was found.
    private static let textBytes = 2_000
    private static let leadBytes = 300

    let time: Int64
    let level: LogLevel?
    let badge: String
    /// The part of the entry in which something was found, harmless to a terminal.
    let text: String
    /// What was found, as ranges of the text's UTF-8.
    let spans: [Range<Int>]
    /// By which it is found again.
    let mark: RecordMark

    init(_ hit: JobSearch.Hit, _ matcher: inout LogMatcher) {
        let gist = LogGist(hit.record)
        time = hit.time
        level = gist.level
        badge = gist.badge
        mark = RecordMark(hit.record)
        let lines = TerminalText.lines(gist.message)
        var text = lines.first ?? ""
        var spans = matcher.spans(in: text)
        if spans.isEmpty {
            for line in lines.dropFirst() {
                spans = matcher.spans(in: line)
                guard spans.isEmpty else {
                    text = line
                    break
                }
            }
        }
        if spans.isEmpty, let metadata = gist.metadata {
            text += " " + TerminalText.line(metadata)
            spans = matcher.spans(in: text)
        }
        (self.text, self.spans) = Self.cut(text, spans)
    }

    /// As much of a text as is kept: what was found, and what stands around it.
    private static func cut(_ text: String, _ spans: [Range<Int>]) -> (String, [Range<Int>]) {
        let utf8 = text.utf8
        guard utf8.count > textBytes else { return (text, spans) }
        let first = spans.first?.lowerBound ?? 0
        var start = max(0, first - leadBytes)
        let bytes = Array(utf8)
        while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
        var end = min(bytes.count, start + textBytes)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let lead = start > 0 ? "…" : ""
        let shift = start - lead.utf8.count
        let kept = spans.filter { $0.lowerBound >= start && $0.upperBound <= end }
        return (
            lead + String(decoding: bytes[start..<end], as: UTF8.self),
            kept.map { $0.lowerBound - shift..<$0.upperBound - shift }
        )
    }
}

/// By which an entry of a log is found again without keeping its bytes.
struct RecordMark: Sendable, Hashable {
    private let count: Int
    private let digest: UInt64

    init(_ record: LogRecord) {
        (count, digest) = (record.size, record.digest)
    }

    /// Whether it is of this entry.
    func isOf(_ record: LogRecord) -> Bool {
        record.size == count && record.digest == digest
    }
}
