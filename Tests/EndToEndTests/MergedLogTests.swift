import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Merged logs on a real terminal, while workers write.
@Suite(.inTurn) struct MergedLogTests {
    private var now: Int { Int(Date().timeIntervalSince1970 * 1_000) }

    /// A worker that writes so many lines to a job.
    private func work(_ name: String, on job: String, lines: Int, at place: Workplace) async {
        let manager = JobLogManager(
            connection: RedisConnection(RedisConfiguration(url: place.server.url)),
            worker: WorkerIdentity(name: name))
        for number in 1...lines { await manager.info(JobID(job), "\(name) \(number)/\(lines)") }
    }

    @Test func threeWorkersWriteAtOnce() async throws {
        let place = try Workplace()
        let jobs = ["run-alpha", "run-beta", "run-gamma"]
        let start = now
        for id in jobs {
            try await place.state(id, "running")
            try await place.say("\(id) begins", at: start, to: id)
        }
        let terminal = try await place.terminal(width: 110, height: 40, environment: ["LC_ALL": "C.UTF-8"])
        try await terminal.waitFor { screen in jobs.allSatisfy { screen.contains("running   \($0)") } }
        try await terminal.send("A", "L")
        try await terminal.waitFor { screen in
            screen.contains("Logs of 3 jobs") && jobs.allSatisfy { screen.contains("\($0) begins") }
        }
        await withTaskGroup(of: Void.self) { group in
            for (worker, id) in zip(["w1", "w2", "w3"], jobs) {
                group.addTask { await work(worker, on: id, lines: 10, at: place) }
            }
        }
        let full = try await terminal.waitFor { screen in
            screen.rows[1].contains("33/33") && ["w1", "w2", "w3"].allSatisfy { screen.contains("\($0) 10/10") }
        }
        // The letters are given in the list's order.
        let order = jobs.sorted { one, other in
            let legend = full.rows[1]
            let places = [one, other].map { legend.firstRange(of: $0.dropFirst(4))?.lowerBound ?? legend.endIndex }
            return places[0] < places[1]
        }
        #expect(full.rows[1].contains("B \(order[1].dropFirst(4))"))
        // The command line has the same order.
        let printed = try await place.lines("logs", order[0], order[1], order[2], "-o", "jsonl").map {
            field("message", of: try json($0)) ?? ""
        }
        let shown = full.rows.dropFirst(2).dropLast().compactMap { row in
            row.firstRange(of: "INFO  ").map { String(row[$0.upperBound...]) }
        }
        #expect(!shown.isEmpty && Array(printed.suffix(shown.count)) == Array(shown))
        // A line that was held up somewhere.
        try await place.say("held up", at: start - 30_000, to: order[1])
        try await terminal.waitFor("held up (late by ")
        try await terminal.send("g")
        try await terminal.waitFor { $0.rows.contains { $0.hasPrefix("▸") && $0.contains("held up (late by ") } }
        // The second job is hidden.
        try await terminal.send("L")
        try await terminal.waitFor("[x] B")
        try await terminal.send("j", "j", "j", "Space")
        try await terminal.waitFor { $0.contains("[ ] B") && !$0.contains("held up") && $0.rows[1].contains("lanes]") }
        try await terminal.send("q", "BSpace")
        try await terminal.waitFor { $0.contains("held up (late") && !$0.rows[1].contains("lanes]") }
        // Its own log, and back.
        try await terminal.send("J")
        try await terminal.waitFor { $0.contains("Logs for job \(order[1])") && $0.contains("held up") }
        try await terminal.send("q")
        try await terminal.waitFor("Logs of 3 jobs")
        try await terminal.send("q", "q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    /// What is known of a clock corrects what the command line prints, and where.
    @Test func aClockThatIsAheadIsCorrectedWhereLogsAreMerged() async throws {
        let place = try Workplace()
        try await place.say("first", at: 10_000, to: "one")
        try await place.say("third", at: 30_000, to: "one")
        try await place.append(
            #"{"timestamp":620000,"type":"info","message":"second","metadata":{"clockSkewMs":600000,"worker":"w"}}"#,
            to: "two")
        let lines = try await place.lines("logs", "one", "two", "--utc")
        #expect(lines.map { $0.split(separator: " ").last } == ["first", "second", "third"])
        #expect(lines[1].contains("1970-01-01 00:00:20.000"))
        let stored = try await place.output("logs", "two", "-o", "jsonl")
        #expect(stored.contains("620000"))
    }
}
