import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// Searches through the logs of all jobs on a real server.
@Suite(.inTurn) struct JobSearchTests {
    private let redis: PrivateRedis
    private let keys = JobKeys()

    init() throws { redis = try PrivateRedis() }

    private var source: RedisJobSource { RedisJobSource(configuration: redis.configuration) }

    /// As fast as it goes.
    private var unbounded: JobSearch.Bounds {
        var bounds = JobSearch.Bounds()
        bounds.bytesPerSecond = nil
        bounds.commandsPerSecond = nil
        return bounds
    }

    private static func entry(_ message: String, _ type: String = "info", at time: Int) -> RedisArgument {
        .text(#"{"timestamp":\#(time),"type":"\#(type)","message":"\#(message)"}"#)
    }

    /// Takes events until a search ends.
    private final class Sink: Sendable {
        struct Heard {
            var groups: [JobSearch.Group] = []
            var progress: [JobSearch.Progress] = []
        }
        let heard = Mutex(Heard())

        func take(_ event: JobSearch.Event) {
            heard.withLock { heard in
                switch event {
                case .found(let group): heard.groups.append(group)
                case .progress(let progress): heard.progress.append(progress)
                }
            }
        }

        var groups: [JobSearch.Group] { heard.withLock(\.groups) }
        var ids: [String] { groups.map(\.id.lossyText) }
    }

    private func search(
        _ pattern: String, _ bounds: JobSearch.Bounds? = nil, _ change: (inout JobSearch.Question) -> Void = { _ in }
    ) async throws -> (sink: Sink, end: JobSearch.End, progress: JobSearch.Progress) {
        var question = JobSearch.Question(LogFilter(pattern: try LogPattern(regex: pattern)))
        change(&question)
        let sink = Sink()
        let (end, progress) = await JobSearch(question, bounds: bounds ?? unbounded).run(over: source) { sink.take($0) }
        return (sink, end, progress)
    }

    /// Jobs whose logs have ten lines each; every tenth has a needle, and those of even number stand in the index.
    private func fill(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 500) {
            var commands: [RedisCommand] = []
            for number in start..<min(count, start + 500) {
                let time = 1_700_000_000_000 - number * 1_000
                let id = JobID("job-\(number)")
                let lines = (0..<10).map { line in
                    Self.entry(line == 7 && number % 10 < 2 ? "a needle of \(number)" : "line \(line)", at: time + line)
                }
                commands.append(RedisCommand("RPUSH", arguments: [.key(keys.logs(id))] + lines))
                if number.isMultiple(of: 2) {
                    commands.append(
                        RedisCommand("ZADD", .key(keys.index), .integer(time), .bytes(id.bytes)))
                }
            }
            _ = try await redis.client.send(commands)
        }
    }

    @Test func fiveThousandJobsAreSearchedInOrderEachOnce() async throws {
        try await fill(5_000)
        let (sink, end, progress) = try await search("needle")
        #expect(end == .complete)
        #expect(progress.jobs == 5_000 && progress.known == 5_000 && progress.isListed)
        #expect(progress.lines == 50_000 && progress.hits == 1_000 && progress.jobsWithHits == 1_000)
        // Those of the index first, then the others, each by their newest lines.
        let numbers = stride(from: 0, to: 5_000, by: 10)
        #expect(sink.ids == numbers.map { "job-\($0)" } + numbers.map { "job-\($0 + 1)" })
        #expect(sink.groups.allSatisfy { $0.count == 1 && $0.hits.count == 1 && $0.job?.snapshot.id == $0.id })
        #expect(sink.groups[1].hits[0].record.entry.message == "a needle of 10")
        let told = sink.heard.withLock(\.progress)
        #expect(zip(told, told.dropFirst()).allSatisfy { $0.jobs <= $1.jobs && $0.known <= $1.known })
        #expect(told.last == progress)
    }

    @Test func aCancelledSearchEndsAtOnceAndKeepsWhatItHas() async throws {
        try await fill(2_000)
        // So slowly that it would take minutes.
        var bounds = JobSearch.Bounds()
        bounds.commandsPerSecond = 200
        let question = JobSearch.Question(LogFilter(pattern: try LogPattern(regex: "needle")))
        let search = JobSearch(question, bounds: bounds)
        let sink = Sink()
        let (events, continuation) = AsyncStream.makeStream(of: Void.self)
        let source = source
        let task = Task {
            await search.run(over: source) { event in
                sink.take(event)
                if case .found = event { continuation.yield() }
            }
        }
        var iterator = events.makeAsyncIterator()
        await iterator.next()
        task.cancel()
        let (end, progress) = await task.value
        #expect(end == .cancelled)
        #expect(progress.jobs < 2_000 && progress.hits == sink.groups.count && !sink.groups.isEmpty)
    }

