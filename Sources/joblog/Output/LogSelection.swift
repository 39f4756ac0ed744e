import JobLogCore

/// Chooses the lines to print: those that a filter admits, with their context, and of these the last so many.
struct LogSelection {
    /// More entries than any log holds.
    static let everything = Int(Int32.max)

    typealias Line = ExportLine

    /// A line that is to be printed.
    struct Chosen {
        let line: Line
        let entry: LogEntry
        /// Whether lines are left out between this one and the one before.
        let followsGap: Bool
    }

    private let filter: LogFilter
    private let context: (before: Int, after: Int)
    private let count: Int?
    private var waiting: [Line] = []
    private var after = 0
    private var skipped = false
    private var hasPrinted = false

    init(filter: LogFilter, context: (before: Int, after: Int), count: Int?) {
        self.filter = filter
        self.context = context
        self.count = count
    }

    /// The lines to print of these; the first ones taken are cut to the last so many matches.
    mutating func take(_ lines: [Line], isFirst: Bool) -> [Chosen] {
        let entries = lines.map { $0.record.entry }
        var matches = zip(lines, entries).map { filter.admits($1, time: $0.time) }
        if isFirst, let count {
            let surplus = matches.count { $0 } - count
            var seen = 0
            for index in matches.indices where matches[index] && seen < surplus {
                matches[index] = false
                seen += 1
            }
        }
        var chosen: [Chosen] = []
        for (index, line) in lines.enumerated() {
            if matches[index] {
                for earlier in waiting { choose(earlier, earlier.record.entry, &chosen) }
                waiting = []
                choose(line, entries[index], &chosen)
                after = context.after
            } else if after > 0 {
                after -= 1
                choose(line, entries[index], &chosen)
            } else {
                waiting.append(line)
                if waiting.count > context.before {
                    waiting.removeFirst()
                    skipped = true
                }
            }
        }
        return chosen
    }

    private mutating func choose(_ line: Line, _ entry: LogEntry, _ chosen: inout [Chosen]) {
        let hasContext = context.before + context.after > 0
        chosen.append(Chosen(line: line, entry: entry, followsGap: hasContext && skipped && hasPrinted))
        skipped = false
        hasPrinted = true
    }
}
