import JobLogCore
import Testing

@Suite("Deriving a job from its traces")
struct JobDerivationTests {
    private let now: Int64 = 1_734_470_400_000
    private let minute: Int64 = 60_000

    private func derive(
        state: String? = nil, tail: [String] = [], checkpoint: Checkpoint? = nil, events: [JobEvent] = [],
        heardAt: Int64? = nil, request: JobRequest? = nil, at time: Int64? = nil
    ) -> JobSnapshot {
        var evidence: EventEvidence?
        for event in events {
            var known = evidence ?? EventEvidence()
            known.absorb(event, heardAt: now)
            evidence = known
        }
        return JobDerivation.snapshot(
            JobEvidence(
                id: JobID("j"), state: state.flatMap { JobStateRecord.decode(Array($0.utf8)[...]) },
                tail: tail.map { LogRecord($0) }, logCount: tail.count, checkpoint: checkpoint, events: evidence,
                heardAt: heardAt, request: request),
            now: time ?? now)
    }

    private func line(_ ago: Int64, _ message: String, _ type: String = "info", metadata: JSONValue? = nil) -> String {
        let level = LogLevel(wire: type) ?? .info
        return String(
            decoding: LogEntry.encode(timestamp: now - ago, type: level, message: message, metadata: metadata),
            as: UTF8.self)
    }

    @Test("nothing known says nothing")
    func nothing() {
        let job = derive()
        #expect(job.state == nil)
        #expect(job.lastHeard == nil)
        #expect(job.json() == ["id": "j", "stalled": false, "logCount": 0, "checkpointAvailable": false])
    }

    @Test("the newest line that says anything of state decides")
    func log() {
        let running = derive(tail: [line(900, "A (10%)"), line(800, "B (2/5) (45.5%)"), line(700, "detail")])
        #expect(running.state == .running)
        #expect(running.step == "B (2/5)")
        #expect(running.progress == 45.5)
        #expect(running.updatedAt == now - 700)
        let completed = derive(tail: [line(900, "A (95%)"), line(800, "Job completed in 2331ms"), line(700, "bye")])
        #expect(completed.state == .completed)
        #expect(completed.progress == 100)
        #expect(completed.step == "A")
        #expect(completed.completedAt == now - 800)
        let failed = derive(tail: [line(900, "A (33%)"), line(800, "boom", "error", metadata: ["recoverable": false])])
        #expect(failed.state == .failed)
        #expect(failed.error == "boom")
        #expect(failed.failedAt == now - 800)
        #expect(failed.progress == 33)
        let retried = derive(tail: [line(900, "boom", "error", metadata: ["recoverable": true]), line(800, "A (5%)")])
        #expect(retried.state == .running)
        #expect(retried.error == nil)
    }

