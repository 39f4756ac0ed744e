import RedisClient
import Synchronization

/// Sends what a worker publishes: many calls in one pipeline, in their order, and again where Redis did not take it.
///
/// One pipeline is under way at a time; while it is, the next one gathers. A caller that is alone sends by itself, on
/// its own thread, where the server answers soon. Entries that Redis does not take go to the console and are kept; the
/// decisions are ``OutboxState``'s.
final class LogOutbox: Sendable {
    private let connection: RedisConnection
    private let log: LogCommands
    private let console: @Sendable (String) -> Void
    private let state: Mutex<OutboxState>
    private let pause = Mutex<Task<Void, Never>?>(nil)
    /// The number of the connection whose clock was compared.
    private let compared = Mutex(0)
    private let back = Mutex<(@Sendable () -> Void)?>(nil)

    init(
        connection: RedisConnection, log: LogCommands, keeping: LogKeeping, worker: WorkerIdentity,
        console: @escaping @Sendable (String) -> Void
    ) {
        self.connection = connection
        self.log = log
        self.console = console
        var own: LogJournal?
        var orphans: [LogJournal] = []
        if let folder = keeping.journalFolder {
            do throws(JournalError) {
                own = try LogJournal(folder: folder, limit: keeping.journalBytes)
                orphans = LogJournal.orphans(in: folder)
            } catch {
                console("[JobLogManager] \(error) Entries are kept in memory only.")
            }
        }
        state = Mutex(OutboxState(keeping: keeping, worker: worker, journal: own, orphans: orphans))
        perform { $0.begin(&$1) }
    }

    /// How far this machine's clock is ahead of the server's, in ms; nil where that is not known, or within a second.
    var clockSkew: Int64? { state.withLock(\.clockSkew) }

    /// Calls `handler` whenever Redis takes something again that it did not take before.
    func whenBack(_ handler: @escaping @Sendable () -> Void) {
        back.withLock { $0 = handler }
    }

    /// Sends a parcel, and waits until Redis has answered, or until it is known that it does not.
    ///
    /// It runs where its caller does: the parcel has its place in the order before the caller does anything else.
    func submit(_ parcel: Parcel, isolation: isolated (any Actor)? = #isolation) async -> ParcelOutcome {
        var mine: Parcel?
        var parcel = parcel
        let promise = Promise<ParcelOutcome>()
        parcel.promise = promise
        perform { mine = $0.admit(parcel, direct: true, now: .now, &$1) }
        guard var mine else { return await promise.value }

        mine.promise = nil
        let batch = OutboxBatch([mine], first: [], log: log)
        let result: OutboxBatch.Result
        switch connection.attempt(batch.commands) {
        case .answered(let replies): result = batch.result(replies)
        case .failed(let error): result = batch.result(error)
        case .pending(let replies):
            mine.promise = promise
            let sent = mine
            Task { await drain(sent, replies) }
            return await promise.value
        case .unavailable:
            mine.promise = promise
            let unsent = mine
            Task { await drain(unsent, nil) }
            return await promise.value
        }
        perform { state, effects in
            state.finish([mine], from: .queue, result, now: .now, &effects)
            state.release(&effects)
        }
        return result.outcomes[0]
    }

    /// Sends a parcel, some time soon: it costs the caller no waiting.
    func post(_ parcel: Parcel) {
        perform { _ = $0.admit(parcel, direct: false, now: .now, &$1) }
    }

    /// Sends several parcels, some time soon, together.
    func post(_ parcels: [Parcel]) {
        perform { state, effects in
            for parcel in parcels { _ = state.admit(parcel, direct: false, now: .now, &effects) }
        }
    }

