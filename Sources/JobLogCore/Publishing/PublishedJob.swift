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

    /// The next event, ready to publish: with who, when, and its number.
    mutating func stamp(_ event: JobEvent, worker: String) -> [UInt8] {
        let now = Timestamp.now()
        sequence += 1
        startedAt = startedAt ?? now
        var event = event
        event.jobID = id.lossyText
        event.userID = user
        event.timestamp = now
        event.sequence = sequence
        event.worker = worker
        return event.encode()
    }

    /// Takes up what another writer stored: its beginning, and its count of events.
    mutating func takeUp(_ bytes: [UInt8]?) {
        guard let record = bytes.flatMap({ JobStateRecord.decode($0[...]) }) else { return }
        startedAt = record.startedAt ?? startedAt
        type = type ?? record.type
        sequence = max(sequence, (record.lastSequence ?? 0) + 1)
    }
}