    @Test("errors without recoverable, and percentages in other levels, say nothing")
    func logSaysNothing() {
        let job = derive(tail: [
            line(900, "A (10%)"), line(800, "disk (95%)", "error"), line(700, "disk (96%)", "warn"),
        ])
        #expect(job.state == .running)
        #expect(job.progress == 10)
        let silent = derive(tail: [line(900, "hello"), "no json at all", #"{"message":"x"}"#])
        #expect(silent.state == .running)
        #expect(silent.progress == nil)
    }

    @Test("lines count by their time, not by their place; without a time by the one before")
    func order() {
        let job = derive(tail: [line(500, "new (60%)"), line(900, "old (20%)")])
        #expect(job.step == "new")
        let untimed = derive(tail: [line(900, "A (20%)"), #"{"type":"info","message":"B (30%)"}"#])
        #expect(untimed.step == "B")
        let tie = derive(tail: [line(900, "A (20%)"), line(900, "Job completed in 5ms")])
        #expect(tie.state == .completed)
        let noTimes = derive(tail: [#"{"message":"A (20%)"}"#, #"{"message":"B (30%)"}"#])
        #expect(noTimes.step == "B")
        #expect(noTimes.updatedAt == nil)
    }

    @Test("a record older than a log line loses to it, a newer one wins")
    func record() {
        let tail = [line(1000, "Job completed in 5ms")]
        #expect(
            derive(state: #"{"status":"running","progress":50,"updatedAt":\#(now - 2000)}"#, tail: tail).state
                == .completed)
        let newer = derive(
            state: #"{"status":"created","progress":0,"updatedAt":\#(now - 500),"userId":"u","type":"t","attempt":2}"#,
            tail: tail)
        #expect(newer.state == .created)
        #expect(newer.progress == 0)
        #expect(newer.userID == "u")
        #expect(newer.type == "t")
        #expect(newer.attempt == 2)
        #expect(derive(state: #"{"status":"cancelled","updatedAt":\#(now - 1000)}"#, tail: tail).state == .cancelled)
        #expect(derive(state: #"{"status":"running"}"#, tail: tail).state == .completed)
        #expect(derive(state: #"{"status":"failed","error":"E"}"#, tail: [line(1000, "A (5%)")]).error == "E")
        #expect(derive(state: #"{"status":"odd"}"#).state == nil)
    }

    @Test("events count by their own time")
    func events() {
        let paused = JobEvent(.paused, timestamp: now - 500)
        #expect(derive(tail: [line(900, "A (5%)")], events: [paused]).state == .paused)
        #expect(derive(tail: [line(400, "A (5%)")], events: [paused]).state == .running)
        var done = JobEvent(.completed, timestamp: now - 500)
        done.result = ["a": 1]
        let job = derive(events: [JobEvent(.progress, step: "S", progress: 60, timestamp: now - 600), done])
        #expect(job.state == .completed)
        #expect(job.result == ["a": 1])
        #expect(job.progress == 100)
        #expect(job.step == "S")
        #expect(derive(events: [JobEvent(.chunk(text: "x", isLast: false), timestamp: now)]).state == .running)
    }

    @Test("a checkpoint alone says running; it never wakes a job that has ended")
    func checkpoints() {
        let checkpoint = Checkpoint(userID: "u", sequence: 17, timestamp: now - 100, step: "S", progress: 85)
        let alone = derive(checkpoint: checkpoint)
        #expect(alone.state == .running)
        #expect(alone.step == "S")
        #expect(alone.progress == 85)
        #expect(alone.userID == "u")
        let saved = JobEvent(.checkpoint, progress: 85, timestamp: now - 50)
        let completed = derive(tail: [line(900, "Job completed in 5ms")], checkpoint: checkpoint, events: [saved])
        #expect(completed.state == .completed)
        #expect(completed.progress == 100)
        let failed = derive(
            tail: [line(900, "boom", "error", metadata: ["recoverable": true])], checkpoint: checkpoint, events: [saved]
        )
        #expect(failed.state == .failed)
        #expect(failed.progress == 85)
        let cancelled = derive(
            state: #"{"status":"cancelled","updatedAt":\#(now - 900)}"#, checkpoint: checkpoint, events: [saved])
        #expect(cancelled.state == .cancelled)
        #expect(
            derive(state: #"{"status":"created","updatedAt":\#(now - 900)}"#, checkpoint: checkpoint).state == .running)
        #expect(derive(state: #"{"status":"created","updatedAt":\#(now)}"#, checkpoint: checkpoint).state == .created)
        let older = derive(tail: [line(50, "T (90%)")], checkpoint: checkpoint)
        #expect(older.progress == 90)
        let newer = derive(tail: [line(500, "T (50%)")], checkpoint: checkpoint)
        #expect(newer.progress == 85)
        #expect(newer.step == "S")
    }

    @Test("stalled after 5 minutes, hung after 60, lost when there is no record")
    func silence() {
        func job(_ ago: Int64, state: String? = nil, heardAt: Int64? = nil) -> JobSnapshot {
            derive(state: state, tail: [line(ago, "A (5%)")], heardAt: heardAt)
        }
        #expect(!job(5 * minute - 1).stalled)
        #expect(job(5 * minute).stalled)
        #expect(!job(5 * minute).isHung)
        #expect(job(5 * minute).isListedAsActive)
        let lost = job(60 * minute)
        #expect(lost.isHung && lost.isLost && lost.stalled && !lost.isListedAsActive)
        #expect(lost.stateText == "lost")
        #expect(lost.json()["state"] == "lost")
        let hung = job(60 * minute, state: #"{"status":"running","updatedAt":\#(now - 70 * minute)}"#)
        #expect(hung.isHung && !hung.isLost && hung.isListedAsActive)
        let heard = job(60 * minute, heardAt: now - minute)
        #expect(!heard.stalled && heard.updatedAt == now - 60 * minute && heard.lastHeard == now - minute)
        #expect(!derive(tail: [line(90 * minute, "Job completed in 5ms")]).stalled)
        #expect(!derive(state: #"{"status":"paused","updatedAt":\#(now - 90 * minute)}"#).stalled)
    }

    @Test("every kind of evidence is heard, the newest counts")
    func evidenceOfEveryKind() {
        let (old, fresh) = (now - 70 * minute, now - 4 * minute)
        func heard(state: Int64, log: Int64, checkpoint: Int64, event: Int64) -> JobSnapshot {
            derive(
                state: #"{"status":"running","updatedAt":\#(state)}"#, tail: [line(now - log, "hello")],
                checkpoint: Checkpoint(timestamp: checkpoint),
                events: [JobEvent(.chunk(text: "x", isLast: false), timestamp: event)])
        }
        #expect(heard(state: old, log: old, checkpoint: old, event: old).isHung)
        for kind in 0..<4 {
            let times = (0..<4).map { $0 == kind ? fresh : old }
            let job = heard(state: times[0], log: times[1], checkpoint: times[2], event: times[3])
            #expect(!job.stalled && job.lastHeard == fresh, "\(kind)")
        }
        // Without a record it is lost, whatever it was that was heard last.
        #expect(derive(checkpoint: Checkpoint(timestamp: old)).isLost)
        #expect(derive(events: [JobEvent(.running, timestamp: old)]).isLost)
        #expect(derive(state: #"{"status":"running","startedAt":\#(old)}"#).isHung)
        #expect(derive(state: #"{"status":"running","startedAt":\#(old)}"#).isListedAsActive)
    }

    private func audit(_ ago: Int64, _ action: String, requested: Bool = true, _ more: (String, JSONValue)...) -> String
    {
        var audit = JSONObject()
        audit.append("action", .string(action))
        audit.append("by", "me@here")
        audit.append("requested", requested ? true : nil)
        for (name, value) in more { audit.append(name, value) }
        return line(ago, "\(action) requested by me@here", metadata: ["audit": .object(audit)])
    }

    @Test("a request shows until something confirms or contradicts it")
    func requests() {
        func requested(
            _ action: String, then tail: [String] = [], events: [JobEvent] = [], state: String? = nil
        ) -> JobAction? {
            derive(state: state, tail: [line(900, "A (5%)"), audit(500, action)] + tail, events: events).requested
        }
        #expect(requested("cancel") == .cancel)
        // That the worker has not heard yet is neither.
        #expect(requested("cancel", then: [line(400, "A (6%)")]) == .cancel)
        #expect(requested("cancel", then: [line(400, "Job completed in 5ms")]) == nil)
        #expect(requested("cancel", then: [line(400, "E", "error", metadata: ["recoverable": true])]) == nil)
        #expect(requested("cancel", events: [JobEvent(.cancelled, timestamp: now - 400)]) == nil)
        #expect(requested("cancel", events: [JobEvent(.cancelled, timestamp: now - 600)]) == .cancel)
        #expect(requested("cancel", state: #"{"status":"cancelled","updatedAt":\#(now - 400)}"#) == nil)
        #expect(requested("pause", then: [line(400, "A (6%)")]) == .pause)
        #expect(requested("pause", events: [JobEvent(.paused, timestamp: now - 400)]) == nil)
        #expect(requested("resume", then: [line(400, "A (6%)")]) == nil)
        #expect(requested("resume", events: [JobEvent(.paused, timestamp: now - 400)]) == .resume)
        #expect(requested("restart") == .restart)
        #expect(requested("restart", then: [line(500, "A (0%)")]) == nil)
        #expect(requested("pause", then: [audit(300, "cancel")]) == .cancel)
        // The clocks differ: what is later may stand before.
        #expect(derive(tail: [line(100, "Job completed in 5ms"), audit(500, "cancel")]).requested == nil)
        #expect(requested("dance") == nil)
        #expect(
            derive(tail: [line(5, "x", metadata: ["audit": ["action": "cancel", "requested": true]])]).requested == nil)
        let job = derive(tail: [line(900, "A (5%)"), audit(500, "cancel")])
        #expect(job.json()["requested"] == "cancel")
        #expect(job.state == .running)
    }

    @Test("a request that is no longer among the newest lines stays")
    func requestsReadBefore() {
        let tail = (1...8).map { line(100 - $0, "A (\($0)%)") }
        let request = JobRequest(.cancel, at: now - 5_000)
        #expect(derive(tail: tail, request: request).requested == .cancel)
        #expect(derive(tail: tail + [line(1, "Job completed in 5ms")], request: request).requested == nil)
        let evidence = JobEvidence(id: JobID("j"), tail: [LogRecord(audit(500, "pause"))])
        #expect(JobDerivation.pendingRequest(evidence, now: now) == JobRequest(.pause, at: now - 500))
    }

    @Test("what viewers have left in the log is no sign of life, but can say the state")
    func audits() {
        let silent = derive(tail: [line(70 * minute, "A (5%)"), audit(1, "cancel")])
        #expect(silent.isLost && silent.lastHeard == now - 70 * minute)
        #expect(derive(tail: [audit(5, "pause")]).state == nil)
        let cancelled = derive(
            tail: [line(900, "A (5%)"), audit(500, "cancel", requested: false, ("state", "cancelled"))])
        #expect(cancelled.state == .cancelled && cancelled.progress == 5)
        let deleted = derive(
            tail: [
                audit(5, "deleteLogs", requested: false, ("state", "running"), ("at", JSONValue(now - 6 * minute)))
            ])
        #expect(deleted.state == .running && deleted.stalled)
        let late = derive(
            tail: [audit(500, "cancel", requested: false, ("state", "cancelled")), line(400, "A (6%)")])
        #expect(late.state == .running)
    }

    @Test("a time from the future counts as now at most, and as when it was heard")
    func future() {
        let tail = [line(-10 * minute, "A (5%)")]
        #expect(derive(tail: tail).lastHeard == now)
        let later = derive(tail: [line(-900 * minute, "A (5%)")], heardAt: now, at: now + 6 * minute)
        #expect(later.stalled)
        #expect(later.lastHeard == now)
        let slightly = derive(tail: [line(-30_000, "A (5%)")])
        #expect(slightly.lastHeard == now + 30_000 && !slightly.stalled)
        let absurd = derive(
            state: #"{"status":"running","updatedAt":1e300}"#, tail: [#"{"timestamp":-1e300,"message":"A (5%)"}"#],
            checkpoint: Checkpoint(timestamp: UnixTime.limit))
        #expect(absurd.lastHeard == now)
    }

    @Test("workers, the record's own first")
    func workers() {
        let job = derive(
            state: #"{"worker":"w0","updatedAt":1}"#,
            tail: [line(9, "a", metadata: ["worker": "w1"]), line(8, "b", metadata: ["worker": "w0"])],
            events: [JobEvent(.progress, timestamp: now, worker: "w2")])
        #expect(job.workers == ["w0", "w1", "w2"])
    }

    @Test("metadata is heard however its names are written")
    func escapedNames() {
        let job = derive(tail: [
            #"{"timestamp":1,"type":"info","message":"a","metadata":{"\u0077orker":"w1"}}"#,
            #"{"timestamp":2,"type":"info","message":"b","metadata":{"step":3,"worker":"w2"}}"#,
            #"{"timestamp":3,"type":"error","message":"boom","metadata":{"re\u0063overable":true}}"#,
            #"{"timestamp":4,"type":"info","message":"c","metadata":{"host":"h"}}"#,
        ])
        #expect(job.workers == ["w1", "w2"])
        #expect(job.state == .failed && job.error == "boom")
        #expect(job.updatedAt == 4)
    }

    @Test("the JSON of a job")
    func json() {
        let job = derive(
            state:
                #"{"userId":"u","status":"completed","createdAt":1,"startedAt":2,"completedAt":3,"updatedAt":3,"result":{"x":1.0},"type":"t","step":"S","worker":"w","attempt":1}"#,
            checkpoint: Checkpoint(sequence: 17, step: "C", progress: 85))
        #expect(
            job.json().text()
                == #"{"id":"j","userId":"u","type":"t","state":"completed","stalled":false,"step":"S","progress":100,"createdAt":1,"startedAt":2,"updatedAt":3,"completedAt":3,"result":{"x":1.0},"attempt":1,"workers":["w"],"logCount":0,"checkpointAvailable":true,"checkpointSequence":17,"checkpointStep":"C","checkpointProgress":85}"#
        )
        let odd = JobSnapshot(id: JobID(bytes: [0x61, 0xFF])).json()
        #expect(odd["id"] == "a\u{FFFD}")
        #expect(odd["idBase64"] == "Yf8=")
    }
}
