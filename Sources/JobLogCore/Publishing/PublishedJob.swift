/// What a publisher remembers of a job between two calls.
struct PublishedJob: Sendable {
    /// A progress that waits for its turn.
    struct HeldProgress: Sendable {
        var step: String
        var percent: Double
        var partial: String?
    }

    let id: JobID
    var user: String
    var type: String?
    /// The bytes of `job:state:{id}` as this publisher knows them, or expects them to be once what is under way has
    /// arrived; nil where there were none.
    var stored: [UInt8]?
    /// The number of the last event.
    private(set) var sequence = 0
    /// The number of the last checkpoint that this publisher saved.
    var checkpoint: Int?
    /// What Redis has not taken: the state as it should be, and the checkpoint.
    var owedState: JobStateRecord?
    var owedCheckpoint: Checkpoint?
    /// When progress was published last, and what waits until it may be again.
    var progressAt: ContinuousClock.Instant?
    var held: HeldProgress?
    /// Kept when the last publication has written the state, where that takes more than its pipeline.
    var lastTurn: Promise<Void>?

    init(id: JobID, user: String) {
        self.id = id
        self.user = user
    }

    /// The state as this publisher knows it.
    var record: JobStateRecord? { stored.flatMap { JobStateRecord.decode($0[...]) } }

    /// The next event, ready to publish: with who, when, and its number.
    mutating func stamp(_ event: JobEvent, worker: String) -> [UInt8] {
        sequence += 1
        var event = event
        event.jobID = id.lossyText
        event.userID = user
        event.timestamp = Timestamp.now()
        event.sequence = sequence
        event.worker = worker
        return event.encode()
    }

    /// Takes up what another writer stored: its type, and its count of events.
    mutating func takeUp(_ bytes: [UInt8]?) {
        stored = bytes
        guard let record else { return }
        type = type ?? record.type
        sequence = max(sequence, (record.lastSequence ?? 0) + 1)
    }

    /// The state as it becomes by a publication.
    ///
    /// - Throws: ``PublishError/notAllowed(_:from:to:)`` where the known state does not lead there.
    func record(
        after publication: Publication, by worker: String
    ) throws(PublishError) -> JobStateRecord {
        var record = record ?? JobStateRecord(jobID: id.lossyText, userID: user)
        let now = Timestamp.now()
        let next = try publication.state(after: record.status, of: id)
        record.status = next
        record.userID = user
        record.type = type ?? record.type
        record.worker = worker
        record.lastSequence = sequence
        record.updatedAt = max(now, record.updatedAt ?? 0)
        if record.createdAt == nil { record.createdAt = now }
        if next != .created, record.startedAt == nil { record.startedAt = now }
        if next == .completed { record.completedAt = now }
        if next == .failed { record.failedAt = now }
        publication.change(&record)
        return record
    }
}
