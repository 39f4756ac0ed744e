import Foundation
import TestSupport
import Testing

/// `joblog --plain`, as somebody uses it who hears the lines.
@Suite(.inTurn) struct PlainTests {
    /// Reads lines until one begins so; gives that one.
    private func line(_ start: String, _ lines: inout AsyncStream<String>.Iterator) async throws -> String {
        while let line = await lines.next() {
            if line.hasPrefix(start) { return line }
        }
        throw SubprocessError("no line begins with \(start)")
    }

    @Test func jobsAreToldAsTheyTurn() async throws {
        let place = try Workplace()
        try await place.state("job-a", "running", progress: 40)
        let child = try place.spawn("--plain")
        var lines = child.lines.makeAsyncIterator()
        #expect(try await line("joblog at ", &lines).contains("Type help"))
        #expect(try await line("1 active job", &lines) == "1 active job.")
        #expect(try await line("1. ", &lines).hasPrefix("1. job-a: running, 40%"))
        _ = try await place.run("publish", "fail", "job-a", "no memory left")
        #expect(try await line("job-a failed", &lines).hasSuffix("no memory left"))
        child.write("list all\nshow 1\nquit\n")
        #expect(try await line("1. job-a: failed", &lines).hasSuffix("no memory left"))
        #expect(try await line("state", &lines).hasSuffix("failed"))
        #expect(try await child.wait() == .exited(0))
        #expect(!child.stdout.contains(0x1B))
    }

    @Test func aLogIsReadAndFollowed() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        for number in 1...30 { try await place.say("line \(number)", to: "job") }
        let child = try place.spawn("--plain", "job", "--utc")
        var lines = child.lines.makeAsyncIterator()
        #expect(try await line("The log has", &lines) == "The log has 30 lines.")
        #expect(try await line("00:00:01", &lines) == "00:00:01 INFO line 11")
        #expect(try await line("00:00:01 INFO line 30", &lines) != "")
        try await place.say(#"\u001b[31mred"#, level: "error", to: "job")
        #expect(try await line("00:00:01 ERROR", &lines).hasSuffix("[31mred"))
        child.write("more 10\nmore\n")
        #expect(try await line("00:00:01", &lines) == "00:00:01 INFO line 1")
        #expect(try await line("There are no lines before", &lines) != "")
        child.write("close\nnonsense\nquit\n")
        #expect(try await line("The log of job", &lines) == "The log of job is closed.")
        #expect(try await line("nonsense", &lines) == "nonsense is no command. Type help for the commands.")
        #expect(try await child.wait() == .exited(0))
        #expect(!child.stdout.contains(0x1B))
    }

    @Test func nothingIsDoneToAJobWithoutAQuestion() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        let child = try place.spawn("--plain", "job")
        var lines = child.lines.makeAsyncIterator()
        _ = try await line("No logs", &lines)
        child.write("pause\nhelp\npause\nyes\n")
        #expect(try await line("To pause job", &lines).contains("type yes"))
        #expect(try await line("Not done", &lines) == "Not done.")
        #expect(try await line("Done", &lines) == "Done: pause job.")
        child.write("quit\n")
        #expect(try await child.wait() == .exited(0))
        let barred = try place.spawn("--plain", "job", "--read-only")
        barred.write("pause job\nquit\n")
        #expect(try await barred.wait() == .exited(0))
        #expect(String(decoding: barred.stdout, as: UTF8.self).contains("--read-only is given: nothing was written."))
    }
}
