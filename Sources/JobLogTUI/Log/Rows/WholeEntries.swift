import JobLogCore

/// The large entries of a log that are unfolded, read whole; as few as are needed, as each may have megabytes.
struct WholeEntries: Sendable {
    /// The most bytes that are held, unless a single entry has more.
    static let limit = 16 << 20

    private enum State {
        case wanted
        case awaited
        case whole(LogRecord)
        /// Why it cannot be read; nil where it is no longer there.
        case missing(String?)
    }

    private var states: [Int: State] = [:]
    /// The lines that are held whole, in the order in which they came.
    private var held: [Int] = []

    /// The line of this id is unfolded.
    mutating func want(_ id: Int) { states[id] = .wanted }

    /// The line of this id is folded again.
    mutating func drop(_ id: Int) {
        states[id] = nil
        held.removeAll { $0 == id }
    }

    /// The lines that are to be read now.
    mutating func begin() -> [Int] {
        let ids = states.compactMap { if case .wanted = $0.value { $0.key } else { nil } }.sorted()
        for id in ids { states[id] = .awaited }
        return ids
    }

    /// Whether a line was asked for, and is not there yet.
    func awaits(_ id: Int) -> Bool { if case .awaited = states[id] { true } else { false } }

    /// Takes a line in that was asked for; gives those for which there is no room beside it.
    mutating func take(_ record: LogRecord, for id: Int) -> [Int] {
        states[id] = .whole(record)
        held.append(id)
        var bytes = held.reduce(0) { $0 + size($1) }
        var dropped: [Int] = []
        while bytes > Self.limit, let first = held.first, first != id {
            bytes -= size(first)
            drop(first)
            dropped.append(first)
        }
        return dropped
    }

    /// A line that was asked for is no longer there, or cannot be read for a reason.
    mutating func miss(_ id: Int, because reason: String?) { states[id] = .missing(reason) }

    /// What is to be shown of an unfolded line of which only the beginning is held: a record, and what is to be said.
    func shown(_ id: Int, _ record: LogRecord) -> (record: LogRecord, remark: String?) {
        guard record.isCut else { return (record, nil) }
        let rest = "… the rest, of \(ByteCount.text(record.size)) in all,"
        switch states[id] {
        case .whole(let whole): return (whole, nil)
        case .missing(nil): return (record, "\(rest) is no longer there")
        case .missing(let reason?): return (record, "\(rest) cannot be read: \(reason)")
        case .wanted, .awaited, nil: return (record, "\(rest) is being read")
        }
    }

    private func size(_ id: Int) -> Int { if case .whole(let record) = states[id] { record.size } else { 0 } }
}

/// Reading large entries whole when they are unfolded.
extension LogPane {
    /// What is to be read of lines that were unfolded.
    mutating func readWholes() -> [AppEffect] {
        wholes.begin().compactMap { id in
            document.record(Int32(id)).map { .readWhole(jobs[document.facts(Int32(id)).source], $0) }
        }
    }

    /// Takes in what became of that.
    mutating func take(_ whole: Result<LogRecord?, ReadFailure>, for record: LogRecord, of job: JobID) {
        for id in unfolded where wholes.awaits(id) && document.record(Int32(id)) == record {
            guard jobs[document.facts(Int32(id)).source] == job else { continue }
            switch whole {
            case .success(let found?):
                for other in wholes.take(found, for: id) {
                    unfolded.remove(other)
                    cache[other] = nil
                }
            case .success(nil): wholes.miss(id, because: nil)
            case .failure(let failure): wholes.miss(id, because: failure.sentence)
            }
            cache[id] = nil
        }
    }
}
