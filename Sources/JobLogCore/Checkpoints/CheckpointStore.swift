import RedisClient

/// Saves, loads and deletes `checkpoint:{id}`: what a job needs to go on after a failure.
public struct CheckpointStore: Sendable {
    /// Seconds that a checkpoint is kept: 7 days.
    public static let lifetime = 604_800

    private let connection: RedisConnection
    private let keys: JobKeys

    /// A store over one connection.
    public init(connection: RedisConnection, keys: JobKeys = JobKeys()) {
        self.connection = connection
        self.keys = keys
    }

    /// Saves a job's checkpoint, in place of an older one. Throws a `RedisError`.
    public func save(_ checkpoint: Checkpoint, of id: JobID) async throws(RedisError) {
        _ = try await connection.send(saving(checkpoint, of: id))
    }

    /// A job's checkpoint, or nil when it has none. Throws a `RedisError`.
    public func load(_ id: JobID) async throws(RedisError) -> Checkpoint? {
        let reply = try await connection.send(RedisCommand("GET", .key(keys.checkpoint(id))))
        return reply.bytes.flatMap { Checkpoint.decode($0) }
    }

    /// Deletes a job's checkpoint; false when there was none. Throws a `RedisError`.
    @discardableResult
    public func delete(_ id: JobID) async throws(RedisError) -> Bool {
        try await connection.send(RedisCommand("DEL", .key(keys.checkpoint(id)))).integer == 1
    }

    func saving(_ checkpoint: Checkpoint, of id: JobID) -> RedisCommand {
        RedisCommand(
            "SETEX", .key(keys.checkpoint(id)), .integer(Self.lifetime), .bytes(checkpoint.encode()))
    }
}
