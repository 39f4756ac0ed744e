import RedisClient

/// What workers call: publishes a job's progress, output and end.
///
/// Each call is one round trip for event, log line, state and index; calls that come while one is under way travel
/// together in the next. Progress, completion and failure write their log line by themselves. The state is written by
/// compare-and-set: a progress that comes late does not undo a cancel, it throws `PublishError.notAllowed`. Where Redis
/// is away the call throws `.redis`: the log line is on the console and kept, and the newest state and checkpoint are
/// written when Redis is back.
public actor JobPublisher {
    /// The logs of its jobs, for lines of other kinds.
    public nonisolated let logs: JobLogManager

    let checkpoints: CheckpointStore
    let states: JobStateStore
    nonisolated let cancels: CancelListener
    let pacing: ProgressPacing
    var jobs: [JobID: PublishedJob] = [:]
    /// When the index of an owner was last rid of what is too old.
    var indexTendedAt: [String: Int64] = [:]

    nonisolated let connection: RedisConnection
    nonisolated var keys: JobKeys { logs.keys }
    nonisolated var worker: WorkerIdentity { logs.worker }

    /// A publisher over one connection, for any number of jobs.
    ///
    /// - Parameters:
    ///   - connection: where to publish; may be shared with other publishers.
    ///   - keys: the names of keys and channels.
    ///   - worker: who publishes; stands in events and in the state.
    ///   - retention: how much of a log is kept.
    ///   - keeping: what is kept of log entries while Redis does not take them.
    ///   - pacing: how often progress is published.
    ///   - reporter: told of every error.
    ///   - console: takes log lines that Redis does not take; standard error unless given.
    public init(
        connection: RedisConnection, keys: JobKeys = JobKeys(), worker: WorkerIdentity = WorkerIdentity(),
        retention: LogRetention = LogRetention(), keeping: LogKeeping = LogKeeping(),
        pacing: ProgressPacing = .everyProgress, reporter: (any ErrorReporter)? = nil,
        console: @escaping @Sendable (String) -> Void = JobLogManager.standardError
    ) {
        self.init(
            logs: JobLogManager(
                connection: connection, keys: keys, retention: retention, worker: worker, keeping: keeping,
                reporter: reporter, console: console), pacing: pacing)
    }

    /// A publisher that shares a log manager, and so its connection and what travels together, with others.
    ///
    /// - Parameters:
    ///   - logs: where its log lines go.
    ///   - pacing: how often progress is published.
    public init(logs: JobLogManager, pacing: ProgressPacing = .everyProgress) {
        self.logs = logs
        self.pacing = pacing
        connection = logs.connection
        checkpoints = CheckpointStore(connection: logs.connection, keys: logs.keys)
        states = JobStateStore(connection: logs.connection, keys: logs.keys)
        cancels = CancelListener(connection: logs.connection, keys: logs.keys)
        logs.outbox.whenBack { [weak self] in Task { await self?.payDebts() } }
    }

    /// Makes a job known to this publisher: whose it is, and of which type. Nothing is sent.
    ///
    /// Throws `.invalid` for an empty id.
    public func adopt(_ id: JobID, user: String, type: String? = nil) throws(PublishError) {
        guard !id.isEmpty else { throw .invalid("A job's id cannot be empty.") }
        if jobs[id] == nil { jobs[id] = PublishedJob(id: id, user: user) }
        jobs[id]?.user = user
        if let type { jobs[id]?.type = type }
        tellContext(of: id)
    }

    /// Makes a job known that someone may have begun: takes up its state and checkpoint from Redis.
    ///
    /// The owner is `user`, else the stored one; `.invalid` where neither is known.
    ///
    /// - Returns: The checkpoint from which the job can go on; nil where there is none.
    @discardableResult
    public func attach(_ id: JobID, user: String? = nil, type: String? = nil) async throws(PublishError) -> Checkpoint?
    {
        guard !id.isEmpty else { throw .invalid("A job's id cannot be empty.") }
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
        jobs[id]?.checkpoint = checkpoint?.sequence
        jobs[id]?.takeUp(stored)
        tellContext(of: id)
        return checkpoint
    }

    /// Records a new job as created, and announces it.
    public func created(_ id: JobID, user: String, type: String? = nil) async throws(PublishError) {
        try adopt(id, user: user, type: type)
        try await publish(id, Publication(move: .to(.created), event: JobEvent(.created)))
    }

    /// Says that a worker has begun with a job, or goes on with it.
    public func running(_ id: JobID) async throws(PublishError) {
        try await publish(id, Publication(move: .to(.running), event: JobEvent(.running)))
    }

    /// Says what a job is doing and how far it is: `percent` is 0–100 and clamped; NaN and infinity are `.invalid`.
    ///
    /// With ``ProgressPacing/atMost(perSecond:)`` it may wait for its turn; the call returns at once all the same.
    public func progress(
        _ id: JobID, step: String, percent: Double, partial: String? = nil
    ) async throws(PublishError) {
        let progress = PublishedJob.HeldProgress(
            step: Self.oneLine(step), percent: try clamped(percent), partial: partial)
        let job = try job(id)
        if let interval = pacing.interval, let last = job.progressAt, ContinuousClock.now < last + interval {
            jobs[id]?.held = progress
            if job.held == nil { publishHeld(id, at: last + interval) }
            return
        }
        try await publish(id, progress)
    }

    /// Publishes a piece of a job's streaming text. Nothing is stored.
    public func chunk(_ id: JobID, _ text: String, isLast: Bool = false) async throws(PublishError) {
        var job = try job(id)
        let event = job.stamp(JobEvent(.chunk(text: text, isLast: isLast)), worker: worker.name)
        jobs[id] = job
        _ = try await send(
            Parcel(riders: [RedisCommand("PUBLISH", .bytes(keys.events(id)), .bytes(event))]))
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
        let (percent, step) = (try clamped(percent), Self.oneLine(step))
        try await publishHeld(id)
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
        let checkpointCommands = [checkpoints.saving(checkpoint, of: id), checkpoints.archiving(checkpoint, of: id)]
        jobs[id]?.checkpoint = number
        jobs[id]?.owedCheckpoint = checkpoint
        try await publish(
            id,
            Publication(move: .keepsRunning, event: event, commands: checkpointCommands) {
                state in
                state.step = step
                state.progress = percent
            })
        jobs[id]?.owedCheckpoint = nil
    }

    /// Says that a job is done.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - result: what it made.
    ///   - duration: how long it took; since it was started unless given.
    /// - Throws: `PublishError`.
    public func complete(
        _ id: JobID, result: JSONValue? = nil, duration: Duration? = nil
    ) async throws(PublishError) {
        let now = Timestamp.now()
        let startedAt = try job(id).record?.startedAt ?? now
        let took = duration.map { Int64($0 / .milliseconds(1)) } ?? max(0, now - startedAt)
        var event = JobEvent(.completed)
        event.result = result ?? .null
        event.duration = Double(took)
        let line = LogLine(.info, StepLine.completionText(duration: Double(took)), timestamp: now)
        try await publish(
            id,
            Publication(move: .to(.completed), event: event, line: line) { state in
                state.progress = 100
                state.result = result
            })
        forget(id)
    }

    /// Says that a job has failed, and whether it can be resumed from its checkpoint.
    public func fail(
        _ id: JobID, error: String, code: String? = nil, recoverable: Bool = false
    ) async throws(PublishError) {
        try await publishHeld(id)
        var metadata = JSONObject()
        metadata.append("code", code.map { .string($0) })
        metadata.append("recoverable", .bool(recoverable))
        var event = JobEvent(.failed)
        event.error = error
        event.code = code
        event.recoverable = recoverable
        let line = LogLine(.error, error, metadata: .object(metadata))
        try await publish(
            id, Publication(move: .to(.failed), event: event, line: line) { state in state.error = error })
        forget(id)
    }

    /// Says that a job was cancelled.
    public func cancel(_ id: JobID, reason: String? = nil) async throws(PublishError) {
        var event = JobEvent(.cancelled)
        event.reason = reason
        try await publish(id, Publication(move: .to(.cancelled), event: event))
        forget(id)
    }

    /// Says that a job was set aside: what it publishes until ``resume(_:)`` leaves it so.
    public func pause(_ id: JobID) async throws(PublishError) {
        try await publishHeld(id)
        try await publish(id, Publication(move: .to(.paused), event: JobEvent(.paused)))
    }

    /// Says that a job that was set aside goes on.
    public func resume(_ id: JobID) async throws(PublishError) {
        try await publish(id, Publication(move: .to(.running), event: JobEvent(.resumed)))
    }

    /// Waits until Redis has all log lines and the newest states, at most for `limit`; whether it has.
    @discardableResult
    public func flush(within limit: Duration = .seconds(10)) async -> Bool {
        for id in jobs.keys where jobs[id]?.held != nil { try? await publishHeld(id) }
        let isDelivered = await logs.flush(within: limit)
        if isDelivered { await payDebts() }
        return isDelivered && jobs.values.allSatisfy { $0.owedState == nil }
    }

    /// Flushes, and gives up what Redis does not take within `limit`; with a journal the next process sends the lines.
    @discardableResult
    public func close(within limit: Duration = .seconds(10)) async -> Bool {
        let isFlushed = await flush(within: limit)
        await cancels.close()
        return await logs.close(within: isFlushed ? limit : .zero) && isFlushed
    }

    // MARK: - Progress that waits

    private func publish(_ id: JobID, _ progress: PublishedJob.HeldProgress) async throws(PublishError) {
        jobs[id]?.held = nil
        jobs[id]?.progressAt = .now
        var event = JobEvent(.progress, step: progress.step, progress: progress.percent)
        event.partial = progress.partial
        let line = LogLine(.info, StepLine(step: progress.step, progress: progress.percent).text)
        try await publish(
            id,
            Publication(move: .keepsRunning, event: event, line: line) { state in
                state.step = progress.step
                state.progress = progress.percent
            })
    }

    private func publishHeld(_ id: JobID) async throws(PublishError) {
        guard let held = jobs[id]?.held else { return }
        try await publish(id, held)
    }

    private func publishHeld(_ id: JobID, at time: ContinuousClock.Instant) {
        Task { [weak self] in
            try? await Task.sleep(until: time, clock: .continuous)
            // A job that was cancelled in the meantime says so to the next call.
            try? await self?.publishHeld(id)
        }
    }

    // MARK: - What the publisher knows

    func job(_ id: JobID) throws(PublishError) -> PublishedJob {
        guard let job = jobs[id] else {
            throw .invalid("Job \(id.display) is not known to this publisher: adopt it first, with its owner.")
        }
        return job
    }

    func forget(_ id: JobID) {
        jobs[id] = nil
        logs.forget(id)
    }

    func tellContext(of id: JobID) {
        guard logs.reportsErrors, let job = jobs[id] else { return }
        let record = job.record
        logs.knows(
            ErrorContext(
                userID: job.user, type: job.type ?? record?.type, step: record?.step, progress: record?.progress,
                attempt: record?.attempt), of: id)
    }

    private func clamped(_ percent: Double) throws(PublishError) -> Double {
        guard percent.isFinite else {
            throw .invalid("A progress of \(percent) makes no sense: it is a number from 0 to 100.")
        }
        return min(100, max(0, percent))
    }

    /// A step of several lines would be no `STEP (P%)`.
    private static func oneLine(_ step: String) -> String {
        guard step.contains(where: \.isNewline) else { return step }
        return step.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func nextCheckpoint(_ id: JobID) async throws(PublishError) -> Int {
        if let last = try job(id).checkpoint { return last + 1 }
        do throws(RedisError) {
            return (try await checkpoints.load(id)?.sequence ?? 0) + 1
        } catch {
            guard error.isTemporary else { throw .redis(error) }
            // It is written when Redis is back; its event's number is as good as any.
            return try job(id).sequence + 1
        }
    }
}
