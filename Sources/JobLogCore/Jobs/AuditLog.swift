import RedisClient

/// Writes into jobs' logs what a viewer has done to the jobs.
///
/// How much a log keeps is its worker's business: where that is more, or for longer, than is usual, a line from outside
/// neither trims the log nor shortens its life.
struct AuditLog: Sendable {
    /// A line that is to be appended.
    struct Line: Sendable {
        /// The key of the log.
        fileprivate let key: [UInt8]
        fileprivate let entry: [UInt8]
    }

    let connection: RedisConnection
    let keys: JobKeys
    let retention: LogRetention
    let writer: WorkerIdentity

    /// A line for a job's log.
    func line(_ message: String, _ metadata: JSONValue, to id: JobID, at time: Int64) -> Line {
        Line(key: keys.logs(id), entry: entry(message, metadata, of: id, at: time))
    }

    /// Appends lines, and sends commands behind them, in one pipeline; where scripts are refused in a few.
    ///
    /// - Returns: what the server refused.
    func append(_ lines: [Line], then commands: [RedisCommand]) async throws(RedisError) -> [RedisError] {
        let replies = try await connection.send(lines.map(appending) + commands)
        var refused = replies.dropFirst(lines.count).compactMap(\.error)
        for (line, reply) in zip(lines, replies) {
            guard let error = reply.error else { continue }
            refused += error.refusesCommand ? try await appendPlainly(line) : [error.naming("EVAL")]
        }
        return refused
    }

    /// The command that appends a line.
    func appending(_ line: Line) -> RedisCommand {
        RedisCommand(
            "EVAL", .text(Self.script), 1, .key(line.key), .bytes(line.entry), .integer(retention.entries),
            .integer(retention.seconds))
    }

    /// What the script does, command by command.
    private func appendPlainly(_ line: Line) async throws(RedisError) -> [RedisError] {
        let replies = try await connection.send([
            RedisCommand("RPUSH", .key(line.key), .bytes(line.entry)), RedisCommand("TTL", .key(line.key)),
        ])
        guard let length = replies[0].integer else { return replies[0].error.map { [$0.naming("RPUSH")] } ?? [] }
        var commands: [RedisCommand] = []
        if length <= retention.entries + 1 {
            commands.append(RedisCommand("LTRIM", .key(line.key), .integer(-retention.entries), -1))
        }
        // Where the lifetime may not be asked for, it is not shortened.
        if let left = replies[1].integer, left < retention.seconds {
            commands.append(RedisCommand("EXPIRE", .key(line.key), .integer(retention.seconds)))
        }
        // What may not be done is left: the line is there.
        _ = try await connection.send(commands)
        return []
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
        if n <= most + 1 then redis.pcall('LTRIM', KEYS[1], -most, -1) end
        local left = redis.pcall('TTL', KEYS[1])
        if type(left) == 'number' and left < seconds then redis.pcall('EXPIRE', KEYS[1], seconds) end
        return n
        """
}
