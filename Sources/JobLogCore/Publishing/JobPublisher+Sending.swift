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
        let announcement = (channel: keys.events(id), payload: event)
        let usesScript = !states.scripts.areRefused(at: connection.connectionCount)
        let turn = states.scripts.areKnownToWork ? nil : takeTurn(id)
        defer { turn?.end.keep(()) }
        let parcel = Parcel(
            entry: publication.line.map { logs.entry($0, of: id) },
            riders: publication.commands + index(job)
                + (usesScript ? [states.replacing(old, with: new, of: id, announcing: announcement)] : []))
        var replies: [RedisReply]
        do throws(PublishError) {
            replies = try await send(parcel, leavingOut: usesScript ? 1 : 0)
        } catch {
            if case .redis(let reason) = error, reason.isTemporary { jobs[id]?.owedState = record }
            throw error
        }
        let deadline = started + Self.patience
        let scripted = usesScript ? replies.removeLast() : nil
        let outcome: JobStateStore.Outcome
        if let scripted, scripted.error?.refusesCommand != true {
            states.scripts.work()
            outcome = try redis { () throws(RedisError) in try JobStateStore.outcome(scripted) }
        } else {
            if let refusal = scripted?.error { states.scripts.refuse(refusal, at: connection.connectionCount) }
            await turn?.previous?.value
            outcome = try await swap(id, old, new, publication, announcement)
        }
        try await settle(id, outcome, new, publication, event, until: deadline)
        jobs[id]?.owedState = nil
        if let refused = replies.lazy.compactMap(\.error).first { throw .redis(refused) }
    }

    /// Sends a parcel of a job. It is on its way when another call of this actor can begin: the order of calls is kept.
    /// Where its line is refused, so many of its last riders may be, too.
    func send(_ parcel: Parcel, leavingOut last: Int = 0) async throws(PublishError) -> [RedisReply] {
        let outcome = await logs.outbox.submit(parcel)
        switch (outcome.delivery, outcome.riders) {
        case (_, .failure(let error)): throw .redis(error)
        case (.stored, .success(let replies)): return replies
        case (.kept(let error), .success(let replies)), (.console(let error), .success(let replies)):
            // The line was refused; whether the state was is in the replies.
            guard replies.dropLast(last).allSatisfy({ $0.error == nil }) else { throw .redis(error) }
            return replies
        }
    }

    // MARK: - Where scripts are refused

    /// The place of a publication among those of its job that write the state without a script: each waits for the one
    /// before it, as scripts would in their pipelines.
    private func takeTurn(_ id: JobID) -> (previous: Promise<Void>?, end: Promise<Void>) {
        let turn = (previous: jobs[id]?.lastTurn, end: Promise<Void>())
        jobs[id]?.lastTurn = turn.end
        return turn
    }

    /// Writes and announces the state without a script. Where nothing writes it safely it is announced all the same, unless
    /// the state that is there forbids it: the event tells of what has happened, as those of workers without a state do.
    private func swap(
        _ id: JobID, _ old: [UInt8]?, _ new: [UInt8], _ publication: Publication,
        _ announcement: (channel: [UInt8], payload: [UInt8])
    ) async throws(PublishError) -> JobStateStore.Outcome {
        let refusal: RedisError
        do throws(RedisError) {
            return try await states.swap(old, with: new, of: id, announcing: announcement)
        } catch {
            refusal = error
        }
        guard refusal.refusesCommand else { throw .redis(refusal) }
        let replies = try await redis { () async throws(RedisError) in
            try await connection.send([RedisCommand("GET", .key(keys.state(id)))])
        }
        if let stored = replies[0].bytes, !stored.elementsEqual(new) {
            var job = try job(id)
            job.takeUp(Array(stored))
            _ = try job.record(after: publication, by: worker.name)
        }
        _ = try await redis { () async throws(RedisError) in
            try await connection.send(
                RedisCommand("PUBLISH", .bytes(announcement.channel), .bytes(announcement.payload)))
        }
        throw .redis(refusal)
    }

    // MARK: - Where another writer was there first

    /// Goes on where another writer was there first: its state is taken up, unless it forbids this one.
    private func settle(
        _ id: JobID, _ first: JobStateStore.Outcome, _ written: [UInt8], _ publication: Publication, _ event: [UInt8],
        until deadline: ContinuousClock.Instant
    ) async throws(PublishError) {
        var (outcome, new) = (first, written)
        var tries = 0
        while true {
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
            let bytes = new
            outcome = try await redis { () async throws(RedisError) in
                try await states.replace(found, with: bytes, of: id, announcing: (keys.events(id), event))
            }
        }
    }

    /// Makes a state that refused a publication the newest evidence again: its log line is already there.
    private func renew(_ id: JobID, _ stored: [UInt8]?) async throws(PublishError) {
        guard let stored, var record = JobStateRecord.decode(stored[...]) else { return }
        record.updatedAt = Timestamp.now() + 1
        let bytes = record.encode()
        _ = try await redis { () async throws(RedisError) in try await states.replace(stored, with: bytes, of: id) }
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

    private func redis<Value>(_ body: () throws(RedisError) -> Value) throws(PublishError) -> Value {
        do throws(RedisError) {
            return try body()
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
