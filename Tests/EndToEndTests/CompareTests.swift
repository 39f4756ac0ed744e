import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// A failed job beside one that succeeded, on a real server.
@Suite(.inTurn) struct CompareTests {
    /// Runs a job as a worker does; it fails after so many sources, or not at all.
    private func work(_ id: String, failsAfter: Int?, at place: Workplace) async throws {
        let connection = RedisConnection(RedisConfiguration(url: place.server.url))
        let publisher = JobPublisher(connection: connection)
        let job = JobID(id)
        try await publisher.created(job, user: "u", type: "research")
        try await publisher.running(job)
        try await publisher.progress(job, step: "Parsing input", percent: 5)
        for number in 1...5 {
            try await publisher.progress(
                job, step: "Searching sources (\(number)/5)", percent: Double(number * 10))
            guard number == failsAfter else { continue }
            try await publisher.fail(job, error: "Upstream answered 503 to \(id)")
            return
        }
        try await publisher.progress(job, step: "Generating response", percent: 80)
        try await publisher.complete(job, result: ["text": "ok"], duration: .milliseconds(1_200))
    }

    @Test func whereAFailedJobPartsFromOneThatSucceeded() async throws {
        let place = try Workplace()
        try await work("run-1", failsAfter: nil, at: place)
        try await work("run-2", failsAfter: nil, at: place)
        try await work("run-3", failsAfter: 3, at: place)
        let same = try await place.run("compare", "run-1", "run-2")
        #expect(same.status == .exited(0) && same.text == "", "\(same.text)\(same.errorText)")
        let output = try await place.run("compare", "run-3")
        #expect(output.status == .exited(1))
        #expect(output.errorText.contains("compared with run-2, the newest completed job of type research"))
        let lines = output.text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["--- run-2", "+++ run-3"])
        #expect(lines.contains("-INFO  Searching sources (4/5) (40%)"), "\(output.text)")
        #expect(lines.contains("+ERROR Upstream answered 503 to run-3"))
        #expect(lines.contains(" INFO  Searching sources (3/5) (30%)"))
        #expect(try await place.run("compare", "run-3", "nothing").status == .exited(3))
        #expect(try await place.run("compare").status == .exited(64))
        let none = try await place.run("compare", "run-3", "-U", "-1")
        #expect(none.status == .exited(64))

        let terminal = try await place.terminal("run-3", width: 110, height: 30, environment: ["LC_ALL": "C.UTF-8"])
        try await terminal.waitFor("Upstream answered 503")
        try await terminal.send("=")
        let screen = try await terminal.waitFor("part after 'Searching sources (3/5) (30%)'")
        #expect(screen.rows.contains { $0.hasPrefix("▸") && $0.contains("- ") && $0.hasSuffix("(4/5) (40%)") })
        #expect(screen.contains("Compared with run-2, the newest completed job of type research"))
        try await terminal.send("g", "}")
        try await terminal.waitFor { $0.rows.contains { $0.hasPrefix("▸") && $0.hasSuffix("(4/5) (40%)") } }
        // A log that goes on makes the comparison one of the past, and says so.
        try await place.say("Something else", at: 5_000_000_000_000, to: "run-3")
        try await terminal.waitFor { $0.rows[1].contains("compared until") && $0.rows[1].contains("^R compares anew") }
        try await terminal.send("C-r")
        try await terminal.waitFor { $0.contains("Something else") && !$0.rows[1].contains("compared until") }
        try await terminal.send("q")
        try await terminal.waitFor("Logs for job run-3")
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func whatThereIsNothingToCompareWithIsTold() async throws {
        let place = try Workplace()
        try await work("run-9", failsAfter: 1, at: place)
        let output = try await place.run("compare", "run-9")
        #expect(output.status == .exited(3))
        #expect(
            output.errorText.contains(
                "There is no completed job of type research to compare run-9 with. Name one: joblog compare run-9 OTHER."
            ))
    }
}
