import RedisClient

/// The commands that append to a job's log; all of them touch one key.
struct LogCommands: Sendable {
    let keys: JobKeys
    let retention: LogRetention

    /// How many entries at a log's end are searched for one that may be there already.
    private static let window = 4_000

    /// Appends entries in their order, trims the log and renews its lifetime; the first reply is that of the append.
    func append(_ entries: [[UInt8]], to id: JobID) -> [RedisCommand] {
        let key = keys.logs(id)
        return [
            RedisCommand("RPUSH", arguments: [.key(key)] + entries.map { .bytes($0) }),
            RedisCommand("LTRIM", .key(key), .integer(-retention.entries), -1),
            RedisCommand("EXPIRE", .key(key), .integer(retention.seconds)),
        ]
    }

    /// The same for entries some of which may be there already: these are recognised by their `id` and left out.
    func appendUnlessThere(_ entries: [[UInt8]], to id: JobID) -> RedisCommand {
        RedisCommand(
            "EVAL",
            arguments: [
                .text(Self.script), 1, .key(keys.logs(id)), .integer(retention.entries), .integer(retention.seconds),
                .integer(max(Self.window, entries.count * 2)),
            ] + entries.map { .bytes($0) })
    }

    /// The end of a log, in which entries are looked for where scripts are refused.
    func recent(of id: JobID) -> RedisCommand {
        RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-Self.window), -1)
    }

    // Our entries end with their id.
    private static let script = """
        local seen = {}
        local function id(v) return string.match(v, '"id":"([^"]*)"}$') end
        for _, v in ipairs(redis.call('LRANGE', KEYS[1], -tonumber(ARGV[3]), -1)) do
            local i = id(v)
            if i then seen[i] = true end
        end
        local added = 0
        for i = 4, #ARGV do
            if not seen[id(ARGV[i]) or ''] then
                redis.call('RPUSH', KEYS[1], ARGV[i])
                added = added + 1
            end
        end
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
        redis.call('EXPIRE', KEYS[1], ARGV[2])
        return added
        """
}
