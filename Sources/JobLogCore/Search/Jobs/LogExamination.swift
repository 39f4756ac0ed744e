/// Looks through one log: which of its lines are meant, and what stands around them.
struct LogExamination: Sendable {
    private let filter: LogFilter
    private let context: (before: Int, after: Int)
    private let most: Int
    private var matcher: LogMatcher?

    init(_ question: JobSearch.Question, most: Int?) {
        filter = question.filter
        context = question.context
        self.most = most ?? .max
        matcher = filter.pattern?.matcher()
    }

    /// What was found in a log.
    struct Finding: Sendable {
        /// The newest of the lines that are meant, and those around them.
        var hits: [JobSearch.Hit] = []
        /// How many lines are meant.
        var count = 0
        /// The time of the last line, Unix ms.
        var lastLine: Int64 = 0
    }

    /// Looks through the entries of a log, oldest first; nil when its task was cancelled.
    mutating func examine(_ records: [LogRecord]) throws(LogPattern.TooSlow) -> Finding? {
        var document = LogDocument()
        document.append(records)
        var matches: [Int] = []
        for place in 0..<document.count {
            if place.isMultiple(of: 1_024), Task.isCancelled { return nil }
            if try admits(document.order[place], document) { matches.append(place) }
        }
        var finding = Finding(count: matches.count)
        if document.count > 0 { finding.lastLine = document[document.count - 1].time }
        finding.hits = hits(of: matches, in: document)
        return finding
    }

    private mutating func admits(_ id: Int32, _ document: LogDocument) throws(LogPattern.TooSlow) -> Bool {
        let facts = document.facts(id)
        switch (filter.levels, facts.level ?? .info) {
        case (.least(let least), let level) where level < least: return false
        case (.exactly(let wanted), let level) where !wanted.contains(level): return false
        default: break
        }
        if let since = filter.since, facts.time < since { return false }
        if let until = filter.until, facts.time > until { return false }
        guard let record = document.record(id) else { return false }
        return try matcher?.occurs(in: record) != filter.inverted
    }

    private func hits(of matches: [Int], in document: LogDocument) -> [JobSearch.Hit] {
        var hits: [JobSearch.Hit] = []
        var next = 0
        let meant = Set(context.before + context.after > 0 ? matches : [])
        for match in matches.suffix(most) {
            let first = max(next, match - min(match, context.before))
            let last = match + min(document.count - 1 - match, context.after)
            guard first <= last else { continue }
            for place in first...last {
                guard let record = document.record(document.order[place]) else { continue }
                // Copied, so that it does not keep all of the log in memory.
                hits.append(
                    JobSearch.Hit(
                        record: LogRecord(bytes: Array(record.bytes)), time: document[place].time,
                        isMatch: meant.isEmpty || meant.contains(place),
                        followsGap: place == first && first > next && !hits.isEmpty))
            }
            next = last + 1
        }
        return hits
    }
}
