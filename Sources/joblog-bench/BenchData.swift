import JobLogCore
import RedisClient

/// What the bench stores in its servers.
enum BenchData {
    /// What is looked for in logs: in one entry only.
    static let needle = "needle in a haystack"
    static let message = "#1234 upload retry shard bucket token worker queue"
    static let metadata: JSONValue = ["step": 17, "host": "w3"]
    private static let keys = JobKeys()
    /// How many commands go into a pipeline.
    private static let depth = 1_000

    /// The id of a job by its number; the C baseline knows these names.
    static func id(_ number: Int) -> JobID {
        let digits = String(number)
        return JobID("bench-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
    }

    /// An entry of some 150 bytes as a worker writes it.
    static func entry(_ message: String = message, at time: Int64, _ level: LogLevel = .info) -> [UInt8] {
        LogEntry.encode(timestamp: time, type: level, message: message, metadata: metadata)
    }

    /// Jobs with a state, a log of three entries and a place in the index; every seventh runs. The last one is the newest,
    /// and runs.
    static func fill(_ connection: RedisConnection, jobs: Int) async throws {
        let now = Timestamp.now()
        var commands: [RedisCommand] = []
        for number in 0..<jobs {
            let (id, time) = (id(number), now - Int64(jobs - number) * 5)
            var state = JobStateRecord(jobID: id.display, userID: "user-\(number % 100)")
            state.status = (jobs - 1 - number).isMultiple(of: 7) ? .running : .completed
            state.progress = state.status == .running ? Double(number % 100) : 100
            state.step = "Searching sources"
            (state.createdAt, state.updatedAt) = (time - 60_000, time)
            commands.append(RedisCommand("SET", .key(keys.state(id)), .bytes(state.encode())))
            let lines = (0..<3).map { entry("line \($0) of the job", at: time - 3 + $0) }
            commands.append(
                RedisCommand("RPUSH", arguments: [.key(keys.logs(id))] + lines.map { .bytes($0) }))
            commands.append(RedisCommand("ZADD", .key(keys.index), .integer(Int(time)), .bytes(id.bytes)))
            if commands.count >= depth { try await send(&commands, over: connection) }
        }
        try await send(&commands, over: connection)
    }

    /// Logs of 200 entries each, whose times interleave; the entry at 80 % of all holds the needle.
    static func fill(_ connection: RedisConnection, logs: Int) async throws {
        let start = Timestamp.now() - 3_600_000
        let wanted = logs * BenchSizes.logLength * 4 / 5
        var commands: [RedisCommand] = []
        for number in 0..<logs {
            let entries = (0..<BenchSizes.logLength).map { line in
                // In the order of time a line of each log comes, then the next of each.
                let place = line * logs + number
                let text = place == wanted ? "#\(place) \(needle)" : "#\(place) upload retry shard bucket token worker"
                return entry(text, at: start + Int64(place), place % 10 == 3 ? .warn : .info)
            }
            commands.append(
                RedisCommand("RPUSH", arguments: [.key(keys.logs(id(number)))] + entries.map { .bytes($0) }))
            if commands.count >= depth / 20 { try await send(&commands, over: connection) }
        }
        try await send(&commands, over: connection)
    }

    private static func send(_ commands: inout [RedisCommand], over connection: RedisConnection) async throws {
        for reply in try await connection.send(commands) { _ = try reply.get() }
        commands = []
    }
}
