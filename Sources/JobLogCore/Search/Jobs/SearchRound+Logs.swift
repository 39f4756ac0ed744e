/// Reading logs: many small ones at once, large ones piece by piece.
extension SearchRound {
    /// What is known of the jobs.
    mutating func readJobs(_ ids: [JobID]) async throws -> [JobID: JobReading] {
        var jobs: [JobID: JobReading] = [:]
        for piece in ids.chunked(by: max(1, pace.pieceCommands / 5)) {
            let readings = try await read(commands: piece.count * 5) { reader in
                let readings = try await reader.jobs(piece)
                return (readings, readings.reduce(0) { $0 + $1.byteCount })
            }
            for reading in readings { jobs[reading.snapshot.id] = reading }
        }
        return jobs
    }

    /// Looks through the logs of some jobs, in their order; `jobs` is what is known of them already.
    mutating func readLogs(_ ids: [JobID], _ jobs: [JobID: JobReading]) async throws {
        guard !ids.isEmpty else { return }
        var sizes: [Int] = []
        for piece in ids.chunked(by: pace.pieceCommands) {
            sizes += try await read(commands: piece.count) { reader in (try await reader.sizes(of: piece), 0) }
        }
        for pieces in Self.pieces(sizes, bytes: pace.pieceBytes, commands: pace.pieceCommands) {
            switch pieces {
            case .nothing(let places): pass(places.count)
            case .whole(let places): try await readWhole(places.map { ids[$0] }, jobs)
            case .large(let place): try await readLarge(ids[place], size: sizes[place], jobs)
            }
        }
    }

    /// What is to be read of some logs one after the other.
    enum Piece: Hashable {
        /// These logs are not there.
        case nothing(Range<Int>)
        /// These logs as a whole.
        case whole(Range<Int>)
        /// This log by and by.
        case large(Int)
    }

    /// Cuts logs of these sizes into what is read at once, in their order.
    static func pieces(_ sizes: [Int], bytes most: Int, commands: Int) -> [Piece] {
        var pieces: [Piece] = []
        var at = 0
        while at < sizes.count {
            let start = at
            var sum = 0
            while at < sizes.count, sizes[at] == 0 { at += 1 }
            if at > start {
                pieces.append(.nothing(start..<at))
                continue
            }
            while at < sizes.count, sizes[at] > 0, at - start < commands, sum + sizes[at] <= most {
                sum += sizes[at]
                at += 1
            }
            if at > start {
                pieces.append(.whole(start..<at))
            } else {
                pieces.append(.large(at))
                at += 1
            }
        }
        return pieces
    }

    private mutating func readWhole(_ ids: [JobID], _ jobs: [JobID: JobReading]) async throws {
        let logs = try await read(commands: ids.count) { reader in
            let logs = try await reader.logs(of: ids)
            return (logs, logs.reduce(0) { $0 + $1.byteCount })
        }
        var found: [(id: JobID, finding: LogExamination.Finding)] = []
        for (id, log) in zip(ids, logs) {
            switch log {
            case .entries(let records): if let finding = try finding(in: records) { found.append((id, finding)) }
            case .unreadable(let sentence): note(unreadable: sentence)
            }
        }
        let known = try await readJobs(found.map(\.id).filter { jobs[$0] == nil }).merging(jobs) { $1 }
        for (id, finding) in found { try self.found(group(id, known[id], finding, isPartial: false)) }
        tell()
    }

    /// Reads a log from its end on, in pieces, as far as is allowed, and looks through it then.
    private mutating func readLarge(_ id: JobID, size: Int, _ jobs: [JobID: JobReading]) async throws {
        let length = max(1, try await read(commands: 1) { reader in (try await reader.length(of: id), 0) })
        var pieces: [[LogRecord]] = []
        var (held, bytes) = (0, 0)
        var entryBytes = max(1, size / length)
        while bytes < bounds.logBytes {
            let count = max(1, pace.pieceBytes / entryBytes)
            // Positions are counted from the end and move while entries are appended: the place is found by the oldest
            // entries that are held.
            let anchor = Array(pieces.last?.prefix(16) ?? [])
            let range = max(0, held - anchor.count)..<held + count
            let records = try await read(commands: 1) { reader in
                let records = try await reader.log(id, fromEnd: range)
                return (records, records.reduce(0) { $0 + $1.bytes.count })
            }
            let older = Self.older(records, than: anchor)
            guard !older.isEmpty else { break }
            pieces.append(older)
            held += older.count
            let read = older.reduce(0) { $0 + $1.bytes.count }
            bytes += read
            entryBytes = max(1, read / older.count)
            tell()
            if records.count < range.count { break }
        }
        guard let finding = try finding(in: pieces.reversed().flatMap(\.self)) else { return }
        let known = jobs[id] == nil ? try await readJobs([id]) : jobs
        try found(group(id, known[id], finding, isPartial: bytes >= bounds.logBytes && held < length))
    }

    /// The entries that precede the held ones, of which `anchor` are the oldest.
    static func older(_ records: [LogRecord], than anchor: [LogRecord]) -> [LogRecord] {
        guard !anchor.isEmpty else { return records }
        // Where they are not found, nothing is left of what was before them.
        return Array(records[..<(LogTail.place(of: anchor, in: records) ?? 0)])
    }

    private func group(
        _ id: JobID, _ job: JobReading?, _ finding: LogExamination.Finding, isPartial: Bool
    ) -> JobSearch.Group {
        JobSearch.Group(
            id: id, job: job, lastLine: finding.lastLine, hits: finding.hits, count: finding.count,
            isPartial: isPartial)
    }
}

extension LogContent {
    fileprivate var byteCount: Int {
        guard case .entries(let records) = self else { return 0 }
        return records.reduce(0) { $0 + $1.bytes.count }
    }
}

extension JobReading {
    /// About how many bytes were read for it.
    fileprivate var byteCount: Int { 300 + tail.reduce(0) { $0 + $1.bytes.count } + (checkpoint?.byteCount ?? 0) }
}
