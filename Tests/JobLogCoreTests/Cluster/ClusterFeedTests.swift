import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import JobLogCore

/// The live feed on a cluster of three nodes and more.
@Suite(.inTurn) struct ClusterFeedTests {
    private func viewer(_ place: ClusterPlace, _ interest: FeedInterest) async throws -> FeedViewer {
        await FeedViewer(try place.configuration("joblog-viewer"), interest)
    }

    @Test func logsOfEveryNodeAreFollowedByNotices() async throws {
        let place = try await ClusterPlace()
        let ids = try await place.jobs("first") + place.jobs("second")
        for id in ids { try await place.say("1", to: id) }
        let viewer = FeedMemory(try await viewer(place, FeedInterest(rows: Set(ids), logs: Set(ids))))
        try await eventually("the connections") { viewer.connection == .online(notice: nil) }
        for number in 2...20 { for id in ids { try await place.say("\(number)", to: id) } }
        for id in ids {
            try await eventually("the lines of \(id.display)") { viewer.messages(of: id).count >= 20 }
            #expect(viewer.messages(of: id) == (1...20).map { "\($0)" })
        }
        // Events come from every node.
        for node in 0..<RedisCluster.size {
            let id = ids[node]
            let event = #"{"jobId":"\#(id.display)","event":"job:chunk","chunk":"from \#(node)"}"#
            try await place.cluster.send(
                RedisCommand("PUBLISH", .bytes(JobKeys().events(id)), .text(event)), to: node)
            try await eventually("the event from \(node)") { viewer.events.contains(id) }
        }
        #expect(viewer.connections == [.connecting, .online(notice: nil)], "it does not poll")
        await viewer.close()
    }

    @Test func noLineIsLostOrDoubledWhileItsSlotMoves() async throws {
        let place = try await ClusterPlace()
        let id = try await place.job("moving", on: 0)
        let manager = JobLogManager(
            connection: RedisConnection(try place.configuration()), retention: LogRetention(entries: 100_000))
        await manager.info(id, "1")
        let viewer = FeedMemory(try await viewer(place, FeedInterest(rows: [id], logs: [id])))
        let writing = Task {
            var number = 1
            while !Task.isCancelled {
                number += 1
                await manager.info(id, "\(number)")
            }
            return number
        }
        var node = 0
        for _ in 0..<4 {
            node = try await place.moveLog(of: id, from: node) { _ in
                let before = viewer.messages(of: id).count
                try await eventually("more lines") { viewer.messages(of: id).count > before + 20 }
            }
        }
        writing.cancel()
        let expected = (1...(await writing.value)).map { "\($0)" }
        try await eventually("the last line") { viewer.messages(of: id).last == expected.last }
        #expect(viewer.messages(of: id) == expected)
        #expect(try await place.messages(of: id) == expected)
        #expect(try await place.cluster.refusals("ASK") > 0)
        #expect(try await place.cluster.refusals("MOVED") > 0)
        await viewer.close()
    }

    /// A key that is not there cannot be moved, so that no node tells of it.
    @Test func aKeyThatAppearsWhereItsSlotHasMovedIsSeen() async throws {
        let place = try await ClusterPlace()
        let id = try await place.job("later", on: 1)
        let viewer = try await viewer(place, FeedInterest(rows: [id], logs: [id]))
        try await viewer.first { if case .log(_, .opened) = $0 { () } else { nil } }
        _ = try await place.moveLog(of: id, from: 1)
        try await place.say("here", to: id)
        #expect(try await viewer.messages(until: "here") == ["here"])
        await viewer.feed.close()
    }

    @Test func aReplicaTakesOverAndNothingIsLostOrDoubled() async throws {
        let place = try await ClusterPlace(hasReplicas: true)
        let ids = try await place.jobs("job")
        let manager = JobLogManager(
            connection: RedisConnection(try place.configuration()), retention: LogRetention(entries: 100_000),
            keeping: LogKeeping(entries: 100_000, retryLimit: .milliseconds(100)), console: { _ in })
        for id in ids { await manager.info(id, "1") }
        let viewer = FeedMemory(try await viewer(place, FeedInterest(rows: Set(ids), logs: Set(ids))))
        try await eventually("the connections") { viewer.connection == .online(notice: nil) }
        let writing = Task {
            var number = 1
            while !Task.isCancelled {
                number += 1
                // One that waits for the others would stand still.
                for id in ids { manager.post(id, LogLine(.info, "\(number)")) }
                try? await Task.sleep(for: .milliseconds(2))
            }
            return number
        }
        let missing = "127.0.0.1:\(place.cluster.servers[1].port ?? 0)"
        let sentence = "the cluster's node \(missing) cannot be reached; the jobs there are missing until it is back."
        try await place.cluster.failOver(1) {
            try await eventually("that it is said") { viewer.connection == .online(notice: sentence) }
        }
        // The viewer listens to the new primary.
        try await eventually("all nodes") { viewer.connection == .online(notice: nil) }
        let before = viewer.messages(of: ids[1]).count
        try await eventually("more lines") { viewer.messages(of: ids[1]).count > before + 20 }
        writing.cancel()
        let expected = (1...(await writing.value)).map { "\($0)" }
        #expect(await manager.flush(within: .seconds(60)))
        for id in ids {
            #expect(try await place.messages(of: id) == expected)
            try await eventually("the last line") { viewer.messages(of: id).last == expected.last }
            #expect(viewer.messages(of: id) == expected)
        }
        await viewer.close()
    }

