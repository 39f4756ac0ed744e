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
    func remove(_ id: JobID, owner: String?) async throws(RedisError) -> [RemovedKey] {
        let archived = try await CheckpointStore(connection: connection, keys: keys).archived(id)
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
        let indexes = try await ownerIndexes(of: id, owner: owner)
        let commands =
            [RedisCommand("HDEL", .key(keys.archive), .bytes(id.bytes))]
            + (indexes + [keys.index]).map { RedisCommand("ZREM", .key($0), .bytes(id.bytes)) }
        let replies = try await connection.send(commands)
        for (key, reply) in zip([keys.archive] + indexes + [keys.index], replies)
        where try reply.get().integer == 1 { removed.append(RemovedKey(key, member: id.bytes)) }
        return removed
    }

    private func ownerIndexes(of id: JobID, owner: String?) async throws(RedisError) -> [[UInt8]] {
        if let owner { return [keys.index(user: owner)] }
        let isIndexed = try await !connection.send(RedisCommand("ZSCORE", .key(keys.index), .bytes(id.bytes))).isNull
        return isIndexed ? try await connection.scan(keys.userIndexPattern) : []
    }
}
