import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// `joblog cancel|pause|resume|restart|rm` on a real server.
@Suite(.inTurn) struct ActionTests {
    private func state(_ id: String, at place: Workplace) async throws -> String? {
        field("state", of: try json(await place.output("show", id, "-o", "json")))
    }

    private func expect(
        _ status: Int32, _ sentence: String, from arguments: String..., at place: Workplace,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let output = try await place.run(arguments)
        #expect(output.status == .exited(status), "\(output.errorText)", sourceLocation: sourceLocation)
        #expect(
            output.errorText.contains(sentence), "\(sentence) is not in \(output.errorText)",
            sourceLocation: sourceLocation)
        #expect(output.text == "", sourceLocation: sourceLocation)
    }

    /// An id in a terminal's output, the question after it.
    private func ask(
        _ arguments: String..., answer: String, at place: Workplace
    ) async throws -> (question: String, end: String) {
        let terminal = try Tmux(width: 160, height: 12, environment: place.environment)
        try await terminal.startShell()
        try await terminal.enter(([place.joblog] + arguments).joined(separator: " ") + "; echo \"status $?\"")
        let question = try await terminal.waitFor("[y/N]").text
        try await terminal.enter(answer)
        let end = try await terminal.waitFor("the status") { $0.text.contains(#/status \d/#) }
        return (question, end.text)
    }

    @Test func aJobIsSteered() async throws {
        let place = try Workplace()
        try await place.state("job-1", "running", progress: 40)
        #expect(try await place.output("pause", "job-1") == "job-1: paused\n")
        #expect(try await state("job-1", at: place) == "paused")
        let job = try json(await place.output("resume", "job-1", "-o", "json"))
        #expect(field("id", of: job) == "job-1" && field("state", of: job) == "running")
        #expect(try await place.output("cancel", "job", "--reason", "no need") == "job-1: cancelled\n")
        try await expect(
            1, "joblog: Job job-1 cannot be cancelled: it is cancelled already.\n", from: "cancel", "job-1", at: place)
        try await expect(1, "it is cancelled, and only a running job can be", from: "pause", "job-1", at: place)
        let again = try json(await place.output("restart", "job-1", "-o", "json"))
        #expect(field("state", of: again) == "created" && field("attempt", of: again) == "2")
        #expect(field("progress", of: again) == "0")
        let log = try await place.lines("logs", "job-1", "-o", "jsonl").map { field("message", of: try json($0)) }
        let actor = "\(ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())")@"
        #expect(log.count == 5)
        #expect(log[0]?.hasPrefix("paused by \(actor)") == true)
        #expect(log[2]?.hasPrefix("cancelled by \(actor)") == true && log[2]?.hasSuffix(": no need") == true)
        #expect(log[4] == "── attempt 2 ──")
    }

    @Test func aJobWithoutAStateIsAsked() async throws {
        let place = try Workplace()
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        try await place.say("Reading (30%)", at: now, to: "job-ts")
        let subscriber = RedisSubscriber(RedisConfiguration(url: place.server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([Array("job:cancel:job-ts".utf8)])
        let text = try await place.output("cancel", "job-ts")
        #expect(text == "job-ts: cancel requested\n  It has no state in Redis: only its worker can do that.\n")
        var calls = messages.makeAsyncIterator()
        guard case .message(_, let payload)? = try await calls.next() else {
            Issue.record("the worker was not told")
            return
        }
        #expect(field("jobId", of: try json(String(decoding: payload, as: UTF8.self))) == "job-ts")
        let job = try json(await place.output("show", "job-ts", "-o", "json"))
        #expect(field("state", of: job) == "running" && field("requested", of: job) == "cancel")
        #expect(
            try await place.output("show", "job-ts").contains(
                "requested   cancel, which its worker has not confirmed yet\n"))
        #expect(try await place.lines("ls").contains { $0.hasPrefix("running, cancel requested  job-ts") })
        // After the request, however long it took to come here.
        let later = Int(Date().timeIntervalSince1970 * 1_000) + 60_000
        try await place.say("Job completed in 5ms", at: later, to: "job-ts")
        #expect(field("requested", of: try json(await place.output("show", "job-ts", "-o", "json"))) == nil)
    }

    @Test func aJobIsRemoved() async throws {
        let place = try Workplace()
        try await place.state("job-1", "failed")
        try await place.state("job-12", "failed")
        try await place.say("boom", to: "job-1")
        try await place.send("SET", "checkpoint:job-1", #"{"sequence":3}"#)
        try await place.send("SET", "checkpoint:archive:job-1:3", "{}")
        try await place.send("SET", "checkpoint:archive:job-12:3", "{}")
        try await expect(64, "give --yes", from: "rm", "job-1", at: place)
        let checkpoint = try await place.output("rm", "job-1", "--checkpoint", "--yes")
        #expect(checkpoint == "job-1: checkpoint cleared\n  checkpoint:job-1\n")
        try await expect(1, "cannot be cleared: it has none", from: "rm", "job-1", "--checkpoint", "-y", at: place)
        #expect(try await place.output("rm", "job-1", "--logs", "-y") == "job-1: logs deleted\n  job:logs:job-1\n")
        let log = try await place.lines("logs", "job-1", "-o", "jsonl")
        #expect(log.count == 1 && log[0].contains("logs deleted by "))
        let removed = try await place.output("rm", "job-1", "-y", "-o", "json")
        #expect(
            removed == #"{"id":"job-1","removed":[{"key":"job:logs:job-1"},{"key":"job:state:job-1"},"#
                + #"{"key":"checkpoint:archive:job-1:3"}]}"# + "\n")
        try await expect(3, "no job", from: "show", "job-1x", at: place)
        #expect(try await place.redis.send(RedisCommand("DBSIZE")).integer == 2)
        // The beginning of an id is not enough where nobody is asked.
        try await expect(3, "is given in full: job-12", from: "rm", "job-1", "--yes", at: place)
        #expect(try await state("job-12", at: place) == "failed")
        try await place.state("job-r", "running")
        try await expect(
            1, "joblog: Job job-r cannot be removed: it is running; cancel it first.", from: "rm", "job-r", "-y",
            at: place)
    }

    @Test func atATerminalItAsks() async throws {
        let place = try Workplace()
        try await place.state("job-1", "failed")
        try await place.say("one", to: "job-1")
        try await place.say("two", to: "job-1")
        let no = try await ask("rm", "job-1", answer: "", at: place)
        #expect(
            no.question.contains(
                "Delete job job-1 (failed) with its log of 2 lines, state, checkpoints and reasoning? [y/N]"))
        #expect(no.end.contains("joblog: Nothing was deleted.") && no.end.contains("status 1"))
        let logs = try await ask("rm", "job", "--logs", answer: "y", at: place)
        #expect(logs.question.contains("Delete the log of job job-1 (failed), 2 lines? [y/N]"))
        #expect(logs.end.contains("job-1: logs deleted") && logs.end.contains("status 0"))
        let yes = try await ask("rm", "job-1", answer: "yes", at: place)
        #expect(yes.end.contains("job-1: removed") && yes.end.contains("  job:state:job-1"))
        #expect(try await place.redis.send(RedisCommand("DBSIZE")).integer == 0)
    }

    @Test func readOnlyWritesNothing() async throws {
        let place = try Workplace()
        try await place.state("job-1", "failed")
        let before = try await place.send("GET", "job:state:job-1").string
        for command in [
            ["cancel", "job-1"], ["pause", "job-1"], ["resume", "job-1"], ["restart", "job-1"], ["rm", "job-1"],
            ["rm", "job-1", "--yes"], ["log", "job-1", "text"], ["publish", "cancel", "job-1"],
        ] {
            for arguments in [command + ["--read-only"], ["--read-only"] + command] {
                let output = try await place.run(arguments)
                #expect(output.status == .exited(1), "\(arguments): \(output.errorText)")
                #expect(output.errorText == "joblog: --read-only is given: nothing was written.\n")
            }
        }
        #expect(try await place.send("GET", "job:state:job-1").string == before)
        #expect(try await place.redis.send(RedisCommand("DBSIZE")).integer == 1)
        #expect(try await place.lines("ls", "--state", "all", "--read-only").count == 2)
    }

    @Test func whatCannotBeDoneIsNamed() async throws {
        let place = try Workplace()
        for command in ["cancel", "pause", "resume", "restart"] {
            try await expect(3, "no job nothing", from: command, "nothing", at: place)
            try await expect(64, "<id>", from: command, at: place)
            try await expect(64, "-o", from: command, "job", "-o", "yaml", at: place)
        }
        try await expect(3, "no job nothing", from: "rm", "nothing", "-y", at: place)
        try await expect(64, "not both", from: "rm", "job", "--logs", "--checkpoint", "-y", at: place)
        try await expect(3, "did you mean the command cancel?", from: "cancle", at: place)
        try await place.send("SET", "job:state:odd", "no json")
        #expect(try await place.run("pause", "odd").status == .exited(1))
        try await place.send("RPUSH", "job:state:list", "x")
        #expect(try await place.run("restart", "list").status == .exited(1))
        for id in ["a:b", "star*[a-z]?", "two\nlines\u{1B}[2J", "ünï-✓", "base64:x", "-dash"] {
            try await place.state(id, "running")
            let output = try await place.run("cancel", "--", JobID(id).argument)
            #expect(output.status == .exited(0), "\(output.errorText)")
            #expect(!output.stdout.contains(0x1B))
            let removed = try await place.run("rm", "-y", "-o", "json", "--", JobID(id).argument)
            #expect(removed.status == .exited(0))
            #expect(field("id", of: try json(removed.text)) == id)
        }
        place.server.stop()
        try await expect(4, place.server.socketPath, from: "cancel", "job", at: place)
        try await expect(4, place.server.socketPath, from: "rm", "job", "-y", at: place)
    }
}
