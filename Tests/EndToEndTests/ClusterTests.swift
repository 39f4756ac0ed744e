import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// joblog on a Redis Cluster.
@Suite(.inTurn) struct ClusterTests {
    /// Jobs whose logs are on each of the primaries in turn.
    private func jobs(_ cluster: RedisCluster) async throws -> [String] {
        var jobs: [String] = []
        for place in 0..<RedisCluster.size {
            jobs.append(try await cluster.name(on: place) { ("job-\($0)", "job:logs:job-\($0)") })
        }
        return jobs
    }

    @Test(arguments: [true, false]) func everyCommand(_ namesCluster: Bool) async throws {
        let cluster = try await RedisCluster()
        let plain = "redis://127.0.0.1:\(cluster.servers[1].port ?? 0)"
        let place = try Workplace(cluster: cluster, url: namesCluster ? nil : plain)
        let jobs = try await jobs(cluster)
        for (number, id) in jobs.enumerated() {
            _ = try await place.output(
                "publish", "progress", id, "--user", "u", "--step", "Half way", "--percent", "50")
            _ = try await place.output("log", id, "needle \(number)")
            _ = try await place.output(
                "publish", "checkpoint", id, "--user", "u", "--step", "Half way", "--percent", "50")
        }
        let listed = try #require(try json(await place.output("ls", "-o", "json")) as? [NSObject])
        #expect(Set(listed.compactMap { field("id", of: $0) }) == Set(jobs))
        #expect(listed.allSatisfy { field("state", of: $0) == "running" && field("progress", of: $0) == "50" })
        for (number, id) in jobs.enumerated() {
            #expect(try await place.output("show", id).contains("Half way"))
            #expect(try await place.lines("logs", id).contains { $0.contains("needle \(number)") })
        }
        let merged = try await place.lines(["logs"] + jobs)
        #expect(merged.filter { $0.contains("needle") }.count == 3)
        #expect(try await place.lines("search", "needle").filter { $0.contains("needle") }.count == 3)
        #expect(try await place.lines(["export", "-o", "jsonl"] + jobs).filter { $0.contains("needle") }.count == 3)
        #expect(try await place.output("cancel", jobs[0]).contains("cancelled"))
        #expect(try await place.run("cancel", jobs[0]).status == .exited(1))
        #expect(try await place.output("rm", jobs[0], "--yes").contains("job:logs:\(jobs[0])"))
        #expect(try await place.run("show", jobs[0]).status == .exited(3))
        #expect(try await cluster.refusals("CROSSSLOT") == 0)
    }

    @Test func severalLogsAreFollowedAcrossNodes() async throws {
        let cluster = try await RedisCluster()
        let place = try Workplace(cluster: cluster)
        let jobs = try await jobs(cluster)
        for id in jobs {
            try await place.state(id, "running")
            try await place.say("first", to: id)
        }
        let child = try Spawned(
            [place.joblog, "logs", "-f", "-o", "jsonl"] + jobs, environment: place.environment)
        var lines = child.lines.makeAsyncIterator()
        for _ in jobs { #expect(await lines.next()?.contains("first") == true) }
        for number in 0..<5 {
            for id in jobs {
                try await place.say("line \(number)", to: id)
                let line = try json(try #require(await lines.next()))
                #expect(field("jobId", of: line) == id && field("message", of: line) == "line \(number)")
            }
        }
        for id in jobs { _ = try await place.run("publish", "complete", id) }
        var ends = 0
        while let line = await lines.next() { if line.contains("Job completed in") { ends += 1 } }
        #expect(ends == 3 && child.stderr.isEmpty)
        #expect(try await child.wait() == .exited(0))
    }

    @Test func theScreenIsLiveWhileSlotsMove() async throws {
        let cluster = try await RedisCluster()
        let place = try Workplace(cluster: cluster)
        let jobs = try await jobs(cluster)
        for id in jobs {
            try await place.state(id, "running")
            try await place.say("line 1", to: id)
        }
        let terminal = try await place.terminal(width: 110)
        try await terminal.waitFor("the list") { screen in
            screen.contains("● Online") && jobs.allSatisfy { screen.contains($0) } && !screen.contains("polling")
        }
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
        let log = try await place.terminal(jobs[0], width: 110)
        try await log.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1] }
        let slot = try await cluster.slot(of: "job:logs:\(jobs[0])")
        var count = 1
        func say() async throws {
            count += 1
            try await place.say("line \(count)", to: jobs[0])
            try await log.waitFor("line \(count)") { $0.lineNumbers == Array(1...count) }
        }
        try await say()
        try await cluster.beginMoving(slot, from: 0, to: 1)
        try await say()
        try await cluster.moveKeys(of: slot, from: 0, to: 1)
        try await say()
        try await cluster.endMoving(slot, from: 0, to: 1)
        try await say()
        #expect(try await cluster.refusals("ASK") > 0)
        #expect(try await cluster.refusals("MOVED") > 0)
    }