    /// Waits until everything was sent and answered, at most for `limit`; whether it was.
    func flush(within limit: Duration) async -> Bool {
        let promise = Promise<Bool>()
        perform { $0.flush(promise, now: .now, &$1) }
        pause.withLock { $0?.cancel() }
        let alarm = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            promise.keep(false)
        }
        defer { alarm.cancel() }
        return await promise.value
    }

    /// Flushes, and lets go of the journal; what is left there another process sends.
    func close(within limit: Duration) async -> Bool {
        let isDelivered = await flush(within: limit)
        let left = state.withLock { $0.close() }
        if left.inMemory > 0 {
            console("[JobLogManager] Redis has not taken \(left.inMemory) entries; they are above, and nowhere else.")
        }
        return isDelivered
    }

    // MARK: - Draining

    /// Sends what there is until nothing is left; one task at a time does.
    private func drain() async {
        while true {
            var step = OutboxState.Step.rest
            perform { step = $0.next(now: .now, &$1) }
            switch step {
            case .rest: return
            case .wait(let until): await sleep(until: until)
            case .send(var parcels, let source, let looksForSuspects):
                if looksForSuspects, let error = await recognise(&parcels) {
                    finish(parcels, from: source, OutboxBatch(parcels, first: [], log: log).result(error))
                } else {
                    await send(parcels, from: source)
                }
                // Those who were waiting for these speak again at once: let them, so that the next pipeline is full.
                if parcels.count > 1 { await Task.yield() }
            }
        }
    }

    /// Goes on with a parcel that its caller had for itself, then drains.
    private func drain(_ parcel: Parcel, _ replies: PendingReplies?) async {
        if let replies {
            let batch = OutboxBatch([parcel], first: [], log: log)
            do throws(RedisError) {
                finish([parcel], from: .queue, batch.result(try await connection.finish(replies)))
            } catch {
                finish([parcel], from: .queue, batch.result(error))
            }
        } else {
            await send([parcel], from: .queue)
        }
        await drain()
    }

    private func send(_ parcels: [Parcel], from source: OutboxState.Source) async {
        let greeting = await greeting(hasSuspects: OutboxBatch.hasSuspects(parcels))
        let batch = OutboxBatch(parcels, first: greeting.commands, log: log)
        let sentAt = Timestamp.now()
        do throws(RedisError) {
            let replies = try await connection.send(batch.commands)
            if let time = greeting.time { await compare(replies[time], sentAt: sentAt) }
            finish(parcels, from: source, batch.result(replies))
        } catch {
            finish(parcels, from: source, batch.result(error))
        }
    }

    private func finish(_ parcels: [Parcel], from source: OutboxState.Source, _ result: OutboxBatch.Result) {
        var isBack = false
        perform { state, effects in
            let wasAway = state.isAway
            state.finish(parcels, from: source, result, now: .now, &effects)
            isBack = wasAway && !state.isAway
        }
        if result.reason?.code == .readOnly {
            // Another server may be the primary by now: only a new connection finds it.
            Task { await connection.disconnect() }
        }
        if isBack { back.withLock { $0 }?() }
    }

    private func sleep(until time: ContinuousClock.Instant) async {
        let task = Task { _ = try? await Task.sleep(until: time, clock: .continuous) }
        pause.withLock { $0 = task }
        await task.value
        pause.withLock { $0 = nil }
    }

    /// What goes before a pipeline: the end of a client that may still have commands in the server's buffers, and a look
    /// at the server's clock where the connection is new.
    private func greeting(hasSuspects: Bool) async -> (commands: [RedisCommand], time: Int?) {
        var commands: [RedisCommand] = []
        if hasSuspects, let lost = connection.lostClientID {
            commands.append(RedisCommand("CLIENT", "KILL", "ID", .integer(lost)))
        }
        let count = await connection.connectionCount
        guard compared.withLock({ $0 }) != count || count == 0 else { return (commands, nil) }
        commands.append(RedisCommand("TIME"))
        return (commands, commands.count - 1)
    }

    private func compare(_ reply: RedisReply, sentAt: Int64) async {
        let count = await connection.connectionCount
        compared.withLock { $0 = count }
        guard let parts = reply.array, parts.count == 2, let seconds = parts[0].integer,
            let microseconds = parts[1].integer
        else { return }
        let here = (sentAt + Timestamp.now()) / 2
        let skew = here - Int64(seconds * 1_000 + microseconds / 1_000)
        state.withLock { $0.clockSkew = abs(skew) >= 1_000 ? skew : nil }
    }

    /// Marks those of the suspects that are in their logs, where no script can do it; the error why it cannot be known.
    private func recognise(_ parcels: inout [Parcel]) async -> RedisError? {
        let jobs = Array(Set(parcels.compactMap { $0.entry.flatMap { $0.isSuspect ? $0.job : nil } }))
        var commands = jobs.map { log.recent(of: $0) }
        if let lost = connection.lostClientID { commands.append(RedisCommand("CLIENT", "KILL", "ID", .integer(lost))) }
        let replies: [RedisReply]
        do throws(RedisError) {
            replies = try await connection.send(commands)
        } catch {
            return error
        }
        var seen: [JobID: Set<[UInt8]>] = [:]
        for (job, reply) in zip(jobs, replies) {
            if let error = reply.error { return error }
            seen[job] = Set(reply.mapStrings { Array($0) })
        }
        for index in parcels.indices {
            guard let entry = parcels[index].entry, entry.isSuspect else { continue }
            parcels[index].entry?.isSuspect = false
            parcels[index].entry?.isStored = seen[entry.job]?.contains(entry.bytes) ?? false
        }
        return nil
    }

    /// Changes the state, and does what follows outside the lock.
    private func perform(_ body: (inout OutboxState, inout OutboxState.Effects) -> Void) {
        var effects = OutboxState.Effects()
        state.withLock { body(&$0, &effects) }
        if effects.starts { Task { await drain() } }
        for (promise, outcome) in effects.kept { promise.keep(outcome) }
        for notice in effects.notices { console(notice) }
        for entry in effects.printed { console(entry.consoleLine) }
    }
}
