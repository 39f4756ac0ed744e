/// A comparison as the text that `diff -u` writes.
///
/// Messages stand there with their level, and without times, which always differ: `-` has what only the other log has, `+`
/// what only this one has, and lines of both stand there as they are in this one.
public struct UnifiedDiff: Sendable {
    /// A line of the text.
    public struct Line: Sendable, Hashable {
        /// What kind of line it is.
        public enum Kind: Sendable { case header, hunk, common, this, other }

        /// What kind of line it is.
        public let kind: Kind
        /// The text, sanitised, with the sign before it.
        public let text: String
    }

    /// The lines; none where the logs are the same.
    public let lines: [Line]

    /// The text of a comparison, with so many lines around each difference.
    public init(_ comparison: LogComparison, context: Int = 3) {
        var lines: [Line] = []
        for hunk in Self.hunks(comparison, context: max(0, context)) {
            if lines.isEmpty {
                lines += Self.header(comparison.jobs).map { Line(kind: .header, text: $0) }
            }
            lines += hunk
        }
        self.lines = lines
    }

    private static func hunks(_ comparison: LogComparison, context: Int) -> [[Line]] {
        let sides = comparison.sides
        var hunks: [[Line]] = []
        // Rows of each log before the place: an entry may have several.
        var before = (this: 0, other: 0)
        var place = 0
        while let next = sides[place...].firstIndex(where: { $0 != .both }) {
            let start = max(place, next - context)
            for skipped in place..<start {
                let rows = rows(at: skipped, of: comparison).count
                before.this += rows
                before.other += rows
            }
            // A hunk goes on as long as no more lines are common than stand around differences.
            var end = next
            var last = next
            while end < sides.count, end - last <= 2 * context {
                if sides[end] != .both { last = end }
                end += 1
            }
            end = min(sides.count, last + context + 1)
            var lines: [Line] = []
            var count = (this: 0, other: 0)
            for line in start..<end {
                let rows = rows(at: line, of: comparison)
                if sides[line] != .other { count.this += rows.count }
                if sides[line] != .this { count.other += rows.count }
                lines += rows.map { Line(kind: kind(sides[line]), text: sides[line].sign + $0) }
            }
            let range = { (before: Int, count: Int) in count == 0 ? "\(before),0" : "\(before + 1),\(count)" }
            let heading = "@@ -\(range(before.other, count.other)) +\(range(before.this, count.this)) @@"
            hunks.append([Line(kind: .hunk, text: heading)] + lines)
            before.this += count.this
            before.other += count.other
            place = end
        }
        return hunks
    }

    private static func rows(at place: Int, of comparison: LogComparison) -> [String] {
        comparison.document[place].decoded().map(rows) ?? []
    }

    /// The two lines that name this log's job and the other's.
    static func header(_ jobs: [JobID]) -> [String] { ["--- \(jobs[1].display)", "+++ \(jobs[0].display)"] }

    /// Level and message of an entry, without a sign.
    static func rows(of entry: LogEntry) -> [String] {
        let badge = entry.badge + String(repeating: " ", count: max(0, 6 - entry.badge.count))
        return TerminalText.lines(entry.message).enumerated().map { number, text in
            number == 0 ? badge + text : "      " + text
        }
    }

    private static func kind(_ side: LogComparison.Side) -> Line.Kind {
        switch side {
        case .both: .common
        case .this: .this
        case .other: .other
        }
    }
}
