import JobLogCore

/// The newest entries of a log that somebody watches: what a new watcher is told first.
///
/// Pure: it is told what the feed tells.
struct SharedLog: Sendable {
    /// What a watcher is told of a log.
    enum Step: Sendable {
        /// Entries, each with the position after it.
        case entries([(record: LogRecord, position: LogPosition)])
        /// Entries may be missing here; their number where it is known.
        case gap(missing: Int?)
        /// The log was deleted.
        case cleared
        /// The log cannot be read; the sentence says why.
        case unreadable(String)
    }

    /// How many entries are held.
    static let most = 1_000
    /// How many bytes of entries are held, unless one by itself is larger.
    static let mostBytes = 4 << 20

    private(set) var records: [LogRecord] = []
    /// Those of the entries.
    private var digests: [LogPosition.Digest] = []
    /// The ordinal of the first entry that is held.
    private(set) var firstOrdinal = 1
    private var bytes = 0
    /// Whether the feed has told it.
    private(set) var isOpen = false

    /// Takes what the feed tells; gives what those who watch already are told.
    mutating func take(_ change: LogChange) -> [Step] {
        switch change {
        case .opened(let newest, let length):
            guard isOpen else {
                isOpen = true
                firstOrdinal = length - newest.count + 1
                hold(newest[...])
                return []
            }
            return reopen(newest, length: length)
        case .appended(let new, _):
            return append(new)
        case .gap(let missing, let then):
            return [.gap(missing: missing)] + append(then)
        case .cleared(let then):
            forget(firstOrdinal: 1)
            return [.cleared] + append(then)
        case .older:
            return []
        case .unreadable(let sentence):
            return [.unreadable(sentence)]
        }
    }

    /// The log was let go of and is read again: what is new follows on what was told.
    private mutating func reopen(_ newest: [LogRecord], length: Int) -> [Step] {
        let first = length - newest.count + 1
        guard let position = LogPosition(after: digests[...], ordinal: firstOrdinal + records.count - 1) else {
            firstOrdinal = first
            return append(newest)
        }
        if let place = position.place(in: newest.map(LogPosition.digest), firstOrdinal: first) {
            return append(Array(newest[place...]))
        }
        forget(firstOrdinal: first)
        return [.gap(missing: nil)] + append(newest)
    }

    /// What a watcher is told first: what follows on its position, or the newest `count` entries.
    func beginning(after position: LogPosition?, newest count: Int) -> [Step] {
        guard let position else { return steps(from: max(0, records.count - count)) }
        if let place = position.place(in: digests, firstOrdinal: firstOrdinal) { return steps(from: place) }
        // All that there is comes after what it knows.
        return [.gap(missing: nil)] + steps(from: 0)
    }

    private mutating func append(_ new: [LogRecord]) -> [Step] {
        guard !new.isEmpty else { return [] }
        hold(new[...])
        let told = steps(from: records.count - min(new.count, records.count))
        trim()
        return told
    }

    private mutating func hold(_ new: ArraySlice<LogRecord>) {
        records += new
        digests += new.map(LogPosition.digest)
        bytes += new.reduce(0) { $0 + $1.bytes.count }
    }

    private mutating func forget(firstOrdinal: Int) {
        records = []
        digests = []
        bytes = 0
        self.firstOrdinal = firstOrdinal
    }

    private mutating func trim() {
        var surplus = 0
        while records.count - surplus > 1, records.count - surplus > Self.most || bytes > Self.mostBytes {
            bytes -= records[surplus].bytes.count
            surplus += 1
        }
        guard surplus > 0 else { return }
        records.removeFirst(surplus)
        digests.removeFirst(surplus)
        firstOrdinal += surplus
    }

    private func steps(from index: Int) -> [Step] {
        let told = records.indices[index...].compactMap { place in
            LogPosition(after: digests[...place], ordinal: firstOrdinal + place).map { (records[place], $0) }
        }
        return told.isEmpty ? [] : [.entries(told)]
    }
}
