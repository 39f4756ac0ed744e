import Foundation
import TestSupport
import Testing

/// A recorded TypeScript worker, seen by the screen and the commands.
@Suite(.inTurn) struct RecordingTests {
    private static let id = "job-1734470400000-agent1"

    /// The lines of its log, as the pane shows them.
    private static func lines(of recording: Recording) throws -> [String] {
        try recording.commands.filter { $0.argv.first == Array("RPUSH".utf8) }.map { command in
            let entry = try json(String(decoding: try #require(command.argv.last), as: UTF8.self))
            return "INFO  " + (try #require(field("message", of: entry)))
        }
    }

    private func checkLog(_ terminal: Tmux, _ recording: Recording) async throws {
        let lines = try Self.lines(of: recording)
        #expect(lines.count == 15)
        let screen = try await terminal.waitFor("the whole log") {
            $0.contains("Logs for job \(Self.id)") && $0.contains("Job completed in 2331ms")
        }
        let shown = screen.rows.compactMap { row in row.range(of: "INFO ").map { String(row[$0.lowerBound...]) } }
        #expect(shown == lines)
    }

    @Test func theScreenSeesItHappen() async throws {
        let place = try Workplace()
        let recording = try Recording.agentJob()
        let terminal = try await place.terminal(width: 120, height: 40)
        try await terminal.waitFor("Online")
        async let replay: Void = recording.replay(pace: .asRecorded) { try await place.send($0) }
        // It comes by itself, with its first line.
        try await terminal.waitFor { $0.contains("running   \(Self.id)") && $0.contains("INFO  Analyzing query (10%)") }
        try await terminal.waitFor { $0.contains("Searching sources (2/5)") && $0.contains("38%") }
        try await terminal.waitFor { $0.contains("They are increasingly used in enterprise automation.") }
        try await replay
        try await terminal.waitFor("the end with its checkpoint") { screen in
            ["completed", "100%", "seq 17", "Generating response", "85%"].allSatisfy { screen.contains($0) }
        }
        // Among all jobs it stays to be found.
        try await terminal.send("a")
        try await terminal.waitFor("completed \(Self.id)")
        try await terminal.send("Enter")
        try await checkLog(terminal, recording)
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func whoComesLaterSeesTheSame() async throws {
        let place = try Workplace()
        let recording = try Recording.agentJob()
        try await recording.replay(pace: .atOnce) { try await place.send($0) }
        let terminal = try await place.terminal(width: 120, height: 40)
        try await terminal.waitFor("Online")
        try await terminal.send("a")
        let screen = try await terminal.waitFor { screen in
            ["completed \(Self.id)", "100%", "seq 17", "Generating response", "85%", "Job completed in 2331ms"]
                .allSatisfy { screen.contains($0) }
        }
        #expect(!screen.contains("enterprise automation"))
        try await terminal.send("Enter")
        try await checkLog(terminal, recording)
    }

    @Test func theCommandsSayTheSame() async throws {
        let place = try Workplace()
        let recording = try Recording.agentJob()
        try await recording.replay(pace: .atOnce) { try await place.send($0) }
        let list = try #require(try json(await place.output("ls", "--state", "all", "-o", "json")) as? [NSObject])
        let shown = try json(await place.output("show", Self.id, "-o", "json"))
        #expect(list.count == 1)
        for job in list + [shown] {
            #expect(field("id", of: job) == Self.id)
            #expect(field("state", of: job) == "completed")
            #expect(field("progress", of: job) == "100")
            #expect(field("userId", of: job) == "user-42")
            #expect(field("checkpointSequence", of: job) == "17")
            #expect(field("logCount", of: job) == "15")
        }
        let entries = try await place.lines("logs", Self.id, "-o", "jsonl").map(json)
        let stored = try recording.commands.filter { $0.argv.first == Array("RPUSH".utf8) }.map {
            try json(String(decoding: $0.argv[2], as: UTF8.self))
        }
        #expect(entries == stored)
        // It has ended: following it prints the same and ends.
        #expect(try await place.lines("logs", "-f", Self.id, "-o", "jsonl").map(json) == stored)
        #expect(try await place.lines("ls").count == 1)
    }

    @Test func followingSeesItToItsEnd() async throws {
        let place = try Workplace()
        let recording = try Recording.agentJob()
        let first = recording.commands.prefix(4)
        for command in first { try await place.send(command.argv) }
        let child = try place.spawn("logs", "-f", Self.id)
        var lines = child.lines.makeAsyncIterator()
        var seen = [await lines.next()]
        var rest = recording
        rest.commands.removeFirst(first.count)
        try await rest.replay(pace: .asRecorded) { try await place.send($0) }
        while let line = await lines.next() { seen.append(line) }
        #expect(seen.map { $0?.dropFirst(24) }.map { $0.map(String.init) } == (try Self.lines(of: recording)))
        #expect(try await child.wait() == .exited(0))
        #expect(child.stderr.isEmpty)
    }
}
