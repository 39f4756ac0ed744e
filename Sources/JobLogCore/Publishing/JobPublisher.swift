import RedisClient

/// What workers call: publishes a job's progress, output and end.
///
/// Each call is one round trip for event, log line, state and index. Progress, completion and failure write their log
/// line by themselves. The state is written by compare-and-set: a progress that comes late does not undo a cancel, it
/// throws `PublishError.notAllowed`. Where Redis is away, log lines go to the console and the call throws `.redis`.
public actor JobPublisher {
    /// Seconds that the index remembers a job: 7 days.
    static let indexLifetime = 604_800
    /// How often a state is written again after someone else wrote it in between.
    private static let attempts = 8

    private let connection: RedisConnection
    private let keys: JobKeys
    private let worker: WorkerIdentity
    private let logs: JobLogManager
    private let checkpoints: CheckpointStore
    private let states: JobStateStore
    private var jobs: [JobID: PublishedJob] = [:]
    private var indexTrimmedAt: Int64 = 0

    /// A publisher over one connection, for any number of jobs.
    ///
    /// - Parameters:
    ///   - connection: where to publish; may be shared with other publishers.
    ///   - keys: the names of keys and channels.
    ///   - worker: who publishes; stands in events and in the state.
    ///   - retention: how much of a log is kept.
    ///   - console: takes log lines that Redis does not take; standard error unless given.
    public init(
        connection: RedisConnection, keys: JobKeys = JobKeys(), worker: WorkerIdentity = WorkerIdentity(),
        retention: LogRetention = LogRetention(),
        console: @escaping @Sendable (String) -> Void = JobLogManager.standardError
    ) {
        self.connection = connection
        self.keys = keys
        self.worker = worker
        logs = JobLogManager(
            connection: connection, keys: keys, retention: retention, worker: worker, console: console)
        checkpoints = CheckpointStore(connection: connection, keys: keys)
        states = JobStateStore(connection: connection, keys: keys)
    }

    /// Makes a job known to this publisher: whose it is, and of which type. Nothing is sent.
    ///
    /// Throws `.invalid` for an empty id.
    public func adopt(_ id: JobID, user: String, type: String? = nil) throws(PublishError) {
        guard !id.isEmpty else { throw .invalid("A job's id cannot be empty.") }
        if jobs[id] == nil { jobs[id] = PublishedJob(id: id, user: user) }
        jobs[id]?.user = user
        if let type { jobs[id]?.type = type }
    }

    /// Makes a job known that someone may have begun: takes up its state and checkpoint from Redis.
    ///
    /// The owner is `user`, else the stored one; `.invalid` where neither is known.
    public func attach(_ id: JobID, user: String? = nil, type: String? = nil) async throws(PublishError) {
        let stored: [UInt8]?
        let checkpoint: Checkpoint?
        do throws(RedisError) {
            let replies = try await connection.send([
                RedisCommand("GET", .key(keys.state(id))), RedisCommand("GET", .key(keys.checkpoint(id))),
            ])
            stored = try replies[0].get().bytes.map { Array($0) }
            checkpoint = replies[1].bytes.flatMap { Checkpoint.decode($0) }
        } catch {
            throw .redis(error)
        }
        let record = stored.flatMap { JobStateRecord.decode($0[...]) }
        guard let owner = user ?? record?.userID ?? checkpoint?.userID else {
            throw .invalid("Nothing is stored of job \(id.display) that says whose it is: name its owner.")
        }
        try adopt(id, user: owner, type: type)
        jobs[id]?.stored = stored
        jobs[id]?.checkpoint = checkpoint?.sequence
        jobs[id]?.takeUp(stored)
    }

    /// Records a new job as created, and announces it.
    public func created(_ id: JobID, user: String, type: String? = nil) async throws(PublishError) {
        try adopt(id, user: user, type: type)
        try await publish(id, .created, JobEvent(.created))
    }

    /// Says what a job is doing and how far it is: `percent` is 0–100 and clamped; NaN and infinity are `.invalid`.
    public func progress(
        _ id: JobID, step: String, percent: Double, partial: String? = nil
    ) async throws(PublishError) {
        let percent = try clamped(percent)
        var event = JobEvent(.progress, step: step, progress: percent)
        event.partial = partial
        try await publish(
            id, .running, event,
            line: LogLine(.info, StepLine(step: step, progress: percent).text)
        ) { state in
            state.step = step
            state.progress = percent
        }
    }

    /// Publishes a piece of a job's streaming text. Nothing is stored.
    public func chunk(_ id: JobID, _ text: String, isLast: Bool = false) async throws(PublishError) {
        var job = try job(id)
        let event = job.stamp(JobEvent(.chunk(text: text, isLast: isLast)), worker: worker.name)
        jobs[id] = job
        try await redis { () async throws(RedisError) in
            _ = try await connection.send(RedisCommand("PUBLISH", .bytes(keys.events(id)), .bytes(event)))
        }
    }

    /// Saves what a job needs to go on, and announces it.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - step: what it is doing.
    ///   - percent: 0–100, clamped.
    ///   - sequence: the checkpoint's number; one more than the last one's unless given.
    ///   - partialOutput: the output so far.
    ///   - customData: whatever the job needs besides.
    /// - Throws: `PublishError`.
    public func checkpoint(
        _ id: JobID, step: String, percent: Double, sequence: Int? = nil, partialOutput: String? = nil,
        customData: JSONValue? = nil
    ) async throws(PublishError) {
        let percent = try clamped(percent)
        let number: Int
        if let sequence {
            number = sequence
        } else {
            number = try await nextCheckpoint(id)
        }
        let checkpoint = Checkpoint(
            jobID: id.lossyText, userID: try job(id).user, sequence: number, timestamp: Timestamp.now(), step: step,
            progress: percent, partialOutput: partialOutput, customData: customData)
        var event = JobEvent(.checkpoint, progress: percent)
        event.checkpoint = try? JSONValue(parsing: checkpoint.encode()[...])
        try await publish(
            id, .running, event,
            also: [checkpoints.saving(checkpoint, of: id)]
        ) { state in
            state.step = step
            state.progress = percent
        }
        jobs[id]?.checkpoint = number
    }

    /// Says that a job is done.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - result: what it made.
    ///   - duration: how long it took; since this publisher first published it unless given.
    /// - Throws: `PublishError`.
    public func complete(
        _ id: JobID, result: JSONValue? = nil, duration: Duration? = nil
    ) async throws(PublishError) {
        let now = Timestamp.now()
        let startedAt = try job(id).startedAt ?? now
        let took = duration.map { Int64($0 / .milliseconds(1)) } ?? max(0, now - startedAt)
        var event = JobEvent(.completed)
        event.result = result ?? .null
        event.duration = Double(took)
        try await publish(
            id, .completed, event,
            line: LogLine(.info, StepLine.completionText(duration: Double(took)), timestamp: now)
        ) { state in
            state.progress = 100
            state.result = result
            state.completedAt = now
        }
        forget(id)
    }

    /// Says that a job has failed, and whether it can be resumed from its checkpoint.
    public func fail(
        _ id: JobID, error: String, code: String? = nil, recoverable: Bool = false
    ) async throws(PublishError) {
        let now = Timestamp.now()
        var metadata = JSONObject()
        metadata.append("code", code.map { .string($0) })
        metadata.append("recoverable", .bool(recoverable))
        var event = JobEvent(.failed)
        event.error = error
        event.code = code
        event.recoverable = recoverable
        try await publish(
            id, .failed, event,
            line: LogLine(.error, error, metadata: .object(metadata), timestamp: now)
        ) { state in
            state.error = error
            state.failedAt = now
        }
        forget(id)
    }

    /// Says that a job was cancelled.
    public func cancel(_ id: JobID, reason: String? = nil) async throws(PublishError) {
        var event = JobEvent(.cancelled)
        event.reason = reason
        try await publish(id, .cancelled, event)
        forget(id)
    }

    // MARK: - One round trip

    private func publish(
        _ id: JobID, _ state: JobState, _ event: JobEvent, line: LogLine? = nil, also commands: [RedisCommand] = [],
        change: (inout JobStateRecord) -> Void = { _ in }
    ) async throws(PublishError) {
        var job = try job(id)
        let event = job.stamp(event, worker: worker.name)
        jobs[id] = job
        let old = job.stored
        let new = try written(job, state, over: old, change)
        // State and event come last: who hears of them finds all the rest.
        let announcement = states.replacing(old, with: new, of: id, announcing: (keys.events(id), event))
        let pipeline = (line.map { logs.appending($0, to: id) } ?? []) + commands + index(job) + [announcement]
        let replies: [RedisReply]
        do throws(RedisError) {
            replies = try await connection.send(pipeline)
        } catch {
            if let line { _ = logs.delivery(of: line, to: id, refused: error) }
            throw .redis(error)
        }
        if let line, let refused = replies[0].error { _ = logs.delivery(of: line, to: id, refused: refused) }
        try await settle(id, replies[pipeline.count - 1], new, state, event, change)
        if let refused = replies.lazy.compactMap(\.error).first { throw .redis(refused) }
    }

    /// Goes on where another writer was there first: its state is taken up, unless it forbids this one.
    private func settle(
        _ id: JobID, _ reply: RedisReply, _ written: [UInt8], _ state: JobState, _ event: [UInt8],
        _ change: (inout JobStateRecord) -> Void
    ) async throws(PublishError) {
        var (reply, new) = (reply, written)
        for _ in 0..<Self.attempts {
            let outcome: JobStateStore.Outcome
            do throws(RedisError) {
                outcome = try JobStateStore.outcome(reply)
            } catch {
                throw .redis(error)
            }
            guard case .found(let found) = outcome else {
                jobs[id]?.stored = new
                return
            }
            jobs[id]?.stored = found
            var job = try job(id)
            job.takeUp(found)
            jobs[id] = job
            do throws(PublishError) {
                new = try self.written(job, state, over: found, change)
            } catch {
                try await renew(id, found)
                throw error
            }
            let command = states.replacing(found, with: new, of: id, announcing: (keys.events(id), event))
            do throws(RedisError) {
                reply = try await connection.send([command])[0]
            } catch {
                throw .redis(error)
            }
        }
        throw .redis(
            RedisError(
                code: .aborted, message: "The state of job \(id.display) is being written by others all the time."))
    }

    /// Makes a state that refused a publication the newest evidence again: its log line is already there.
    private func renew(_ id: JobID, _ stored: [UInt8]?) async throws(PublishError) {
        guard let stored, var record = JobStateRecord.decode(stored[...]) else { return }
        record.updatedAt = Timestamp.now() + 1
        let command = states.replacing(stored, with: record.encode(), of: id)
        try await redis { () async throws(RedisError) in _ = try await connection.send(command) }
    }

    /// The state's new bytes. Throws where the old state forbids the new one.
    private func written(
        _ job: PublishedJob, _ state: JobState, over old: [UInt8]?, _ change: (inout JobStateRecord) -> Void
    ) throws(PublishError) -> [UInt8] {
        var record =
            old.flatMap { JobStateRecord.decode($0[...]) } ?? JobStateRecord(jobID: job.id.lossyText, userID: job.user)
        if let from = record.status, !from.canBePublished(as: state) {
            throw .notAllowed(job.id, from: from, to: state)
        }
        let now = Timestamp.now()
        record.status = state
        record.userID = job.user
        record.type = job.type ?? record.type
        record.worker = worker.name
        record.lastSequence = job.sequence
        record.updatedAt = now
        if record.createdAt == nil { record.createdAt = now }
        if state != .created, record.startedAt == nil { record.startedAt = job.startedAt ?? now }
        change(&record)
        return record.encode()
    }

    /// The commands that keep the indexes: this job's place, and now and then what has become too old.
    private func index(_ job: PublishedJob) -> [RedisCommand] {
        let now = Timestamp.now()
        let all = [keys.index, keys.index(user: job.user)]
        var commands = all.map {
            RedisCommand("ZADD", .key($0), .integer(Int(now)), .bytes(job.id.bytes))
        }
        if now - indexTrimmedAt > 60_000 {
            indexTrimmedAt = now
            let oldest = Int(now) - Self.indexLifetime * 1_000
            for key in all {
                commands.append(RedisCommand("ZREMRANGEBYSCORE", .key(key), "-inf", .text("(\(oldest)")))
                commands.append(RedisCommand("EXPIRE", .key(key), .integer(Self.indexLifetime)))
            }
        }
        return commands
    }

    // MARK: - What the publisher knows

    private func job(_ id: JobID) throws(PublishError) -> PublishedJob {
        guard let job = jobs[id] else {
            throw .invalid("Job \(id.display) is not known to this publisher: adopt it first, with its owner.")
        }
        return job
    }

    private func forget(_ id: JobID) {
        jobs[id] = nil
        worker.forget(id)
    }

    private func clamped(_ percent: Double) throws(PublishError) -> Double {
        guard percent.isFinite else {
            throw .invalid("A progress of \(percent) makes no sense: it is a number from 0 to 100.")
        }
        return min(100, max(0, percent))
    }

    private func nextCheckpoint(_ id: JobID) async throws(PublishError) -> Int {
        if let last = try job(id).checkpoint { return last + 1 }
        do throws(RedisError) {
            return (try await checkpoints.load(id)?.sequence ?? 0) + 1
        } catch {
            throw .redis(error)
        }
    }

    private func redis(_ body: () async throws(RedisError) -> Void) async throws(PublishError) {
        do throws(RedisError) {
            try await body()
        } catch {
            throw .redis(error)
        }
    }
}

extension JobState {
    /// Whether a worker's publication may lead from this state to that one: what the transitions allow, running again
    /// while running, and an end that was published without a beginning.
    fileprivate func canBePublished(as next: JobState) -> Bool {
        self == next && !isTerminal || canTransition(to: next) || self == .created && !(next == .paused)
    }
}
