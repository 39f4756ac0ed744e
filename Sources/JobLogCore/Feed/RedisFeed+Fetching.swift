import RedisClient

/// What is on screen: read when it changed, at most once a frame.
extension RedisFeed {
    /// The least time between two fetches: a frame.
    private static let frame = Duration.milliseconds(16)
    /// How many jobs that are not on screen the reader reads.
    private static let few = 64
    /// For how long all is kept of a job that is not on screen and in which something happened, in ms.
    private static let memory: Int64 = 5 * 60_000
    /// After how long it is looked whether the ceiling still holds the viewer back.
    private static let ceilingInterval = Duration.seconds(1)

    // MARK: - Once a frame

    /// Tells and reads what there is to tell and to read, now or when the frame is over; and sees to it that what is due
    /// later is not forgotten.
    func wake() {
        guard let session, session.isOnline, !session.isPulsing else { return }
        advance(to: .now)
        guard hasNews || (dueLater ?? .now + .seconds(1)) <= .now else {
            return setAlarm()
        }
        self.session?.isPulsing = true
        let number = session.number
        begin { feed in
            do throws(RedisError) {
                try await feed.pulse(number)
            } catch {
                if error.endsSession { await feed.lost(error, in: number) }
            }
            guard feed.session?.number == number else { return }
            feed.session?.isPulsing = false
            feed.wake()
        }
    }

    private func pulse(_ number: Int) async throws(RedisError) {
        try await showFrame(in: number)
        // What is on screen comes first, and in between.
        try await tellOthers(in: number)
        try await readIndexIfDue(in: number)
        try await countLogsIfDue()
    }

    /// Tells and reads what has happened on screen meanwhile, if anything.
    func showNews(in number: Int) async throws(RedisError) {
        if hasNews { try await showFrame(in: number) }
    }

    private var hasNews: Bool { planner.hasWork || inbox.hasVisible }

    private func showFrame(in number: Int) async throws(RedisError) {
        await pause()
        guard session?.number == number, session?.isOnline == true else { throw Self.closed }
        lastPulse = .now
        tellEvents()
        if let plan = planner.take() {
            try await fetchLogs(plan.logs)
            try await fetchRows(Array(plan.rows))
        }
    }

    /// At most one a frame; the first after a quiet time goes out at once.
    private func pause() async {
        guard let lastPulse else { return }
        let due = lastPulse.advanced(by: Self.frame)
        if due > .now { await executor.sleep(until: due) }
    }

    /// When something is due that no message announces.
    private var dueLater: ContinuousClock.Instant? {
        let index = planner.interest.discovers ? index.due(at: .now) : nil
        let ceiling = session?.notices.ceiling.map { _ in ContinuousClock.now + Self.ceilingInterval }
        return [inbox.due(at: .now), index, refused.due, load.due, counts.due, ceiling].compactMap(\.self).min()
    }

    private func setAlarm() {
        // One that rings too early only looks again: it costs less than setting another for every event.
        guard let session, let due = dueLater, due < session.alarm?.due ?? .now + .seconds(86_400) else { return }
        session.alarm?.task.cancel()
        let number = session.number
        let task = Task(executorPreference: executor) { [weak self, executor] in
            await executor.sleep(until: due)
            if !Task.isCancelled { await self?.ring(in: number) }
        }
        self.session?.alarm = (due, task)
    }

    private func ring(in number: Int) {
        guard session?.number == number else { return }
        session?.alarm = nil
        wake()
    }

    private func advance(to now: ContinuousClock.Instant) {
        let heardAll = load.hearsAll
        load.advance(to: now)
        if load.hearsAll != heardAll { hearSoon() }
        if load.isLight { note { $0.isBusy = false } }
        if session?.notices.ceiling != nil { noteCeiling() }
        let retries = refused.take(at: now)
        planner.retry(rows: retries.rows, logs: retries.logs)
    }

    // MARK: - Logs

    private func fetchLogs(_ logs: [JobID: Int?]) async throws(RedisError) {
        for (id, count) in logs {
            let wanted = count ?? tails[id, default: LogTail()].wanted
            do throws(RedisError) {
                let window = try await window(of: id, from: -wanted, to: -1)
                guard planner.interest.logs.contains(id) else { continue }
                take(window, of: id)
                try await answerOlder(id)
            } catch {
                try refuseLog(id, error)
            }
        }
    }

