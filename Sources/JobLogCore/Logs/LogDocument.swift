/// The lines of a log, or of several merged ones, in the order in which they are shown: by time, lines of one time by
/// source, and those of one source in list order.
///
/// Entries stay as the bytes they are stored as; what order and choice need is looked at once, when they come, and kept in
/// columns by the lines' ids. The order is a list of ids: lines that come in before others move only that.
///
/// Times are corrected by what a worker says of its clock (`metadata.clockSkewMs`). A source is the log of one job, by its
/// number; within one, nothing is sorted across a remark that lines are missing, were recovered or were deleted.
public struct LogDocument: Sendable {
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
        /// The number of the log that it is from.
        public let source: Int

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

    /// What is known of the log of one job.
    struct Source: Sendable {
        /// The time of the line that was added last.
        var lastTime: Int64 = 0
        /// How many entries there are.
        var entryCount = 0
        /// The first entries in list order, by id.
        var head: [Int32] = []
    }

    /// How far a line must be behind what was shown to count as late, in ms: clocks that differ by less are not corrected.
    public static let lateness: Int64 = 1_000

    /// The ids of the lines, oldest first.
    public internal(set) var order: [Int32] = []
    /// Who wrote the entries.
    public internal(set) var lanes = LogLanes()
    /// The first place whose line is another one than when the changes were last acknowledged.
    public internal(set) var changedFrom = 0
    /// The newest time that was on screen, Unix ms.
    public var shownUpTo = -UnixTime.limit
    /// The newest time of a line.
    public internal(set) var newestTime = -UnixTime.limit
    /// Whether the time of a line was corrected.
    public internal(set) var isCorrected = false

    // By id.
    var contents: [Line.Content] = []
    @usableFromInline var known: [LineFacts] = []

    /// How late the late lines are, in ms.
    var late: [Int32: Int64] = [:]
    var sources: [Source]

    /// An empty document of so many logs.
    public init(sources: Int = 1) {
        self.sources = Array(repeating: Source(), count: max(1, sources))
    }

    /// How many lines there are.
    public var count: Int { order.count }

    /// How many ids were given out: they are the numbers from 0 on.
    public var idCount: Int { known.count }

    /// How many logs it is made of.
    public var sourceCount: Int { sources.count }

    /// How many of the lines are entries.
    public var entryCount: Int { sources.count == 1 ? sources[0].entryCount : sources.reduce(0) { $0 + $1.entryCount } }

    /// How many of a log's lines are entries.
    public func entryCount(of source: Int) -> Int { sources[source].entryCount }

    /// The lines, oldest first.
    public var lines: Lines { Lines(document: self) }

    /// The line at a place.
    public subscript(position: Int) -> Line { line(Int(order[position])) }

    /// The line with an id, which is one of this document's.
    public func line(_ id: Int) -> Line {
        let facts = known[id]
        return Line(
            id: id, content: contents[id], time: facts.time, isFromFuture: facts.isFromFuture, level: facts.level,
            source: facts.source)
    }

    /// What is known of the line with an id without looking at its bytes.
    public func facts(_ id: Int32) -> LineFacts { known[Int(id)] }

    /// Goes through the lines from a place on: their ids, and what is known of them.
    @inlinable
    public func withFacts(from place: Int, _ body: (Int32, LineFacts) -> Void) {
        order[place...].withUnsafeBufferPointer { ids in
            known.withUnsafeBufferPointer { known in
                for id in ids { body(id, known[Int(id)]) }
            }
        }
    }

    /// How late a line came in, in ms, behind others that were on screen already; nil for one that was not late.
    public func lateness(of id: Int32) -> Int64? { late.isEmpty ? nil : late[id] }

    /// The entry of the line with an id; nil for a mark.
    public func record(_ id: Int32) -> LogRecord? {
        if case .entry(let record) = contents[Int(id)] { record } else { nil }
    }

    /// The first entries of a log that are held, in list order: what precedes them is asked for by them.
    public func firstRecords(of source: Int) -> [LogRecord] { sources[source].head.compactMap { record($0) } }

    /// Whether two entries of one writer have the same level and message, to the byte.
    public func saysTheSame(_ one: Int32, _ other: Int32) -> Bool {
        let (first, second) = (known[Int(one)], known[Int(other)])
        guard first.mayRepeat(second) else { return false }
        guard let first = record(one), let second = record(other) else { return false }
        return first.hasSameMessage(as: second)
    }

    /// Takes note of what changed until now; gives the first place that did.
    public mutating func acknowledge() -> Int {
        defer { changedFrom = order.count }
        return min(changedFrom, order.count)
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

    func time(_ id: Int32) -> Int64 { known[Int(id)].time }
}
