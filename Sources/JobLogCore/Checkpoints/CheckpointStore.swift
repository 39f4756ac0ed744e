import RedisClient

/// Saves, loads and deletes `checkpoint:{id}`: what a job needs to go on after a failure.
///
/// Each one that is saved is also archived as `checkpoint:archive:{id}:{sequence}`, for those who want to know later how
/// a job went.
public struct CheckpointStore: Sendable {
    /// Seconds that a checkpoint is kept: 7 days.
    public static let lifetime = 604_800
    /// Seconds that an archived checkpoint is kept: 30 days.
    public static let archiveLifetime = 2_592_000

    private let connection: RedisConnection
    private let keys: JobKeys

    /// A store over one connection.
    public init(connection: RedisConnection, keys: JobKeys = JobKeys()) {
        self.connection = connection
        self.keys = keys
    }

    /// Saves a job's checkpoint, in place of an older one, and archives it. Throws a `RedisError`.
    public func save(_ checkpoint: Checkpoint, of id: JobID) async throws(RedisError) {
        let replies = try await connection.send([saving(checkpoint, of: id), archiving(checkpoint, of: id)])
        for reply in replies { _ = try reply.get() }
    }

    /// A job's checkpoint, or nil when it has none. Throws a `RedisError`.
    public func load(_ id: JobID) async throws(RedisError) -> Checkpoint? {
        try await checkpoint(at: keys.checkpoint(id))
    }

    /// Deletes a job's checkpoint, not its archived ones; false when there was none. Throws a `RedisError`.
    @discardableResult
    public func delete(_ id: JobID) async throws(RedisError) -> Bool {
        try await delete(at: keys.checkpoint(id))
    }

    /// The sequences of a job's archived checkpoints, oldest first, found by `SCAN`: many round trips on a server with
    /// many keys. Throws a `RedisError`.
    public func archived(_ id: JobID) async throws(RedisError) -> [Int] {
        let found = try await connection.scan(keys.archivePattern(id))
        return found.compactMap { keys.archivedSequence($0[...], of: id) }.sorted()
    }

    /// An archived checkpoint, or nil when there is none of this sequence. Throws a `RedisError`.
    public func loadArchived(_ id: JobID, sequence: Int) async throws(RedisError) -> Checkpoint? {
        try await checkpoint(at: keys.archivedCheckpoint(id, sequence: sequence))
    }

    /// Deletes an archived checkpoint; false when there was none of this sequence. Throws a `RedisError`.
    @discardableResult
    public func deleteArchived(_ id: JobID, sequence: Int) async throws(RedisError) -> Bool {
        try await delete(at: keys.archivedCheckpoint(id, sequence: sequence))
    }

    /// The command that saves a checkpoint.
    func saving(_ checkpoint: Checkpoint, of id: JobID) -> RedisCommand {
        RedisCommand(
            "SETEX", .key(keys.checkpoint(id)), .integer(Self.lifetime), .bytes(checkpoint.encode()))
    }

    /// The command that archives a checkpoint; it belongs in the pipeline with ``saving(_:of:)``. One without a sequence
    /// counts as the first, 0.
    func archiving(_ checkpoint: Checkpoint, of id: JobID) -> RedisCommand {
        RedisCommand(
            "SETEX", .key(keys.archivedCheckpoint(id, sequence: checkpoint.sequence ?? 0)),
            .integer(Self.archiveLifetime), .bytes(checkpoint.encode()))
    }

    private func checkpoint(at key: [UInt8]) async throws(RedisError) -> Checkpoint? {
        try await connection.send(RedisCommand("GET", .key(key))).bytes.flatMap { Checkpoint.decode($0) }
    }

    private func delete(at key: [UInt8]) async throws(RedisError) -> Bool {
        try await connection.send(RedisCommand("DEL", .key(key))).integer == 1
    }
}
