import RedisClient
import Synchronization

/// Sends what a worker publishes: many calls in one pipeline, in their order, and again where Redis did not take it.
///
/// One pipeline is under way at a time; while it is, the next one gathers. A caller that is alone sends by itself, on
/// its own thread, where the server answers soon. Entries that Redis does not take go to the console and are kept; the
/// decisions are ``OutboxState``'s.
final class LogOutbox: Sendable {
    /// How soon a server answers that answers at once.
    private static let promptness = Duration.microseconds(500)

    private let connection: RedisConnection
    private let log: LogCommands
    private let console: @Sendable (String) -> Void
    private let state: Mutex<OutboxState>
    private let pause = Mutex(Pause())
    private let servers = Mutex(Servers())
    private let back = Mutex<(@Sendable () -> Void)?>(nil)

    /// The pause before another attempt.
    private struct Pause {
        var task: Task<Void, Never>?
        /// How often someone wanted the attempt at once.
        var ends = 0
    }

    /// What is known of the servers that were connected to.
    private struct Servers {
        /// The number of the connection whose clock was compared.
        var compared = 0
        /// Clients that died while an answer to entries was due, and may still have commands in a server's buffers.
        var lostClients: [LostClient] = []

        mutating func lose(_ client: LostClient) {
            guard !lostClients.contains(client) else { return }
            lostClients.append(client)
            if lostClients.count > 64 { lostClients.removeFirst() }
        }
    }

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
        state = Mutex(
            OutboxState(
                keeping: keeping, worker: worker, journal: own, orphans: orphans,
                backoff: RedisBackoff(limit: keeping.retryLimit)))
        perform { $0.begin(&$1) }
    }

    /// How far this machine's clock is ahead of the server's, in ms; nil where that is not known, or within a second.
    var clockSkew: Int64? { state.withLock(\.clockSkew) }

    /// How many parcels are in memory, and what they cost in bytes.
    var inMemory: (count: Int, cost: Int) { state.withLock(\.inMemory) }

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
        if let mine { sendDirectly([mine]) }
        return await promise.value
    }

    /// Sends several parcels together, and waits in the same way; an outcome for each, in their order.
    func submit(
        _ parcels: [Parcel], isolation: isolated (any Actor)? = #isolation
    ) async -> [ParcelOutcome] {
        let promises = parcels.map { _ in Promise<ParcelOutcome>() }
        let awaited = zip(parcels, promises).map { parcel, promise in
            var parcel = parcel
            parcel.promise = promise
            parcel.isBulk = true
            return parcel
        }
        var mine: [Parcel]?
        perform { mine = $0.admit(awaited, now: .now, &$1) }
        if let mine { sendDirectly(mine) }
        var outcomes: [ParcelOutcome] = []
        outcomes.reserveCapacity(promises.count)
        for promise in promises { outcomes.append(await promise.value) }
        return outcomes
    }

    /// Sends parcels on the caller's own thread where the server answers soon, else by a task that then drains.
    private func sendDirectly(_ parcels: [Parcel]) {
        let batch = OutboxBatch(parcels, log: log)
        switch connection.attempt(batch.commands) {
        case .answered(let replies): finish(parcels, from: .queue, batch.result(replies), releasing: true)
        case .failed(let error): finish(parcels, from: .queue, batch.result(error), releasing: true)
        case .pending(let replies): Task { await drain(parcels, replies) }
        case .unavailable: Task { await drain(parcels, nil) }
        }
    }

    /// Sends a parcel, some time soon: it costs the caller no waiting.
    func post(_ parcel: Parcel) {
        perform { _ = $0.admit(parcel, direct: false, now: .now, &$1) }
    }

    /// Waits until everything was sent and answered, at most for `limit`; whether it was.
    func flush(within limit: Duration) async -> Bool {
        let promise = Promise<Bool>()
        perform { $0.flush(promise, now: .now, &$1) }
        pause.withLock { pause in
            pause.ends += 1
            pause.task?.cancel()
        }
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
        var left = 0
        perform { left = $0.close(&$1) }
        if left > 0 {
            console(
                "[JobLogManager] Redis has not taken \(left) \(left == 1 ? "entry" : "entries"); what is above is "
                    + "nowhere else.")
        }
        return isDelivered
    }

    // MARK: - Draining

    /// Sends what there is until nothing is left; one task at a time does.
    private func drain() async {
        while true {
            let ends = pause.withLock(\.ends)
            switch state.withLock({ $0.next(now: .now) }) {
            case .rest: return
            case .wait(let until): await sleep(until: until, unlessEnded: ends)
            case .send(let parcels, let source):
                await send(parcels, from: source)
                // Those who were waiting for these speak again at once: let them, so that the next pipeline is full.
                if state.withLock(\.isLow) { await Task.yield() }
            }
        }
    }

    /// Goes on with parcels that their caller had for itself, then drains.
    private func drain(_ parcels: [Parcel], _ replies: PendingReplies?) async {
        if let replies {
            let batch = OutboxBatch(parcels, log: log)
            do throws(RedisError) {
                finish(parcels, from: .queue, batch.result(try await connection.finish(replies)))
            } catch {
                finish(parcels, from: .queue, batch.result(error))
            }
        } else {
            await send(parcels, from: .queue)
        }
        await drain()
    }

    private func send(_ parcels: [Parcel], from source: OutboxState.Source) async {
        var parcels = parcels
        do throws(RedisError) {
            try await prepare(&parcels)
        } catch {
            return finish(parcels, from: source, OutboxBatch(parcels, log: log).result(error, wasSent: false))
        }
        let count = connection.connectionCount
        let comparesClocks = count == 0 || count != servers.withLock(\.compared)
        let batch = OutboxBatch(parcels, first: comparesClocks ? [RedisCommand("TIME")] : [], log: log)
        let sentAt = Timestamp.now()
        let start = ContinuousClock.now
        do throws(RedisError) {
            let replies = try await connection.send(batch.commands)
            let isPrompt = ContinuousClock.now - start < Self.promptness
            state.withLock { $0.isPrompt = isPrompt }
            if comparesClocks, let time = replies.first { compare(time, sentAt: sentAt) }
            finish(parcels, from: source, batch.result(replies))
        } catch {
            finish(parcels, from: source, batch.result(error))
        }
    }

    private func finish(
        _ parcels: [Parcel], from source: OutboxState.Source, _ result: OutboxBatch.Result, releasing: Bool = false
    ) {
        if result.isUnanswered, let lost = connection.lostClient { servers.withLock { $0.lose(lost) } }
        var isBack = false
        perform { state, effects in
            let wasAway = state.isAway
            state.finish(parcels, from: source, result, now: .now, &effects)
            isBack = wasAway && !state.isAway
            if releasing { state.release(&effects) }
        }
        if isBack { back.withLock { $0 }?() }
    }

    private func sleep(until time: ContinuousClock.Instant, unlessEnded ends: Int) async {
        let task = Task { _ = try? await Task.sleep(until: time, clock: .continuous) }
        pause.withLock { pause in
            pause.task = task
            if pause.ends != ends { task.cancel() }
        }
        await task.value
        pause.withLock { $0.task = nil }
    }

    private func compare(_ reply: RedisReply, sentAt: Int64) {
        let receivedAt = Timestamp.now()
        // Where the answer took longer, connecting perhaps, the next one is waited for.
        guard receivedAt - sentAt < 1_000 else { return }
        let count = connection.connectionCount
        servers.withLock { $0.compared = count }
        guard let skew = ClockSkew.of(reply, sentAt: sentAt, receivedAt: receivedAt) else { return }
        state.withLock { $0.clockSkew = abs(skew) >= 1_000 ? skew : nil }
    }

    // MARK: - Suspects

    /// Connects where Redis was away, and sees to it that entries which may be in their logs are not sent twice.
    private func prepare(_ parcels: inout [Parcel]) async throws(RedisError) {
        let (isAway, looksForSuspects) = state.withLock { ($0.isAway, $0.scriptsAreRefused) }
        // The pauses between attempts are ours: the connection's own would only come on top of them.
        if isAway { try await connection.reconnect() }
        guard OutboxBatch.hasSuspects(parcels) else { return }
        try await endLostClients()
        if looksForSuspects { try await recognise(&parcels) }
    }

    /// Ends the clients that may still have entries in the server's buffers: a server that was frozen would carry them out
    /// after it was asked whether it has them.
    ///
    /// A server that was started anew counts its clients anew. So one is ended only if it has our name.
    private func endLostClients() async throws(RedisError) {
        for (url, lost) in Dictionary(grouping: servers.withLock(\.lostClients), by: \.url) {
            do throws(RedisError) {
                try await end(lost, at: url)
            } catch {
                // The entries of a cluster's other nodes need not wait for the one that is frozen.
                guard connection.nodes.count > 1 else { throw error }
                // Where nobody listens any more there is nothing left to be carried out.
                if error.code != .connectionFailed { continue }
            }
            servers.withLock { $0.lostClients.removeAll { lost.contains($0) } }
        }
    }

    private func end(_ lost: [LostClient], at url: RedisURL) async throws(RedisError) {
        // What is no node of the cluster any more, or comes back as a replica, loses by itself what it was sent.
        guard connection.nodes.contains(where: { $0.url == url }) || connection.nodes.count == 1 else { return }
        let numbers = lost.map { RedisArgument.integer($0.id) }
        let list = try await connection.send(
            [RedisCommand("CLIENT", arguments: ["LIST", "ID"] + numbers)], to: url)
        // Servers before 6.2 list all of them or none.
        let ours =
            list.first?.error == nil
            ? Self.clients(in: list.first?.string ?? "", named: connection) : lost.map(\.id)
        guard !ours.isEmpty else { return }
        _ = try await connection.send(ours.map { RedisCommand("CLIENT", "KILL", "ID", .integer($0)) }, to: url)
    }

    private static func clients(in list: String, named connection: RedisConnection) -> [Int] {
        let name = "name=\(connection.configuration.acceptedClientName)"
        return list.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.contains(where: { $0 == name }), let id = fields.first, id.hasPrefix("id=") else { return nil }
            return Int(id.dropFirst("id=".count))
        }
    }

    /// Marks those of the suspects that are in their logs, where no script can do it. Where the log cannot be read
    /// either, none is: an entry that is there twice is better than none.
    private func recognise(_ parcels: inout [Parcel]) async throws(RedisError) {
        let jobs = Array(Set(parcels.compactMap { $0.entry.flatMap { $0.isSuspect ? $0.job : nil } }))
        let replies = try await connection.send(jobs.map { log.recent(of: $0) })
        var seen: [JobID: Set<[UInt8]>] = [:]
        for (job, reply) in zip(jobs, replies) {
            if let error = reply.error, error.isTemporary { throw error }
            seen[job] = Set(reply.mapStrings { Array($0) })
        }
        for index in parcels.indices {
            guard let entry = parcels[index].entry, entry.isSuspect else { continue }
            parcels[index].entry?.isSuspect = false
            parcels[index].entry?.isStored = seen[entry.job]?.contains(entry.bytes) ?? false
        }
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
