/// Commands over one and the same connection, with no other caller's in between.
extension RedisConnection {
    /// Sends commands and gives one reply each.
    typealias Exchange = ([RedisCommand]) throws(RedisError) -> [RedisReply]

    /// Runs `body` over one and the same connection, with no other caller's commands in between: what belongs to a
    /// connection, such as a transaction, holds from one exchange to the next. What `body` throws ends the connection.
    ///
    /// In a cluster it is the connection to the node that has the key, or to any. Where that node refers to another one,
    /// `body` runs again: with a refusal in place of a value it must have carried out nothing.
    ///
    /// - Throws: What `body` threw, or gave as a refusal; why there is no connection.
    nonisolated(nonsending) func exclusively<Value: Sendable>(
        _ key: ArraySlice<UInt8>?, _ commands: Int,
        _ body: @escaping @Sendable (_ exchange: Exchange) throws(RedisError) -> Result<Value, RedisError>
    ) async throws(RedisError) -> Value {
        await admit(commands)
        if cluster == nil {
            let outcome = try await interruptible(command: nil) {
                connection throws(RedisError) -> Result<Value, RedisError>? in
                try connection.open()
                // Once connected it is known whether there is a cluster.
                return connection.cluster == nil ? try connection.hold(isAsking: false, body) : nil
            }
            if let outcome { return try outcome.get() }
        }
        guard let cluster else { throw .closed(configuration.url) }
        return try await exclusively(key, body, cluster)
    }

    private nonisolated(nonsending) func exclusively<Value: Sendable>(
        _ key: ArraySlice<UInt8>?,
        _ body: @escaping @Sendable (_ exchange: Exchange) throws(RedisError) -> Result<Value, RedisError>,
        _ cluster: ClusterRouter
    ) async throws(RedisError) -> Value {
        let slot = key.map(HashSlot.of)
        var asked: RedisEndpoint?
        var referrals = 0
        var pauses = ClusterDelivery.pauses[...]
        while true {
            if cluster.isStale { try await learn(cluster) }
            let owner = asked ?? slot.flatMap { cluster.topology.owner(of: $0) }
            guard let endpoint = owner ?? cluster.candidates().first else { throw .lost(configuration.url) }
            let failure: RedisError
            switch try await visit(endpoint, isAsking: asked != nil, body, cluster) {
            case .success(let value): return value
            case .failure(let error): failure = error
            }
            asked = nil
            switch failure.serverMessage.flatMap({ ClusterRefusal($0, from: endpoint.host) }) {
            case .moved(let slot, let other)? where referrals < ClusterDelivery.mostReferrals:
                cluster.learn(slot, at: other)
                referrals += 1
            case .ask(let other)? where referrals < ClusterDelivery.mostReferrals:
                asked = other
                referrals += 1
            case .notNow?, nil:
                // Whoever has its slots now is known to the others.
                guard failure.code != .timedOut, let pause = pauses.popFirst() else { throw failure }
                cluster.becomeStale()
                await self.pause(for: pause)
                guard !Task.isCancelled else { throw .cancelled(command: failure.command) }
            default: throw failure
            }
        }
    }

    /// Runs `body` over the connection to a node.
    ///
    /// - Returns: A failure where nothing was carried out and another node, or the same one later, may do it.
    /// - Throws: Any other error.
    private nonisolated(nonsending) func visit<Value: Sendable>(
        _ endpoint: RedisEndpoint, isAsking: Bool,
        _ body: @escaping @Sendable (_ exchange: Exchange) throws(RedisError) -> Result<Value, RedisError>,
        _ cluster: ClusterRouter
    ) async throws(RedisError) -> Result<Value, RedisError> {
        if let error = cluster.silence(of: endpoint) { return .failure(error) }
        let outcome: Result<Value, RedisError>
        do throws(RedisError) {
            outcome = try await interruptible(command: nil) {
                connection throws(RedisError) -> Result<Value, RedisError> in
                guard !connection.isClosed else { throw .closed(connection.configuration.url) }
                let visit = cluster.node(endpoint).assumeIsolated {
                    node -> Result<Result<Value, RedisError>, RedisError> in
                    if case .failure(let error) = node.openNode(isAnew: false) {
                        cluster.note(error, at: endpoint)
                        return .success(.failure(error))
                    }
                    return Result { () throws(RedisError) in try node.hold(isAsking: isAsking, body) }
                }
                return try visit.get()
            }
        } catch {
            cluster.becomeStale()
            outcome = .failure(error)
            guard error.isReferral else { throw error }
        }
        if case .failure(let error) = outcome, !error.isReferral, !error.isConnectionFailure { throw error }
        return outcome
    }

    /// Runs `body` with the connection that there is.
    private func hold<Value: Sendable>(
        isAsking: Bool, _ body: (_ exchange: Exchange) throws(RedisError) -> Result<Value, RedisError>
    ) throws(RedisError) -> Result<Value, RedisError> {
        do throws(RedisError) {
            let outcome = try slot.using { link throws(RedisError) in
                var asker = isAsking ? Asker() : nil
                return try body { commands throws(RedisError) in
                    let sent = asker?.asking(commands) ?? commands
                    let replies = try link.exchange(sent, shortening: nil)
                    // No answer to a question for leave is one that was asked for.
                    return isAsking ? zip(sent, replies).filter { $0.0.name != Self.asking.name }.map(\.1) : replies
                }
            }
            guard let outcome else { throw .lost(configuration.url) }
            return outcome
        } catch {
            drop()
            throw error
        }
    }

    /// Puts `ASKING` before commands for a slot that is just moving to a node: before each, but only once before a
    /// transaction, for all of which it holds.
    private struct Asker {
        private var isWithin = false

        mutating func asking(_ commands: [RedisCommand]) -> [RedisCommand] {
            var all: [RedisCommand] = []
            for command in commands {
                if !isWithin { all.append(RedisConnection.asking) }
                all.append(command)
                switch command.name {
                case "MULTI": isWithin = true
                case "EXEC", "DISCARD": isWithin = false
                default: break
                }
            }
            return all
        }
    }
}

extension RedisError {
    /// Whether a node of a cluster said it in place of an answer.
    var isReferral: Bool { serverMessage.map { ClusterRefusal($0, from: "") != nil } ?? false }
}
