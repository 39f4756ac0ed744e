import RedisClient

/// One round trip a publication, and what follows where another writer was there first or Redis was away.
extension JobPublisher {
    /// How long a state is written again after someone else wrote it in between: each time one of the writers got
    /// through, so that only very many of them need more than moments.
    private static let patience = Duration.seconds(10)
    /// How often it is tried at least: where the machine is short of time, few tries take long.
    private static let leastTries = 1_000

    /// Sends an event, its line, the state and the index in one pipeline.
    func publish(_ id: JobID, _ publication: Publication) async throws(PublishError) {
        let started = ContinuousClock.now
        var job = try job(id)
        let event = job.stamp(publication.event, worker: worker.name)
        let record: JobStateRecord
        do throws(PublishError) {
            record = try job.record(after: publication, by: worker.name)
        } catch {
            // What is remembered may be old: the job may have been restarted by someone else.
            try await reread(id)
            record = try self.job(id).record(after: publication, by: worker.name)
            job.stored = try self.job(id).stored
        }
        let (old, new) = (job.stored, record.encode())
        job.stored = new
        jobs[id] = job
        tellContext(of: id)
        // State and event come last: who hears of them finds all the rest.
        let announcement = states.replacing(old, with: new, of: id, announcing: (keys.events(id), event))
        let parcel = Parcel(
            entry: publication.line.map { logs.entry($0, of: id) },
            riders: publication.commands + index(job) + [announcement])
        let replies: [RedisReply]
        do throws(PublishError) {
            replies = try await send(parcel)
        } catch {
            if case .redis(let reason) = error, reason.isTemporary { jobs[id]?.owedState = record }
            throw error
        }
        let deadline = started + Self.patience
        if let last = replies.last { try await settle(id, last, new, publication, event, until: deadline) }
        jobs[id]?.owedState = nil
        if let refused = replies.lazy.compactMap(\.error).first { throw .redis(refused) }
    }

    /// Sends a parcel of a job. It is on its way when another call of this actor can begin: the order of calls is kept.
    func send(_ parcel: Parcel) async throws(PublishError) -> [RedisReply] {
        let outcome = await logs.outbox.submit(parcel)
        switch (outcome.delivery, outcome.riders) {
        case (_, .failure(let error)): throw .redis(error)
        case (.stored, .success(let replies)): return replies
        case (.kept(let error), .success(let replies)), (.console(let error), .success(let replies)):
            // The line was refused; whether the state was is in the replies.
            guard replies.allSatisfy({ $0.error == nil }) else { throw .redis(error) }
            return replies
        }
    }

    /// Goes on where another writer was there first: its state is taken up, unless it forbids this one.
    private func settle(
        _ id: JobID, _ reply: RedisReply, _ written: [UInt8], _ publication: Publication, _ event: [UInt8],
        until deadline: ContinuousClock.Instant
    ) async throws(PublishError) {
        var (reply, new) = (reply, written)
        var tries = 0
        while true {
            let outcome: JobStateStore.Outcome
            do throws(RedisError) {
                outcome = try JobStateStore.outcome(reply)
            } catch {
                throw .redis(error)
            }
            guard case .found(let found) = outcome else {
                // A later call of this publisher may have gone on from these bytes.
                if jobs[id]?.stored == written { jobs[id]?.stored = new }
                return
            }
            tries += 1
            guard ContinuousClock.now < deadline || tries < Self.leastTries else {
                throw .redis(
                    RedisError(
                        code: .aborted,
                        message: "The state of job \(id.display) is being written by others all the time."))
            }
            jobs[id]?.takeUp(found)
            do throws(PublishError) {
                new = try job(id).record(after: publication, by: worker.name).encode()
            } catch {
                try await renew(id, found)
                throw error
            }
            jobs[id]?.stored = new
            let command = states.replacing(found, with: new, of: id, announcing: (keys.events(id), event))
            reply = try await redis { () async throws(RedisError) in try await connection.send([command])[0] }
        }
    }

    /// Makes a state that refused a publication the newest evidence again: its log line is already there.
    private func renew(_ id: JobID, _ stored: [UInt8]?) async throws(PublishError) {
        guard let stored, var record = JobStateRecord.decode(stored[...]) else { return }
        record.updatedAt = Timestamp.now() + 1
        let command = states.replacing(stored, with: record.encode(), of: id)
        _ = try await redis { () async throws(RedisError) in try await connection.send(command) }
    }

    private func reread(_ id: JobID) async throws(PublishError) {
        let stored = try await redis { () async throws(RedisError) in
            try await connection.send(RedisCommand("GET", .key(keys.state(id)))).bytes.map { Array($0) }
        }
        jobs[id]?.takeUp(stored)
    }

    /// Writes the states and checkpoints that Redis did not take while it was away: the newest of each job, and only
    /// where nobody has ended the job in the meantime.
    func payDebts() async {
        for (id, job) in jobs {
            if let checkpoint = job.owedCheckpoint {
                guard (try? await checkpoints.save(checkpoint, of: id)) != nil else { return }
                jobs[id]?.owedCheckpoint = nil
            }
            guard let owed = job.owedState, let status = owed.status else { continue }
            var event = JobEvent(status.eventKind, step: owed.step, progress: owed.progress)
            event.result = owed.result
            event.error = owed.error
            let publication = Publication(move: status == .running ? .keepsRunning : .to(status), event: event) {
                $0.takeOver(from: owed)
            }
            jobs[id]?.owedState = nil
            do throws(PublishError) {
                try await publish(id, publication)
                if status.isTerminal { forget(id) }
            } catch {
                if case .redis = error { continue }
                forget(id)
            }
        }
    }

    /// The commands that keep the indexes: this job's place, and now and then what has become too old.
    private func index(_ job: PublishedJob) -> [RedisCommand] {
        let index = JobIndex(keys: keys)
        let now = Timestamp.now()
        let noting = index.noting(job.id, user: job.user, now: now)
        guard now - (indexTendedAt[job.user] ?? 0) > 60_000 else { return noting }
        // Of very many owners those who were silent lately are forgotten, and tended when they speak again.
        if indexTendedAt.count > 10_000 { indexTendedAt = [:] }
        indexTendedAt[job.user] = now
        return noting + index.tending(user: job.user, now: now)
    }

    private func redis<Value: Sendable>(
        _ body: () async throws(RedisError) -> Value
    ) async throws(PublishError) -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw .redis(error)
        }
    }
}

extension JobState {
    /// What is announced of a state that is written late.
    fileprivate var eventKind: JobEvent.Kind {
        switch self {
        case .created: .created
        case .running: .progress
        case .paused: .paused
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

extension JobStateRecord {
    /// Takes over what a worker had to say.
    fileprivate mutating func takeOver(from other: JobStateRecord) {
        step = other.step ?? step
        progress = other.progress ?? progress
        result = other.result ?? result
        error = other.error ?? error
        startedAt = other.startedAt ?? startedAt
        completedAt = other.completedAt ?? completedAt
        failedAt = other.failedAt ?? failedAt
    }
}