    private func refuseLog(_ id: JobID, _ error: RedisError) throws(RedisError) {
        if error.endsSession { throw error }
        guard planner.interest.logs.contains(id) else { return }
        if refused.refuseLog(id, error, at: .now) { sink(.log(id, .unreadable(error.message))) }
    }

    /// Length and entries of one moment.
    private func window(of id: JobID, from first: Int, to last: Int) async throws(RedisError) -> LogTail.Window {
        let key = keys.logs(id)
        let length = RedisCommand("LLEN", .key(key))
        let range = RedisCommand("LRANGE", .key(key), .integer(first), .integer(last))
        if hasTransactions {
            do throws(RedisError) {
                let replies = try await ask { reader throws(RedisError) in
                    try await reader.transaction([length, range], shortening: shortener)
                }
                return try LogTail.Window(length: replies[0], newest: replies[1])
            } catch {
                // A server whose memory is full takes no transactions, of reading ones neither, but every command by itself.
                let isFull = error.code == .outOfMemory
                guard isFull || ["MULTI", "EXEC"].contains(error.command) && error.refusesCommand else { throw error }
                hasTransactions = isFull
                // Where EXEC does not end by itself what was begun, nothing but a new connection does.
                if error.command == "EXEC", error.serverMessage?.hasPrefix("EXECABORT") != true { throw Self.closed }
            }
        }
        var replies: [RedisReply] = []
        // What has the same length before and after was not appended to in between, or was trimmed as well.
        for _ in 0..<8 {
            replies = try await ask { reader throws(RedisError) in
                try await reader.send([length, range, length], shortening: shortener)
            }
            if replies[0].integer == replies[2].integer { break }
        }
        return try LogTail.Window(length: replies[2], newest: replies[1])
    }

    private func take(_ window: LogTail.Window, of id: JobID) {
        let isFirst = tails[id] == nil
        // What is read first tells how large the entries are.
        if isFirst { olderPages.take(window.newest, in: nil) }
        var tail = tails[id] ?? LogTail()
        let finding = tail.take(window)
        tails[id] = tail
        if case .needsMore(let count) = finding { return planner.read(id, newest: count) }
        let wasUnheard = unheard.remove(id) != nil
        let wasUnreadable = refused.readLog(id)
        switch finding {
        case .appended(let records) where isFirst: sink(.log(id, .opened(records, length: window.length)))
        case .appended(let records) where records.isEmpty:
            // It is told that the log can be read again.
            if wasUnreadable { sink(.log(id, .appended([], recovered: false))) }
        case .appended(let records): sink(.log(id, .appended(records, recovered: wasUnheard)))
        case .gap(let missing, let then): sink(.log(id, .gap(missing: missing, then: then)))
        case .cleared(let then): sink(.log(id, .cleared(then: then)))
        case .needsMore: break
        }
    }

    /// Positions are counted from the list's end and move while entries are appended: the place is found by `first`.
    public func loadOlder(of id: JobID, before first: [LogRecord], held: Int) async {
        guard let session, session.isOnline else { return }
        unansweredOlder[id] = (first, held)
        do throws(RedisError) {
            do throws(RedisError) {
                try await answerOlder(id)
            } catch {
                try refuseLog(id, error)
            }
        } catch {
            await lost(error, in: session.number)
        }
    }

    private func answerOlder(_ id: JobID) async throws(RedisError) {
        // Taken before it is answered: who comes meanwhile must not answer it a second time.
        guard let question = unansweredOlder.removeValue(forKey: id), !question.first.isEmpty else { return }
        let (first, held) = question
        let reach = held + olderPages.size
        let start = ContinuousClock.now
        let window: LogTail.Window
        do throws(RedisError) {
            window = try await self.window(of: id, from: -reach, to: min(-1, first.count - 1 - held))
        } catch {
            if unansweredOlder[id] == nil, planner.interest.logs.contains(id) { unansweredOlder[id] = question }
            throw error
        }
        let read = window.newest
        olderPages.take(read, in: start.duration(to: .now))
        let place = LogTail.place(of: first, in: read)
        let isWhole = window.length <= reach || place == nil
        sink(.log(id, .older(Array(read[..<(place ?? 0)]), isWhole: isWhole)))
    }

