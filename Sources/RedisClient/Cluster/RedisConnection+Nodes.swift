/// What a connection does on its executor with those to the nodes of a cluster, which run there, too.
extension RedisConnection {
    static let slots = RedisCommand("CLUSTER", "SLOTS")
    static let asking = RedisCommand("ASKING")
    // Both sides' socket buffers hold this much.
    private static let mostCommands = 1_000
    private static let mostBytes = 64 * 1_024

    /// Commands for one node, and what came of them.
    struct NodeBatch {
        let endpoint: RedisEndpoint
        let node: RedisConnection
        let commands: [RedisCommand]
        var replies: [RedisReply] = []
        var failure: RedisError?
        var isInDoubt = false
        fileprivate var pending: PendingReplies?
        fileprivate var next = 0

        fileprivate var isOver: Bool { failure != nil || next == commands.count }
    }

    func batches(
        of commands: [RedisCommand], for endpoints: [RedisEndpoint], _ cluster: ClusterRouter
    ) -> [NodeBatch] {
        endpoints.map { NodeBatch(endpoint: $0, node: cluster.node($0), commands: commands) }
    }

    /// One round of a delivery.
    func carryOut(
        _ parts: [ClusterDelivery.Part], of pipeline: [RedisCommand], isTransaction: Bool,
        _ delivery: inout ClusterDelivery, _ cluster: ClusterRouter, _ shortener: ReplyShortener?
    ) throws(RedisError) {
        let batches = parts.map { part in
            var commands = part.places.map { pipeline[$0] }
            if part.isAsking {
                // Within a transaction it would be queued; before, it holds for all of it.
                commands = isTransaction ? [Self.asking] + commands : commands.flatMap { [Self.asking, $0] }
            }
            return NodeBatch(endpoint: part.endpoint, node: cluster.node(part.endpoint), commands: commands)
        }
        let outcomes = try exchange(batches, cluster, shortener)
        var topology = cluster.topology
        for (part, batch) in zip(parts, outcomes) {
            var replies = batch.replies
            if part.isAsking {
                let skipped = isTransaction ? replies.count : 2
                replies = replies.enumerated().filter { $0.offset % skipped != 0 }.map(\.element)
            }
            delivery.take(
                ClusterDelivery.Outcome(replies: replies, failure: batch.failure, isInDoubt: batch.isInDoubt),
                of: part, &topology)
        }
        cluster.note(delivery, topology)
    }

    /// Sends to each node what it is to be sent, piece by piece, before any answer is waited for.
    ///
    /// - Throws: That it was interrupted, or is closed.
    func exchange(
        _ batches: [NodeBatch], _ cluster: ClusterRouter, _ shortener: ReplyShortener?
    ) throws(RedisError) -> [NodeBatch] {
        guard !isClosed else { throw .closed(configuration.url) }
        var batches = batches
        while batches.contains(where: { !$0.isOver }) {
            for index in batches.indices where !batches[index].isOver {
                begin(&batches[index], cluster, shortener)
            }
            for index in batches.indices { try collect(&batches[index], cluster) }
        }
        return batches
    }

    private func begin(_ batch: inout NodeBatch, _ cluster: ClusterRouter, _ shortener: ReplyShortener?) {
        let first = batch.next
        var bytes = 0
        while batch.next < batch.commands.count, batch.next - first < Self.mostCommands, bytes < Self.mostBytes {
            bytes += batch.commands[batch.next].encoded.count
            batch.next += 1
        }
        let commands =
            first == 0 && batch.next == batch.commands.count
            ? batch.commands : Array(batch.commands[first..<batch.next])
        if let error = cluster.silence(of: batch.endpoint) {
            batch.failure = error
            return
        }
        switch batch.node.assumeIsolated({ $0.begin(commands, shortening: shortener) }) {
        case .begun(let pending): batch.pending = pending
        case .notSent(let error):
            batch.failure = error
            cluster.note(error, at: batch.endpoint)
        case .lost(let error): lose(&batch, error, cluster)
        }
    }

    private func collect(_ batch: inout NodeBatch, _ cluster: ClusterRouter) throws(RedisError) {
        defer { batch.pending = nil }
        guard let pending = batch.pending else {
            if let error = batch.failure, batch.node.wasInterrupted { throw error }
            return
        }
        switch batch.node.assumeIsolated({ $0.collect(pending) }) {
        case .success(let replies): batch.replies = batch.replies.isEmpty ? replies : batch.replies + replies
        case .failure(let error):
            lose(&batch, error, cluster)
            if batch.node.wasInterrupted { throw error }
        }
    }

