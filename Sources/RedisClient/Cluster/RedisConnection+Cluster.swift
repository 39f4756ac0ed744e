/// What a connection does that belongs to a cluster: each node has a connection of its own, all on one executor.
extension RedisConnection {
    /// Sends commands to the nodes that have their keys, and follows where these refer to.
    ///
    /// - Parameters:
    ///   - pipeline: The commands.
    ///   - isTransaction: Whether they are one transaction of one key.
    ///   - cluster: The nodes.
    ///   - shortener: What makes long elements of the replies short.
    ///   - replies: What the server that was asked first, as one by itself, has said already.
    /// - Returns: One reply a command, in order; error replies are among them.
    /// - Throws: What a connection died of, where commands that write may have been carried out; why no node is there.
    nonisolated(nonsending) func deliver(
        _ pipeline: [RedisCommand], isTransaction: Bool, through cluster: ClusterRouter,
        shortening shortener: ReplyShortener?, answered replies: [RedisReply]? = nil
    ) async throws(RedisError) -> [RedisReply] {
        if cluster.isStale { try await learn(cluster) }
        if pipeline.count == 1, pipeline[0].addressees == .everyPrimary {
            return [try await gather(pipeline[0], cluster)]
        }
        var delivery = ClusterDelivery(pipeline, isTransaction: isTransaction, impatient: cluster.givenUp)
        if let replies, let endpoint = cluster.candidates().first {
            let part = ClusterDelivery.Part(endpoint: endpoint, isAsking: false, places: Array(pipeline.indices))
            var topology = cluster.topology
            delivery.take(ClusterDelivery.Outcome(replies: replies), of: part, &topology)
            cluster.note(delivery, topology)
        }
        while true {
            switch delivery.next(cluster.topology) {
            case .finish:
                if let failure = delivery.failure { throw failure }
                return delivery.replies
            case .wait(let pause):
                await self.pause(for: pause)
                guard !Task.isCancelled else {
                    throw delivery.hasWritten ? .lost(configuration.url) : .cancelled(command: pipeline[0].name)
                }
            case .learn:
                do throws(RedisError) {
                    try await learn(cluster)
                } catch {
                    // Nobody is there. Who sends it again must know that some of it may have been carried out.
                    throw delivery.hasWritten ? .lost(configuration.url) : error
                }
            case .send(let parts):
                let before = delivery
                delivery = try await interruptible(command: pipeline[0].name) { connection throws(RedisError) in
                    var delivery = before
                    try connection.carryOut(
                        parts, of: pipeline, isTransaction: isTransaction, &delivery, cluster, shortener)
                    return delivery
                }
            }
        }
    }

    /// Asks every node that has slots, and makes one answer of theirs.
    private nonisolated(nonsending) func gather(
        _ command: RedisCommand, _ cluster: ClusterRouter
    ) async throws(RedisError) -> RedisReply {
        let replies = try await interruptible(command: command.name) { connection throws(RedisError) in
            let batches = connection.batches(of: [command], for: cluster.topology.nodes, cluster)
            return try connection.exchange(batches, cluster, nil).map { batch in
                batch.failure.map { RedisReply(error: ClusterDelivery.absence(of: batch.endpoint, $0)) }
                    ?? batch.replies[0]
            }
        }
        guard let reply = RedisReply.merged(replies) else { throw .closed(configuration.url) }
        return reply
    }

    /// Sends commands to one server of those that ``nodes`` names, whatever keys they touch.
    ///
    /// - Returns: One reply a command, in order; error replies are among them.
    /// - Throws: What the connection died of.
    public nonisolated(nonsending) func send(
        _ commands: [RedisCommand], to url: RedisURL
    ) async throws(RedisError) -> [RedisReply] {
        if cluster == nil {
            // Once connected it is known whether there is a cluster.
            try await interruptible(command: commands.first?.name) { connection throws(RedisError) in
                if connection.cluster == nil { try connection.open() }
            }
        }
        guard let cluster, case .tcp(let host, let port) = url.target else { return try await send(commands) }
        return try await send(commands, to: RedisEndpoint(host: host, port: port), cluster)
    }

    nonisolated(nonsending) func send(
        _ commands: [RedisCommand], to endpoint: RedisEndpoint, _ cluster: ClusterRouter
    ) async throws(RedisError) -> [RedisReply] {
        await admit(commands.count)
        return try await interruptible(command: commands.first?.name) { connection throws(RedisError) in
            let outcome = try connection.exchange(
                connection.batches(of: commands, for: [endpoint], cluster), cluster, nil)[0]
            if let failure = outcome.failure { throw failure }
            return outcome.replies
        }
    }

    /// Where the servers are whose keys are read: those of a cluster that have slots; else the one that there is.
    public nonisolated var nodes: [RedisConfiguration] { cluster?.nodes ?? [configuration] }

    /// The same without the nodes of a cluster that could not be reached by ``connect()``.
    public nonisolated var presentNodes: [RedisConfiguration] {
        guard let cluster else { return [configuration] }
        let missing = cluster.missing
        return cluster.nodes.filter { node in !missing.keys.contains { $0 == node.endpoint } }
    }

    /// Counts up when a cluster's slots or nodes have changed; 0 where there is no cluster.
    public nonisolated var topologyVersion: Int { cluster?.version ?? 0 }

    /// Which nodes of a cluster could not be reached by ``connect()``, in a sentence; nil where all could.
    public nonisolated var absence: String? {
        guard let missing = cluster?.missing, !missing.isEmpty else { return nil }
        let names = missing.keys.map(\.description).sorted()
        let subject = names.count == 1 ? "the cluster's node \(names[0])" : "the nodes \(names.joined(separator: ", "))"
        return "\(subject) cannot be reached; the jobs there are missing until it is back."
    }

    /// Asks anew which node of a cluster has which slots; does nothing where there is no cluster.
    ///
    /// - Throws: Why no node tells.
    public nonisolated(nonsending) func learnTopology() async throws(RedisError) {
        if let cluster { try await learn(cluster) }
    }

    nonisolated(nonsending) func learn(_ cluster: ClusterRouter) async throws(RedisError) {
        await admit(1)
        try await interruptible(command: Self.slots.name) { connection throws(RedisError) in
            try connection.learnSlots(cluster)
        }
    }
}
