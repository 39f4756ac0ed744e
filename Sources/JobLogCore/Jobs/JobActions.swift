import RedisClient

/// What a viewer does to jobs: cancels, pauses, resumes, restarts them, and deletes what they have left.
///
/// An action looks at the job, refuses with a reason or writes, announces and records what it has done: the state in
/// `job:state:{id}`, by the rules of ``JobTransition``, the event as the server sends it, a line such as
/// `cancelled by user@host` in the job's log, and the job's place in the indexes.
///
/// A job without `job:state:{id}`, such as a TypeScript worker's, is its worker's alone: it can only be asked. Then the
/// line says `cancel requested by user@host`, no event claims what has not happened, and viewers show the request
/// (``JobSnapshot/requested``) until the worker answers by what it does. A cancel goes out on `job:cancel:{id}` in
/// either case; there is no channel on which a worker would hear of the other requests.
public struct JobActions: Sendable {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let actor: String
    private let states: JobStateStore
    private let checkpoints: CheckpointStore
    private let audit: AuditLog
    private let index: JobIndex

    /// Actions over one connection.
    ///
    /// - Parameters:
    ///   - connection: to the Redis of the jobs.
    ///   - keys: the names of the keys.
    ///   - actor: who acts, as `user@host`; stands in the jobs' logs.
    ///   - retention: what a log keeps at least when a line is added.
    public init(
        connection: RedisConnection, keys: JobKeys = JobKeys(), actor: String, retention: LogRetention = LogRetention()
    ) {
        self.connection = connection
        self.keys = keys
        self.actor = actor
        states = JobStateStore(connection: connection, keys: keys)
        checkpoints = CheckpointStore(connection: connection, keys: keys)
        audit = AuditLog(connection: connection, keys: keys, retention: retention, writer: WorkerIdentity(name: actor))
        index = JobIndex(keys: keys)
    }

    /// What an action has come to.
    public struct Outcome: Sendable {
        /// What was done or asked for.
        public let action: JobAction
        /// Whether it was only asked for: the job's worker has to do it.
        public let isRequested: Bool
        /// The job as it is now; nil when nothing is left of it.
        public let job: JobReading?
        /// What was deleted, index entries included.
        public let removed: [RemovedKey]
        /// What went wrong after the action itself had been carried out, a sentence each.
        public let problems: [String]

        /// An outcome of these parts.
        package init(
            action: JobAction, isRequested: Bool, job: JobReading?, removed: [RemovedKey], problems: [String]
        ) {
            self.action = action
            self.isRequested = isRequested
            self.job = job
            self.removed = removed
            self.problems = problems
        }
    }

    /// Ends a job, and tells its worker on `job:cancel:{id}`.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - reason: why; stands in the event and the log.
    /// - Returns: what it has come to.
    /// - Throws: ``JobActionError``; `.notAllowed` names the state that stands against it.
    @discardableResult
    public func cancel(_ id: JobID, reason: String? = nil) async throws(JobActionError) -> Outcome {
        try await change(id, .cancel, .become(.cancelled), reason: reason)
    }

