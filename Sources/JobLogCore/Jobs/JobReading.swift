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
    /// The keys that hold another type of value.
    var wrongTypes: Set<JobKeys.Kind> = []
    /// The keys whose text is no JSON object.
    var unparsable: Set<JobKeys.Kind> = []
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
            tail: evidence.tail.count <= JobReader.rowTailLength
                ? evidence.tail : Array(evidence.tail.suffix(JobReader.rowTailLength)), counts: counts,
            checkpoint: evidence.checkpoint,
            isEventsOnly: hasKeys == false, wasRead: wasRead, problems: problems)
    }
}

/// Reads what the keys say of jobs, many in one pipeline.
struct JobReader: Sendable {
    /// How many of the newest log entries are read with a job.
    static let tailLength = 8
    /// How many of a job on screen: enough to tell how it goes, and little enough to read for every change.
    static let rowTailLength = 24
    /// How many commands read one job at most.
    static let commandsPerJob = 5

    let keys: JobKeys
    /// How many of the newest log entries are read.
    var depth = tailLength
    /// Whether the reasoning is asked for of every job: what is read is tracked, and its changes are a sign of life. Else
    /// only of those that seem to have nothing else.
    var tracksReasoning = false
    /// What shortens large entries while they are read; nil reads them whole.
    var shortener: ReplyShortener?

    private var commandsFirst: Int { tracksReasoning ? 5 : 4 }

    /// The commands that read one job at first.
    private func add(_ id: JobID, to pipeline: inout [RedisCommand]) {
        let logs = keys.logs(id)
        pipeline.append(RedisCommand("GET", .key(keys.state(id))))
        pipeline.append(RedisCommand("LLEN", .key(logs)))
        pipeline.append(RedisCommand("LRANGE", .key(logs), .integer(-depth), -1))
        pipeline.append(RedisCommand("GET", .key(keys.checkpoint(id))))
        if tracksReasoning { pipeline.append(RedisCommand("EXISTS", .key(keys.reasoning(id)))) }
    }

    /// Reads jobs in as few round trips as it takes: two where a job seems to have no key but perhaps its reasoning, when
    /// a log's end says nothing of the job's state, or when it `looksForRequests` and somebody may have asked for
    /// something further up in a log that goes on.
    ///
    /// - Returns: What is known of each, in the order of `ids`.
    nonisolated(nonsending) func read(
        _ ids: [JobID], looksForRequests: Bool = false, over connection: RedisConnection
    ) async throws(RedisError) -> [JobKnowledge] {
        let width = commandsFirst
        var pipeline: [RedisCommand] = []
        pipeline.reserveCapacity(ids.count * width)
        for id in ids { add(id, to: &pipeline) }
        let replies = try await connection.send(pipeline, shortening: shortener)
        var known: [JobKnowledge] = []
        known.reserveCapacity(ids.count)
        var silent: [Int] = []
        var bare: [Int] = []
        for (index, id) in ids.enumerated() {
            let job = knowledge(of: id, replies[index * width..<(index + 1) * width])
            if job.hasKeys == false, !tracksReasoning { bare.append(index) }
            if saysNothing(job) || looksForRequests && mayHideRequest(job) { silent.append(index) }
            known.append(job)
        }
        guard !silent.isEmpty || !bare.isEmpty else { return known }
        let rest = try await connection.send(
            silent.map { RedisCommand("LRANGE", .key(keys.logs(ids[$0])), -200, -1) }
                + bare.map { RedisCommand("EXISTS", .key(keys.reasoning(ids[$0]))) }, shortening: shortener)
        for (index, log) in zip(silent, rest) where log.error == nil {
            known[index].evidence.tail = log.records
        }
        for (index, reply) in zip(bare, rest.dropFirst(silent.count)) where reply.integer == 1 {
            known[index].hasKeys = true
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
        let (state, checkpoint) = (replies[first].bytes, replies[first + 3].bytes)
        var evidence = JobEvidence(id: id)
        evidence.state = state.flatMap { JobStateRecord.decode($0) }
        evidence.logCount = replies[first + 1].integer
        evidence.tail = replies[first + 2].records
        evidence.checkpoint = checkpoint.flatMap { Checkpoint.decode($0) }
        var job = JobKnowledge(evidence: evidence)
        if replies.contains(where: { $0.kind == .error }) { noteErrors(of: replies, in: &job) }
        if state != nil, evidence.state == nil { job.unparsable.insert(.state) }
        if checkpoint != nil, evidence.checkpoint == nil { job.unparsable.insert(.checkpoint) }
        for kind in job.unparsable.sorted(by: { $0.rawValue > $1.rawValue }) {
            job.problems.append("\(TerminalText.line(keys.key(kind, id)[...])) holds no JSON object.")
        }
        job.hasKeys =
            state != nil || (evidence.logCount ?? 0) > 0 || checkpoint != nil || !job.problems.isEmpty
            || replies.count > 4 && replies[first + 4].integer == 1
        return job
    }

    private func noteErrors(of replies: ArraySlice<RedisReply>, in job: inout JobKnowledge) {
        for (offset, kind) in [(0, JobKeys.Kind.state), (1, .logs), (2, .logs), (3, .checkpoint)] {
            guard let error = replies[replies.startIndex + offset].error, !job.refused.contains(kind) else { continue }
            job.isRefusedForNow = job.isRefusedForNow || error.isNotReady
            if error.code != .wrongType {
                job.refused.insert(kind)
            } else if !job.wrongTypes.insert(kind).inserted {
                continue
            }
            let key = TerminalText.line(keys.key(kind, job.evidence.id)[...])
            job.problems.append("\(key): \(error.message)")
        }
    }
}
