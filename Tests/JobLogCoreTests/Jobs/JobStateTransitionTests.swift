import Foundation
import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Which changes of `job:state:{id}` are carried out, and what they write.
@Suite(.inTurn) struct JobStateTransitionTests {
    private let redis: PrivateRedis
    private let store: JobStateStore
    private let id = JobID("job:1 *ü")

    init() throws {
        redis = try PrivateRedis()
        store = JobStateStore(connection: redis.client)
    }

    private func put(_ json: String) async throws {
        try await redis.call("SET", .key(JobKeys().state(id)), .text(json))
    }

    private func stored() async throws -> String? { try await redis.text("GET", .key(JobKeys().state(id))) }

    private func refused(
        _ transition: JobTransition, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> JobStateError? {
        do throws(JobStateError) {
            try await store.transition(id, transition)
            Issue.record("\(transition) was carried out", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }

    @Test func exactlyTheAllowedChangesAreCarriedOut() async throws {
        let allowed: [JobState: Set<JobState>] = [
            .created: [.running, .cancelled], .running: [.paused, .completed, .failed, .cancelled],
            .paused: [.running, .cancelled], .completed: [.cancelled], .failed: [.cancelled], .cancelled: [],
        ]
        for from in JobState.allCases {
            for to in JobState.allCases {
                try await put(#"{"jobId":"j","userId":"u","status":"\#(from)"}"#)
                let before = try await stored()
                if allowed[from]?.contains(to) == true {
                    #expect(try await store.transition(id, to: to).status == to)
                    #expect(try await store.load(id)?.status == to)
                } else {
                    #expect(await refused(.become(to)) == .notAllowed(id, from: from, .become(to)))
                    #expect(try await stored() == before)
                }
            }
            for (transition, may) in [(JobTransition.restart, [.failed, .cancelled]), (.resume, [.failed, .paused])]
                as [(JobTransition, [JobState])]
            {
                try await put(#"{"jobId":"j","userId":"u","status":"\#(from)"}"#)
                if may.contains(from) {
                    try await store.transition(id, transition)
                } else {
                    #expect(await refused(transition) == .notAllowed(id, from: from, transition))
                }
            }
        }
    }

    @Test func timesAreSetOnEntering() async throws {
        let before = Timestamp.now()
        try await put(#"{"jobId":"j","userId":"u","status":"queued","createdAt":5,"x":{"deep":[1.50,"é"]}}"#)
        let running = try await store.transition(id, to: .running, by: "w1") { $0.step = "S" }
        let startedAt = try #require(running.startedAt)
        #expect((before...Timestamp.now()).contains(startedAt))
        #expect(running.updatedAt == startedAt)
        #expect(running.worker == "w1" && running.step == "S")
        try await store.transition(id, to: .paused)
        let resumed = try await store.transition(id, .resume)
        #expect(resumed.startedAt == startedAt)
        #expect(resumed.attempt == nil)
        let completed = try await store.transition(id, to: .completed)
        #expect(completed.completedAt.map { $0 >= startedAt } == true)
        #expect(completed.progress == 100)
        #expect(completed.createdAt == 5)
        #expect(completed.object["x"]?.text() == #"{"deep":[1.50,"é"]}"#)
        let left = try #require(try await redis.number("TTL", .key(JobKeys().state(id))))
        #expect((86_300...86_400).contains(left))
    }

    @Test func aRestartLeavesNothingOfTheLastTry() async throws {
        try await put(
            #"{"jobId":"j","userId":"u","status":"failed","progress":70,"step":"S","error":"E","result":1,"createdAt":5,"startedAt":6,"failedAt":7,"completedAt":8,"mine":true}"#
        )
        let record = try await store.transition(id, .restart)
        #expect(record.status == .created)
        #expect(record.progress == 0)
        #expect(record.attempt == 2)
        #expect(record.createdAt == 5)
        #expect(record.object["mine"] == true)
        for gone in ["error", "result", "startedAt", "failedAt", "completedAt", "step"] {
            #expect(record.object[gone] == nil, "\(gone) is there")
        }
        try await store.transition(id, to: .cancelled)
        #expect(try await store.transition(id, .restart).attempt == 3)
    }

    @Test func aFailedJobGoesOnWhereItWas() async throws {
        try await put(
            #"{"jobId":"j","userId":"u","status":"failed","progress":70,"step":"S","error":"E","startedAt":6,"failedAt":7}"#
        )
        let record = try await store.transition(id, .resume)
        #expect(record.status == .running)
        #expect(record.progress == 70 && record.step == "S" && record.attempt == 2)
        #expect(record.error == nil && record.failedAt == nil)
        #expect(record.startedAt.map { $0 > 7 } == true)
    }

    @Test func whatIsNoStateIsNamed() async throws {
        #expect(await refused(.become(.running)) == .missing(id))
        try await put(#"{"jobId":"j","status":"o\u001bdd"}"#)
        let error = try #require(await refused(.become(.running)))
        #expect(error == .unreadable(id, "o\u{1B}dd"))
        #expect(error.description == "The state of job job:1 *ü is unknown: o␛dd.")
        for text in ["no json", "[1]", #"{"jobId":"j"}"#, ""] {
            try await put(text)
            #expect(await refused(.restart) == .unreadable(id, nil), "\(text)")
            #expect(try await stored() == text)
        }
        try await redis.call("DEL", .key(JobKeys().state(id)))
        try await redis.call("RPUSH", .key(JobKeys().state(id)), "x")
        guard case .redis(let wrong) = await refused(.restart) else {
            Issue.record("no error of Redis")
            return
        }
        #expect(wrong.code == .wrongType)
    }

    @Test func aWriterInBetweenIsNotOverwritten() async throws {
        try await put(#"{"jobId":"j","userId":"u","status":"running","progress":1}"#)
        let (other, key) = (try PlainSetter(redis.server), JobKeys().state(id))
        defer { other.end() }
        var rounds = 0
        // While the first ten writes are being made up, another writer comes between; a busy machine may take its time.
        let record = try await store.transition(id, to: .paused, within: .seconds(600)) { _ in
            rounds += 1
            guard rounds <= 10 else { return }
            other.set(key, #"{"jobId":"j","userId":"u","status":"running","progress":\#(rounds * 2)}"#)
        }
        #expect(rounds == 11)
        #expect(record.progress == 20)
        #expect(try await store.load(id)?.status == .paused)
        await #expect(throws: JobStateError.contended(id)) {
            try await store.transition(id, to: .running, within: .zero) { _ in
                other.set(key, #"{"status":"paused"}"#)
            }
        }
        await #expect(throws: JobStateError.notAllowed(id, from: .completed, .become(.running))) {
            try await store.transition(id, to: .running) { _ in other.set(key, #"{"status":"completed"}"#) }
        }
    }

    @Test func aClockThatIsAheadDoesNotWin() async throws {
        let ahead = Timestamp.now() + 59_000
        try await put(#"{"jobId":"j","userId":"u","status":"running","updatedAt":\#(ahead)}"#)
        #expect(try await store.transition(id, to: .paused).updatedAt == ahead + 1)
        let absurd = Timestamp.now() + 90_000_000
        try await put(#"{"jobId":"j","userId":"u","status":"running","updatedAt":\#(absurd)}"#)
        #expect(try await store.transition(id, to: .paused).updatedAt.map { $0 < absurd } == true)
    }
}

/// Sets a key without awaiting anything, for closures that cannot.
private struct PlainSetter {
    private let descriptor: Int32

    init(_ server: RedisServer) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: server.socketPath.utf8) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(connected == 0)
    }

    func set(_ key: [UInt8], _ value: String) {
        let head = "*3\r\n$3\r\nSET\r\n$\(key.count)\r\n"
        let command = Array(head.utf8) + key + Array("\r\n$\(value.utf8.count)\r\n\(value)\r\n".utf8)
        var reply = [UInt8](repeating: 0, count: 64)
        #expect(write(descriptor, command, command.count) == command.count)
        #expect(read(descriptor, &reply, reply.count) == 5 && reply.starts(with: "+OK".utf8))
    }

    func end() { close(descriptor) }
}