    /// Sets a running job aside. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func pause(_ id: JobID, reason: String? = nil) async throws(JobActionError) -> Outcome {
        try await change(id, .pause, .become(.paused), reason: reason)
    }

    /// Lets a paused job go on, or a failed one from its checkpoint. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func resume(_ id: JobID, reason: String? = nil) async throws(JobActionError) -> Outcome {
        try await change(id, .resume, .resume, reason: reason)
    }

    /// Takes a failed or cancelled job back to the start. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func restart(_ id: JobID, reason: String? = nil) async throws(JobActionError) -> Outcome {
        try await change(id, .restart, .restart, reason: reason)
    }

    /// Deletes a job's checkpoint; its archived ones stay. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func clearCheckpoint(_ id: JobID) async throws(JobActionError) -> Outcome {
        let job = try await look(at: id, for: .clearCheckpoint)
        guard try await redis({ () async throws(RedisError) in try await checkpoints.delete(id) }) else {
            throw .notAllowed(id, .clearCheckpoint, in: job.snapshot.state, reason: "it has none")
        }
        let now = Timestamp.now()
        let number = job.snapshot.checkpoint?.sequence.map { "checkpoint \($0) cleared" }
        let message = "\(number ?? JobAction.clearCheckpoint.done) by \(actor)"
        let record =
            job.snapshot.logCount == 0
            ? witness(of: job.snapshot, .clearCheckpoint) : AuditRecord(.clearCheckpoint, by: actor)
        let line = audit.line(message, record.metadata, to: id, at: now)
        return await outcome(
            .clearCheckpoint, id, removed: [RemovedKey(keys.checkpoint(id))], problems: await problems(of: [line]))
    }

    /// Deletes a job's log; that it was deleted is the first line of the new one, with the state that the old one told
    /// of. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func deleteLogs(_ id: JobID) async throws(JobActionError) -> Outcome {
        let job = try await look(at: id, for: .deleteLogs)
        let commands = audit.replacing(
            "\(JobAction.deleteLogs.done) by \(actor)", witness(of: job.snapshot, .deleteLogs).metadata, of: id,
            at: Timestamp.now())
        let replies = try await redis { () async throws(RedisError) in try await connection.together(commands) }
        if let refused = replies.lazy.compactMap(\.error).first { throw .redis(refused) }
        let removed = replies.first?.integer == 1 ? [RemovedKey(keys.logs(id))] : []
        return await outcome(.deleteLogs, id, removed: removed)
    }

    /// Deletes all that Redis has of a job that nobody works on: log, state, checkpoint and its archive, reasoning,
    /// the server's counter and record, and its places in the indexes.
    ///
    /// Throws as ``cancel(_:reason:)``. When the connection is lost on the way some of it may be left; removing the job
    /// again removes the rest.
    @discardableResult
    public func remove(_ id: JobID) async throws(JobActionError) -> Outcome {
        let job = try await look(at: id, for: .remove)
        return try await redis { () async throws(RedisError) in
            let remover = JobRemover(connection: connection, keys: keys)
            let (removed, problems) = try await remover.remove(id, owner: job.snapshot.userID)
            return Outcome(action: .remove, isRequested: false, job: nil, removed: removed, problems: problems)
        }
    }

    /// Carries out an action by its name. Throws as ``cancel(_:reason:)``.
    @discardableResult
    public func perform(
        _ action: JobAction, on id: JobID, reason: String? = nil
    ) async throws(JobActionError) -> Outcome {
        switch action {
        case .cancel: try await cancel(id, reason: reason)
        case .pause: try await pause(id, reason: reason)
        case .resume: try await resume(id, reason: reason)
        case .restart: try await restart(id, reason: reason)
        case .clearCheckpoint: try await clearCheckpoint(id)
        case .deleteLogs: try await deleteLogs(id)
        case .remove: try await remove(id)
        }
    }

    /// A record that says what the deleted part said of the job's state.
    private func witness(of job: JobSnapshot, _ action: JobAction) -> AuditRecord {
        var record = AuditRecord(action, by: actor)
        record.state = job.state
        record.at = job.lastHeard
        return record
    }

    // MARK: - Changing the state

    private func change(
        _ id: JobID, _ action: JobAction, _ transition: JobTransition, reason: String?
    ) async throws(JobActionError) -> Outcome {
        let job = try await look(at: id, for: action)
        guard job.evidence.state?.status != nil else { return try await request(action, of: id, job, reason) }
        let state: JobStateRecord
        do throws(JobStateError) {
            try await takeUp(job, for: transition, of: id)
            state = try await states.carryOut(
                transition, of: id, change: { $0.lastSequence = ($0.lastSequence ?? 0) + 1 },
                announcing: { event(action, id, $0, reason).encode(versioned: true) })
        } catch {
            throw JobActionError(error, action)
        }
        var record = AuditRecord(action, by: actor)
        record.state = state.status
        let now = state.updatedAt ?? Timestamp.now()
        var lines = [audit.line(text("\(action.done) by \(actor)", reason), record.metadata, to: id, at: now)]
        if let attempt = state.attempt, attempt != job.evidence.state?.attempt {
            lines.append(separator(id, action, attempt: attempt, at: now))
        }
        let owner = state.userID ?? job.snapshot.userID
        var commands = index.noting(id, user: owner, now: now) + index.tending(user: owner, now: now)
        if action == .cancel { commands.append(call(id, user: owner, at: now)) }
        return await outcome(action, id, problems: await problems(of: lines, commands))
    }

    /// Where the log of a job whose worker writes no state says what its record does not know yet, the record takes it
    /// up first: a job that is shown as failed can be restarted.
    private func takeUp(_ job: Look, for transition: JobTransition, of id: JobID) async throws(JobStateError) {
        guard let recorded = job.evidence.state?.status, let shown = job.snapshot.state,
            !transition.isAllowed(from: recorded), transition.isAllowed(from: shown), recorded.canTransition(to: shown)
        else { return }
        try await states.transition(id, to: shown) { record in
            record.error = job.snapshot.error ?? record.error
            record.completedAt = job.snapshot.completedAt ?? record.completedAt
            record.failedAt = job.snapshot.failedAt ?? record.failedAt
        }
    }

    /// Asks a job's worker for what cannot be enforced.
    private func request(
        _ action: JobAction, of id: JobID, _ job: Look, _ reason: String?
    ) async throws(JobActionError) -> Outcome {
        let now = Timestamp.now()
        var record = AuditRecord(action, by: actor)
        record.isRequested = true
        let message = text("\(action.rawValue) requested by \(actor)", reason)
        let line = audit.line(message, record.metadata, to: id, at: now)
        let call = action == .cancel ? [call(id, user: job.snapshot.userID, at: now)] : []
        let refused = try await redis { () async throws(RedisError) in try await audit.append([line], then: call) }
        if let refused = refused.first { throw .redis(refused) }
        return await outcome(action, id, isRequested: true)
    }

    private func text(_ done: String, _ reason: String?) -> String {
        guard let reason, !reason.isEmpty else { return done }
        return "\(done): \(reason)"
    }

    /// The line between two tries.
    private func separator(_ id: JobID, _ action: JobAction, attempt: Int, at time: Int64) -> AuditLog.Line {
        var record = AuditRecord(action, by: actor)
        record.attempt = attempt
        return audit.line("── attempt \(attempt) ──", record.metadata, to: id, at: time)
    }

    /// What the server would announce.
    private func event(_ action: JobAction, _ id: JobID, _ state: JobStateRecord, _ reason: String?) -> JobEvent {
        let kind: JobEvent.Kind =
            switch action {
            case .pause: .paused
            case .resume: .resumed
            case .restart: .restarted
            default: .cancelled
            }
        var event = JobEvent(
            kind, jobID: id.lossyText, userID: state.userID, step: state.step, progress: state.progress,
            timestamp: state.updatedAt, sequence: state.lastSequence)
        event.reason = reason
        return event
    }

    /// What workers listen for.
    private func call(_ id: JobID, user: String?, at time: Int64) -> RedisCommand {
        var writer = JSONWriter(capacity: 96)
        writer.open()
        writer.member("userId", user)
        writer.member("jobId", id.lossyText)
        writer.member("timestamp", time)
        writer.close()
        return RedisCommand("PUBLISH", .bytes(keys.cancel(id)), .bytes(writer.bytes))
    }

    // MARK: - What all have in common

    private struct Look {
        let evidence: JobEvidence
        let snapshot: JobSnapshot
    }

    /// Reads a job of which something is to be done now. Throws where there is none, or where it does not allow it.
    private func look(at id: JobID, for action: JobAction) async throws(JobActionError) -> Look {
        guard let known = try await redis({ () async throws(RedisError) in try await read(id) }), known.hasKeys == true
        else { throw .noSuchJob(id) }
        let snapshot = JobDerivation.snapshot(known.evidence, now: Timestamp.now())
        // Also a checkpoint that cannot be read, of which the snapshot knows nothing, can be deleted.
        if action != .clearCheckpoint, let reason = Self.availability(of: snapshot)[action] {
            throw .notAllowed(id, action, in: snapshot.state, reason: reason)
        }
        return Look(evidence: known.evidence, snapshot: snapshot)
    }

    private func read(_ id: JobID) async throws(RedisError) -> JobKnowledge? {
        try await JobReader(keys: keys).read([id], looksForRequests: true, over: connection).first
    }

    /// What was done is done: a record of it that cannot be written is a problem, no failure.
    private func problems(of lines: [AuditLog.Line], _ commands: [RedisCommand] = []) async -> [String] {
        let messages: [String]
        do throws(RedisError) {
            messages = try await audit.append(lines, then: commands).map(\.message)
        } catch {
            messages = [error.message]
        }
        return messages.map { "It was done, but could not be recorded: \($0)" }
    }

    private func outcome(
        _ action: JobAction, _ id: JobID, isRequested: Bool = false, removed: [RemovedKey] = [],
        problems: [String] = []
    ) async -> Outcome {
        var problems = problems
        var job: JobReading?
        do throws(RedisError) {
            job = try await read(id)?.reading(now: Timestamp.now())
        } catch {
            problems.append("It was done, but the job cannot be read again: \(error.message)")
        }
        return Outcome(action: action, isRequested: isRequested, job: job, removed: removed, problems: problems)
    }

    private func redis<Value>(
        _ body: () async throws(RedisError) -> Value
    ) async throws(JobActionError) -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw .redis(error)
        }
    }
}
