// This module is built with the products too, and beside a static standard library there is no Testing.
#if canImport(Testing)
import JobLogCore
import RedisClient
import Synchronization
import Testing

/// What every source of jobs owes a viewer, whether it reads Redis itself or through an API.
public struct SourceContract: Sendable, CustomTestStringConvertible {
    /// A Redis with a worker, and the source that reads it.
    public struct Place: Sendable {
        /// The server.
        public let server: RedisServer
        /// The source under test. It may see all jobs of ``owner``.
        public let source: any JobSource
        /// Whose the jobs are.
        public static let owner = "ann"

        let redis: RedisConnection
        let publisher: JobPublisher

        /// A place on a server that is read through a source.
        public init(_ server: RedisServer, _ source: any JobSource) {
            self.server = server
            self.source = source
            redis = RedisConnection(RedisConfiguration(url: server.url))
            publisher = JobPublisher(
                connection: redis, worker: WorkerIdentity(name: "worker"), keeping: .nothing, console: { _ in })
        }

        func begin(_ ids: JobID...) async throws {
            for id in ids {
                try await publisher.created(id, user: Self.owner, type: "research")
                try await publisher.running(id)
            }
        }

        /// Appends lines that say these.
        func say(_ messages: String..., to id: JobID) async throws {
            try await append(
                messages.map { LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: $0) }, to: id)
        }

        func append(_ entries: [[UInt8]], to id: JobID) async throws {
            _ = try await redis.send(
                RedisCommand("RPUSH", arguments: [.key(JobKeys().logs(id))] + entries.map { .bytes($0) }))
        }

