import RedisClient

/// What the subscriber hears: which keys changed, and the events of jobs.
extension RedisFeed {
    /// Takes in what the server sent at one time; what follows from it is done once.
    func hear(_ pushes: [RedisPush], in number: Int) {
        heardAt = Timestamp.now()
        guard session?.number == number else { return }
        for push in pushes { hear(push) }
        wake()
    }

    private func hear(_ push: RedisPush) {
        switch push {
        case .invalidate(let changed):
            for key in changed { changedKey(key) }
        case .invalidateAll:
            planner.allChanged()
            index.change()
        case .message(let channel, let payload):
            // What was heard of a channel tells which of two copies the next one is.
            _ = inbox.isCopy(push)
            if let id = keys.job(ofEventChannel: channel) { inbox.take(payload, of: id, isVisible: isVisible(id)) }
        case .patternMessage(_, let channel, let payload):
            countEvent()
            guard !inbox.isCopy(push), let id = keys.job(ofEventChannel: channel) else { break }
            let isVisible = isVisible(id)
            // What is given up is not even kept while the server still sends it.
            if isVisible || load.isLight { inbox.take(payload, of: id, isVisible: isVisible) }
        }
    }

    private func changedKey(_ key: ArraySlice<UInt8>) {
        if let (kind, id) = keys.job(ofKey: key) {
            directory.hear(id, at: Timestamp.now())
            planner.changed(kind, of: id)
        } else if key.elementsEqual(keys.index) {
            index.change()
        }
    }

    private func isVisible(_ id: JobID) -> Bool {
        planner.interest.rows.contains(id) || planner.interest.logs.contains(id)
    }

    private func countEvent() {
        let heardAll = load.hearsAll
        load.hear(at: .now)
        guard heardAll, !load.hearsAll else { return }
        inbox.keepOnly(planner.interest.jobs)
        unread.keepOnly(planner.interest.jobs)
        index.change()
        hearSoon()
    }

    /// Tells the events that are due, and the jobs as they are by them; what their keys say is read where the job is on
    /// screen. Events of jobs off screen of which not all is known any more are left to ``tellOthers(in:)``.
    func tellEvents() {
        var known: [(id: JobID, events: [JobEvent])] = []
        for (id, events) in inbox.drain(visible: planner.interest.jobs, at: .now) where !events.isEmpty {
            if unread.contains(id) || directory[id] == nil && !isVisible(id) {
                unread.add(events, of: id)
            } else {
                known.append((id, events))
            }
        }
        tell(known)
    }

    /// Reads what the keys say of jobs, and tells their events.
    func tellOthers(in number: Int) async throws(RedisError) {
        var left = unread.count
        while left > 0 {
            let chunk = unread.take(min(left, jobsAtOnce))
            left = min(left - chunk.count, unread.count)
            let job = JobReader(keys: keys)
            let read = try await ask { reader throws(RedisError) in try await job.read(chunk.map(\.id), over: reader) }
            for job in read where job.hasKeys == true && directory[job.evidence.id] == nil {
                directory.learn(job, isActive: false, isKept: true)
            }
            tell(chunk)
            try await showNews(in: number)
        }
    }

    private func tell(_ heard: [(id: JobID, events: [JobEvent])]) {
        guard !heard.isEmpty else { return }
        let now = Timestamp.now()
        var told: [(id: JobID, event: JobEvent)] = []
        var readings: [JobReading] = []
        for (id, events) in heard {
            var job = directory[id] ?? JobKnowledge(evidence: JobEvidence(id: id), hasKeys: nil)
            var said = job.evidence.events ?? EventEvidence()
            for event in events { said.absorb(event, heardAt: now) }
            job.evidence.events = said
            job.evidence.heardAt = now
            let reading = job.reading(now: now, wasRead: false)
            directory.learn(job, isActive: reading.snapshot.isListedAsActive, isKept: true)
            planner.changed(id)
            told += EventInbox.coalesced(events).map { (id, $0) }
            readings.append(reading)
        }
        sink(.events(told))
        sink(.jobs(readings))
    }

    // MARK: - Which events are heard

    /// Subscribes to what is to be heard now, and gives up what is not.
    func hearSoon() {
        guard let session, session.isOnline, !session.isHearing, !nextSteps.isEmpty else { return }
        let number = session.number
        begin { feed in
            do throws(RedisError) {
                try await feed.hear()
            } catch {
                await feed.lost(error, in: number)
            }
        }
    }

    private var nextSteps: [EventChannels.Step] {
        session?.channels.nextSteps(all: load.hearsAll, visible: planner.interest.jobs) ?? []
    }

    func hear() async throws(RedisError) {
        guard let session, !session.isHearing else { return }
        self.session?.isHearing = true
        while self.session?.number == session.number {
            // Under a ceiling each waits for its turn, which need not be the order in which they were asked for.
            let steps = configuration.traffic?.limit == nil ? nextSteps : Array(nextSteps.prefix(1))
            if steps.isEmpty { break }
            if steps.count == 1 {
                try report(steps[0], await outcome(of: steps[0], session.subscriber), of: session.number)
                continue
            }
            // Tasks begin in the order in which they were made, on the one queue of this feed.
            let subscriber = session.subscriber
            let asked = steps.map { step in begin { await $0.outcome(of: step, subscriber) } }
            for (step, task) in zip(steps, asked) { try report(step, await task.value, of: session.number) }
        }
        self.session?.isHearing = false
        if let channels = self.session?.channels {
            note {
                $0.otherEvents = channels.refusal
                $0.events = channels.channelRefusal
                $0.isBusy = !load.isLight
            }
        }
        wake()
    }

    private func report(
        _ step: EventChannels.Step, _ outcome: Result<Void, RedisError>, of number: Int
    ) throws(RedisError) {
        guard session?.number == number else { return }
        switch outcome {
        case .success:
            session?.channels.done(step)
            if step == .hearAll { load.listens(at: .now) }
        case .failure(let error):
            if error.endsSession || error.isNotReady { throw error }
            session?.channels.refuse(step, reason: error.message)
        }
    }

    private func outcome(of step: EventChannels.Step, _ subscriber: RedisSubscriber) async -> Result<Void, RedisError> {
        do throws(RedisError) {
            return .success(try await carryOut(step, subscriber))
        } catch {
            return .failure(error)
        }
    }

    private func carryOut(_ step: EventChannels.Step, _ subscriber: RedisSubscriber) async throws(RedisError) {
        switch step {
        case .hearAll: try await subscriber.psubscribe([keys.eventPattern])
        case .dropAll: try await subscriber.punsubscribe([keys.eventPattern])
        case .hear(let ids): try await subscriber.subscribe(ids.map { keys.events($0) })
        case .drop(let ids): try await subscriber.unsubscribe(ids.map { keys.events($0) })
        }
    }
}
