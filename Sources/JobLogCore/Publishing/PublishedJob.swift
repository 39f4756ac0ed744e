/// What a publisher remembers of a job between two calls.
struct PublishedJob: Sendable {
    let id: JobID
    var user: String
    var type: String?
    /// The bytes of `job:state:{id}` as this publisher knows them; nil where there were none.
    var stored: [UInt8]?
    /// The number of the last event.
    private(set) var sequence = 0
    private(set) var startedAt: Int64?
    /// The number of the last checkpoint that this publisher saved.
    var checkpoint: Int?

    init(id: JobID, user: String) {
        self.id = id
        self.user = user
    }

    /// The next event as JSON: who, what, when, and its number. Members without a value are left out.
    ///
    /// - Parameters:
    ///   - members: what the event says.
    ///   - payload: what it says below `payload`, for events of the server's shape.
    ///   - worker: who says it.
    mutating func event(
        _ members: [(String, JSONValue?)], payload: [(String, JSONValue?)]? = nil, worker: String
    ) -> [UInt8] {
        let now = Timestamp.now()
        sequence += 1
        startedAt = startedAt ?? now
        var event = JSONObject()
        event.append("jobId", .string(id.lossyText))
        event.append("userId", .string(user))
        for (name, value) in members { event.append(name, value) }
        if let payload {
            var object = JSONObject()
            for (name, value) in payload { object.append(name, value) }
            event.append("payload", .object(object))
        }
        event.append("worker", .string(worker))
        event.append("sequence", JSONValue(sequence))
        event.append("timestamp", JSONValue(now))
        return event.encode()
    }

    /// Takes up what another writer stored: its beginning, and its count of events.
    mutating func takeUp(_ bytes: [UInt8]?) {
        guard let record = bytes.flatMap({ JobStateRecord(decoding: $0[...]) }) else { return }
        startedAt = record.startedAt ?? startedAt
        type = type ?? record.type
        sequence = max(sequence, (record.lastSequence ?? 0) + 1)
    }
}
