import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What actions of a viewer leave in a real Redis.
@Suite(.inTurn) struct JobActionsTests {
    private let redis: PrivateRedis
    private let actions: JobActions
    private let keys = JobKeys()
    private let id = JobID("job:1 *[ü]?")

    init() throws {
        redis = try PrivateRedis()
        actions = JobActions(connection: redis.connection(), actor: "me@here")
    }

    private func put(_ state: String, _ rest: String = "", id: JobID? = nil) async throws {
        try await redis.call(
            "SET", .key(keys.state(id ?? self.id)),
            .text(#"{"jobId":"j","userId":"u","status":"\#(state)","lastSequence":4,"updatedAt":1000\#(rest)}"#))
    }

    private func say(_ message: String, at time: Int64 = 1_000, metadata: JSONValue? = nil) async throws {
        try await redis.call(
            "RPUSH", .key(keys.logs(id)),
            .bytes(LogEntry.encode(timestamp: time, type: .info, message: message, metadata: metadata)))
    }

    private func log() async throws -> [LogEntry] {
        try await redis.call("LRANGE", .key(keys.logs(id)), 0, -1).records.map(\.entry)
    }

    private func checkpoint(_ sequence: Int = 17) async throws {
        try await CheckpointStore(connection: redis.client).save(
            Checkpoint(userID: "u", sequence: sequence, timestamp: 900, step: "S", progress: 40), of: id)
    }

    /// What comes on the job's channels while something is done.
    private func heard(
        _ count: Int, _ body: () async throws -> Void
    ) async throws -> [(channel: String, payload: JSONValue)] {
        let subscriber = RedisSubscriber(redis.configuration)
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([keys.events(id), keys.cancel(id)])
        try await body()
        // What would come too many is found before this one.
        try await redis.call("PUBLISH", .bytes(keys.events(id)), "{}")
        var heard: [(channel: String, payload: JSONValue)] = []
        for try await case .message(let channel, let payload) in messages {
            if payload.elementsEqual("{}".utf8) { break }
            heard.append((String(decoding: channel, as: UTF8.self), try JSONValue(parsing: payload)))
        }
        #expect(heard.count == count, "\(heard)")
        return heard
    }

    private func refusal(
        _ action: JobAction, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> JobActionError? {
        do throws(JobActionError) {
            switch action {
            case .cancel: try await actions.cancel(id)
            case .pause: try await actions.pause(id)
            case .resume: try await actions.resume(id)
            case .restart: try await actions.restart(id)
            case .clearCheckpoint: try await actions.clearCheckpoint(id)
            case .deleteLogs: try await actions.deleteLogs(id)
            case .remove: try await actions.remove(id)
            }
            Issue.record("\(action) was carried out", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }

    @Test func aCancelIsWrittenAnnouncedAndRecorded() async throws {
        try await put("running", #","step":"S","progress":40,"mine":1.0"#)
        let before = Timestamp.now()
        let heard = try await heard(2) {
            let outcome = try await actions.cancel(id, reason: "no need")
            #expect(outcome.job?.snapshot.state == .cancelled)
            #expect(!outcome.isRequested && outcome.problems.isEmpty && outcome.removed.isEmpty)
        }
        let (event, call) = (heard[0].payload, heard[1].payload)
        #expect(heard.map(\.channel) == ["job:event:\(id)", "job:cancel:\(id)"])
        #expect(event["event"]?.string == "job:cancelled:v1")
        #expect(event["userId"]?.string == "u" && event["jobId"]?.string == id.text)
        #expect(event["sequence"]?.int == 5)
        #expect(
            event["payload"]?.text() == #"{"state":"cancelled","step":"S","progress":40,"reason":"no need"}"#)
        #expect(call.object?.members.map(\.key) == ["userId", "jobId", "timestamp"])
        #expect(call["userId"]?.string == "u" && call["jobId"]?.string == id.text)
        let state = try #require(try await JobStateStore(connection: redis.client).load(id))
        #expect(state.status == .cancelled && state.lastSequence == 5 && state.object["mine"]?.text() == "1.0")
        let entry = try #require(try await log().first)
        #expect(entry.message == "cancelled by me@here: no need")
        #expect(entry.level == .info)
        #expect(entry.id.flatMap { EntryID($0) }?.count == 1)
        #expect(entry.timestamp.map { $0 >= before } == true)
        #expect(entry.metadata?.text() == #"{"audit":{"action":"cancel","by":"me@here","state":"cancelled"}}"#)
        try await redis.expectLifetime("job:logs:\(id)", 604_800)
        for key in [keys.index, keys.index(user: "u")] {
            let score = try #require(try await redis.number("ZSCORE", .key(key), .bytes(id.bytes)))
            #expect(score >= before)
            try await redis.expectLifetime(String(decoding: key, as: UTF8.self), 604_800)
        }
        #expect(await refusal(.cancel) == .notAllowed(id, .cancel, in: .cancelled, reason: "it is cancelled already"))
        #expect(try await log().count == 1)
    }

    @Test func pauseResumeAndRestart() async throws {
        try await put("running", #","progress":40"#)
        try await checkpoint()
        func event(_ body: () async throws -> Void) async throws -> JSONValue {
            try await heard(1, body)[0].payload
        }
        let paused = try await event { try await actions.pause(id) }
        #expect(paused["event"]?.string == "job:paused:v1" && paused["payload"]?["state"]?.string == "paused")
        let resumed = try await event { try await actions.resume(id) }
        #expect(resumed["event"]?.string == "job:resumed:v1" && resumed["payload"]?["state"]?.string == "running")
        try await JobStateStore(connection: redis.client).transition(id, to: .failed) { $0.error = "E" }
        let again = try await event { try await actions.resume(id, reason: "fixed") }
        #expect(again["payload"]?["progress"]?.int == 40)
        try await JobStateStore(connection: redis.client).transition(id, to: .cancelled)
        let restarted = try await event { try await actions.restart(id) }
        #expect(restarted["event"]?.string == "job:restarted")
        #expect(restarted["payload"]?.text() == #"{"state":"created","progress":0}"#)
        let log = try await log()
        #expect(
            log.map(\.message) == [
                "paused by me@here", "resumed by me@here", "resumed by me@here: fixed", "── attempt 2 ──",
                "restarted by me@here", "── attempt 3 ──",
            ])
        #expect(
            log.last?.metadata?.text() == #"{"audit":{"action":"restart","by":"me@here","attempt":3}}"#)
        let job = try #require(try await RedisJobSource(configuration: redis.configuration).job(id)).snapshot
        #expect(job.state == .created && job.attempt == 3 && job.requested == nil)
    }

    @Test func whatTheStateForbidsIsRefusedByName() async throws {
        for action in JobAction.allCases { #expect(await refusal(action) == .noSuchJob(id)) }
        #expect(try await redis.number("DBSIZE") == 0)
        try await put("completed")
        let pause = await refusal(.pause)
        #expect(
            pause
                == .notAllowed(
                    id, .pause, in: .completed, reason: "it is completed, and only a running job can be"))
        #expect(
            pause?.description
                == "Job job:1 *[ü]? cannot be paused: it is completed, and only a running job can be.")
        #expect(await refusal(.resume) != nil)
        #expect(await refusal(.restart) != nil)
        #expect(await refusal(.clearCheckpoint)?.description.hasSuffix("cannot be cleared: it has none.") == true)
        #expect(await refusal(.deleteLogs)?.description.hasSuffix("cannot be deleted: it has none.") == true)
        try await put("failed")
        #expect(
            await refusal(.resume)
                == .notAllowed(id, .resume, in: .failed, reason: "it has no checkpoint; restart it"))
        try await redis.call(
            "SET", .key(keys.state(id)), .text(#"{"status":"running","updatedAt":\#(Timestamp.now())}"#))
        #expect(
            await refusal(.remove) == .notAllowed(id, .remove, in: .running, reason: "it is running; cancel it first"))
        #expect(try await log().isEmpty)
    }

    @Test func ofManyViewersOneActs() async throws {
        try await put("running")
        let done = await withTaskGroup(of: JobActionError?.self) { group in
            for number in 0..<8 {
                let viewer = JobActions(connection: redis.connection(), actor: "viewer\(number)@here")
                group.addTask { [id] in
                    do throws(JobActionError) {
                        try await viewer.cancel(id)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(done.count { $0 == nil } == 1)
        for case .some(let error) in done {
            guard case .notAllowed(id, .cancel, in: .cancelled, _) = error else {
                Issue.record("\(error)")
                continue
            }
        }
        #expect(try await log().count == 1)
    }

    @Test func whatWasDoneIsNoFailureWhereItCannotBeRecorded() async throws {
        try await put("running")
        try await redis.call("SET", .key(keys.logs(id)), "no list")
        let outcome = try await actions.cancel(id)
        #expect(outcome.job?.snapshot.state == .cancelled)
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems.first?.hasPrefix("It was done, but could not be recorded: ") == true)
        #expect(try await redis.number("ZCARD", .key(keys.index)) == 1)
    }

    @Test func whatOnlyTheLogKnowsCounts() async throws {
        try await put("running")
        try await redis.call(
            "RPUSH", .key(keys.logs(id)),
            .bytes(
                LogEntry.encode(timestamp: 2_000, type: .error, message: "boom", metadata: ["recoverable": false])))
        let outcome = try await actions.restart(id)
        #expect(outcome.job?.snapshot.state == .created && outcome.job?.snapshot.attempt == 2)
        #expect(outcome.job?.snapshot.error == nil)
    }

    @Test func aJobWithoutAStateIsOnlyAsked() async throws {
        let now = Timestamp.now()
        try await checkpoint()
        try await say("Reading (30%)", at: now - 5_000)
        let heard = try await heard(1) {
            let outcome = try await actions.cancel(id)
            #expect(outcome.isRequested)
            #expect(outcome.job?.snapshot.state == .running)
            #expect(outcome.job?.snapshot.requested == .cancel)
        }
        #expect(heard[0].channel == "job:cancel:\(id)")
        #expect(heard[0].payload["userId"]?.string == "u")
        let entry = try #require(try await log().last)
        #expect(entry.message == "cancel requested by me@here")
        #expect(
            entry.metadata?.text() == #"{"audit":{"action":"cancel","by":"me@here","requested":true}}"#)
        #expect(try await redis.number("EXISTS", .key(keys.state(id))) == 0)
        #expect(try await redis.number("EXISTS", .key(keys.index)) == 0)
        let source = RedisJobSource(configuration: redis.configuration)
        // It is found further up in the log of a job that goes on, too.
        for number in 0..<30 { try await say("Reading (3\(number % 10)%)", at: now + 1_000 + Int64(number)) }
        let job = try #require(try await source.job(id)).snapshot
        #expect(job.requested == .cancel && job.json()["requested"] == "cancel")
        #expect(try await source.jobs(after: nil).jobs.isEmpty)
        // It may be asked for again: a worker that was away has not heard of it.
        #expect(try await actions.cancel(id).isRequested)
        try await say("Job completed in 5ms", at: now + 60_000)
        #expect(try await source.job(id)?.snapshot.requested == nil)
        #expect(await refusal(.cancel) == .notAllowed(id, .cancel, in: .completed, reason: "it is completed"))
    }

    @Test func aRequestIsNoSignOfLife() async throws {
        try await say("Reading (30%)", at: Timestamp.now() - JobDerivation.hungAfter)
        let source = RedisJobSource(configuration: redis.configuration)
        #expect(try await source.job(id)?.snapshot.isLost == true)
        try await actions.pause(id)
        let job = try #require(try await source.job(id)).snapshot
        #expect(job.isLost && job.requested == .pause)
        #expect(try await actions.remove(id).removed.map(\.key) == [keys.logs(id)])
    }

    @Test func deletingALogLeavesALineAndTheState() async throws {
        try await say("Reading (30%)")
        try await say("boom", at: 2_000)
        try await say("Job completed in 5ms", at: 3_000)
        let outcome = try await actions.deleteLogs(id)
        #expect(outcome.removed == [RemovedKey(keys.logs(id))])
        let log = try await log()
        #expect(log.map(\.message) == ["logs deleted by me@here"])
        #expect(
            log[0].metadata?.text()
                == #"{"audit":{"action":"deleteLogs","by":"me@here","state":"completed","at":3000}}"#)
        try await redis.expectLifetime("job:logs:\(id)", 604_800)
        #expect(outcome.job?.snapshot.state == .completed && outcome.job?.snapshot.updatedAt == 3_000)
        #expect(outcome.job?.snapshot.completedAt == 3_000)
    }

    @Test func clearingACheckpointKeepsItsArchive() async throws {
        try await put("failed")
        try await checkpoint()
        let outcome = try await actions.clearCheckpoint(id)
        #expect(outcome.removed == [RemovedKey(keys.checkpoint(id))])
        #expect(outcome.job?.snapshot.checkpointAvailable == false)
        #expect(try await log().map(\.message) == ["checkpoint 17 cleared by me@here"])
        #expect(try await CheckpointStore(connection: redis.client).archived(id) == [17])
        // One that nobody can read can be cleared all the same.
        try await redis.call("SET", .key(keys.checkpoint(id)), "no json")
        #expect(try await actions.clearCheckpoint(id).removed.count == 1)
    }

    @Test func aRemovedJobLeavesNothing() async throws {
        let near = [
            JobID("job:1 *[ü]?:x"), JobID("job:1 xü?"), JobID("job:1 *[ü]?2"), JobID("job:1 *[ü]?:2:x"), JobID("job"),
        ]
        for other in near {
            try await put("running", id: other)
            let checkpoints = CheckpointStore(connection: redis.client)
            for sequence in [1, 2] { try await checkpoints.save(Checkpoint(sequence: sequence), of: other) }
            try await redis.call("ZADD", .key(keys.index), 1, .bytes(other.bytes))
        }
        let kept = try await redis.number("DBSIZE")
        try await put("completed")
        try await checkpoint(1)
        try await checkpoint(12)
        try await say("hello")
        try await ReasoningStore(connection: redis.client).append(ReasoningStep(step: "S"), to: id)
        try await redis.call("SET", .key(keys.sequence(id)), 7)
        try await redis.call("HSET", .key(keys.archive), .bytes(id.bytes), "{}", "other", "{}")
        for key in [keys.index, keys.index(user: "u")] { try await redis.call("ZADD", .key(key), 1, .bytes(id.bytes)) }
        let outcome = try await actions.remove(id)
        #expect(
            Set(outcome.removed)
                == Set(
                    [
                        keys.logs(id), keys.state(id), keys.checkpoint(id), keys.reasoning(id), keys.sequence(id),
                        keys.archivedCheckpoint(id, sequence: 1), keys.archivedCheckpoint(id, sequence: 12),
                    ].map { RemovedKey($0) }
                        + [keys.archive, keys.index, keys.index(user: "u")].map { RemovedKey($0, member: id.bytes) }))
        #expect(outcome.job == nil)
        // The hash of the archive has come to what was there before.
        #expect(try await redis.number("DBSIZE") == (kept ?? 0) + 1)
        #expect(outcome.removed.last?.description == "job:1 *[ü]? in job:index")
    }

    @Test func anOwnerNobodyKnowsIsFoundInTheIndexes() async throws {
        try await say("Job completed in 5ms")
        for user in ["u1", "u2"] {
            try await redis.call("ZADD", .key(keys.index(user: user)), 1, .bytes(user == "u2" ? id.bytes : [0x61]))
        }
        try await redis.call("ZADD", .key(keys.index), 1, .bytes(id.bytes))
        let removed = try await actions.remove(id).removed
        #expect(
            removed.map(\.description) == [
                "job:logs:job:1 *[ü]?", "job:1 *[ü]? in job:index:u2", "job:1 *[ü]? in job:index",
            ])
    }

    @Test func aLineFromOutsideDoesNotCutALongLog() async throws {
        func length() async throws -> Int? { try await redis.number("LLEN", .key(keys.logs(id))) }
        try await put("running")
        for number in 0..<200 { try await say("line \(number)") }
        try await actions.pause(id)
        #expect(try await length() == 200)
        try await redis.expectLifetime("job:logs:\(id)", 604_800)
        for number in 0..<300 { try await say("line \(number)") }
        try await redis.call("EXPIRE", .key(keys.logs(id)), 9_000_000)
        try await actions.resume(id)
        #expect(try await length() == 501)
        try await redis.expectLifetime("job:logs:\(id)", 9_000_000)
    }

    @Test func commandsTouchOneKeyEach() async throws {
        let audit = AuditLog(
            connection: redis.client, keys: keys, retention: LogRetention(), writer: WorkerIdentity())
        let store = CheckpointStore(connection: redis.client)
        let checkpoint = Checkpoint(sequence: 3)
        let commands =
            [audit.appending(audit.line("m", [:], to: id, at: 1)), store.saving(checkpoint, of: id)]
            + [store.archiving(checkpoint, of: id)] + audit.replacing("m", [:], of: id, at: 1)
            + JobIndex(keys: keys).noting(id, user: "u", now: 1)
        for command in commands { #expect(command.keys.count == 1, "\(command)") }
    }

    @Test func anActionThatRedisRefusesIsNotRecorded() async throws {
        try await put("running")
        try await redis.call("ACL", "SETUSER", "viewer", "on", ">pw", "~*", "&*", "+@read", "+@connection")
        let viewer = JobActions(
            connection: RedisConnection(
                RedisConfiguration(url: redis.server.url, user: "viewer", password: RedisPassword("pw"))),
            actor: "me@here")
        do throws(JobActionError) {
            try await viewer.cancel(id)
            Issue.record("it was carried out")
        } catch {
            guard case .redis(let refused) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(refused.code == .noPermission)
        }
        #expect(try await log().isEmpty)
        #expect(try await JobStateStore(connection: redis.client).load(id)?.status == .running)
    }
}
