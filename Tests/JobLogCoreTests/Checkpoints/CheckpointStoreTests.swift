import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Checkpoints, their archive, and the reasoning stream on a real Redis.
@Suite(.inTurn) struct CheckpointStoreTests {
    private let redis: PrivateRedis

    init() throws {
        redis = try PrivateRedis()
    }

    @Test(arguments: ["", "p*:"]) func savingArchives(prefix: String) async throws {
        let store = CheckpointStore(connection: redis.client, keys: JobKeys(prefix: prefix))
        let (id, other) = (JobID("a*b"), JobID("a*b:1"))
        for sequence in [3, 11, 2] {
            try await store.save(Checkpoint(sequence: sequence, step: "S\(sequence)"), of: id)
            try await store.save(Checkpoint(sequence: sequence + 100), of: other)
        }
        try await store.save(Checkpoint(sequence: 9), of: JobID("aXb"))
        #expect(try await store.load(id)?.sequence == 2)
        #expect(try await store.archived(id) == [2, 3, 11])
        #expect(try await store.archived(other) == [102, 103, 111])
        #expect(try await store.loadArchived(id, sequence: 11)?.step == "S11")
        #expect(try await store.loadArchived(id, sequence: 12) == nil)
        try await redis.expectLifetime("\(prefix)checkpoint:a*b", 604_800)
        try await redis.expectLifetime("\(prefix)checkpoint:archive:a*b:11", 2_592_000)
        #expect(try await store.delete(id))
        #expect(try await store.archived(id) == [2, 3, 11])
        #expect(try await store.deleteArchived(id, sequence: 3))
        #expect(try await store.deleteArchived(id, sequence: 3) == false)
        #expect(try await store.archived(id) == [2, 11])
        // Keys that only look like it.
        for key in ["a*b:x", "a*b:", "a*b:+4", "a*b:04"] {
            try await redis.call("SET", .text("\(prefix)checkpoint:archive:\(key)"), "{}")
        }
        #expect(try await store.archived(id) == [2, 11])
    }

    @Test func reasoningIsWrittenAndRead() async throws {
        let (store, id) = (ReasoningStore(connection: redis.client), JobID("j"))
        #expect(try await store.newest(of: id).isEmpty)
        let step = ReasoningStep(
            step: "Ranking", decision: "drop 3", reasoning: "they are\nold", confidence: 0.75, timestamp: 5,
            metadata: ["n": 3])
        try await store.append(step, to: id)
        try await redis.call("XADD", "job:reasoning:j", "*", "other", "payload", "payload", "no json")
        try await redis.call("XADD", "job:reasoning:j", "*", "a", "b", "payload", #"{"confidence":"0.5","x":1}"#)
        try await store.append(ReasoningStep(step: "last"), to: id)
        let steps = try await store.newest(of: id)
        #expect(steps.count == 3)
        #expect(steps[0] == step)
        #expect(steps[1] == ReasoningStep(confidence: 0.5))
        #expect(steps[2].step == "last" && steps[2].timestamp != nil)
        #expect(try await store.newest(1, of: id).map(\.step) == ["last"])
        let raw = try await RedisJobSource(configuration: redis.configuration).reasoning(id)
        #expect(raw.count == 4)
        #expect(
            String(decoding: raw[0].bytes, as: UTF8.self)
                == #"{"step":"Ranking","decision":"drop 3","reasoning":"they are\nold","confidence":0.75,"timestamp":5,"metadata":{"n":3}}"#
        )
        #expect(try await store.delete(id))
    }
}
