import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

@Suite struct JobKeysTests {
    static let ids = [
        JobID("job-1734470400000-abc123"), JobID("nightly:reindex"), JobID(":"), JobID("archive:x"), JobID("a*?[b]\\"),
        JobID("with space\n"), JobID("日本語"), JobID(bytes: [0xFF, 0x00, 0xFE]), JobID("job:logs:x"), JobID("{slot}"),
    ]

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func namesAreTheContracts() {
        let (keys, id) = (JobKeys(), JobID("nightly:1"))
        #expect(text(keys.logs(id)) == "job:logs:nightly:1")
        #expect(text(keys.state(id)) == "job:state:nightly:1")
        #expect(text(keys.checkpoint(id)) == "checkpoint:nightly:1")
        #expect(text(keys.reasoning(id)) == "job:reasoning:nightly:1")
        #expect(text(keys.events(id)) == "job:event:nightly:1")
        #expect(text(keys.cancel(id)) == "job:cancel:nightly:1")
        #expect(text(keys.index) == "job:index")
        #expect(text(keys.index(user: "u:1")) == "job:index:u:1")
        #expect(text(keys.archive) == "job:archive")
        #expect(text(keys.archivedCheckpoint(id, sequence: 17)) == "checkpoint:archive:nightly:1:17")
        #expect(text(keys.sequence(id)) == "job:seq:nightly:1")
        #expect(text(JobKeys(prefix: "staging:").logs(id)) == "staging:job:logs:nightly:1")
    }

    @Test(arguments: ["", "staging:", "p*?[x]^\\:"]) func keysLeadBackToTheirJob(prefix: String) {
        let keys = JobKeys(prefix: prefix)
        for id in Self.ids {
            for kind in JobKeys.Kind.allCases {
                let found = keys.job(ofKey: keys.key(kind, id)[...])
                if kind == .checkpoint, text(id.bytes).hasPrefix("archive:") {
                    #expect(found == nil, "it cannot be told from an archived checkpoint")
                } else {
                    #expect(found?.kind == kind && found?.id == id)
                }
            }
            #expect(keys.job(ofEventChannel: keys.events(id)) == id)
        }
    }

    @Test func otherKeysMakeNoJob() {
        let others = [
            "job:seq:a", "job:archive", "job:index", "job:index:user", "checkpoint:archive:a:3", "job:logs:",
            "job:state:",
            "checkpoint:", "job:logs", "x", "", "job:event:a", "checkpoints:a", "staging:job:logs:a",
        ]
        for key in others { #expect(JobKeys().job(ofKey: Array(key.utf8)[...]) == nil, "\(key)") }
        #expect(JobKeys(prefix: "staging:").job(ofKey: Array("job:logs:a".utf8)[...]) == nil)
        #expect(JobKeys().job(ofEventChannel: Array("job:event:".utf8)) == nil)
        #expect(JobKeys().job(ofEventChannel: Array("job:cancel:a".utf8)) == nil)
    }

    /// What the patterns match is for the server to say.
    @Test(arguments: ["", "p*?[x]^\\:"]) func patternsMatchOnTheServer(prefix: String) async throws {
        let redis = try PrivateRedis()
        let keys = JobKeys(prefix: prefix)
        var wanted: Set<[UInt8]> = []
        for id in Self.ids {
            for kind in JobKeys.Kind.allCases {
                let key = keys.key(kind, id)
                wanted.insert(key)
                try await redis.call("SET", .key(key), "")
            }
        }
        for other in ["session:1", "queue", "pz1x:job:logs:a", "px"] { try await redis.call("SET", .text(other), "") }
        if !prefix.isEmpty { try await redis.call("SET", "job:logs:a", "") }
        let reply = try await redis.call("SCAN", 0, "MATCH", .bytes(keys.scanPattern), "COUNT", 10_000)
        let found = Set((reply.array?[1].array ?? nil)?.compactMap { $0.bytes.map { Array($0) } } ?? [])
        #expect(found == wanted)

        let subscriber = RedisSubscriber(redis.configuration)
        let (_, messages) = try await subscriber.connect()
        try await subscriber.psubscribe([keys.eventPattern])
        try await redis.call("PUBLISH", .text("pz1x:job:event:a"), "no")
        for id in Self.ids { try await redis.call("PUBLISH", .bytes(keys.events(id)), "") }
        var heard: [JobID?] = []
        for try await case .patternMessage(_, let channel, _) in messages {
            heard.append(keys.job(ofEventChannel: channel))
            if heard.count == Self.ids.count { break }
        }
        #expect(heard == Self.ids)
    }

    @Test func idsOfEntriesSortAndReadBack() {
        let id = EntryID(writer: "w.1", count: 41)
        #expect(id.text == "w.1-0000000041")
        #expect(EntryID(id.text) == id)
        #expect(EntryID("with-dash-0000000007") == EntryID(writer: "with-dash", count: 7))
        for text in ["", "w", "w-", "w-0", "w-x", "w--1"] { #expect(EntryID(text)?.count ?? 1 > 0, "\(text)") }
        #expect(EntryID("w-0") == nil && EntryID("w-x") == nil && EntryID("w") == nil)
        let huge = EntryID(writer: "w", count: 10_000_000_000)
        #expect(EntryID(huge.text) == huge)
        let texts = [1, 9, 10, 99, 100, 12_345, 9_999_999_999].map { EntryID(writer: "w", count: $0).text }
        #expect(texts == texts.sorted())
    }

    @Test func workersNeverShareAnID() async {
        let workers = (0..<50).map { _ in WorkerIdentity(name: "same") }
        let ids = await withTaskGroup(of: [String].self) { group in
            for worker in workers {
                for job in ["a", "b"] {
                    group.addTask { (0..<50).map { _ in worker.nextEntryID(for: JobID(job)).text } }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 50 * 2 * 50)

        let worker = WorkerIdentity()
        let before = (0..<3).map { _ in worker.nextEntryID(for: JobID("a")).text }
        #expect(before == before.sorted())
        #expect(before.compactMap { EntryID($0)?.count } == [1, 2, 3])
        worker.forget(JobID("a"))
        let after = worker.nextEntryID(for: JobID("a")).text
        #expect(EntryID(after)?.count == 1 && !before.contains(after))
        #expect(worker.name.contains(":"))
    }

    /// Whoever only writes to jobs of others never says that they have ended.
    @Test func idsOfJobsThatNothingIsWrittenToAreForgotten() {
        let worker = WorkerIdentity()
        func next(_ job: Int) -> EntryID { worker.nextEntryID(for: JobID("\(job)")) }
        let first = (next(0), next(1))
        for job in 0..<WorkerIdentity.jobsAtOnce - 1 { _ = next(job) }
        #expect(next(0).count == 3 && next(0).writer == first.0.writer)
        // While as many others were written to, it is kept; while twice as many were, it is not.
        for job in 10_000..<10_000 + WorkerIdentity.jobsAtOnce - 1 { _ = next(job) }
        #expect(next(0).count == 5)
        for job in 20_000..<20_000 + 2 * WorkerIdentity.jobsAtOnce { _ = next(job) }
        let again = next(1)
        #expect(again.count == 1 && again.writer != first.1.writer)
    }
}