    @Test func noMoreIsKeptThanIsWanted() async throws {
        try await fill(500)
        for _ in 0..<3 {
            _ = try await redis.client.send(
                RedisCommand("RPUSH", .key(keys.logs(JobID("job-0"))), Self.entry("needle", at: 1_700_000_000_100)))
        }
        var bounds = unbounded
        bounds.hitsPerJob = 2
        let (some, _, _) = try await search("needle", bounds) { $0.admitsID = { $0 == JobID("job-0") } }
        #expect(some.groups.first?.count == 4 && some.groups.first?.hits.count == 2 && some.groups.first?.isCut == true)
        bounds.hits = 20
        let (sink, end, progress) = try await search("needle", bounds)
        #expect(end == .full)
        #expect((20..<25).contains(progress.hits) && progress.jobs < 500)
        #expect(sink.groups.reduce(0) { $0 + $1.count } == progress.hits)
        bounds = unbounded
        bounds.hitBytes = 500
        #expect(try await search("needle", bounds).end == .full)
    }

    @Test func aLargeLogIsReadInPieces() async throws {
        let id = JobID("large")
        let filler = String(repeating: "x", count: 400)
        for start in stride(from: 0, to: 5_000, by: 1_000) {
            let lines = (start..<start + 1_000).map { Self.entry("\($0) \(filler)", at: 1_000 + $0) }
            _ = try await redis.client.send(RedisCommand("RPUSH", arguments: [.key(keys.logs(id))] + lines))
        }
        var bounds = unbounded
        bounds.bytesPerSecond = 50_000_000
        let (sink, end, progress) = try await search("^[0-9]*000 ", bounds)
        #expect(end == .complete && progress.lines == 5_000)
        #expect(sink.groups.first?.hits.map { $0.record.entry.message.prefix(4) } == ["1000", "2000", "3000", "4000"])
        #expect(sink.groups.first?.isPartial == false)
        #expect(try #require(try await redis.commandCounts()["lrange"]) > 5, "no single reply of megabytes")
        bounds.logBytes = 1_000_000
        let (part, _, less) = try await search("^[0-9]*000 ", bounds)
        #expect(less.lines < 5_000 && part.groups.first?.isPartial == true)
        #expect(part.groups.first?.hits.last?.record.entry.message.hasPrefix("4000") == true, "the newest lines first")
    }

    @Test func jobsAreChosenByWhatIsKnownOfThem() async throws {
        for (id, status, user) in [("a", "failed", "u1"), ("b", "completed", "u1"), ("c", "failed", "u2")] {
            _ = try await redis.client.send(
                RedisCommand("RPUSH", .key(keys.logs(JobID(id))), Self.entry("needle", at: 1_700_000_000_000)))
            try await redis.call(
                "SET", .key(keys.state(JobID(id))),
                .text(#"{"jobId":"\#(id)","userId":"\#(user)","status":"\#(status)","updatedAt":1700000000000}"#))
        }
        let (failed, _, progress) = try await search("needle") { $0.admitsJob = { $0.state == .failed } }
        #expect(failed.ids.sorted() == ["a", "c"] && progress.jobs == 3 && progress.lines == 2)
        #expect(failed.groups.allSatisfy { $0.job?.snapshot.state == .failed })
        let (ours, _, _) = try await search("needle") { $0.admitsJob = { $0.state == .failed && $0.userID == "u2" } }
        #expect(ours.ids == ["c"])
    }

    @Test func whatCannotBeReadIsCountedAndTheRestIsSearched() async throws {
        try await redis.call("SET", .key(keys.logs(JobID("odd"))), "no list")
        try await redis.call("RPUSH", .key(keys.logs(JobID("good"))), Self.entry("needle", at: 5))
        try await redis.call("SET", .key(keys.state(JobID("none"))), #"{"jobId":"none","status":"running"}"#)
        let (sink, end, progress) = try await search("needle")
        #expect(end == .complete && sink.ids == ["good"])
        #expect(progress.jobs == 3 && progress.unreadable == 1)
        #expect(progress.problem?.contains("job:logs:odd") == true)
    }

    /// The size of a key is not told to every user: then it is estimated.
    @Test func aUserWhoMayNotAskForSizesSearchesAllTheSame() async throws {
        try await fill(50)
        try await redis.call("ACL", "SETUSER", "default", "-memory")
        let (sink, end, progress) = try await search("needle")
        #expect(end == .complete && sink.groups.count == 10 && progress.lines == 500)
    }

    @Test func aServerThatIsNotThereIsSaid() async throws {
        redis.server.stop()
        let (_, end, progress) = try await search("needle")
        guard case .failed(let sentence, isUnreachable: true) = end else {
            Issue.record("\(end)")
            return
        }
        #expect(sentence.contains("Cannot connect") && progress.jobs == 0)
    }
}