    private func lose(_ batch: inout NodeBatch, _ error: RedisError, _ cluster: ClusterRouter) {
        batch.failure = error
        batch.isInDoubt = true
        if let client = batch.node.lostClient { cluster.lose(client) }
    }

    /// Asks one node after the other who has which slots, until one tells.
    func learnSlots(_ cluster: ClusterRouter) throws(RedisError) {
        var failure: RedisError?
        for endpoint in cluster.candidates() {
            let outcome = try exchange(batches(of: [Self.slots], for: [endpoint], cluster), cluster, nil)[0]
            if let error = outcome.failure {
                failure = failure ?? error
                continue
            }
            if let topology = ClusterTopology(outcome.replies[0], from: endpoint.host), !topology.primaries.isEmpty {
                return cluster.learn(topology)
            }
            let error = outcome.replies[0].error
            // Who may not ask learns from MOVED, slot by slot.
            if error?.code == .noPermission || error?.serverMessage?.hasPrefix("ERR unknown") == true {
                return cluster.learn(cluster.topology)
            }
            failure = failure ?? error ?? RedisError(reply: "CLUSTERDOWN no node has any slots")
        }
        throw failure ?? .closed(configuration.url)
    }

    /// Connects to every node that has slots.
    ///
    /// - Throws: Why none could be connected to.
    func openNodes(_ cluster: ClusterRouter) throws(RedisError) {
        guard !isClosed else { throw .closed(configuration.url) }
        if cluster.isOld { try learnSlots(cluster) }
        let before = cluster.missing
        var missing: [RedisEndpoint: RedisError] = [:]
        let endpoints = cluster.topology.nodes
        for endpoint in endpoints {
            // To try one that was not there is to wait.
            let isAnew = before[endpoint] == nil
            let outcome = cluster.node(endpoint).assumeIsolated { $0.openNode(isAnew: isAnew) }
            if case .failure(let error) = outcome { missing[endpoint] = error }
            cluster.note(missing[endpoint], at: endpoint)
        }
        cluster.missing = missing
        if let error = missing.values.first, missing.count == endpoints.count { throw error }
    }

    /// From now on the server counts as one node of its cluster: all keys are looked for where they are.
    func joinCluster() throws(RedisError) {
        var host = "127.0.0.1"
        var seeds: [RedisEndpoint] = []
        if case .tcp(let name, let port) = configuration.url.target {
            host = name
            seeds = [RedisEndpoint(host: name, port: port)]
        }
        let reply = try slot.exchange([Self.slots], shortening: nil)?.first
        let topology = reply.flatMap { ClusterTopology($0, from: host) }.flatMap { $0.primaries.isEmpty ? nil : $0 }
        guard topology != nil || !seeds.isEmpty else {
            throw reply?.error ?? RedisError(reply: "CLUSTERDOWN no node has any slots")
        }
        route(
            through: ClusterRouter(configuration, seeds: seeds, topology: topology, executor: executor, logger: logger))
    }
}

// What a connection to a node does for the one that sends over all of them.
extension RedisConnection {
    enum Beginning {
        case begun(PendingReplies)
        /// There is no connection.
        case notSent(RedisError)
        /// The connection died; some may have been sent.
        case lost(RedisError)
    }

    fileprivate nonisolated var wasInterrupted: Bool { interrupter.wasInterrupted }

    /// Sends commands without waiting for their replies; so few that the sockets' buffers hold them.
    fileprivate func begin(_ commands: [RedisCommand], shortening shortener: ReplyShortener?) -> Beginning {
        while true {
            do throws(RedisError) {
                try open()
            } catch {
                return .notSent(error)
            }
            do throws(RedisError) {
                if let pending = try slot.begin(commands, shortening: shortener) { return .begun(pending) }
            } catch {
                noteLoss(error)
                return error.code == .cancelled ? .notSent(error) : .lost(error)
            }
        }
    }

    fileprivate func collect(_ pending: PendingReplies) -> Result<[RedisReply], RedisError> {
        do throws(RedisError) {
            let replies = try settle(pending)
            noteAnswer()
            return .success(replies)
        } catch {
            noteLoss(error)
            return .failure(error)
        }
    }

    /// Connects; `isAnew` whatever the backoff says.
    func openNode(isAnew: Bool) -> Result<Void, RedisError> {
        Result { () throws(RedisError) in try isAnew ? openNow() : open() }
    }
}
