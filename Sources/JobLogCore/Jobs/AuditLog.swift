import RedisClient

/// Writes into jobs' logs what a viewer has done to the jobs.
///
/// How much a log keeps is its worker's business: where that is more, or for longer, than is usual, a line from outside
/// neither trims the log nor shortens its life.
struct AuditLog: Sendable {
    let keys: JobKeys
    let retention: LogRetention
    let writer: WorkerIdentity

    /// The command that appends a line.
    func appending(_ message: String, _ metadata: JSONValue, to id: JobID, at time: Int64) -> RedisCommand {
        RedisCommand(
            "EVAL", .text(Self.script), 1, .key(keys.logs(id)), .bytes(entry(message, metadata, of: id, at: time)),
            .integer(retention.entries), .integer(retention.seconds))
    }

    /// The commands, for one transaction, that delete a log and begin a new one with a line.
    func replacing(_ message: String, _ metadata: JSONValue, of id: JobID, at time: Int64) -> [RedisCommand] {
        let key = keys.logs(id)
        return [
            RedisCommand("DEL", .key(key)),
            RedisCommand("RPUSH", .key(key), .bytes(entry(message, metadata, of: id, at: time))),
            RedisCommand("EXPIRE", .key(key), .integer(retention.seconds)),
        ]
    }

    private func entry(_ message: String, _ metadata: JSONValue, of id: JobID, at time: Int64) -> [UInt8] {
        LogEntry.encode(
            timestamp: time, type: .info, message: message, metadata: metadata, id: writer.nextEntryID(for: id))
    }

    private static let script = """
        local n = redis.call('RPUSH', KEYS[1], ARGV[1])
        local most, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])
        if n <= most + 1 then redis.call('LTRIM', KEYS[1], -most, -1) end
        if redis.call('TTL', KEYS[1]) < seconds then redis.call('EXPIRE', KEYS[1], seconds) end
        return n
        """
}
