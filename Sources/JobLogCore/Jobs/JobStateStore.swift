import RedisClient

/// Reads and writes `job:state:{id}`.
///
/// A write is a compare-and-set on the bytes that were read: another writer's change in between is never lost, and
/// fields that are not ours survive. It is one script, or, where the server runs none for this user, a transaction that
/// watches the key. How a state may change is in ``JobTransition``.
public struct JobStateStore: Sendable {
    /// Seconds that a state is kept: one day.
    public static let lifetime = 86_400

    let connection: RedisConnection
    let keys: JobKeys
    let scripts: ScriptSupport

    /// A store over one connection.
    public init(connection: RedisConnection, keys: JobKeys = JobKeys()) {
        self.connection = connection
        self.keys = keys
        scripts = ScriptSupport()
    }

    /// A job's state, or nil when it has none or what is stored is no JSON object. Throws a `RedisError`.
    public func load(_ id: JobID) async throws(RedisError) -> JobStateRecord? {
        try await connection.send(RedisCommand("GET", .key(keys.state(id)))).bytes.flatMap { JobStateRecord.decode($0) }
    }

    /// Deletes a job's state; false when there was none. Throws a `RedisError`.
    @discardableResult
    public func delete(_ id: JobID) async throws(RedisError) -> Bool {
        try await connection.send(RedisCommand("DEL", .key(keys.state(id)))).integer == 1
    }

    /// What a compare-and-set found.
    enum Outcome: Sendable {
        /// The old bytes were there; the new ones are now.
        case written
        /// Something else was there (nil: nothing), and stays.
        case found([UInt8]?)
    }

    /// The command that writes `new` only where `old` (nil: no key) is still there, and announces it only then.
    func replacing(
        _ old: [UInt8]?, with new: [UInt8], of id: JobID, announcing event: (channel: [UInt8], payload: [UInt8])? = nil
    ) -> RedisCommand {
        var command = RedisCommand(
            "EVAL", .text(Self.script), 1, .key(keys.state(id)), .bytes(old ?? []), .bytes(new),
            .integer(Self.lifetime), .bytes(event?.channel ?? []), .bytes(event?.payload ?? []))
        // Who hears of it finds all the rest.
        command.isAnnouncement = event != nil
        return command
    }

    /// Reads the reply of `replacing(_:with:of:announcing:)`. Throws the reply's error.
    static func outcome(_ reply: RedisReply) throws(RedisError) -> Outcome {
        guard let found = try reply.get().array else { return .written }
        return .found(found.first?.bytes.map { Array($0) })
    }

    /// Writes `new` only where `old` is still there, as ``replacing(_:with:of:announcing:)`` asks for it, or without a script.
    func replace(
        _ old: [UInt8]?, with new: [UInt8], of id: JobID, announcing event: (channel: [UInt8], payload: [UInt8])? = nil
    ) async throws(RedisError) -> Outcome {
        if !scripts.areRefused(at: connection.connectionCount) {
            let reply = try await connection.send([replacing(old, with: new, of: id, announcing: event)])[0]
            guard let refusal = reply.error, refusal.refusesCommand else {
                scripts.work()
                return try Self.outcome(reply)
            }
            scripts.refuse(refusal, at: connection.connectionCount)
        }
        return try await swap(old, with: new, of: id, announcing: event)
    }

    /// The same by a transaction that watches the key.
    ///
    /// - Throws: Where that is refused as well, an error that names both.
    func swap(
        _ old: [UInt8]?, with new: [UInt8], of id: JobID, announcing event: (channel: [UInt8], payload: [UInt8])?
    ) async throws(RedisError) -> Outcome {
        let key = keys.state(id)
        let write = RedisCommand("SET", .key(key), .bytes(new), "EX", .integer(Self.lifetime))
        let tell = event.map { RedisCommand("PUBLISH", .bytes($0.channel), .bytes($0.payload)) }
        do throws(RedisError) {
            switch try await connection.ifUnchanged(key, holds: old, [write] + (tell.map { [$0] } ?? [])) {
            case .done(let replies):
                for reply in replies { _ = try reply.get() }
                return .written
            case .found(let other):
                guard other == new else { return .found(other) }
                // A script that may not publish has written all the same.
                if let tell { _ = try await connection.send(tell) }
                return .written
            }
        } catch {
            guard error.command == "PUBLISH", error.refusesCommand, event != nil else { throw scripts.explained(error) }
            // Nobody hears of it; that is no reason to leave a state that is wrong.
            let outcome = try await swap(old, with: new, of: id, announcing: nil)
            if case .written = outcome { throw error }
            return outcome
        }
    }

    private static let script = """
        local v = redis.call('GET', KEYS[1])
        if (v or '') ~= ARGV[1] then return {v} end
        redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
        if ARGV[4] ~= '' then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
        return 1
        """
}
