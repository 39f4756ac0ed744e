import Logging
import Synchronization

/// What a connection does with its link, on its executor: makes one, uses it, and lets go of it.
extension RedisConnection {
    func openNow() throws(RedisError) {
        isClosed = false
        refusal = nil
        try openAll()
    }

    func openAll() throws(RedisError) {
        if cluster == nil { try open() }
        if let cluster { try openNodes(cluster) }
    }

    /// From now on all commands go to the nodes of a cluster.
    func route(through cluster: ClusterRouter) {
        if let onLoss { cluster.whenLost(onLoss) }
        router.withLock { $0 = cluster }
        isRouted.store(true, ordering: .releasing)
        drop()
    }

    /// Sends the commands and waits for their replies; nil where there is a cluster.
    func exchange(
        _ commands: [RedisCommand], shortening shortener: ReplyShortener?
    ) throws(RedisError) -> [RedisReply]? {
        while true {
            if cluster == nil { try open() }
            if cluster != nil { return nil }
            do throws(RedisError) {
                // Nil where a caller's attempt has found the link dead in the meantime.
                guard let replies = try slot.exchange(commands, shortening: shortener) else { continue }
                noteAnswer()
                return replies
            } catch {
                noteLoss(error)
                throw error
            }
        }
    }

    func noteAnswer() {
        guard !hasAnswered else { return }
        hasAnswered = true
        backoff.reset()
    }

    func noteLoss(_ error: RedisError) {
        guard error.code != .cancelled else { return }
        watch = nil
        if !hasAnswered, !interrupter.wasInterrupted { refuse(error) }
    }

    func settle(_ replies: PendingReplies) throws(RedisError) -> [RedisReply] {
        slot.settle(replies)
        // Where nobody has resolved them, their link is gone.
        return try (replies.result ?? .failure(.lost(configuration.url))).get()
    }

    func open() throws(RedisError) {
        if isClosed { throw .closed(configuration.url) }
        if slot.isAlive { return }
        drop()
        if let refusal {
            guard ContinuousClock.now >= refusal.until else { throw refusal.error }
            self.refusal = nil
        }
        do throws(RedisError) {
            let descriptor = try slot.open(configuration, interrupter)
            hasAnswered = false
            watch(descriptor)
            if slot.isNodeOfCluster { try joinCluster() }
            logger?.debug("connected", metadata: ["url": "\(configuration.url)", "count": "\(connectionCount)"])
        } catch {
            logger?.debug("cannot connect", metadata: ["error": "\(error)"])
            // What one caller gave up is no refusal, which the others would be told.
            if !interrupter.wasInterrupted, error.code != .cancelled { refuse(error) }
            throw error
        }
    }

    func drop() {
        watch = nil
        slot.drop()
        for node in cluster?.connections ?? [] { node.assumeIsolated { $0.drop() } }
    }

    func watch(_ descriptor: Int32) {
        guard onLoss != nil else { return }
        watch = executor.watch(descriptor) { @Sendable [weak self] in
            self?.assumeIsolated { $0.checkIdleLink() }
        }
    }

    /// What can be read while no command is under way is the end, unless a command took it in the meantime.
    private func checkIdleLink() {
        let isLost = slot.dropIfDead()
        guard !slot.isAlive else { return }
        // A socket at its end can be read for ever.
        watch = nil
        guard isLost else { return }
        logger?.debug("connection lost while idle")
        onLoss?()
    }

    private func refuse(_ error: RedisError) {
        refusal = Refusal(error: error, until: .now + backoff.next())
    }
}
