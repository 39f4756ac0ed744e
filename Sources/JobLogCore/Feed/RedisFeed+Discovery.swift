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
        let number = session.number
        begin { feed in
            do throws(RedisError) {
                try await feed.discover(number)
            } catch {
                if error.endsSession {
                    await feed.lost(error, in: number)
                } else if error.isNotReady {
                    await feed.executor.sleep(for: RefusedReads.shortPause)
                } else {
                    feed.giveUp(error)
                }
            }
            guard feed.session?.number == number else { return }
            feed.session?.isDiscovering = false
            // Something may have become due meanwhile.
            feed.discoverSoon()
        }
    }

    /// What a round of discovery has under way.
    private struct Ahead {
        /// Jobs that are being read, and the cursor of the page on which they were found, oldest first.
        var readings: [(cursor: JobCursor?, task: Task<Result<Void, RedisError>, Never>)] = []
        /// The next page.
        var page: Task<Result<JobLister.Page, RedisError>, Never>?
    }

    /// How many jobs of the first page are read at a time: the rows of a screen.
    private static let firstPiece = 50
    /// How many readings of jobs are under way at a time.
    private static let readingsAtOnce = 2

    private func discover(_ number: Int) async throws(RedisError) {
        var ahead = Ahead()
        let round = discovery.round
        var failure: RedisError?
        do throws(RedisError) {
            try await goOn(number, &ahead)
        } catch {
            failure = error
        }
        let unread = ahead.readings.first?.cursor
        let hasUnread = !ahead.readings.isEmpty
        for reading in ahead.readings { _ = await reading.task.value }
        _ = await ahead.page?.value
        if let failure {
            directory.forgetUnread()
            if hasUnread, discovery.round == round { discovery.goBack(to: unread) }
            throw failure
        }
        // Two connections are enough until there are jobs to look for again.
        if session?.number == number, asideCount == 0 { await lister.close() }
    }

    /// Page after page, each looked up and read while the jobs of the one before are taken in: the server, the lister's
    /// thread and the feed's have work at the same time.
    private func goOn(_ number: Int, _ ahead: inout Ahead) async throws(RedisError) {
        while session?.number == number, session?.isOnline == true, discovery.isDue, planner.interest.discovers {
            let (round, cursor) = (discovery.round, discovery.cursor)
            let page = try await (ahead.page ?? look(at: cursor)).value.get()
            ahead.page = nil
            guard discovery.round == round else {
                discovery.learn(page)
                continue
            }
            discovery.take(page)
            if discovery.isDue { ahead.page = look(at: discovery.cursor) }
            let due = directory.meet(page.ids, scores: page.scores, isFollowed: isFollowed)
            // The first page is waited for by somebody who looks at an empty screen.
            let piece = cursor == nil ? Self.firstPiece : JobLister.indexPage
            for chunk in due.chunked(by: min(piece, jobsAtOnce)) {
                try await settle(&ahead, leaving: Self.readingsAtOnce - 1)
                ahead.readings.append((cursor, begin { await $0.readAside(chunk, in: number) }))
            }
            if discovery.isDue {
                sink(.listing(page.progress))
                continue
            }
            try await settle(&ahead, leaving: 0)
            sink(.listing(nil))
            note { $0.list = discovery.problem?.message }
            try await readOthers(directory.unmet(limit: Self.silentCount, isFollowed: isFollowed))
        }
        try await settle(&ahead, leaving: 0)
    }

    private func look(at cursor: JobCursor?) -> Task<Result<JobLister.Page, RedisError>, Never> {
        let lister = JobLister(keys: keys)
        return begin { feed in
            do throws(RedisError) {
                return .success(
                    try await feed.askAside { connection throws(RedisError) in
                        try await lister.page(after: cursor, over: connection)
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    private func settle(_ ahead: inout Ahead, leaving count: Int) async throws(RedisError) {
        while ahead.readings.count > count {
            try await ahead.readings[0].task.value.get()
            ahead.readings.removeFirst()
        }
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
