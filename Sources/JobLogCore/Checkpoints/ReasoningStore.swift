import RedisClient

/// Writes and reads `job:reasoning:{id}`, the stream in which a job says why it does what it does.
public struct ReasoningStore: Sendable {
    private let connection: RedisConnection
    private let keys: JobKeys

    /// A store over one connection.
    public init(connection: RedisConnection, keys: JobKeys = JobKeys()) {
        self.connection = connection
        self.keys = keys
    }

    /// Adds a step; one without a timestamp is of now. Throws a `RedisError`.
    public func append(_ step: ReasoningStep, to id: JobID) async throws(RedisError) {
        _ = try await connection.send(appending(step, to: id))
    }

    /// The newest `count` steps, oldest first; a payload that is no JSON object is left out. Throws a `RedisError`.
    public func newest(_ count: Int = 100, of id: JobID) async throws(RedisError) -> [ReasoningStep] {
        guard count > 0 else { return [] }
        let reply = try await connection.send(
            RedisCommand("XREVRANGE", .key(keys.reasoning(id)), "+", "-", "COUNT", .integer(count)))
        return reply.streamPayloads.reversed().compactMap { ReasoningStep.decode($0) }
    }

    /// Deletes a job's reasoning; false when there was none. Throws a `RedisError`.
    @discardableResult
    public func delete(_ id: JobID) async throws(RedisError) -> Bool {
        try await connection.send(RedisCommand("DEL", .key(keys.reasoning(id)))).integer == 1
    }

    /// The command that adds a step.
    func appending(_ step: ReasoningStep, to id: JobID) -> RedisCommand {
        var step = step
        step.timestamp = step.timestamp ?? Timestamp.now()
        return RedisCommand("XADD", .key(keys.reasoning(id)), "*", "payload", .bytes(step.encode()))
    }
}

extension RedisReply {
    /// The field `payload` of each entry of an `XRANGE` reply that has one, in the reply's order.
    var streamPayloads: [ArraySlice<UInt8>] {
        (array.map { Array($0) } ?? []).compactMap { entry in
            guard let fields = entry.array?.last?.array.map({ Array($0) }) else { return nil }
            let name = fields.indices.first { $0.isMultiple(of: 2) && fields[$0].string == "payload" }
            return name.flatMap { $0 + 1 < fields.count ? fields[$0 + 1].bytes : nil }
        }
    }
}
