/// The lines of one job's log in the order in which they are shown: by timestamp, ties in list order.
///
/// Entries stay as the bytes they are stored as; only what the order needs is looked at.
public struct LogDocument: Sendable {
    /// Something that the viewer says between the lines.
    public enum Mark: Sendable, Hashable {
        /// So many lines were fetched after the connection had been lost.
        case recovered(Int)
        /// Lines may have been trimmed before they could be read; so many where the entries' ids tell it.
        case missing(Int?)
        /// The list was deleted; what stands above is no longer in Redis.
        case cleared

        /// The words that stand in the pane.
        public var text: String {
            switch self {
            case .recovered(let count): "\(count) \(count == 1 ? "line" : "lines") recovered after reconnect"
            case .missing(let count?) where count > 0: "\(count) \(count == 1 ? "line is" : "lines are") missing here"
            case .missing: "lines may be missing here"
            case .cleared: "log was cleared"
            }
        }
    }

    /// One line of the pane before it is wrapped: an entry, or a mark.
    public struct Line: Sendable, Identifiable {
        /// What stands there.
        public enum Content: Sendable {
            /// A stored entry.
            case entry(LogRecord)
            /// A remark of the viewer.
            case mark(Mark)
        }

        /// Unique in its document and never used again, so that a place in the log can be kept.
        public let id: Int
        /// The entry or mark.
        public let content: Content
        /// The time by which it is ordered, in ms: its own, or that of the line before when it has none.
        public let time: Int64
        /// Whether the entry says that it is from the future, by more than a minute.
        public let isFromFuture: Bool

        /// The entry, decoded now; nil for a mark.
        public func decoded() -> LogEntry? {
            if case .entry(let record) = content { LogEntry.decode(record.bytes) } else { nil }
        }
    }

    /// The lines, oldest first.
    public private(set) var lines: [Line] = []
    /// How many of the lines are entries.
    public private(set) var entryCount = 0
    private var nextID = 0
    private var lastTime: Int64 = 0
    /// Lines before this index precede the newest mark, across which nothing is sorted.
    private var floor = 0

    /// An empty log.
    public init() {}

    /// Adds entries that follow, in list order, all that were added before.
    public mutating func append(_ records: [LogRecord], now: Int64 = Timestamp.now()) {
        lines.reserveCapacity(lines.count + records.count)
        for record in records {
            let line = line(record, after: lastTime, now: now)
            lastTime = line.time
            insert(line)
        }
        entryCount += records.count
    }

    /// Adds a remark below all lines; later entries stay below it.
    public mutating func append(_ mark: Mark) {
        lines.append(Line(id: takeID(), content: .mark(mark), time: lastTime, isFromFuture: false))
        floor = lines.count
    }

    /// Adds entries that precede, in list order, all that were added before.
    public mutating func prepend(_ records: [LogRecord], now: Int64 = Timestamp.now()) {
        var time: Int64 = 0
        var older: [Line] = []
        older.reserveCapacity(records.count + lines.count)
        for record in records {
            let line = line(record, after: time, now: now)
            time = line.time
            older.append(line)
        }
        // Stable: equal times stay in list order.
        let sorted = Self.isSorted(older) ? older : Self.stablySorted(older)
        if let first = lines.first, let last = sorted.last, last.time > first.time, floor == 0 {
            lines = Self.stablySorted(sorted + lines)
        } else {
            lines = sorted + lines
            if floor > 0 { floor += records.count }
        }
        entryCount += records.count
    }

    /// Where the line with this id stands, looked for from the end.
    public func index(of id: Int) -> Int? {
        lines.lastIndex { $0.id == id }
    }

    private mutating func takeID() -> Int {
        defer { nextID += 1 }
        return nextID
    }

    private mutating func line(_ record: LogRecord, after previous: Int64, now: Int64) -> Line {
        let own = record.timestamp
        let future = own.map { $0 > now + 60_000 } ?? false
        // One from the future would stay below all that come after it.
        return Line(
            id: takeID(), content: .entry(record), time: future ? previous : own ?? previous, isFromFuture: future)
    }

    private mutating func insert(_ line: Line) {
        var index = lines.count
        while index > floor, lines[index - 1].time > line.time { index -= 1 }
        if index == lines.count { lines.append(line) } else { lines.insert(line, at: index) }
    }

    private static func isSorted(_ lines: [Line]) -> Bool {
        zip(lines, lines.dropFirst()).allSatisfy { $0.time <= $1.time }
    }

    private static func stablySorted(_ lines: [Line]) -> [Line] {
        lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}
