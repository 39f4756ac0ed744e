import RedisClient

/// The commands that append to a job's log; all of them touch one key.
struct LogCommands: Sendable {
    let keys: JobKeys
    let retention: LogRetention

    /// How many entries at a log's end are searched for one that may be there already: by the script, which stops where
    /// older entries of the same writer are, and where scripts are refused.
    private static let depth = 100_000
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
                .integer(Self.depth),
            ] + entries.map { .bytes($0) })
    }

    /// The end of a log, in which entries are looked for where scripts are refused.
    func recent(of id: JobID) -> RedisCommand {
        RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-Self.window), -1)
    }

    // Our entries end with their id: writer, dash, counter. A writer's entries are in the list in the order of their
    // counters, or nearly so where the writer has several connections.
    private static let script = """
        local function id(v) return string.match(string.sub(v, -160), '"id":"([^"]*)"}$') end
        local function parts(i)
            local writer, count = string.match(i, '^(.*)%-(%d+)$')
            return writer, tonumber(count)
        end
        local wanted, lowest, open = {}, {}, 0
        for n = 4, #ARGV do
            local i = id(ARGV[n])
            if i then
                wanted[i] = true
                local writer, count = parts(i)
                if writer then
                    if not lowest[writer] then open = open + 1 end
                    lowest[writer] = math.min(lowest[writer] or count, count)
                end
            end
        end
        local seen = {}
        local from = 0
        while from < 1000 or (open > 0 and from < tonumber(ARGV[3])) do
            local part = redis.pcall('LRANGE', KEYS[1], -from - 500, -from - 1)
            if part.err then return part end
            for n = #part, 1, -1 do
                local i = id(part[n])
                if i then
                    if wanted[i] then seen[i] = true end
                    local writer, count = parts(i)
                    if writer and lowest[writer] and count < lowest[writer] then
                        lowest[writer] = nil
                        open = open - 1
                    end
                end
            end
            if #part < 500 then break end
            from = from + 500
        end
        local missing = {}
        for n = 4, #ARGV do
            if not seen[id(ARGV[n]) or ''] then missing[#missing + 1] = ARGV[n] end
        end
        if #missing > 0 then
            local done = redis.pcall('RPUSH', KEYS[1], unpack(missing))
            if type(done) == 'table' and done.err then return done end
        end
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
        redis.call('EXPIRE', KEYS[1], ARGV[2])
        return #missing
        """
}