        func viewer(_ interest: FeedInterest) async -> FeedViewer {
            await FeedViewer(source.feed(), interest)
        }
    }

    /// What is owed, in a few words.
    public let testDescription: String
    private let check: @Sendable (Place) async throws -> Void

    init(_ description: String, _ check: @escaping @Sendable (Place) async throws -> Void) {
        testDescription = description
        self.check = check
    }

    /// Holds the source of a place to it.
    public func hold(_ place: Place) async throws { try await check(place) }

    static let id = JobID("job:1 ä")

    /// All of it.
    public static let all = reading + acting + following

    // MARK: - Reading

    private static let reading = [
        SourceContract("a job is read with its checkpoint and the end of its log") { place in
            try await place.begin(id)
            try await place.publisher.progress(id, step: "Searching", percent: 40)
            try await place.publisher.checkpoint(
                id, step: "Searching", percent: 40, partialOutput: "so far", customData: ["page": 3])
            let job = try #require(try await place.source.job(id))
            #expect(job.snapshot.id == id)
            #expect(job.snapshot.userID == Place.owner)
            #expect(job.snapshot.type == "research")
            #expect(job.snapshot.state == .running)
            #expect(job.snapshot.step == "Searching" && job.snapshot.progress == 40)
            #expect(job.snapshot.logCount == job.tail.count)
            #expect(job.tail.last?.entry.message.isEmpty == false)
            #expect(job.checkpoint?.partialOutput == "so far")
            #expect(job.checkpoint?.customData == ["page": 3])
            #expect(!job.isEventsOnly && job.problems == [])
        },
        SourceContract("what is not there is nothing, and no error") { place in
            let job = try await place.source.job(JobID("none"))
            #expect(job == nil)
            #expect(try await place.source.log(JobID("none"), newest: 10) == [])
            #expect(try await place.source.reasoning(JobID("none")) == [])
            #expect(try await place.source.archivedCheckpoint(of: JobID("none"), sequence: 1) == nil)
            #expect(try await place.source.match("none") == JobMatch.none)
        },
        SourceContract("the newest entries come as they are, also those that are no JSON") { place in
            try await place.begin(id)
            let entries: [[UInt8]] = [
                Array("{\"message\":\"old\"}".utf8), Array("no JSON".utf8), [0xFF, 0xFE, 0x0A],
                Array("{\"n\":1.50,\"n\":2,\"message\":\"a\\u001b\"}".utf8), Array("42".utf8),
            ]
            try await place.append(entries, to: id)
            let log = try await place.source.log(id, newest: 4)
            #expect(log.map(\.entry) == entries.dropFirst().map { LogEntry.decode($0[...]) })
            #expect(try await place.source.log(id, newest: 0) == [])
            #expect(try await place.source.log(id, newest: 1_000_000).count >= 5)
        },
        SourceContract("a long log is read whole") { place in
            try await place.begin(id)
            let entries = (0..<25_000).map { Array("{\"timestamp\":\($0),\"message\":\"line \($0)\"}".utf8) }
            for piece in stride(from: 0, to: entries.count, by: 5_000) {
                try await place.append(Array(entries[piece..<(piece + 5_000)]), to: id)
            }
            let log = try await place.source.log(id, newest: 25_000)
            #expect(log.map(\.entry.message) == (0..<25_000).map { "line \($0)" })
        },
        SourceContract("all jobs are listed, those of the newest activity first") { place in
            let ids = (0..<130).map { JobID("job-\($0)") }
            for id in ids { try await place.publisher.created(id, user: Place.owner) }
            var found: [JobID] = []
            var cursor: JobCursor?
            repeat {
                let page = try await place.source.jobs(after: cursor)
                for job in page.jobs where !found.contains(job.snapshot.id) { found.append(job.snapshot.id) }
                cursor = page.next
            } while cursor != nil
            #expect(Set(found) == Set(ids))
            #expect(found.prefix(10).contains(ids[129]))
        },
        SourceContract("an id is found by its beginning") { place in
            try await place.begin(JobID("alpha-1"), JobID("alpha-2"), JobID("beta"))
            #expect(try await place.source.match("beta") == .one(JobID("beta")))
            #expect(try await place.source.match("be") == .one(JobID("beta")))
            #expect(try await place.source.match("alpha") == .several([JobID("alpha-1"), JobID("alpha-2")]))
            #expect(try await place.source.match("alpha-2") == .one(JobID("alpha-2")))
            #expect(try await place.source.match("gamma") == .none)
            #expect(try await place.source.match("") == .none)
        },
        SourceContract("reasoning and older checkpoints are read") { place in
            try await place.begin(id)
            for number in 1...2 {
                let step = ReasoningStep(step: "S", decision: "d\(number)", reasoning: "because", confidence: 0.5)
                _ = try await place.redis.send(
                    RedisCommand("XADD", .key(JobKeys().reasoning(id)), "*", "payload", .bytes(step.encode())))
                let checkpoint = Checkpoint(jobID: "x", userID: Place.owner, sequence: number, step: "S\(number)")
                _ = try await place.redis.send(
                    RedisCommand(
                        "SET", .text("checkpoint:archive:\(id.lossyText):\(number)"), .bytes(checkpoint.encode())))
            }
            let steps = try await place.source.reasoning(id).map { ReasoningStep.decode($0.bytes)?.decision }
            #expect(steps == ["d1", "d2"])
            #expect(try await place.source.archivedCheckpoints(of: id) == [1, 2])
            #expect(try await place.source.archivedCheckpoint(of: id, sequence: 2)?.step == "S2")
            #expect(try await place.source.archivedCheckpoint(of: id, sequence: 3) == nil)
        },
        SourceContract("a large entry is held in part and found whole") { place in
            try await place.begin(id)
            let text = String(repeating: "x", count: 200_000)
            try await place.append([Array("{\"message\":\"\(text)\",\"id\":\"w-1\"}".utf8)], to: id)
            try await place.say("after", to: id)
            let record = try #require(try await place.source.beginnings(id, newest: 2).first)
            #expect(record.isCut)
            let whole = try #require(try await place.source.whole(record, of: id))
            #expect(whole.entry.message == text)
            _ = try await place.redis.send(RedisCommand("DEL", .key(JobKeys().logs(id))))
            #expect(try await place.source.whole(record, of: id) == nil)
        },
        SourceContract("the logs of all jobs are searched") { place in
            for number in 0..<3 {
                try await place.begin(JobID("job-\(number)"))
                try await place.say("needle \(number)", "hay", to: JobID("job-\(number)"))
            }
            let question = JobSearch.Question(LogFilter(pattern: try LogPattern(regex: "needle [02]")))
            let found = Mutex<Set<JobID>>([])
            let (end, progress) = await JobSearch(question, bounds: JobSearch.Bounds()).run(over: place.source) {
                event in
                if case .found(let group) = event { found.withLock { _ = $0.insert(group.id) } }
            }
            guard case .complete = end else {
                Issue.record("\(end)")
                return
            }
            #expect(progress.hits == 2)
            #expect(found.withLock { $0 } == [JobID("job-0"), JobID("job-2")])
        },
    ]
}
#endif
