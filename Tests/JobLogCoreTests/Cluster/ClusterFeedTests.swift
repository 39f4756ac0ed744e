import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The live feed on a cluster of three nodes and more.
@Suite(.inTurn) struct ClusterFeedTests {
    private func viewer(_ place: ClusterPlace, _ interest: FeedInterest) async throws -> FeedViewer {
        await FeedViewer(try place.configuration("joblog-viewer"), interest)
    }

    /// Collects the messages of logs until each has `count`.
    private func messages(
        of ids: [JobID], _ count: Int, _ viewer: FeedViewer
    ) async throws -> [JobID: [String]] {
        var all: [JobID: [String]] = [:]
        try await viewer.first { update -> Void? in
            guard case .log(let id, let change) = update else { return nil }
            switch change {
            case .opened(let records, _), .appended(let records, _):
                all[id, default: []] += records.map(\.entry.message)
            case .gap(_, let then): all[id, default: []] += ["[gap]"] + then.map(\.entry.message)
            case .cleared(let then): all[id, default: []] += ["[cleared]"] + then.map(\.entry.message)
            case .older, .unreadable: break
            }
            return ids.allSatisfy { all[$0]?.count ?? 0 >= count } ? () : nil
        }
        return all
    }

    @Test func logsOfEveryNodeAreFollowedByNotices() async throws {
        let place = try await ClusterPlace()
        var ids: [JobID] = []
        for node in 0..<RedisCluster.size {
            ids.append(try await place.job("first", on: node))
            ids.append(try await place.job("second", on: node))
        }
        for id in ids { try await place.say("1", to: id) }
        let viewer = try await viewer(place, FeedInterest(rows: Set(ids), logs: Set(ids)))
        #expect(try await viewer.notice() == nil, "it does not poll")
        for number in 2...20 { for id in ids { try await place.say("\(number)", to: id) } }
        let seen = try await messages(of: ids, 20, viewer)
        for id in ids { #expect(seen[id] == (1...20).map { "\($0)" }) }
        // Events come from every node.
        for node in 0..<RedisCluster.size {
            let id = ids[2 * node]
            try await place.cluster.send(
                RedisCommand(
                    "PUBLISH", .bytes(JobKeys().events(id)),
                    .text(#"{"jobId":"\#(id.display)","event":"job:chunk","chunk":"from \#(node)"}"#)), to: node)
            try await viewer.first { update -> Void? in
                guard case .events(let events) = update else { return nil }
                return events.contains { $0.id == id } ? () : nil
            }
        }
        await viewer.feed.close()
    }

    @Test func noLineIsLostOrDoubledWhileItsSlotMoves() async throws {
        let place = try await ClusterPlace()
        let id = try await place.job("moving", on: 0)
        let manager = JobLogManager(
            connection: RedisConnection(try place.configuration()), retention: LogRetention(entries: 100_000))
        await manager.info(id, "1")
        let viewer = try await viewer(place, FeedInterest(rows: [id], logs: [id]))
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
                let before = try await place.messages(of: id).count
                try await eventually("more lines") { try await place.messages(of: id).count > before + 20 }
            }
        }
        writing.cancel()
        let count = await writing.value
        let seen = try await messages(of: [id], count, viewer)
        #expect(seen[id] == (1...count).map { "\($0)" })
        #expect(try await place.messages(of: id) == (1...count).map { "\($0)" })
        #expect(try await place.cluster.refusals("ASK") > 0)
        #expect(try await place.cluster.refusals("MOVED") > 0)
        await viewer.feed.close()
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
        var ids: [JobID] = []
        for node in 0..<RedisCluster.size { ids.append(try await place.job("job", on: node)) }
        let manager = JobLogManager(
            connection: RedisConnection(try place.configuration()), retention: LogRetention(entries: 100_000),
            keeping: LogKeeping(entries: 100_000, retryLimit: .milliseconds(100)), console: { _ in })
        for id in ids { await manager.info(id, "1") }
        let viewer = try await viewer(place, FeedInterest(rows: Set(ids), logs: Set(ids)))
        #expect(try await viewer.notice() == nil)
        let writing = Task {
            var number = 1
            while !Task.isCancelled {
                number += 1
                for id in ids { manager.post(id, LogLine(.info, "\(number)")) }
                try? await Task.sleep(for: .milliseconds(2))
            }
            return number
        }
        let missing = "127.0.0.1:\(place.cluster.servers[1].port ?? 0)"
        try await place.cluster.failOver(1) {
            let notice = try await viewer.notice(with: "node \(missing) cannot be reached")
            #expect(
                notice
                    == "the cluster's node \(missing) cannot be reached; the jobs there are missing until it is back.")
        }
        // The viewer listens to the new primary.
        try await viewer.first { if case .connection(.online(nil)) = $0 { () } else { nil } }
        try await Task.sleep(for: .milliseconds(50))
        writing.cancel()
        let count = await writing.value
        #expect(await manager.flush(within: .seconds(60)))
        let expected = (1...count).map { "\($0)" }
        for id in ids { #expect(try await place.messages(of: id) == expected) }
        await viewer.feed.refresh()
        for id in ids { try await place.say("end", to: id) }
        // What the viewer was told before is behind; what it holds must be all there is.
        let last = await FeedViewer(try place.configuration(), FeedInterest(rows: Set(ids), logs: Set(ids)))
        for (id, seen) in try await messages(of: ids, 1, last) { #expect(seen.last == "end", "\(id.display)") }
        await last.feed.close()
        await viewer.feed.close()
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
