import RedisClient

/// Deletes all that Redis has of a job, and says what that was.
struct JobRemover: Sendable {
    let connection: RedisConnection
    let keys: JobKeys

    /// Deletes a job's keys and takes it out of the server's records and the indexes.
    ///
    /// Every command touches one key. Archived checkpoints are found by `SCAN`; so are the owners' indexes where the
    /// owner is not known and the index of all says that there was one. The index of all comes last: while anything is
    /// left, a viewer finds the job by it.
    ///
    /// - Returns: what was removed, and what may be left because it cannot be looked for, a sentence each.
    func remove(_ id: JobID, owner: String?) async throws(RedisError) -> (removed: [RemovedKey], problems: [String]) {
        var problems: [String] = []
        let archived = try await lookedFor("archived checkpoints", &problems) { () async throws(RedisError) in
            try await CheckpointStore(connection: connection, keys: keys).archived(id)
        }
        let whole =
            JobKeys.Kind.allCases.map { keys.key($0, id) }
            + archived.map { keys.archivedCheckpoint(id, sequence: $0) } + [keys.sequence(id)]
        var removed: [RemovedKey] = []
        for part in whole.chunked(by: 500) {
            let replies = try await connection.send(part.map { RedisCommand("DEL", .key($0)) })
            for (key, reply) in zip(part, replies) where try reply.get().integer == 1 {
                removed.append(RemovedKey(key))
            }
        }
        let indexes = try await lookedFor("places in its owner's index", &problems) { () async throws(RedisError) in
            try await ownerIndexes(of: id, owner: owner)
        }
        let commands =
            [RedisCommand("HDEL", .key(keys.archive), .bytes(id.bytes))]
            + (indexes + [keys.index]).map { RedisCommand("ZREM", .key($0), .bytes(id.bytes)) }
        let replies = try await connection.send(commands)
        for (key, reply) in zip([keys.archive] + indexes + [keys.index], replies)
        where try reply.get().integer == 1 { removed.append(RemovedKey(key, member: id.bytes)) }
        return (removed, problems)
    }

    /// What `body` finds; nothing where the server does not let itself be looked through.
    private func lookedFor<Value>(
        _ what: String, _ problems: inout [String], _ body: () async throws(RedisError) -> [Value]
    ) async throws(RedisError) -> [Value] {
        do throws(RedisError) {
            return try await body()
        } catch {
            guard error.refusesCommand else { throw error }
            problems.append("Its \(what), if any, are left: \(error.message)")
            return []
        }
    }

    private func ownerIndexes(of id: JobID, owner: String?) async throws(RedisError) -> [[UInt8]] {
        if let owner { return [keys.index(user: owner)] }
        let isIndexed = try await !connection.send(RedisCommand("ZSCORE", .key(keys.index), .bytes(id.bytes))).isNull
        return isIndexed ? try await connection.scan(keys.userIndexPattern) : []
    }
}
