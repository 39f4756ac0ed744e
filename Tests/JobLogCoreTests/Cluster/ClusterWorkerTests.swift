import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Workers and actions on a cluster: the keys of one job are on several nodes.
@Suite(.inTurn) struct ClusterWorkerTests {
    private let place: ClusterPlace
    private let keys = JobKeys()

    init() async throws {
        place = try await ClusterPlace()
    }

    private func publisher() throws -> JobPublisher {
        JobPublisher(connection: RedisConnection(try place.configuration()), worker: WorkerIdentity(name: "worker"))
    }

    private func source() throws -> RedisJobSource {
        RedisJobSource(configuration: try place.configuration(), actor: "user@host")
    }

    @Test func aJobFromItsBeginningToItsEnd() async throws {
        let publisher = try publisher()
        let source = try source()
        for number in 0..<8 {
            let id = JobID("job-\(number)")
            try await publisher.withJob(id, user: "u", type: "research") { job in
                try await job.progress("Searching sources", 30)
                job.log.warn("API rate limit approaching", ["remaining": 12])
                try await job.chunk("text")
                try await job.checkpoint("Half way", 50, customData: ["page": 3])
                job.setResult(["sources": 5])
            }
            let job = try #require(try await source.job(id))
            #expect(job.snapshot.state == .completed && job.snapshot.type == "research" && job.problems.isEmpty)
            #expect(job.snapshot.result?["sources"]?.int == 5)
            #expect(job.checkpoint?.customData?["page"]?.int == 3)
            let messages = try await place.messages(of: id)
            #expect(messages.prefix(2) == ["Searching sources (30%)", "API rate limit approaching"])
            #expect(messages.last?.hasPrefix("Job completed in") == true)
            #expect(try await source.archivedCheckpoints(of: id).count == 1)
        }
        await publisher.close()
        let page = try await source.jobs(after: nil)
        #expect(page.jobs.count == 8, "the index has all of them")
    }

    /// A chunk must not overtake the one before it.
    @Test func chunksComeInTheirOrder() async throws {
        let publisher = try publisher()
        let subscriber = RedisSubscriber(try place.configuration())
        let (_, messages) = try await subscriber.connect()
        try await subscriber.psubscribe([keys.eventPattern])
        for number in 0..<4 { try await publisher.adopt(JobID("job-\(number)"), user: "u") }
        for piece in 0..<50 {
            for number in 0..<4 { try await publisher.chunk(JobID("job-\(number)"), "\(piece)") }
        }
        var heard: [JobID: [String]] = [:]
        var count = 0
        for try await case .patternMessage(_, let channel, let payload) in messages {
            guard let id = keys.job(ofEventChannel: channel),
                case .chunk(let text, _)? = JobEvent.decode(payload)?.kind
            else { continue }
            heard[id, default: []].append(text)
            count += 1
            if count == 200 { break }
        }
        #expect(heard.count == 4 && heard.values.allSatisfy { $0 == (0..<50).map { "\($0)" } })
        await publisher.close()
    }

    @Test func actionsAndTheEndOfAllThatIsThere() async throws {
        let source = try source()
        for number in 0..<4 {
            let id = JobID("job-\(number)")
            let publisher = try publisher()
            try await publisher.created(id, user: "u", type: "research")
            try await publisher.running(id)
            try await publisher.checkpoint(id, step: "Half way", percent: 50)
            #expect(try await source.perform(.pause, on: id).job?.snapshot.state == .paused)
            #expect(try await source.perform(.resume, on: id).job?.snapshot.state == .running)
            let cancelled = try await source.perform(.cancel, on: id)
            #expect(cancelled.job?.snapshot.state == .cancelled && cancelled.problems.isEmpty)
            #expect(try await place.messages(of: id).last == "cancelled by user@host")
            await #expect(throws: PublishError.self) { try await publisher.progress(id, step: "late", percent: 60) }
            _ = try await source.perform(.deleteLogs, on: id)
            #expect(try await place.messages(of: id) == ["logs deleted by user@host"])
            let removed = try await source.perform(.remove, on: id)
            #expect(removed.removed.count >= 5, "log, state, checkpoint, archive, indexes")
            #expect(try await source.job(id) == nil)
            await publisher.close()
        }
        #expect(try await place.client.send(RedisCommand("DBSIZE")).integer == 0)
    }

    @Test func aRequestToCancelIsHeard() async throws {
        let publisher = try publisher()
        let id = JobID("long")
        let (started, tell) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            try await publisher.withJob(id, user: "u") { job in
                try await job.progress("Waiting", 20)
                tell.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        _ = try await source().perform(.cancel, on: id)
        await #expect(throws: CancellationError.self) { try await work.value }
        await publisher.close()
    }

    /// A node is frozen while it has entries to which it has not answered: they are there once.
    @Test func aFrozenNodeGetsNothingTwice() async throws {
        let ids = [try await place.job("job", on: 0), try await place.job("job", on: 1)]
        var configuration = try place.configuration("worker")
        configuration.connectTimeout = .milliseconds(300)
        configuration.commandTimeout = .milliseconds(300)
        let manager = JobLogManager(
            connection: RedisConnection(configuration), keeping: LogKeeping(retryLimit: .milliseconds(50)),
            console: { _ in })
        for id in ids { await manager.info(id, "1") }
        place.cluster.servers[0].suspend()
        for number in 2...10 { for id in ids { _ = await manager.info(id, "\(number)") } }
        // The other node's entries do not wait.
        try await eventually("the other node's lines") { try await place.messages(of: ids[1]).count == 10 }
        place.cluster.servers[0].resume()
        #expect(await manager.flush(within: .seconds(60)))
        for id in ids {
            // Who has met the frozen node leaves it alone for a while.
            try await eventually("the lines") { (try? await place.messages(of: id))?.count ?? 0 >= 10 }
            #expect(try await place.messages(of: id) == (1...10).map { "\($0)" })
        }
        await manager.close()
    }
}
