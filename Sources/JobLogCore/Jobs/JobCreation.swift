import RedisClient

/// Records a job that a worker is to take up: `job:state:{id}`, its place in the indexes, and `job:created:v1` on
/// `job:event:{id}`.
public struct JobCreation: Sendable {
    private let connection: RedisConnection
    private let keys: JobKeys

    /// Records over one connection.
    public init(connection: RedisConnection, keys: JobKeys = JobKeys()) {
        self.connection = connection
        self.keys = keys
    }

    /// Records a job under a new id, `job-{Unix ms}-{chance}`.
    ///
    /// - Parameters:
    ///   - user: whose it is.
    ///   - type: what kind of job it is.
    ///   - query: what is asked for: any JSON, kept as `query` in the state and sent with the event.
    /// - Returns: the id.
    /// - Throws: `RedisError`, where Redis did not take it.
    public func create(for user: String, type: String? = nil, query: JSONValue? = nil) async throws(RedisError) -> JobID
    {
        let now = Timestamp.now()
        let id = JobID("job-\(now)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))")
        var state = JobStateRecord(jobID: id.lossyText, userID: user)
        state.status = .created
        state.progress = 0
        state.createdAt = now
        state.updatedAt = now
        state.type = type
        var stored = state.object
        if let query { stored["query"] = query }
        let index = JobIndex(keys: keys)
        let commands =
            [
                RedisCommand(
                    "SET", .key(keys.state(id)), .bytes(stored.encode()), "EX", .integer(JobStateStore.lifetime), "NX")
            ] + index.noting(id, user: user, now: now) + index.tending(user: user, now: now) + [
                RedisCommand("PUBLISH", .bytes(keys.events(id)), .bytes(event(id, user, type, query, now)))
            ]
        for reply in try await connection.send(commands) {
            if let error = reply.error { throw error }
        }
        return id
    }

    private func event(_ id: JobID, _ user: String, _ type: String?, _ query: JSONValue?, _ now: Int64) -> [UInt8] {
        var payload = JSONObject()
        payload.append("state", "created")
        payload.append("progress", 0)
        payload.append("type", type.map(JSONValue.string))
        payload.append("query", query)
        var event = JSONObject()
        event.append("event", "job:created:v1")
        event.append("userId", .string(user))
        event.append("jobId", .string(id.lossyText))
        event.append("payload", .object(payload))
        event.append("sequence", 1)
        event.append("timestamp", JSONValue(now))
        return event.encode()
    }
}