    @Test func jobsOfAllNodesAreFound() async throws {
        let place = try await ClusterPlace()
        let ids = (0..<300).map { JobID("job-\($0)") }
        let entry = LogEntry.encode(timestamp: Timestamp.now(), type: .info, message: "here")
        _ = try await place.client.send(ids.map { RedisCommand("RPUSH", .key(JobKeys().logs($0)), .bytes(entry)) })
        let source = RedisJobSource(configuration: try place.configuration())
        var found: [JobID] = []
        var cursor: JobCursor?
        repeat {
            let page = try await source.jobs(after: cursor)
            found += page.jobs.map(\.snapshot.id)
            #expect(page.problem == nil && (0...1).contains(page.progress))
            cursor = page.next
        } while cursor != nil
        #expect(Set(found) == Set(ids) && found.count == ids.count)
        #expect(try await source.match("job-17") == .one(JobID("job-17")))
        #expect(try await source.match("job-29") == .one(JobID("job-29")))
        #expect(try await source.match("nothing") == .none)
        let viewer = try await viewer(place, FeedInterest(discovers: true))
        var seen: Set<JobID> = []
        try await viewer.first { update -> Void? in
            if case .jobs(let jobs) = update { seen.formUnion(jobs.map(\.snapshot.id)) }
            return seen.count == ids.count ? () : nil
        }
        await viewer.feed.close()

        // Without one of the nodes the others' jobs are there, and that some are missing is said.
        place.cluster.servers[2].kill()
        found = []
        cursor = nil
        var problem: RedisError?
        repeat {
            let page = try await source.jobs(after: cursor)
            found += page.jobs.map(\.snapshot.id)
            problem = problem ?? page.problem
            cursor = page.next
        } while cursor != nil
        #expect(problem?.message.contains("127.0.0.1:\(place.cluster.servers[2].port ?? 0) cannot be reached") == true)
        #expect(found.count > 150 && found.count < 250)
    }

    @Test func allLogsAreSearched() async throws {
        let place = try await ClusterPlace()
        for number in 0..<60 { try await place.say("needle \(number)", to: JobID("job-\(number)")) }
        let source = RedisJobSource(configuration: try place.configuration())
        let question = JobSearch.Question(LogFilter(pattern: try LogPattern(regex: "needle")))
        let (end, progress) = await JobSearch(question).run(over: source) { _ in }
        #expect(end == .complete && progress.hits == 60 && progress.problem == nil)
        place.cluster.servers[0].kill()
        let (partEnd, part) = await JobSearch(question).run(over: source) { _ in }
        #expect(partEnd == .complete && part.hits > 20 && part.hits < 60)
        #expect(part.problem?.contains("cannot be reached") == true)
    }
}

/// What a feed has told, for tests that look at it while other things go on.
private final class FeedMemory: Sendable {
    private struct Told {
        var messages: [JobID: [String]] = [:]
        var connections: [FeedConnection] = []
        var events: Set<JobID> = []
    }

    private let feed: any JobFeed
    private let told = Mutex(Told())

    init(_ viewer: FeedViewer) {
        feed = viewer.feed
        Task { [weak self] in
            for await update in viewer.updates { self?.take(update) }
        }
    }

    /// The messages of a log, with a mark where the feed told of a gap.
    func messages(of id: JobID) -> [String] { told.withLock { $0.messages[id] ?? [] } }

    var connections: [FeedConnection] { told.withLock(\.connections) }

    var connection: FeedConnection? { connections.last }

    /// The jobs that events were told of.
    var events: Set<JobID> { told.withLock(\.events) }

    func close() async { await feed.close() }

    private func take(_ update: FeedUpdate) {
        told.withLock { told in
            switch update {
            case .connection(let connection): told.connections.append(connection)
            case .events(let events): told.events.formUnion(events.map(\.id))
            case .log(let id, let change):
                switch change {
                case .opened(let records, _), .appended(let records, _):
                    told.messages[id, default: []] += records.map(\.entry.message)
                case .gap(_, let then): told.messages[id, default: []] += ["[gap]"] + then.map(\.entry.message)
                case .cleared(let then): told.messages[id, default: []] += ["[cleared]"] + then.map(\.entry.message)
                case .older, .unreadable: break
                }
            case .jobs, .vanished, .listing: break
            }
        }
    }
}
