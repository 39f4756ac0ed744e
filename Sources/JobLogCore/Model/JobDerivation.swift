/// Derives what is shown of a job: the newest evidence wins, by its own time.
///
/// At the same ms the state record wins over an event, an event over a log line, that over a checkpoint.
public enum JobDerivation {
    /// Silence of a running job after which it is stalled, in ms.
    public static let stalledAfter: Int64 = 5 * 60_000
    /// Silence of a running job after which it is hung, in ms.
    public static let hungAfter: Int64 = 60 * 60_000

    /// The job at `now`, Unix ms.
    public static func snapshot(_ evidence: JobEvidence, now: Int64) -> JobSnapshot {
        let clock = EvidenceClock(now: now, heardAt: evidence.heardAt)
        let log = LogEvidence(evidence.tail, clock: clock)
        let record = evidence.state.map { JobStateFields($0.object) }
        var job = JobSnapshot(id: evidence.id)
        job.userID = record?.userID ?? evidence.checkpoint?.userID
        job.type = record?.type
        job.attempt = record?.attempt
        job.createdAt = record?.createdAt
        job.startedAt = record?.startedAt
        job.logCount = evidence.logCount
        job.checkpoint = evidence.checkpoint
        if let worker = record?.worker { job.workers.append(worker) }
        for worker in log.workers where !job.workers.contains(worker) { job.workers.append(worker) }
        for worker in evidence.events?.workers ?? [] where !job.workers.contains(worker) { job.workers.append(worker) }
        decideState(&job, evidence, record, log, clock)
        decideProgress(&job, evidence, record, log, clock)
        decideSilence(&job, evidence, record, log, clock)
        job.requested = pendingRequest(evidence, record, log, clock)?.action
        return job
    }

    /// The request that is pending at `now`, Unix ms: what is to be kept as ``JobEvidence/request`` when the log is
    /// read again.
    public static func pendingRequest(_ evidence: JobEvidence, now: Int64) -> JobRequest? {
        // Nearly always nobody has asked for anything: the lines need not be taken apart to know that.
        guard evidence.request != nil || LogEvidence.mayHoldRequest(evidence.tail) else { return nil }
        let clock = EvidenceClock(now: now, heardAt: evidence.heardAt)
        let record = evidence.state.map { JobStateFields($0.object) }
        return pendingRequest(evidence, record, LogEvidence(evidence.tail, clock: clock), clock)
    }

    private static func pendingRequest(
        _ evidence: JobEvidence, _ record: JobStateFields?, _ log: LogEvidence, _ clock: EvidenceClock
    ) -> JobRequest? {
        var newest = Newest<JobRequest>()
        if let request = log.request { newest.offer(request, at: request.time) }
        if let request = evidence.request { newest.offer(request, at: request.time) }
        guard let request = newest.value else { return nil }
        func settles(_ state: JobState, _ time: Int64) -> Bool {
            time > request.time && request.isSettled(by: state)
        }
        if let record, let state = record.status, settles(state, time(of: record, clock)) { return nil }
        if let state = evidence.events?.state, settles(state.value, clock.capped(state.time)) { return nil }
        if let statement = log.statement, settles(statement.state, statement.time) { return nil }
        return request
    }

    /// The first of those with the greatest time: candidates are offered in the order that settles ties.
    private struct Newest<Value> {
        private(set) var value: Value?
        private var time = Int64.min

        mutating func offer(_ candidate: Value, at time: Int64) {
            guard value == nil || time > self.time else { return }
            (value, self.time) = (candidate, time)
        }
    }

    private struct Claim {
        var state: JobState
        var time: Int64
        var error: String?
        var result: JSONValue?
    }

