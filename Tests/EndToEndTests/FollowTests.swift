import Foundation
import JobLogCore
import TestSupport
import Testing

/// `joblog logs -f` on a real server.
@Suite(.inTurn) struct FollowTests {
    private func message(_ line: String?) throws -> String? {
        try line.flatMap { field("message", of: try json($0)) }
    }

    @Test func itEndsWithTheJob() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("one", to: "job")
        let child = try place.spawn("logs", "-f", "job", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(try message(await lines.next()) == "one")
        try await place.say("two", to: "job")
        #expect(try message(await lines.next()) == "two")
        _ = try await place.run("publish", "complete", "job")
        #expect(try message(await lines.next())?.hasPrefix("Job completed in") == true)
        #expect(await lines.next() == nil)
        #expect(try await child.wait() == .exited(0))
        #expect(child.stderr.isEmpty)
        // It has ended before it is followed: its lines are printed all the same.
        #expect(try await place.lines("logs", "-f", "job").count == 3)
    }

    @Test func keepStays() async throws {
        let place = try Workplace()
        try await place.state("job", "completed")
        try await place.say("one", to: "job")
        let child = try place.spawn("logs", "-f", "--keep", "job", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(try message(await lines.next()) == "one")
        try await place.say("after the end", to: "job")
        #expect(try message(await lines.next()) == "after the end")
        #expect(child.status == nil)
        child.terminate(signal: SIGINT)
        #expect(await lines.next() == nil)
    }

    @Test func aCeilingThatHoldsItBackIsSaidAndThatItIsOver() async throws {
        let place = try Workplace()
        let ids = (1...8).map { "job-\($0)" }
        for id in ids {
            try await place.state(id, "running")
            try await place.say("hello from \(id)", to: id)
        }
        let child = try Spawned(
            [place.joblog, "logs", "-f", "-o", "jsonl", "--max-commands", "20"] + ids, environment: place.environment)
        var lines = child.lines.makeAsyncIterator()
        for id in ids { #expect(try message(await lines.next()) == "hello from \(id)") }
        // What it had to wait for is over: nothing is asked any more.
        try await eventually("the remark that it is over") {
            String(decoding: child.stderr, as: UTF8.self).contains("joblog: no longer at the limit")
        }
        let remarks = String(decoding: child.stderr, as: UTF8.self).split(separator: "\n")
        #expect(remarks.first == "joblog: at the limit of 20 commands/s: lines may come late, none is left out")
        child.terminate(signal: SIGINT)
    }

    @Test func interruptingIsQuiet() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("one", to: "job")
        let child = try place.spawn("logs", "-f", "job")
        var lines = child.lines.makeAsyncIterator()
        #expect(await lines.next()?.hasSuffix("one") == true)
        child.terminate(signal: SIGINT)
        let status = try await child.wait()
        // A shell tells a process that died of SIGINT as 130 too.
        #expect(status == .exited(130) || status == .signalled(SIGINT))
        #expect(await lines.next() == nil)
        #expect(child.stderr.isEmpty)
    }

    @Test func filtersHoldForNewLines() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        for number in 1...5 { try await place.say("old \(number)", level: "warn", to: "job") }
        let child = try place.spawn("logs", "-f", "job", "-l", "warn", "-n", "1", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(try message(await lines.next()) == "old 5")
        try await place.say("quiet", to: "job")
        try await place.say("loud", level: "error", to: "job")
        #expect(try message(await lines.next()) == "loud")
    }

    @Test func severalJobsEndTogether() async throws {
        let place = try Workplace()
        for id in ["job-a", "job-b"] {
            try await place.state(id, "running")
            try await place.say("hello from \(id)", to: id)
        }
        let child = try place.spawn("logs", "-f", "job-a", "job-b", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(try message(await lines.next()) == "hello from job-a")
        #expect(try message(await lines.next()) == "hello from job-b")
        _ = try await place.run("publish", "fail", "job-a", "broken")
        let failure = try json(try #require(await lines.next()))
        #expect(field("jobId", of: failure) == "job-a" && field("message", of: failure) == "broken")
        try await place.say("still here", to: "job-b")
        #expect(try message(await lines.next()) == "still here")
        _ = try await place.run("publish", "complete", "job-b")
        #expect(try message(await lines.next())?.hasPrefix("Job completed") == true)
        #expect(try await child.wait() == .exited(0))
    }

    @Test func nothingIsLostOrDoubledOverARestart() async throws {
        let place = try Workplace(arguments: ["--appendonly", "yes"])
        try await place.state("job", "running")
        for number in 1...5 { try await place.say("line \(number)", to: "job") }
        let child = try place.spawn("logs", "-f", "job", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        for number in 1...5 { #expect(try message(await lines.next()) == "line \(number)") }
        place.server.stop()
        try await eventually("the remark that Redis is away") {
            String(decoding: child.stderr, as: UTF8.self).contains("Waiting until Redis is back")
        }
        try place.server.restart()
        for number in 6...9 { try await place.say("line \(number)", to: "job") }
        for number in 6...9 { #expect(try message(await lines.next()) == "line \(number)") }
        _ = try await place.run("publish", "complete", "job")
        #expect(try message(await lines.next())?.hasPrefix("Job completed") == true)
        #expect(await lines.next() == nil)
        #expect(try await child.wait() == .exited(0))
    }

    @Test func everyLineOfManyComesOnce() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("0", to: "job")
        let child = try place.spawn("logs", "-f", "job", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(try message(await lines.next()) == "0")
        for number in 1...1_000 { try await place.say("\(number)", to: "job") }
        for number in 1...1_000 {
            guard try message(await lines.next()) == "\(number)" else {
                Issue.record("line \(number) did not come in its turn")
                return
            }
        }
    }

    @Test func aClosedPipeEndsIt() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("one", to: "job")
        let shell = try Spawned(
            ["bash", "-c", "\"$0\" logs -f job | head -1; echo ${PIPESTATUS[0]}", place.joblog],
            environment: place.environment)
        var lines = shell.lines.makeAsyncIterator()
        #expect(await lines.next()?.hasSuffix("one") == true)
        // What is written after head has gone meets the closed pipe.
        while shell.status == nil {
            try await place.say("more", to: "job")
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await lines.next() == "0")
        #expect(shell.stderr.isEmpty)
    }
}
