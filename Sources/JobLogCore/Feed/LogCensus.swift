/// Counts the errors and warnings of a log of which most readings show only the end: what is trimmed at its head is taken
/// off again.
struct LogCensus: Sendable {
    /// How many of the newest entries are read to count a log: all that workers keep by the contract.
    static let reach = 200
    /// Of how many entries the levels are kept at most.
    private static let most = 4_096

    private var tail = LogTail(holding: JobReader.rowTailLength)
    /// The levels of the newest entries, oldest first.
    private var levels: [LogLevel?] = []
    private var counts = LogCounts()

    /// Whether a reading of the newest entries would count more than is counted.
    var wantsWhole: Bool { !counts.isWhole && levels.count < Self.reach }

    /// Takes a reading of the log's end in; gives the counts.
    mutating func take(_ window: LogTail.Window) -> LogCounts {
        let new: [LogRecord]
        switch tail.take(window) {
        case .appended(let records): new = records
        case .gap(_, let then), .cleared(let then):
            forget()
            new = then
        case .needsMore:
            // Too much was written in between: the end is all that is known.
            self = LogCensus()
            return take(window)
        }
        levels += new.lazy.map(\.level)
        for record in new { counts.add(record.level) }
        let surplus = levels.count - min(window.length, Self.most)
        if surplus > 0 {
            for level in levels.prefix(surplus) { counts.add(level, -1) }
            levels.removeFirst(surplus)
        }
        counts.isWhole = levels.count >= window.length
        return counts
    }

    /// Takes in a reading that reaches back as far as it is counted.
    mutating func count(_ window: LogTail.Window) -> LogCounts {
        self = LogCensus()
        // The end is held for long, and must not hold the bytes of all the rest.
        let end = window.newest.suffix(JobReader.rowTailLength).map { $0.copied() }
        var window = window
        window.newest.replaceSubrange(window.newest.count - end.count..<window.newest.count, with: end)
        var counts = take(window)
        counts.times = window.newest.compactMap(\.timestamp)
        return counts
    }

    private mutating func forget() {
        levels = []
        counts = LogCounts()
    }
}