    private static func decideState(
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ record: JobStateFields?, _ log: LogEvidence,
        _ clock: EvidenceClock
    ) {
        var recorded: Claim?
        var heard: Claim?
        var newest = Newest<Claim>()
        if let record, let state = record.status {
            let claim = Claim(
                state: state, time: time(of: record, clock), error: record.error, result: record.result)
            recorded = claim
            newest.offer(claim, at: claim.time)
        }
        if let events = evidence.events, let state = events.state {
            let claim = Claim(
                state: state.value, time: clock.capped(state.time), error: events.error, result: events.result)
            heard = claim
            newest.offer(claim, at: claim.time)
        }
        if let said = log.statement {
            newest.offer(Claim(state: said.state, time: said.time, error: said.error), at: said.time)
        }
        guard let winner = newest.value else {
            // Traces alone: somebody works, or worked, on it. A record that says no state leaves it unknown.
            let hasTraces = log.hasTraces || evidence.checkpoint != nil || evidence.events?.lastAt != nil
            job.state = hasTraces ? .running : nil
            return
        }
        job.state = winner.state
        if winner.state == .created, let saved = checkpointTime(evidence, clock), saved > winner.time {
            job.state = .running
        }
        job.error = winner.error
        if job.state == .failed, job.error == nil {
            job.error = recorded?.error ?? heard?.error ?? log.statement?.error
        }
        if job.state == .completed {
            job.result = winner.result ?? recorded?.result ?? heard?.result
            job.completedAt = record?.status == .completed ? record?.completedAt ?? winner.time : winner.time
        } else {
            job.completedAt = record?.completedAt
        }
        if job.state == .failed {
            job.failedAt = record?.status == .failed ? record?.failedAt ?? winner.time : winner.time
        } else {
            job.failedAt = record?.failedAt
        }
    }

    private static func decideProgress(
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ record: JobStateFields?, _ log: LogEvidence,
        _ clock: EvidenceClock
    ) {
        var step = Newest<String>()
        var progress = Newest<Double>()
        if let record {
            let time = time(of: record, clock)
            if let name = record.step { step.offer(name, at: time) }
            if let percent = record.progress { progress.offer(percent, at: time) }
        }
        if let events = evidence.events {
            if let said = events.step { step.offer(said.value, at: clock.capped(said.time)) }
            if let percent = events.progress { progress.offer(percent.value, at: clock.capped(percent.time)) }
        }
        if let (line, time) = log.step {
            step.offer(line.step, at: time)
            progress.offer(line.progress, at: time)
        }
        if let checkpoint = evidence.checkpoint {
            let time = checkpoint.timestamp.map(clock.capped) ?? -UnixTime.limit
            if let name = checkpoint.step { step.offer(name, at: time) }
            if let percent = checkpoint.progress { progress.offer(percent, at: time) }
        }
        job.step = step.value
        job.progress = job.state == .completed ? 100 : progress.value
    }

    private static func decideSilence(
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ record: JobStateFields?, _ log: LogEvidence,
        _ clock: EvidenceClock
    ) {
        var newest = log.lastAt
        for time in [record?.writtenAt, evidence.events?.lastAt, evidence.checkpoint?.timestamp] {
            if let heard = time.map(clock.heard) { newest = max(newest ?? heard, heard) }
        }
        job.updatedAt = newest
        job.lastHeard = evidence.heardAt.map { max(newest ?? $0, $0) } ?? newest
        job.isDerived = evidence.state == nil
        job.age(to: clock.now)
    }

    /// When a state record was written. One that bears no time and says that the job has ended is believed over what
    /// came before the end; any other is only better than nothing.
    private static func time(of record: JobStateFields, _ clock: EvidenceClock) -> Int64 {
        if let time = record.writtenAt { return clock.capped(time) }
        return record.status?.isTerminal == true ? UnixTime.limit : -UnixTime.limit
    }

    private static func checkpointTime(_ evidence: JobEvidence, _ clock: EvidenceClock) -> Int64? {
        [evidence.checkpoint?.timestamp, evidence.events?.checkpointAt].compactMap { $0.map(clock.capped) }.max()
    }
}
