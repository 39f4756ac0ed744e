import RedisClient

/// Jobs that are not known yet, or not any more: by `SCAN` round by round, and by `job:index` whenever it changes.
extension RedisFeed {
    /// How many active jobs that no index tells of are read again after a round.
    private static let silentCount = 1_000

    func nextRound() {
        guard let session, !session.isDiscovering, planner.interest.discovers else { return }
        beginRound()
        discoverSoon()
    }

    func beginRound() {
        discovery.begin()
        directory.beginRound()
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
            let page = try await askAside { connection throws(RedisError) in
                try await lister.page(after: cursor, over: connection)
            }
            discovery.take(page)
            try await readOthers(directory.meet(page.ids, scores: page.scores, isFollowed: isFollowed))
            sink(.listing(discovery.isDue ? page.progress : nil))
            if !discovery.isDue {
                note { $0.list = nil }
                try await readOthers(directory.unmet(limit: Self.silentCount, isFollowed: isFollowed))
            }
        }
        // Two connections are enough until there are jobs to look for again.
        if session?.number == number, asideCount == 0 { await self.lister.close() }
    }

    /// Whether the feed hears of what happens in a job without looking at the index.
    private func isFollowed(_ id: JobID, _ known: JobKnowledge?) -> Bool {
        planner.interest.rows.contains(id) || session?.channels.hearsAll == true && known?.evidence.events != nil
    }

    /// The server does not let its keys be looked through: the next round tries again.
    private func giveUp(_ error: RedisError) {
        discovery.end()
        sink(.listing(nil))
        note { $0.list = error.message }
    }

    // MARK: - The index

    /// Reads the newest page of the index when it changed. Reading it arms its notice again.
    func readIndexIfDue(in number: Int) async throws(RedisError) {
        guard planner.interest.discovers, let due = index.due(at: .now), due <= .now else { return }
        index.begin(at: .now)
        let command = RedisCommand(
            "ZREVRANGE", .key(keys.index), 0, .integer(JobLister.indexPage - 1), "WITHSCORES")
        let replies = try await ask { reader throws(RedisError) in try await reader.send([command]) }
        if replies[0].error?.isNotReady == true { return index.change() }
        // What is no index, or may not be read, tells of no job.
        guard let page = JobLister.entries(replies[0]) else { return }
        let ids = index.take(page, isKnown: directory.isKnown) { isFollowed($0, directory[$0]) }
        try await readOthers(ids, inPulse: number)
    }
}
