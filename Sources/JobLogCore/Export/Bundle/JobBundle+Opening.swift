/// Why a file cannot be shown, as a sentence.
package struct BundleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension JobBundle {
    /// The bundle that a file holds, or logs whose lines are entries as `joblog export -o jsonl` writes them.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - name: the file's name, for messages, and for the job where nothing in the file names it.
    ///   - now: Unix ms; when a log without a time of its own counts as saved.
    /// - Throws: ``BundleError``, where the file is none of these, damaged, or of a newer version.
    package init(opening bytes: [UInt8], name: String, now: Int64 = Timestamp.now()) throws(BundleError) {
        let shown = TerminalText.line(name)
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let first = try? JSONValue(parsing: bytes[..<end])
        guard let format = first?["format"]?.string, format == Self.format else {
            // A damaged header must not make a log of the rest.
            guard !name.hasSuffix(Self.fileExtension), first?["crc32"] == nil else {
                throw BundleError("\(shown) is damaged, or no bundle of joblog's.")
            }
            try self.init(lines: bytes, name: name, now: now)
            return
        }
        let damaged = BundleError("\(shown) is damaged: its checksum does not fit. Ask for it once more.")
        guard let version = first?["version"]?.int else { throw damaged }
        guard version <= Self.newestVersion else {
            throw BundleError(
                "\(shown) was written by a newer joblog, as version \(version) of the format; this one reads up to "
                    + "\(Self.newestVersion).")
        }
        let body = bytes[min(end + 1, bytes.endIndex)...]
        guard let length = first?["bytes"]?.int else { throw damaged }
        guard body.count >= length else {
            throw BundleError("\(shown) ends early: \(body.count) of \(length) bytes are there. Ask for it once more.")
        }
        // Spelled out once more, the header has no byte that nothing watches over.
        let header = Self.header(version: version, length: length, checksum: Self.checksum(body))
        guard body.count == length, bytes[...end].elementsEqual(header) else { throw damaged }
        try self.init(body: body, version: version, damaged)
    }

    private init(body: ArraySlice<UInt8>, version: Int, _ damaged: BundleError) throws(BundleError) {
        var lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
        guard let line = lines.popFirst(), let facts = try? JSONValue(parsing: line),
            let savedAt = facts["savedAt"]?.int
        else { throw damaged }
        var jobs: [Job] = []
        switch (version, facts["jobs"]?.int) {
        case (1, nil):
            guard let job = Job(facts, lines) else { throw damaged }
            jobs.append(job)
        case (2, let count?) where count > 0:
            while jobs.count < count, let line = lines.popFirst() {
                guard let facts = try? JSONValue(parsing: line), let length = facts["lines"]?.int,
                    (0...lines.count).contains(length), let job = Job(facts, lines.prefix(length))
                else { throw damaged }
                lines.removeFirst(length)
                jobs.append(job)
            }
            guard jobs.count == count, lines.isEmpty else { throw damaged }
        default: throw damaged
        }
        self.init(
            jobs, savedAt: Int64(savedAt), source: facts["source"]?.string ?? "", view: LogView(facts["view"]))
    }

    /// Logs alone: an entry a line, with its job where there are several.
    private init(lines bytes: [UInt8], name: String, now: Int64) throws(BundleError) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
            .filter { !$0.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") } }
        let known = ["timestamp", "type", "message", "raw", "rawBase64"]
        guard let line = lines.first, let first = (try? JSONValue(parsing: line))?.object,
            known.contains(where: { first[$0] != nil })
        else {
            throw BundleError(
                "\(TerminalText.line(name)) is no bundle of joblog's, nor a log as `joblog export -o jsonl` writes it.")
        }
        let fileName = String(name[(name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex)...])
        var jobs: [Job] = []
        var places: [JobID: Int] = [:]
        var id = JobID(fileName)
        for line in lines {
            let (named, record) = Self.record(ofLine: line)
            // A line without a job is of the same one as the line before.
            id = named ?? id
            let place = places[id] ?? jobs.count
            if place == jobs.count {
                jobs.append(Job(id: id, records: []))
                places[id] = place
            }
            jobs[place].records.append(record)
        }
        self.init(jobs, savedAt: now, source: name)
    }

    /// The job that a line names, and the entry as it was stored.
    private static func record(ofLine line: ArraySlice<UInt8>) -> (JobID?, LogRecord) {
        guard line.count < 16_384, let value = try? JSONValue(parsing: line), let object = value.object else {
            return (nil, LogRecord(line))
        }
        let id = value.jobID
        let others = object.members.count { !["jobId", "jobIdBase64"].contains($0.key) }
        guard others == 1 else { return (id, LogRecord(line)) }
        return (id, LogRecord(raw: object) ?? LogRecord(line))
    }
}

extension JSONValue {
    /// The job that an object names: by the bytes of its id, where these are no text, else by that.
    fileprivate var jobID: JobID? {
        let encoded = self["jobIdBase64"]?.string.flatMap { Base64.decode($0) }.map { JobID(bytes: $0) }
        return encoded ?? self["jobId"]?.string.map { JobID($0) }
    }
}

extension JobBundle.Job {
    /// A job by its line and its entries' lines; nil where something in them is damaged.
    fileprivate init?(_ facts: JSONValue, _ lines: ArraySlice<ArraySlice<UInt8>>) {
        guard facts["jobId"]?.string != nil, let id = facts.jobID else { return nil }
        var records: [LogRecord] = []
        records.reserveCapacity(lines.count)
        for line in lines {
            guard let record = Self.record(line) else { return nil }
            records.append(record)
        }
        var checkpoint = facts["checkpoint"].flatMap { Checkpoint.decode($0.encode()[...]) }
        checkpoint?.byteCount = facts["checkpointBytes"]?.int ?? 0
        self.init(
            id: id, records: records,
            snapshot: facts["job"].map { JobSnapshot(id: id, saved: $0, checkpoint: checkpoint) },
            checkpoint: checkpoint, reasoning: facts["reasoning"]?.array?.compactMap { Self.record($0.encode()[...]) })
        snapshot?.logCount = records.count
    }

    /// An entry as it was stored.
    private static func record(_ line: ArraySlice<UInt8>) -> LogRecord? {
        if line.first == UInt8(ascii: "{") { return LogRecord(line) }
        switch try? JSONValue(parsing: line) {
        case .string(let text): return LogRecord(text)
        case .array(let parts): return parts.first?.string.flatMap { Base64.decode($0) }.map { LogRecord(bytes: $0) }
        default: return nil
        }
    }
}

extension JobSnapshot {
    /// What a bundle tells of a job.
    fileprivate init(id: JobID, saved facts: JSONValue, checkpoint: Checkpoint?) {
        self.init(id: id, facts: facts, checkpoint: checkpoint)
        // A job that went on when it was saved does not become stalled by being looked at.
        if state == .running, !stalled, !isLost { lastHeard = nil }
    }
}
