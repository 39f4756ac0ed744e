/// The lines of one job's log in the order in which they are shown: by timestamp, ties in list order.
///
/// Entries stay as the bytes they are stored as; what order and choice need is looked at once, when they come, and kept in
/// columns by the lines' ids. The order is a list of ids: lines that come in before others move only that.
public struct LogDocument: Sendable {
    /// Something that the viewer says between the lines.
    public enum Mark: Sendable, Hashable {
        /// So many lines were fetched after the connection had been lost.
        case recovered(Int)
        /// Lines may have been trimmed before they could be read; so many where the entries' ids tell it.
        case missing(Int?)
        /// The list was deleted; what stands above is no longer in Redis.
        case cleared
        /// The job saved a checkpoint here: its number, its step and its progress, 0–100, as far as they are known.
        case checkpoint(sequence: Int?, step: String?, progress: Double?)

        /// The words that stand in the pane.
        public var text: String {
            switch self {
            case .recovered(let count): "\(count) \(count == 1 ? "line" : "lines") recovered after reconnect"
            case .missing(let count?) where count > 0: "\(count) \(count == 1 ? "line is" : "lines are") missing here"
            case .missing: "lines may be missing here"
            case .cleared: "log was cleared"
            case .checkpoint(let sequence, let step, let progress):
                (["checkpoint"] + (sequence.map { ["\($0)"] } ?? []) + (step.map { [TerminalText.line($0)] } ?? [])
                    + (progress.map { ["\(Int($0.rounded(.down)))%"] } ?? [])).joined(separator: " ")
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
        /// How serious the entry is: info where its type is missing or unknown, and for checkpoints; nil for other marks.
        public let level: LogLevel?

        /// The entry, decoded now; nil for a mark.
        public func decoded() -> LogEntry? {
            if case .entry(let record) = content { LogEntry.decode(record.bytes) } else { nil }
        }
    }

    /// The lines in their order.
    public struct Lines: RandomAccessCollection, Sendable {
        fileprivate let document: LogDocument

        /// 0.
        public var startIndex: Int { 0 }
        /// How many lines there are.
        public var endIndex: Int { document.order.count }
        /// The line at a place.
        public subscript(position: Int) -> Line { document[position] }
    }

    /// The ids of the lines, oldest first.
    public private(set) var order: [Int32] = []
    /// How many of the lines are entries.
    public private(set) var entryCount = 0
    /// The first place whose line is another one than when the changes were last acknowledged.
    public private(set) var changedFrom = 0

    // By id.
    private var contents: [Line.Content] = []
    private var known: [LineFacts] = []
    private var lastTime: Int64 = 0
    /// Lines before this index precede the newest mark, across which nothing is sorted.
    private var floor = 0

    /// An empty log.
    public init() {}

    /// How many lines there are. Their ids are the numbers from 0 on.
    public var count: Int { order.count }

    /// The lines, oldest first.
    public var lines: Lines { Lines(document: self) }

    /// The line at a place.
    public subscript(position: Int) -> Line { line(Int(order[position])) }

    /// The line with an id, which is one of this document's.
    public func line(_ id: Int) -> Line {
        let facts = known[id]
        return Line(
            id: id, content: contents[id], time: facts.time, isFromFuture: facts.isFromFuture, level: facts.level)
    }

    /// What is known of the line with an id without looking at its bytes.
    public func facts(_ id: Int32) -> LineFacts { known[Int(id)] }

    /// The entry of the line with an id; nil for a mark.
    public func record(_ id: Int32) -> LogRecord? {
        if case .entry(let record) = contents[Int(id)] { record } else { nil }
    }

    /// Whether two entries have the same level and message, to the byte.
    public func saysTheSame(_ one: Int32, _ other: Int32) -> Bool {
        guard known[Int(one)].digest == known[Int(other)].digest else { return false }
        guard let first = record(one), let second = record(other) else { return false }
        return first.hasSameMessage(as: second)
    }

    /// Takes note of what changed until now; gives the first place that did.
    public mutating func acknowledge() -> Int {
        defer { changedFrom = order.count }
        return min(changedFrom, order.count)
    }

    /// Adds entries that follow, in list order, all that were added before.
    public mutating func append(_ records: [LogRecord], now: Int64 = Timestamp.now()) {
        for record in records {
            let id = add(record, after: lastTime, now: now)
            lastTime = known[id].time
            insert(id)
        }
        entryCount += records.count
    }

    /// Adds a remark below all lines; later entries stay below it.
    public mutating func append(_ mark: Mark) {
        order.append(Int32(add(mark, at: lastTime)))
        floor = order.count
    }

    /// Adds a remark behind all lines of its time and before; entries are sorted around it as they are without it.
    public mutating func insert(_ mark: Mark, at time: Int64) {
        let id = add(mark, at: time)
        var index = order.count
        while index > 0, known[Int(order[index - 1])].time > time { index -= 1 }
        place(id, at: index)
        if index < floor { floor += 1 }
    }

    /// Adds entries that precede, in list order, all that were added before.
    public mutating func prepend(_ records: [LogRecord], now: Int64 = Timestamp.now()) {
        guard !records.isEmpty else { return }
        var time: Int64 = 0
        var older: [Int32] = []
        older.reserveCapacity(records.count + order.count)
        for record in records {
            let id = add(record, after: time, now: now)
            time = known[id].time
            older.append(Int32(id))
        }
        // Stable: equal times stay in list order.
        if !isSorted(older) { older = stablySorted(older) }
        if let first = order.first, let last = older.last, self.time(last) > self.time(first), floor == 0 {
            order = stablySorted(older + order)
        } else {
            order = older + order
            if floor > 0 { floor += records.count }
        }
        changedFrom = 0
        entryCount += records.count
    }

    /// Where the line with this id stands, looked for from the end.
    public func index(of id: Int) -> Int? {
        order.lastIndex { $0 == id }
    }

    /// The first place whose line is of this time or later; the count where none is.
    public func firstPlace(at time: Int64) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if self.time(order[middle]) < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func time(_ id: Int32) -> Int64 { known[Int(id)].time }

    private mutating func add(_ record: LogRecord, after previous: Int64, now: Int64) -> Int {
        var fact = LineFacts(record)
        let own = fact.own
        let future = own.map { $0 > now + 60_000 } ?? false
        // One from the future would stay below all that come after it.
        fact.time = future ? previous : own ?? previous
        fact.isFromFuture = future
        contents.append(.entry(record))
        known.append(fact)
        return known.count - 1
    }

    private mutating func add(_ mark: Mark, at time: Int64) -> Int {
        contents.append(.mark(mark))
        known.append(LineFacts(mark, at: time))
        return known.count - 1
    }

    private mutating func insert(_ id: Int) {
        var index = order.count
        while index > floor, time(order[index - 1]) > known[id].time { index -= 1 }
        place(id, at: index)
    }

    private mutating func place(_ id: Int, at index: Int) {
        if index == order.count { order.append(Int32(id)) } else { order.insert(Int32(id), at: index) }
        changedFrom = min(changedFrom, index)
    }

    private func isSorted(_ ids: [Int32]) -> Bool {
        zip(ids, ids.dropFirst()).allSatisfy { time($0) <= time($1) }
    }

    private func stablySorted(_ ids: [Int32]) -> [Int32] {
        ids.enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }.map(\.element)
    }
}
