import RedisClient

/// Jobs that are not known yet, or not any more: by `SCAN` round by round, and by `job:index` whenever it changes.
extension RedisFeed {
    func nextRound() {
        guard let session, !session.isDiscovering, planner.interest.discovers else { return }
        discovery.begin()
        discoverSoon()
    }

    /// Goes on with a round of discovery while a list is on screen; what is on screen is fetched in between.
    func discoverSoon() {
        guard let session, session.isOnline, !session.isDiscovering, discovery.isDue, planner.interest.discovers
        else { return }
        self.session?.isDiscovering = true
        Task {
            do throws(RedisError) {
                try await discover(session.number)
            } catch {
                if error.endsSession {
                    await lost(error, in: session.number)
                } else if error.isNotReady {
                    await executor.sleep(for: RefusedReads.shortPause)
                } else {
                    giveUp(error)
                }
            }
            guard self.session?.number == session.number else { return }
            self.session?.isDiscovering = false
            // Something may have become due meanwhile.
            discoverSoon()
        }
    }

    private func discover(_ number: Int) async throws(RedisError) {
        let lister = JobLister(keys: keys)
        while session?.number == number, session?.isOnline == true, discovery.isDue, planner.interest.discovers {
            let cursor = discovery.cursor
            let page = try await ask { reader throws(RedisError) in try await lister.page(after: cursor, over: reader) }
            discovery.take(page)
            for chunk in page.ids.filter({ known[$0] == nil }).chunked(by: JobLister.indexPage) {
                try await readJobs(chunk)
            }
            sink(.listing(discovery.isDue ? page.progress : nil))
            if !discovery.isDue {
                note { $0.list = nil }
                try await forget()
            }
        }
    }

    /// The server does not let its keys be looked through: the next round tries again.
    private func giveUp(_ error: RedisError) {
        discovery.end()
        sink(.listing(nil))
        note { $0.list = error.message }
    }

    /// Reads the jobs that a complete round did not meet; those of which nothing is left vanish.
    private func forget() async throws(RedisError) {
        let unmet = discovery.unmet(of: known.lazy.filter { $0.value.hasKeys == true }.map(\.key))
        for chunk in unmet.chunked(by: JobLister.indexPage) { try await readJobs(chunk) }
    }

    // MARK: - The index

    /// Reads the newest page of the index when it changed. Reading it arms its notice again.
    func readIndexIfDue() async throws(RedisError) {
        guard planner.interest.discovers, let due = index.due(at: .now), due <= .now else { return }
        index.begin(at: .now)
        let command = RedisCommand(
            "ZREVRANGE", .key(keys.index), 0, .integer(JobLister.indexPage - 1), "WITHSCORES")
        let replies = try await ask { reader throws(RedisError) in try await reader.send([command]) }
        if replies[0].error?.isNotReady == true { return index.change() }
        // What is no index, or may not be read, tells of no job.
        guard let fields = replies[0].array.map({ Array($0) }) else { return }
        let page = stride(from: 0, to: fields.count - 1, by: 2).compactMap { place -> IndexWatch.Entry? in
            guard let id = fields[place].bytes, let score = fields[place + 1].string.flatMap(Double.init) else {
                return nil
            }
            return IndexWatch.Entry(id: JobID(bytes: id), score: score)
        }
        let (shown, hearsAll) = (planner.interest.rows, session?.channels.hearsAll == true)
        let ids = index.take(
            page, isKnown: { known[$0] != nil },
            isFollowed: { shown.contains($0) || hearsAll && known[$0]?.evidence.events != nil })
        try await readJobs(ids)
    }
}
