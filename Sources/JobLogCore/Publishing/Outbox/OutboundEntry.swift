/// A log entry on its way to `job:logs:{id}`.
struct OutboundEntry: Sendable {
    /// What it costs to keep an entry, besides its own bytes.
    static let overhead = 160

    /// Entries that are in no log, of which this entry speaks.
    enum Lost: Sendable {
        /// So many gave way to newer ones.
        case dropped(Int)
        /// So many were refused.
        case refused(Int)
    }

    /// The job.
    let job: JobID
    /// How serious it is: where not all can be kept, the least serious go first.
    let level: LogLevel
    /// The text, for the console; gone once it is there.
    private(set) var message: String
    /// The entry as the list holds it; its end is missing until ``seal(_:)``.
    private(set) var bytes: [UInt8]
    /// It may be in the list already: an append was sent and not answered.
    var isSuspect = false
    /// It was found in the list.
    var isStored = false
    /// It was written to the console, or is on its way there.
    private(set) var isPrinted = false
    /// The entries of which this one speaks; nil for an entry of a worker.
    private(set) var lost: Lost?

    /// What it costs to keep it, in bytes.
    var cost: Int { bytes.count + message.utf8.count + Self.overhead }

    /// An entry of a worker, to be sealed.
    init(_ line: LogLine, of job: JobID) {
        self.job = job
        level = line.level
        message = line.message
        bytes = LogEntry.encodeOpen(line)
    }

    /// An entry that was kept in a journal, and so was printed.
    init(_ record: JournalRecord, isSuspect: Bool) {
        job = record.job
        level = record.level
        message = ""
        bytes = record.entry
        isPrinted = true
        self.isSuspect = isSuspect
    }

    /// An entry that says how many entries are missing.
    init(_ lost: Lost, of job: JobID, by worker: WorkerIdentity) {
        let (count, what) =
            switch lost {
            case .dropped(let count): (count, "dropped while Redis was away")
            case .refused(let count): (count, "refused by Redis")
            }
        let line = LogLine(
            .warn, "\(count) \(count == 1 ? "entry was" : "entries were") \(what)",
            metadata: ["dropped": JSONValue(count), "worker": .string(worker.name)])
        self.init(line, of: job)
        self.lost = lost
        markPrinted()
        // A writer's name of its own: the counters of the worker's show how many entries are missing, and where.
        seal(worker.nextEntryID(for: JobID(bytes: job.bytes + [0] + Array("losses".utf8))))
    }

    /// The entry as the console has it.
    var consoleLine: String {
        let text = TerminalText.lines(message).joined(separator: "\n")
        return "[JobLogManager] [\(job.display)] \(level.badge): \(text)"
    }

    /// It is on the console: the text is needed no more.
    mutating func markPrinted() {
        isPrinted = true
        message = ""
    }

    /// Gives it its id, by which it is recognised.
    mutating func seal(_ id: EntryID) {
        LogEntry.seal(&bytes, id)
    }
}

extension JournalRecord {
    /// What a journal keeps of an entry.
    init(_ entry: OutboundEntry) {
        self.init(job: entry.job, level: entry.level, entry: entry.bytes, isSuspect: entry.isSuspect)
    }
}
