/// The log of a job beside another's: one document of the lines of both, as they correspond to each other.
public struct LogComparison: Sendable {
    /// Which log a line is in.
    public enum Side: UInt8, Sendable {
        /// In both.
        case both
        /// In this log only.
        case this
        /// In the other log only.
        case other

        /// The sign of a unified diff.
        public var sign: String {
            switch self {
            case .both: " "
            case .this: "+"
            case .other: "-"
            }
        }

        /// The word that data carries: `both`, `this`, `other`.
        public var word: String { "\(self)" }
    }

    /// One of the two jobs.
    public struct Log: Sendable {
        /// The job.
        public var job: JobID
        /// Its entries, in list order.
        public var records: [LogRecord]
        /// When the job began, Unix ms; nil where only its log can tell.
        public var start: Int64?

        /// The log of a job.
        public init(job: JobID, records: [LogRecord], start: Int64? = nil) {
            self.job = job
            self.records = records
            self.start = start
        }
    }

    /// This job and the other one.
    public let jobs: [JobID]
    /// Why the other one is compared with, where it was not named; a sentence's end (`the newest completed job of …`).
    public let reason: String?
    /// When they began, Unix ms, as far as it is known.
    public let starts: [Int64?]
    /// When the logs were read, Unix ms.
    public let readAt: Int64
    /// How many entries each log had then.
    public let lengths: [Int]
    /// The newest entries that each log had then, in list order.
    private let ends: [[LogRecord]]
    /// The lines: source 0 is this log, with the lines that are in both, source 1 the other.
    public let document: LogDocument
    /// On which side each line is, by id; the lines' ids are their places.
    public let sides: [Side]
    /// By how much later each line came in this run than in the other, ms since the jobs' beginnings; 0 for lines that are
    /// in one only.
    public let delays: [Int64]
    /// By id, what corresponds in the other log to a line that is in both.
    public let counterparts: [LogRecord?]
    /// The place of the first line that is in one log only; nil where there is none.
    public let parting: Int?
    /// How many runs of lines are in one log only.
    public let differenceCount: Int

    /// Aligns two logs.
    public init(_ this: Log, with other: Log, because reason: String? = nil, now: Int64 = Timestamp.now()) {
        let logs = [this, other]
        let documents = logs.map { log in
            var document = LogDocument()
            document.append(log.records, now: now)
            return document
        }
        let records = documents.map { document in document.order.compactMap { document.record($0) } }
        let alignment = LogAlignment(records[0], records[1])
        let starts = zip(logs, documents).map { log, document in
            // A log may begin before its job says that it did.
            let first = document.count > 0 ? document[0].time : nil
            return log.start.map { min($0, first ?? $0) } ?? first
        }
        var joint = LogDocument(sources: 2)
        var sides: [Side] = []
        var delays: [Int64] = []
        var counterparts: [LogRecord?] = []
        var time: Int64 = 0
        for step in alignment.steps {
            switch step {
            case .both(let one, let two):
                time = documents[0][one].time
                _ = joint.place(records[0][one], from: 0, at: time, now: now)
                sides.append(.both)
                let elapsed = time - (starts[0] ?? time)
                let before = documents[1][two].time - (starts[1] ?? documents[1][two].time)
                delays.append(elapsed - before)
                counterparts.append(records[1][two])
            case .first(let one):
                time = documents[0][one].time
                _ = joint.place(records[0][one], from: 0, at: time, now: now)
                sides.append(.this)
                delays.append(0)
                counterparts.append(nil)
            case .second(let two):
                // Times of the other run have no place among those of this one.
                _ = joint.place(records[1][two], from: 1, at: time, now: now)
                sides.append(.other)
                delays.append(0)
                counterparts.append(nil)
            }
        }
        jobs = logs.map(\.job)
        self.reason = reason
        self.starts = starts
        readAt = now
        lengths = logs.map(\.records.count)
        // As a viewer reads them, who asks whether they have changed.
        ends = logs.map { $0.records.suffix(JobReader.rowTailLength).map { $0.cut() } }
        document = joint
        self.sides = sides
        self.delays = delays
        self.counterparts = counterparts
        parting = alignment.parting
        differenceCount = alignment.differenceCount
    }

    /// Whether a log has become another one since it was read.
    ///
    /// - Parameters:
    ///   - number: which of the two logs.
    ///   - length: how many entries it has now; nil where nobody knows.
    ///   - newest: its newest entries now, in list order.
    /// - Returns: whether it has.
    public func isOutdated(_ number: Int, length: Int?, newest: [LogRecord]) -> Bool {
        if let length, length != lengths[number] { return true }
        // A log at its cap keeps its length.
        let end = newest.suffix(ends[number].count).map { $0.cut() }
        return !newest.isEmpty && Array(ends[number].suffix(newest.count)) != end
    }

    /// The message of the line after which the logs part, its first line, not sanitised; nil where they are the same, or
    /// part at once.
    public var lastCommonMessage: String? {
        guard let parting, parting > 0 else { return nil }
        let message = document[parting - 1].decoded()?.message ?? ""
        return message.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
    }

    /// The next place in a direction at which a run of lines begins that are in one log only; nil where there is none.
    public func difference(from place: Int, direction: Int) -> Int? {
        var next = place + direction
        while next >= 0, next < sides.count {
            if sides[next] != .both, next == 0 || sides[next - 1] == .both { return next }
            next += direction
        }
        return nil
    }
}