    // MARK: - Jobs

    private func fetchRows(_ ids: [JobID]) async throws(RedisError) {
        for chunk in ids.chunked(by: jobsAtOnce) {
            let read = try await readJobs(
                chunk,
                by: JobReader(keys: keys, depth: JobReader.rowTailLength, tracksReasoning: true, shortener: shortener))
            for job in read where planner.interest.rows.contains(job.evidence.id) {
                if job.refused.isEmpty {
                    refused.readRow(job.evidence.id)
                } else {
                    refused.refuseRow(job.evidence.id, isTemporary: job.isRefusedForNow, at: .now)
                }
            }
        }
    }

    /// Reads jobs over the tracked connection, and tells of them.
    private func readJobs(_ ids: [JobID], by job: JobReader) async throws(RedisError) -> [JobKnowledge] {
        guard !ids.isEmpty else { return [] }
        let read = try await ask { reader throws(RedisError) in try await job.read(ids, over: reader) }
        learn(read)
        return read
    }

    /// Reads jobs that are not on screen, and tells of them: two chunks at a time, so that the server answers one while
    /// the other is decoded. In a `pulse` what is on screen is read in between.
    func readOthers(_ ids: [JobID], inPulse pulse: Int? = nil) async throws(RedisError) {
        // For a few the lister would have to connect first.
        guard ids.count > Self.few else {
            for chunk in ids.chunked(by: jobsAtOnce) {
                _ = try await readJobs(chunk, by: JobReader(keys: keys, shortener: shortener))
                if let pulse { try await showNews(in: pulse) }
            }
            return
        }
        guard let number = session?.number else { throw Self.closed }
        var pending: [Task<Result<Void, RedisError>, Never>] = []
        for chunk in ids.chunked(by: min(JobLister.indexPage, jobsAtOnce)) {
            if pending.count == 2 { try await pending.removeFirst().value.get() }
            if let pulse { try await showNews(in: pulse) }
            pending.append(begin { await $0.readAside(chunk, in: number) })
        }
        for task in pending { try await task.value.get() }
    }

    func readAside(_ ids: [JobID], in number: Int) async -> Result<Void, RedisError> {
        let reader = JobReader(keys: keys, shortener: shortener)
        do throws(RedisError) {
            let read = try await askAside { lister throws(RedisError) in try await reader.read(ids, over: lister) }
            guard session?.number == number else { throw Self.closed }
            // What has come on screen meanwhile is read there.
            learn(read, leavingOutRows: true)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func learn(_ read: [JobKnowledge], leavingOutRows: Bool = false) {
        let now = Timestamp.now()
        var readings: [JobReading] = []
        var vanished: [JobID] = []
        readings.reserveCapacity(read.count)
        for var job in read {
            let id = job.evidence.id
            let isRow = planner.interest.rows.contains(id)
            if isRow, leavingOutRows { continue }
            if let old = directory[id] { job.fill(from: old) }
            if job.hasKeys == false {
                if directory.hasKeys(id) {
                    directory.forget(id)
                    vanished.append(id)
                    continue
                }
                // Of a job without keys there is only what its events have told.
                guard job.evidence.events != nil else {
                    directory.learn(job, isActive: false, isKept: false)
                    continue
                }
            }
            if isRow, !job.refused.contains(.logs), let length = job.evidence.logCount {
                let window = LogTail.Window(
                    length: max(length, job.evidence.tail.count), newest: job.evidence.tail)
                job.counts = counts.take(window, of: id, at: .now)
            }
            let reading = job.reading(now: now)
            let isKept = isRow || job.evidence.events != nil
            directory.learn(job, isActive: reading.snapshot.isListedAsActive, isKept: isKept)
            readings.append(reading)
        }
        directory.tidy(keeping: planner.interest, heardSince: now - Self.memory)
        if !vanished.isEmpty { sink(.vanished(vanished)) }
        if !readings.isEmpty { sink(.jobs(readings)) }
    }
}

extension LogTail.Window {
    /// What `LLEN` and `LRANGE` said.
    init(length: RedisReply, newest: RedisReply) throws(RedisError) {
        if let error = length.error { throw error.naming("LLEN") }
        if let error = newest.error { throw error.naming("LRANGE") }
        self.init(length: length.integer ?? newest.records.count, newest: newest.records)
    }
}