    @Test func theScreenTellsOfAFailoverAndComesBack() async throws {
        let cluster = try await RedisCluster(hasReplicas: true)
        let place = try Workplace(cluster: cluster)
        let jobs = try await jobs(cluster)
        for id in jobs { try await place.say("line 1", to: id) }
        let terminal = try await place.terminal(jobs[1], width: 160)
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1] }
        let manager = JobLogManager(
            connection: RedisConnection(
                RedisConfiguration(
                    url: try RedisURL(parsing: cluster.urlText), connectTimeout: .seconds(2),
                    commandTimeout: .seconds(2))),
            keeping: LogKeeping(retryLimit: .milliseconds(100)), console: { _ in })
        func post(_ numbers: ClosedRange<Int>) {
            for number in numbers { for id in jobs { manager.post(JobID(id), LogLine(.info, "line \(number)")) } }
        }
        post(2...4)
        try await terminal.waitFor("more lines") { $0.lineNumbers == Array(1...4) }
        try await cluster.failOver(1) {
            post(5...7)
            let port = cluster.servers[1].port ?? 0
            try await terminal.waitFor("127.0.0.1:\(port) cannot be reached")
            #expect(try await terminal.capture().lineNumbers.starts(with: Array(1...4)))
        }
        try await terminal.waitFor("all lines, once each") {
            !$0.contains("cannot be reached") && $0.contains("● Online") && $0.lineNumbers == Array(1...7)
        }
        post(8...9)
        try await terminal.waitFor("new lines") { $0.lineNumbers == Array(1...9) }
        #expect(await manager.flush(within: .seconds(60)))
        for id in jobs {
            let lines = try await place.lines("logs", id)
            #expect(lines.count == 9, "\(lines)")
        }
        await manager.close()
    }

    @Test func aNodeThatIsMissingIsSaid() async throws {
        let cluster = try await RedisCluster(arguments: ["--cluster-require-full-coverage", "no"])
        let place = try Workplace(cluster: cluster)
        let jobs = try await jobs(cluster)
        for id in jobs { try await place.say("here", to: id) }
        cluster.servers[2].kill()
        let output = try await place.run("ls", "--state", "all", "-o", "json")
        let listed = try #require(try json(output.text) as? [NSObject]).compactMap { field("id", of: $0) }
        #expect(Set(listed) == Set(jobs.prefix(2)))
        #expect(output.status == .exited(4))
        #expect(output.errorText.contains("127.0.0.1:\(cluster.servers[2].port ?? 0) cannot be reached"))
        #expect(output.errorText.split(separator: "\n").count == 1)
        let away = try await place.run("logs", jobs[2])
        #expect(away.status == .exited(4) && away.errorText.contains("cannot be reached"))
        #expect(try await place.lines("logs", jobs[0]).count == 1)
        for server in cluster.servers { server.kill() }
        #expect(try await place.run("ls").status == .exited(4))
    }
}
