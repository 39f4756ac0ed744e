import Foundation
import TestSupport
import Testing

/// `joblog wait` on a real server.
@Suite(.inTurn) struct WaitTests {
    /// Starts to wait, and comes back when it hears events.
    private func wait(_ place: Workplace, _ arguments: String...) async throws -> Spawned {
        let child = try Spawned([place.joblog, "wait"] + arguments, environment: place.environment)
        try await eventually("the waiting viewer is there") {
            if child.status != nil { return true }
            return try await place.viewers().contains { $0.line.contains("psub=1") }
        }
        return child
    }

    @Test func theStatusTellsTheOutcome() async throws {
        let place = try Workplace()
        for (command, status, words) in [
            ("complete", 0, "job completed"), ("fail", 11, "job failed"), ("cancel", 12, "job was cancelled"),
        ] as [(String, Int32, String)] {
            try await place.state("job", "running", progress: 33)
            let child = try await wait(place, "job")
            let said = command == "fail" ? ["publish", command, "job", "no memory left"] : ["publish", command, "job"]
            #expect(try await place.run(said).status == .exited(0))
            #expect(try await child.wait() == .exited(status))
            let text = String(decoding: child.stdout, as: UTF8.self)
            #expect(text.hasPrefix(words) && text.hasSuffix("\n"), "\(text)")
            if command == "fail" { #expect(text.contains("no memory left")) }
            #expect(child.stderr.isEmpty)
        }
        try await place.state("job", "running")
        let child = try await wait(place, "job", "-o", "jsonl")
        try await place.send("DEL", "job:state:job", "job:logs:job", "job:seq:job", "checkpoint:job")
        #expect(try await child.wait() == .exited(13))
        #expect(field("condition", of: try json(String(decoding: child.stdout, as: UTF8.self))) == "gone")
    }

    @Test func whatIsSoAlreadyIsNotWaitedFor() async throws {
        let place = try Workplace()
        try await place.state("done", "completed", progress: 100)
        try await place.state("broken", "failed")
        #expect(try await place.output("wait", "done", "-q") == "")
        #expect(try await place.run("wait", "broken").status == .exited(11))
        #expect(try await place.run("wait", "broken", "--until", "failed").status == .exited(0))
        #expect(try await place.run("wait", "broken", "done", "--until", "end").status == .exited(0))
        // It comes to that no more.
        #expect(try await place.run("wait", "done", "--until", "running").status == .exited(10))
        #expect(try await place.run("wait", "broken", "done").status == .exited(11))
        #expect(try await place.run("wait", "broken", "done", "--any").status == .exited(0))
    }

    @Test func timeEndsIt() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let output = try await place.run("wait", "job", "--timeout", "250ms")
        #expect(output.status == .exited(124))
        #expect(output.errorText == "joblog: After 250ms still waiting for job.\n")
    }

    @Test func whatMakesNoSenseIsSaid() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let time = try await place.run("wait", "job", "--timeout", "soon")
        #expect(time.status == .exited(64) && time.errorText.contains("--timeout takes a time such as 90s, 5m or 2h"))
        #expect(try await place.run("wait", "job", "--until", "happy").status == .exited(64))
        #expect(try await place.run("wait", "none").status == .exited(3))
    }

    @Test func theListGoesOn() async throws {
        let place = try Workplace()
        try await place.state("job-a", "running")
        let child = try place.spawn("ls", "--watch", "-o", "jsonl")
        var lines = child.lines.makeAsyncIterator()
        #expect(field("id", of: try json(try #require(await lines.next()))) == "job-a")
        _ = try await place.run("publish", "fail", "job-a", "no memory left")
        let turn = try json(try #require(await lines.next()))
        #expect(field("condition", of: turn) == "failed" && field("was", of: turn) == "running")
        // A new one is told, one that has ended is not in this list.
        try await place.state("job-b", "running")
        _ = try await place.run("publish", "progress", "job-b", "--step", "Half", "--percent", "50")
        #expect(field("id", of: try json(try #require(await lines.next()))) == "job-b")
        child.terminate(signal: SIGINT)
    }
}
