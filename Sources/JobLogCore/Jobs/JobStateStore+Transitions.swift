import RedisClient

extension JobStateStore {
    /// Changes a job's state to `next` if the state it is in allows it: see ``JobState/canTransition(to:)``.
    ///
    /// Of any number of callers that try the same at the same time, one succeeds.
    ///
    /// - Parameters:
    ///   - id: the job; its state must be there.
    ///   - next: the new state. Its time (`startedAt`, `completedAt`, `failedAt`) and `updatedAt` are set.
    ///   - worker: who has the job from now on; unless given, the stored one stays.
    ///   - limit: how long to go on when others keep writing in between.
    ///   - change: what else changes; called again when someone wrote in between.
    /// - Returns: the record as it was written.
    /// - Throws: ``JobStateError``; one that is `.notAllowed` names the state that was found.
    @discardableResult
    public func transition(
        _ id: JobID, to next: JobState, by worker: String? = nil, within limit: Duration = .seconds(10),
        change: (inout JobStateRecord) -> Void = { _ in }
    ) async throws(JobStateError) -> JobStateRecord {
        try await transition(id, .become(next), by: worker, within: limit, change: change)
    }

    /// Changes a job's state as a transition asks for; otherwise as ``transition(_:to:by:within:change:)``.
    @discardableResult
    public func transition(
        _ id: JobID, _ transition: JobTransition, by worker: String? = nil, within limit: Duration = .seconds(10),
        change: (inout JobStateRecord) -> Void = { _ in }
    ) async throws(JobStateError) -> JobStateRecord {
        try await carryOut(transition, of: id, by: worker, within: limit, change: change) { _ in nil }
    }

    /// The same, with an event, made of the new record, that is published in the moment of the write.
    func carryOut(
        _ transition: JobTransition, of id: JobID, by worker: String? = nil, within limit: Duration = .seconds(10),
        change: (inout JobStateRecord) -> Void = { _ in }, announcing event: (JobStateRecord) -> [UInt8]?
    ) async throws(JobStateError) -> JobStateRecord {
        var found: [UInt8]?
        do throws(RedisError) {
            found = try await connection.send(RedisCommand("GET", .key(keys.state(id)))).bytes.map { Array($0) }
        } catch {
            throw .redis(error)
        }
        let deadline = ContinuousClock.now + limit
        // A round is lost only where somebody else's write succeeded: all together they come to an end.
        repeat {
            var record = try Self.changed(found, by: transition, of: id)
            if let worker { record.worker = worker }
            change(&record)
            record.status = transition.end
            let announcement = event(record).map { (channel: keys.events(id), payload: $0) }
            let outcome: Outcome
            do throws(RedisError) {
                outcome = try await replace(found, with: record.encode(), of: id, announcing: announcement)
            } catch {
                throw .redis(error)
            }
            guard case .found(let other) = outcome else { return record }
            found = other
        } while ContinuousClock.now < deadline
        throw .contended(id)
    }

    private static func changed(
        _ stored: [UInt8]?, by transition: JobTransition, of id: JobID
    ) throws(JobStateError) -> JobStateRecord {
        guard let stored else { throw .missing(id) }
        guard var record = JobStateRecord.decode(stored[...]) else { throw .unreadable(id, nil) }
        guard let state = record.status else { throw .unreadable(id, record.statusText) }
        guard transition.isAllowed(from: state) else { throw .notAllowed(id, from: state, transition) }
        let now = Timestamp.now()
        let before = record.writtenAt
        transition.apply(to: &record, from: state, now: now)
        // A writer whose clock is ahead must not make this write look older than its own.
        let clock = EvidenceClock(now: now, heardAt: nil)
        record.updatedAt = before.map { clock.isFuture($0) ? now : max(now, $0 + 1) } ?? now
        return record
    }
}
