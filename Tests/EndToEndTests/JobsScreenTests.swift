import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The jobs screen in a real terminal, on a real server: actions, list, panel, splits.
@Suite(.inTurn) struct JobsScreenTests {
    private var now: Int { Int(Date().timeIntervalSince1970 * 1_000) }

    private func stored(_ key: String, at place: Workplace) async throws -> NSObject {
        let text = try await place.redis.send(RedisCommand("GET", .key(Array(key.utf8)))).string
        return try json(try #require(text))
    }

    @Test func aJobWithAStateIsSteered() async throws {
        let place = try Workplace()
        try await place.state("job-sw", "running", progress: 40)
        try await place.say("Reading (40%)", at: now, to: "job-sw")
        let terminal = try await place.terminal()
        try await terminal.waitFor("running   job-sw")
        // What an action has come to is told for some seconds: the row may follow later.
        // The safe answer first: nothing happens.
        try await terminal.send("P")
        try await terminal.waitFor("Pause job job-sw? It is set aside until it is resumed.")
        try await terminal.send("Enter")
        try await terminal.waitFor { !$0.contains("Pause job") }
        #expect(field("status", of: try await stored("job:state:job-sw", at: place)) == "running")
        try await terminal.send("P", "y")
        try await terminal.waitFor("Job job-sw: paused.")
        try await terminal.waitFor("paused    job-sw")
        #expect(field("status", of: try await stored("job:state:job-sw", at: place)) == "paused")
        try await terminal.send("P")
        try await terminal.waitFor("Job job-sw cannot be paused: it is paused, and only a running job can be.")
        try await terminal.send("R", "Tab", "Enter")
        try await terminal.waitFor("running   job-sw")
        try await terminal.send("C", "y")
        try await terminal.waitFor("Job job-sw: cancelled.")
        try await terminal.waitFor("cancelled job-sw")
        try await terminal.send("R")
        try await terminal.waitFor("Restart job job-sw? It begins anew")
        try await terminal.send("y")
        try await terminal.waitFor("created   job-sw")
        #expect(field("attempt", of: try await stored("job:state:job-sw", at: place)) == "2")
        try await terminal.send("D")
        try await terminal.waitFor("Delete the log of job job-sw?")
        try await terminal.send("y")
        try await terminal.waitFor("Job job-sw: logs deleted.")
        let log = try await place.lines("logs", "job-sw", "-o", "jsonl").map { field("message", of: try json($0)) }
        #expect(log.count == 1 && log[0]?.hasPrefix("logs deleted by ") == true)
    }

    /// A TypeScript worker's job has only a log: it is asked, and what it does then confirms it.
    @Test func aJobWithoutAStateIsAsked() async throws {
        let place = try Workplace()
        try await place.say("Reading (30%)", at: now, to: "job-ts")
        try await place.send("SET", "checkpoint:job-ts", #"{"jobId":"job-ts","sequence":3,"timestamp":\#(now)}"#)
        let subscriber = RedisSubscriber(RedisConfiguration(url: place.server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([Array("job:cancel:job-ts".utf8)])
        let terminal = try await place.terminal()
        try await terminal.waitFor("running   job-ts")
        try await terminal.send("C")
        try await terminal.waitFor("It has no state in Redis")
        try await terminal.send("y")
        try await terminal.waitFor {
            $0.contains("cancel requested") && $0.contains("requested   cancel, which its worker has not confirmed yet")
        }
        var calls = messages.makeAsyncIterator()
        guard case .message(_, let payload)? = try await calls.next() else {
            Issue.record("the worker was not told")
            return
        }
        #expect(field("jobId", of: try json(String(decoding: payload, as: UTF8.self))) == "job-ts")
        // It works on for a while: that settles nothing, however many lines it writes.
        for number in 31..<70 { try await place.say("Reading (\(number)%)", at: now + 1, to: "job-ts") }
        try await terminal.waitFor { $0.contains("69%") && $0.contains("cancel requested") }
        try await place.append(
            #"{"timestamp":\#(now + 2),"type":"error","message":"Cancelled","metadata":{"recoverable":false}}"#,
            to: "job-ts")
        try await terminal.waitFor { $0.contains("failed    job-ts") && !$0.contains("requested   cancel") }
        try await terminal.send("X", "y")
        try await terminal.waitFor("Job job-ts: checkpoint cleared.")
        #expect(try await place.redis.send(RedisCommand("EXISTS", .key(Array("checkpoint:job-ts".utf8)))).integer == 0)
    }

    @Test func allMarkedJobsAreMeant() async throws {
        let place = try Workplace()
        for number in 1...3 { try await place.state("job-\(number)", "running") }
        try await place.state("other", "paused")
        let terminal = try await place.terminal()
        try await terminal.waitFor { $0.contains("running   job-3") && $0.contains("paused    other") }
        try await terminal.send("A", "C")
        try await terminal.waitFor("Cancel 4 marked jobs?")
        try await terminal.send("y")
        try await terminal.waitFor { $0.contains("4 jobs cancelled") && $0.contains("cancelled other") }
        for id in ["job-1", "job-2", "job-3", "other"] {
            #expect(field("status", of: try await stored("job:state:\(id)", at: place)) == "cancelled")
        }
    }

    @Test func readOnlyAndProductionWriteNothing() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let readOnly = try await place.terminal("--read-only")
        try await readOnly.waitFor { $0.contains("running   job") && $0.rows[0].contains("read-only") }
        try await readOnly.send("C")
        try await readOnly.waitFor("joblog was started with --read-only")
        let production = try await place.terminal("--production")
        try await production.waitFor { $0.contains("running   job") && $0.rows[0].contains("PRODUCTION locked") }
        // White on red.
        #expect(try await production.capture(colors: true).rows[0].contains(#/\e\[[0-9;]*41[0-9;]*m/#))
        try await production.send("C")
        try await production.waitFor("until U unlocks it")
        #expect(field("status", of: try await stored("job:state:job", at: place)) == "running")
        try await production.send("U", "y")
        try await production.waitFor("PRODUCTION UNLOCKED")
        try await production.send("C", "y")
        try await production.waitFor("cancelled job")
        let output = try await place.run("cancel", "job", "--production")
        #expect(output.status == .exited(1) && output.errorText.contains("--production is given"))
    }

    @Test func whatCannotBeReachedIsTold() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let terminal = try await place.terminal()
        try await terminal.waitFor("running   job")
        // Somebody else is first: the screen's question is out of date.
        try await terminal.send("P")
        try await terminal.waitFor("Pause job job?")
        try await place.state("job", "completed")
        try await terminal.send("y")
        try await terminal.waitFor("Job job cannot be paused: it is completed, and only a running job can be.")
    }

    /// Walks through the keys of the list, of the panel and of what lies over them.
    @Test func everyKeyOfTheListDoesSomething() async throws {
        let place = try Workplace()
        for number in 1...40 { try await place.state("job-\(number)", "running", progress: Double(number)) }
        try await place.state("broken", "failed", user: "someone")
        try await place.append(
            #"{"timestamp":\#(now),"type":"error","message":"no luck","metadata":{"recoverable":true}}"#, to: "broken")
        try await place.send(
            "SET", "checkpoint:broken", #"{"jobId":"broken","sequence":7,"timestamp":\#(now),"customData":{"at":3}}"#)
        try await place.send("SET", "checkpoint:archive:broken:6", #"{"sequence":6,"customData":{"at":2}}"#)
        try await place.send("XADD", "job:reasoning:broken", "*", "payload", #"{"step":"Plan","decision":"go on"}"#)
        let terminal = try await place.terminal(width: 130, height: 36)
        let keys: [([String], String)] = [
            (["a"], "All jobs"), (["s"], "Sorted by activity"), (["r"], "reversed"),
            (["r", "s"], "Sorted by progress"),
            (["G"], "41/41"), (["g"], "1/41"), (["j"], "2/41"), (["k"], "1/41"), (["Down"], "2/41"), (["Up"], "1/41"),
            (["C-d"], "10/41"), (["C-u"], "1/41"), (["PageDown"], "19/41"), (["PageUp"], "1/41"), (["b"], "1/41"),
            (["End"], "41/41"), (["Home"], "1/41"), (["x"], "1 marked"), (["Space"], "2 marked"),
            (["L"], "Logs of 2 jobs"), (["L"], "q done"), (["q"], "unfold"), (["q"], "2 marked"),
            (["="], "no difference"), (["q"], "2 marked"),
            (["A"], "41 marked"), (["Escape"], " 3/41"), (["e"], "Errors first"), (["g"], "▸ failed    broken"),
            (["/", "b", "r", "o"], "1 of 41"), (["Enter"], "Enter log"), (["l"], "[Checkpoint]"), (["["], "at: 2"),
            (["]"], "at: 3"), (["Right"], "[Output]"), (["l"], "no luck"), (["l"], "go on"), (["l"], "attempt 1"),
            (["Right"], "[Overview]"), (["h"], "[Attempts]"), (["Left"], "[Reasoning]"),
            (["h", "h", "h"], "[Checkpoint]"),
            (["Tab"], "q back"), (["Tab"], "q quit"), (["BTab"], "q back"), (["q"], "q quit"), (["Escape"], " 1/41"),
            (["O"], "percent a minute"), (["j", "k", "Space"], "[ ] type"), (["q"], "q quit"), (["o"], "Logs for job"),
            (["Tab"], "q back"), (["Tab"], "unfold"), (["q"], "q quit"), (["o"], "Logs for job"), (["o"], "q quit"),
            (["D"], "Delete the log of job"), (["n"], "q quit"), (["X"], "checkpoint of job"), (["Escape"], "q quit"),
            (["U"], "not marked as one of production"), (["C-r"], "q quit"), (["C-l"], "q quit"), (["?"], "Help"),
            (["q"], "q quit"), (["Enter"], "Logs for job"), (["q"], "q quit"),
        ]
        try await terminal.waitFor { $0.rows[0].hasSuffix("all 41") && $0.contains("● Online") }
        for (pressed, expected) in keys {
            for key in pressed { try await terminal.send(key) }
            try await terminal.waitFor("\(pressed): \(expected)") { $0.contains(expected) }
        }
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }
}
