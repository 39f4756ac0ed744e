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
        var job = JobSnapshot(id: evidence.id)
        let record = evidence.state
        job.userID = record?.userID ?? evidence.checkpoint?.userID
        job.type = record?.type
        job.attempt = record?.attempt
        job.createdAt = record?.createdAt
        job.startedAt = record?.startedAt
        job.logCount = evidence.logCount
        job.checkpoint = evidence.checkpoint
        for worker in [record?.worker].compactMap(\.self) + log.workers + (evidence.events?.workers ?? [])
        where !job.workers.contains(worker) { job.workers.append(worker) }
        decideState(&job, evidence, log, clock)
        decideProgress(&job, evidence, log, clock)
        decideSilence(&job, evidence, log, clock)
        job.requested = pendingRequest(evidence, log, clock)?.action
        return job
    }

    /// The request that is pending at `now`, Unix ms: what is to be kept as ``JobEvidence/request`` when the log is
    /// read again.
    public static func pendingRequest(_ evidence: JobEvidence, now: Int64) -> JobRequest? {
        let clock = EvidenceClock(now: now, heardAt: evidence.heardAt)
        return pendingRequest(evidence, LogEvidence(evidence.tail, clock: clock), clock)
    }

    private static func pendingRequest(
        _ evidence: JobEvidence, _ log: LogEvidence, _ clock: EvidenceClock
    ) -> JobRequest? {
        guard let request = newest([log.request, evidence.request].compactMap(\.self), by: \.time) else { return nil }
        var said: [(state: JobState, time: Int64)] = []
        if let record = evidence.state, let state = record.status { said.append((state, time(of: record, clock))) }
        if let state = evidence.events?.state { said.append((state.value, clock.capped(state.time))) }
        if let statement = log.statement { said.append((statement.state, statement.time)) }
        let isSettled = said.contains { $0.time > request.time && request.isSettled(by: $0.state) }
        return isSettled ? nil : request
    }

    private struct Claim {
        var state: JobState
        var time: Int64
        var error: String?
        var result: JSONValue?
    }

    private static func decideState(
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ log: LogEvidence, _ clock: EvidenceClock
    ) {
        let record = evidence.state
        var claims: [Claim] = []
        if let record, let state = record.status {
            claims.append(
                Claim(state: state, time: time(of: record, clock), error: record.error, result: record.result))
        }
        if let events = evidence.events, let state = events.state {
            claims.append(
                Claim(
                    state: state.value, time: clock.capped(state.time), error: events.error, result: events.result))
        }
        if let said = log.statement { claims.append(Claim(state: said.state, time: said.time, error: said.error)) }
        guard let winner = newest(claims, by: \.time) else {
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
        if job.state == .failed, job.error == nil { job.error = claims.lazy.compactMap(\.error).first }
        if job.state == .completed {
            job.result = winner.result ?? claims.lazy.compactMap(\.result).first
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
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ log: LogEvidence, _ clock: EvidenceClock
    ) {
        var steps: [(value: String, time: Int64)] = []
        var progress: [(value: Double, time: Int64)] = []
        if let record = evidence.state {
            let time = time(of: record, clock)
            if let step = record.step { steps.append((step, time)) }
            if let percent = record.progress { progress.append((percent, time)) }
        }
        if let events = evidence.events {
            if let step = events.step { steps.append((step.value, clock.capped(step.time))) }
            if let percent = events.progress { progress.append((percent.value, clock.capped(percent.time))) }
        }
        if let (line, time) = log.step {
            steps.append((line.step, time))
            progress.append((line.progress, time))
        }
        if let checkpoint = evidence.checkpoint {
            let time = checkpoint.timestamp.map(clock.capped) ?? -UnixTime.limit
            if let step = checkpoint.step { steps.append((step, time)) }
            if let percent = checkpoint.progress { progress.append((percent, time)) }
        }
        job.step = newest(steps, by: \.time)?.value
        job.progress = job.state == .completed ? 100 : newest(progress, by: \.time)?.value
    }

    private static func decideSilence(
        _ job: inout JobSnapshot, _ evidence: JobEvidence, _ log: LogEvidence, _ clock: EvidenceClock
    ) {
        let times = [
            evidence.state?.writtenAt, evidence.events?.lastAt, evidence.checkpoint?.timestamp,
        ].compactMap(\.self)
        let heard = ([log.lastAt] + times.map(clock.heard)).compactMap(\.self)
        job.updatedAt = heard.max()
        job.lastHeard = (heard + [evidence.heardAt].compactMap(\.self)).max()
        job.isDerived = evidence.state == nil
        job = job.aged(to: clock.now)
    }

    /// When a state record was written. One that bears no time and says that the job has ended is believed over what
    /// came before the end; any other is only better than nothing.
    private static func time(of record: JobStateRecord, _ clock: EvidenceClock) -> Int64 {
        if let time = record.writtenAt { return clock.capped(time) }
        return record.status?.isTerminal == true ? UnixTime.limit : -UnixTime.limit
    }

    private static func checkpointTime(_ evidence: JobEvidence, _ clock: EvidenceClock) -> Int64? {
        [evidence.checkpoint?.timestamp, evidence.events?.checkpointAt].compactMap { $0.map(clock.capped) }.max()
    }

    /// The first of those with the greatest time: candidates are listed in the order that settles ties.
    private static func newest<Element>(_ candidates: [Element], by time: (Element) -> Int64) -> Element? {
        candidates.reduce(nil) { best, next in
            guard let best else { return next }
            return time(next) > time(best) ? next : best
        }
    }
}
