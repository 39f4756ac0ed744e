import RedisClient

/// Both connections: made together, watched, and given up together.
extension RedisFeed {
    /// How often a feed that has to poll reads what is on screen.
    private static let pollInterval = Duration.milliseconds(500)
    /// How often an idle connection is asked for a sign of life.
    private static let keepAlive = Duration.seconds(30)
    /// How often a replica is asked whether it is in touch with its primary.
    private static let replicaInterval = Duration.seconds(5)
    /// How often it is looked whether the slots of a cluster are on other nodes.
    private static let topologyInterval = Duration.seconds(5)
    /// How often it is looked whether a node that was missing is back.
    private static let absenceInterval = Duration.seconds(1)
    private static let invalidation = Array("__redis__:invalidate".utf8)

    func run() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                try await connectAndListen()
            } catch {
                report(error)
            }
            await disconnect()
            guard !Task.isCancelled else { return }
            await executor.sleep(for: backoff.next())
        }
    }

    /// Lives as long as both connections do.
    private func connectAndListen() async throws(RedisError) {
        sessionCount += 1
        let number = sessionCount
        session = Session(number: number)
        let end = Promise<RedisError?>()
        try await reader.connect()
        let readerCount = reader.connectionCount
        session?.readerCount = readerCount
        session?.topologyVersion = reader.topologyVersion
        await reader.whenLost { [weak self] in
            self?.begin { await $0.lost(Self.closed, in: number) }
        }
        let nodes = reader.presentNodes
        session?.nodes = Set(nodes.map(\.url))
        for node in nodes {
            let subscriber = RedisSubscriber(node, executor: executor)
            session?.subscribers.append(subscriber)
            // All run on one executor: what is heard is taken in where it was read.
            let id = try await subscriber.connect { [weak self] pushes in
                self?.assumeIsolated { $0.hear(pushes, in: number) }
            } ended: { error in
                end.keep(error)
            }
            // Amid a failover they may lead to different servers, of which one tells nothing of what is read from the other.
            let servers = (await subscriber.server, await reader.server)
            guard reader.topologyVersion > 0 || servers.0 == servers.1 else { throw Self.closed }
            if let reason = try await track(id, subscriber, node.url) { session?.notices.polling = reason }
        }
        session?.notices.absence = reader.absence
        // The reader connects again by itself when it has to: only the connection that was there is known to be tracked.
        guard reader.connectionCount == readerCount else { throw Self.closed }
        try await hear()
        backoff.reset()
        session?.isOnline = true
        tellConnection()
        unheard = Set(tails.keys)
        planner.allChanged()
        index.change()
        startBackground(number)
        wake()
        discoverSoon()
        if let error = await end.value { throw error }
        throw Self.closed
    }

    /// Asks to be told when keys that were read change; where that is refused, gives the reason for polling instead.
    private func track(
        _ id: Int?, _ subscriber: RedisSubscriber, _ url: RedisURL
    ) async throws(RedisError) -> String? {
        guard let id else { return "neither CLIENT ID nor HELLO tells the connection's id." }
        do throws(RedisError) {
            try await subscriber.subscribe([Self.invalidation])
            let command = RedisCommand("CLIENT", "TRACKING", "ON", "REDIRECT", .integer(id))
            // Of a cluster's nodes those that have slots are read, which are no replicas.
            if reader.topologyVersion > 0 { session?.asksRole = false }
            let role = session?.asksRole == true ? [RedisCommand("ROLE")] : []
            let replies = try await reader.send([command] + role, to: url)
            if replies.count > 1 { noteRole(replies[1]) }
            if let error = replies.first?.error { throw error.naming(command.name) }
            return nil
        } catch {
            // For a whole session: what passes is waited for instead.
            if error.endsSession || error.isNotReady { throw error }
            return error.naming(error.command == "CLIENT" ? "CLIENT TRACKING" : error.command ?? "").message
        }
    }

    private func disconnect() async {
        let ended = session
        session = nil
        ended?.alarm?.task.cancel()
        for task in ended?.background ?? [] { task.cancel() }
        inbox = EventInbox()
        unread = UnreadEvents()
        for subscriber in ended?.subscribers ?? [] { await subscriber.close() }
        await reader.close()
        await lister.close()
    }

    /// Any connection being lost makes all of them suspect: a subscriber's end ends the session.
    func lost(_ error: RedisError, in number: Int) async {
        guard let session, session.number == number, session.isOnline else { return }
        self.session?.isOnline = false
        report(error)
        for subscriber in session.subscribers { await subscriber.close() }
    }

    private func report(_ error: RedisError) {
        guard !isLeaving else { return }
        switch error.code {
        case .wrongPassword, .authenticationRequired, .noPermission:
            sink(.connection(.disconnected(reason: error.message, heardAt: heardAt)))
        default:
            sink(
                .connection(
                    .reconnecting(attempt: backoff.attempts + 1, reason: error.message, heardAt: heardAt)))
        }
    }

    /// Tells what works and what does not, when that has changed.
    func note(_ change: (inout FeedNotices) -> Void) {
        guard let before = session?.notices else { return }
        var notices = before
        change(&notices)
        session?.notices = notices
        if notices != before, session?.isOnline == true { tellConnection() }
    }

    private func tellConnection() {
        let notices = session?.notices
        let cutOff = notices?.isCutOff == true ? FeedConnection.CutOff(inTouchAt: session?.inTouchAt) : nil
        sink(.connection(.online(notice: notices?.text, ceiling: notices?.ceiling, cutOff: cutOff)))
    }

    // MARK: - Asking the reader

    /// Asks the reader for something.
    ///
    /// - Throws: What it threw; `closed` when the reader connected anew, whether it answered or not: nothing that was read
    ///   before is tracked any more.
    func ask<Answer: Sendable>(
        _ question: nonisolated(nonsending) (RedisConnection) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        // It would connect again.
        guard !isLeaving else { throw Self.closed }
        let number = session?.number
        let outcome: Result<Answer, RedisError>
        do throws(RedisError) {
            outcome = .success(try await question(reader))
            heardAt = Timestamp.now()
        } catch {
            outcome = .failure(error)
        }
        noteCeiling()
        guard let session, session.number == number, reader.connectionCount == session.readerCount else {
            throw Self.closed
        }
        try noteSlots()
        return try outcome.get()
    }

    /// Asks the lister for something: nothing of it is tracked. Where the server allows no third connection, the reader.
    func askAside<Answer: Sendable>(
        _ question: nonisolated(nonsending) (RedisConnection) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        guard let number = session?.number, session?.hasNoLister == false, !isLeaving else {
            return try await ask(question)
        }
        asideCount += 1
        defer { asideCount -= 1 }
        do throws(RedisError) {
            try await lister.connect()
        } catch {
            guard session?.number == number else { throw Self.closed }
            session?.hasNoLister = true
            return try await ask(question)
        }
        let answer = try await question(lister)
        noteCeiling()
        guard session?.number == number else { throw Self.closed }
        return answer
    }

    /// How many jobs are read together: under a ceiling few, so that what is on screen can be read in between.
    var jobsAtOnce: Int {
        configuration.traffic?.piece.map { max(1, $0 / JobReader.commandsPerJob) } ?? JobLister.indexPage
    }

    /// Tells whether the ceiling holds the viewer back, when that has changed.
    func noteCeiling() {
        guard let traffic = configuration.traffic, traffic.limit != nil else { return }
        let isHeldBack = traffic.isHeldBack()
        note { $0.ceiling = isHeldBack ? traffic.limit : nil }
    }

    // MARK: - In the background

    private func startBackground(_ number: Int) {
        every(Self.keepAlive, in: number) { feed in try await feed.askForSignsOfLife() }
        every(FeedDiscovery.interval, in: number) { feed in await feed.nextRound() }
        if reader.topologyVersion > 0 {
            every(Self.topologyInterval, in: number) { feed in
                _ = try await feed.ask { reader throws(RedisError) in try await reader.learnTopology() }
            }
        }
        if session?.notices.absence != nil {
            every(Self.absenceInterval, in: number) { feed in try await feed.lookForNodes() }
        }
        if session?.notices.polling != nil {
            every(Self.pollInterval, in: number) { feed in await feed.poll() }
        }
    }

    private func every(
        _ interval: Duration, in number: Int, _ body: @escaping @Sendable (RedisFeed) async throws -> Void
    ) {
        let task = Task(executorPreference: executor) { [weak self, executor] in
            while !Task.isCancelled {
                await executor.sleep(for: interval)
                guard !Task.isCancelled, let self else { return }
                do {
                    try await body(self)
                } catch {
                    if let error = error as? RedisError, error.endsSession { await self.lost(error, in: number) }
                }
            }
        }
        session?.background.append(task)
    }

    private func askForSignsOfLife() async throws(RedisError) {
        do throws(RedisError) {
            for subscriber in session?.subscribers ?? [] { try await subscriber.ping() }
        } catch {
            // A refusal is a sign of life.
            if error.endsSession { throw error }
        }
        do throws(RedisError) {
            if session?.asksRole == true {
                try await askForRole()
            } else {
                _ = try await ask { reader throws(RedisError) in try await reader.send(RedisCommand("PING")) }
            }
        } catch {
            // A node of a cluster is silent, of which that is not known yet.
            throw error.code == .clusterDown && session?.notices.absence == nil ? Self.closed : error
        }
    }

    private func askForRole() async throws(RedisError) {
        let reply = try await ask { reader throws(RedisError) in try await reader.send([RedisCommand("ROLE")]).first }
        if let reply { noteRole(reply) }
    }

    /// Takes what the server is. A replica is asked more often: one that is out of touch with its primary answers as ever.
    private func noteRole(_ reply: RedisReply) {
        guard let role = RedisRole(reply), let number = session?.number else {
            session?.asksRole = false
            return
        }
        guard case .replica(let isInTouch) = role else { return note { $0.isCutOff = false } }
        if isInTouch { session?.inTouchAt = Timestamp.now() }
        note { $0.isCutOff = !isInTouch }
        guard session?.isReplica == false else { return }
        session?.isReplica = true
        every(Self.replicaInterval, in: number) { feed in try await feed.askForRole() }
    }

    /// Looks whether a node that was missing is back, or another one has taken its place.
    private func lookForNodes() async throws(RedisError) {
        // Not over the reader: who tries to connect to a node that is not there waits.
        _ = try await askAside { lister throws(RedisError) in try await lister.learnTopology() }
        if session?.hasNoLister == false, lister.absence != reader.absence { throw Self.closed }
    }

    /// Where slots have moved, a key that was not there when it was read may appear where nobody has read it.
    ///
    /// - Throws: `closed` where there are other nodes than those that are listened to.
    private func noteSlots() throws(RedisError) {
        let version = reader.topologyVersion
        guard let session, session.isOnline, session.topologyVersion != version else { return }
        self.session?.topologyVersion = version
        guard Set(reader.presentNodes.map(\.url)) == session.nodes else { throw Self.closed }
        planner.allChanged()
        index.change()
        wake()
    }

    private func poll() {
        planner.allChanged()
        index.change()
        wake()
    }
}

extension RedisError {
    /// Whether there is no use in going on with the connection that it came from; a refusal leaves it as it was.
    var endsSession: Bool {
        isConnectionFailure || [.protocolViolation, .cancelled, .authenticationRequired].contains(code)
    }
}
