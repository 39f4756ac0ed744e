import RedisClient

/// A job as it was read: what a viewer derives of it, and the end of its log.
public struct JobReading: Sendable {
    /// What a viewer shows of the job.
    public var snapshot: JobSnapshot
    /// The newest entries of its log, oldest first; at most `JobReader.rowTailLength`.
    public var tail: [LogRecord]
    /// The errors and warnings of its log; nil where only its end is known.
    public var counts: LogCounts?
    /// The job's checkpoint in full.
    public var checkpoint: Checkpoint?
    /// The job has no key here; all that is known comes from its events.
    public var isEventsOnly: Bool
    /// Whether its keys were read just now; otherwise an event is what changed.
    public var wasRead: Bool
    /// What could not be read, a sentence each; for example that a key holds the wrong type.
    public var problems: [String]

    /// A reading of these parts.
    package init(
        snapshot: JobSnapshot, tail: [LogRecord], counts: LogCounts? = nil, checkpoint: Checkpoint?,
        isEventsOnly: Bool, wasRead: Bool, problems: [String]
    ) {
        self.snapshot = snapshot
        self.tail = tail
        self.counts = counts
        self.checkpoint = checkpoint
        self.isEventsOnly = isEventsOnly
        self.wasRead = wasRead
        self.problems = problems
    }
}

/// All that is known of a job, from its keys and from its events.
struct JobKnowledge: Sendable {
    var evidence: JobEvidence
    /// Whether the job has any key; nil when nobody has looked yet.
    var hasKeys: Bool?
    /// The counts of its log, of a row on screen.
    var counts: LogCounts?
    var problems: [String] = []
    /// The keys that the server did not let be read.
    var refused: Set<JobKeys.Kind> = []
    /// Whether one of them was refused for the moment only.
    var isRefusedForNow = false

    /// Takes over from an earlier reading what no key says, and what was refused this time.
    mutating func fill(from old: JobKnowledge) {
        evidence.heardAt = old.evidence.heardAt
        evidence.events = old.evidence.events
        // On a busy job the line that asked is soon not among those that are read.
        evidence.request = JobDerivation.pendingRequest(old.evidence, now: Timestamp.now())
        if refused.contains(.state) { evidence.state = old.evidence.state }
        if refused.contains(.checkpoint) { evidence.checkpoint = old.evidence.checkpoint }
        if refused.contains(.logs) {
            evidence.tail = old.evidence.tail
            evidence.logCount = old.evidence.logCount
            counts = old.counts
        }
    }

    func reading(now: Int64, wasRead: Bool = true) -> JobReading {
        JobReading(
            snapshot: JobDerivation.snapshot(evidence, now: now),
            tail: Array(evidence.tail.suffix(JobReader.rowTailLength)), counts: counts, checkpoint: evidence.checkpoint,
            isEventsOnly: hasKeys == false, wasRead: wasRead, problems: problems)
    }
}

/// Reads what the keys say of jobs, many in one pipeline.
struct JobReader: Sendable {
    /// How many of the newest log entries are read with a job.
    static let tailLength = 8
    /// How many of a job on screen: enough to tell how it goes, and little enough to read for every change.
    static let rowTailLength = 24
    static let commandsPerJob = 5

    let keys: JobKeys
    /// How many of the newest log entries are read.
    var depth = tailLength
    /// What shortens large entries while they are read; nil reads them whole.
    var shortener: ReplyShortener?

    /// The commands that read one job.
    func commands(_ id: JobID) -> [RedisCommand] {
        [
            RedisCommand("GET", .key(keys.state(id))),
            RedisCommand("LLEN", .key(keys.logs(id))),
            RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-depth), -1),
            RedisCommand("GET", .key(keys.checkpoint(id))),
            RedisCommand("EXISTS", .key(keys.reasoning(id))),
        ]
    }

    /// Reads jobs in as few round trips as it takes: two when a log's end says nothing of the job's state, or when it
    /// `looksForRequests` and somebody may have asked for something further up in a log that goes on.
    nonisolated(nonsending) func read(
        _ ids: [JobID], looksForRequests: Bool = false, over connection: RedisConnection
    ) async throws(RedisError) -> [JobID: JobKnowledge] {
        let replies = try await connection.send(ids.flatMap { commands($0) }, shortening: shortener)
        var known: [JobID: JobKnowledge] = [:]
        known.reserveCapacity(ids.count)
        for (index, id) in ids.enumerated() {
            known[id] = knowledge(of: id, replies[index * Self.commandsPerJob..<(index + 1) * Self.commandsPerJob])
        }
        let silent = ids.filter { id in
            known[id].map { saysNothing($0) || looksForRequests && mayHideRequest($0) } ?? false
        }
        guard !silent.isEmpty else { return known }
        let logs = try await connection.send(
            silent.map { RedisCommand("LRANGE", .key(keys.logs($0)), -200, -1) }, shortening: shortener)
        for (id, log) in zip(silent, logs) where log.error == nil {
            known[id]?.evidence.tail = log.records
        }
        return known
    }

    /// A long log whose end tells no state must be read further back.
    private func saysNothing(_ job: JobKnowledge) -> Bool {
        job.evidence.state == nil && (job.evidence.logCount ?? 0) > job.evidence.tail.count
            && LogEvidence(job.evidence.tail, clock: EvidenceClock(now: Timestamp.now(), heardAt: nil)).statement == nil
    }

    /// The log of a job that goes on moves a request out of sight; where nothing more is written, it stays at the end.
    private func mayHideRequest(_ job: JobKnowledge) -> Bool {
        guard job.evidence.state?.status == nil, (job.evidence.logCount ?? 0) > job.evidence.tail.count else {
            return false
        }
        let seen = JobDerivation.snapshot(job.evidence, now: Timestamp.now())
        return seen.requested == nil && seen.state?.isActive == true && !seen.isLost
    }

    private func knowledge(of id: JobID, _ replies: ArraySlice<RedisReply>) -> JobKnowledge {
        let first = replies.startIndex
        var evidence = JobEvidence(id: id)
        evidence.state = replies[first].bytes.flatMap { JobStateRecord.decode($0) }
        evidence.logCount = replies[first + 1].integer
        evidence.tail = replies[first + 2].records
        evidence.checkpoint = replies[first + 3].bytes.flatMap { Checkpoint.decode($0) }
        let hasKeys =
            replies[first].bytes != nil || (evidence.logCount ?? 0) > 0 || replies[first + 3].bytes != nil
            || replies[first + 4].integer == 1
        var problems: [String] = []
        var refused: Set<JobKeys.Kind> = []
        var isRefusedForNow = false
        for (offset, kind) in [(0, JobKeys.Kind.state), (1, .logs), (2, .logs), (3, .checkpoint)] {
            guard let error = replies[first + offset].error, !refused.contains(kind) else { continue }
            isRefusedForNow = isRefusedForNow || error.isNotReady
            if error.code != .wrongType { refused.insert(kind) } else if offset == 2 { continue }
            let key = TerminalText.line(keys.key(kind, id)[...])
            problems.append("\(key): \(error.message)")
        }
        if replies[first].bytes != nil, evidence.state == nil {
            problems.append("\(TerminalText.line(keys.state(id)[...])) holds no JSON object.")
        }
        if replies[first + 3].bytes != nil, evidence.checkpoint == nil {
            problems.append("\(TerminalText.line(keys.checkpoint(id)[...])) holds no JSON object.")
        }
        return JobKnowledge(
            evidence: evidence, hasKeys: hasKeys || !problems.isEmpty, problems: problems, refused: refused,
            isRefusedForNow: isRefusedForNow)
    }
}
