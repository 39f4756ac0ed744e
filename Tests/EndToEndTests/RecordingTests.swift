import Foundation
import TestSupport
import Testing

/// The recording of a real TypeScript worker, shown by the screen and by the command line.
///
/// Its times are as they were recorded, whatever this machine's clock says.
@Suite(.timeLimit(.minutes(2))) struct RecordingTests {
    private static let id = "job-1734470400000-agent1"
    private static let messages = [
        "Analyzing query (10%)", "Searching sources (30%)", "Searching sources (1/5) (34%)",
        "Searching sources (2/5) (38%)", "Searching sources (3/5) (42%)", "Searching sources (4/5) (46%)",
        "Searching sources (5/5) (50%)", "Generating response (60%)", "Generating response (64%)",
        "Generating response (68%)", "Generating response (72%)", "Generating response (76%)",
        "Generating response (80%)", "Finalizing (95%)",
    ]

    @Test func theScreenFollowsItAtItsOwnPace() async throws {
        let place = try Workplace()
        let recording = try Recording.agentJob()
        let terminal = try await place.terminal(width: 120, height: 40)
        _ = try await terminal.waitFor("No jobs yet")
        async let replay: Void = recording.replay(pace: .asRecorded) { try await place.send($0) }

        _ = try await terminal.waitFor(Self.id)
        _ = try await terminal.waitFor("Analyzing query (10%)")
        _ = try await terminal.waitFor("Searching sources (3/5)")
        _ = try await terminal.waitFor("output      The AI agent ecosystem")
        try await replay
        let end = try await terminal.waitFor("Job completed in 2331ms")
        #expect(end.row(containing: "completed") != nil)
        #expect(end.contains("100%"))
        let done = try await terminal.waitFor("seq 17")
        #expect(done.contains("Generating response @ 85%"))
        #expect(done.contains("They are increasingly used in enterprise automation."))
        #expect(done.contains("user-42"))

        try await terminal.send("Enter")
        try await expectLog(in: terminal)
    }

    @Test func whatWasReplayedBeforeTheStartIsShownToo() async throws {
        let place = try Workplace()
        try await Recording.agentJob().replay(pace: .atOnce) { try await place.send($0) }

        let terminal = try await place.terminal(width: 120, height: 40)
        try await terminal.send("a")
        let list = try await terminal.waitFor("seq 17")
        #expect(list.contains("completed"))
        #expect(list.contains("100%"))
        #expect(list.contains("Generating response @ 85%"))
        #expect(!list.contains("The AI agent ecosystem"))
        try await terminal.send("Enter")
        try await expectLog(in: terminal)
    }

    @Test func theCommandLineSaysTheSame() async throws {
        let place = try Workplace()
        try await Recording.agentJob().replay(pace: .atOnce) { try await place.send($0) }

        let list = try json(try await place.output("ls", "--state", "all", "-o", "json"))
        let job = try #require((list as? [NSObject])?.first)
        #expect((list as? [NSObject])?.count == 1)
        for text in [job, try json(try await place.output("show", Self.id, "-o", "json"))] {
            #expect(field("id", of: text) == Self.id)
            #expect(field("state", of: text) == "completed")
            #expect(field("progress", of: text) == "100")
            #expect(field("userId", of: text) == "user-42")
            #expect(field("checkpointSequence", of: text) == "17")
            #expect(field("checkpointStep", of: text) == "Generating response")
            #expect(field("checkpointProgress", of: text) == "85")
            #expect(field("logCount", of: text) == "15")
        }
        let lines = try await place.lines("logs", Self.id, "-o", "jsonl")
        #expect(try lines.map { field("message", of: try json($0)) } == Self.messages + ["Job completed in 2331ms"])
    }

    /// The log pane holds the 15 lines in their order, each with its badge.
    private func expectLog(in terminal: Tmux) async throws {
        let log = try await terminal.waitFor("Logs for job \(Self.id)") { $0.contains("Job completed in 2331ms") }
        let rows = log.rows.filter { $0.contains("INFO  ") }
        #expect(rows.count == 15)
        for (row, message) in zip(rows, Self.messages + ["Job completed in 2331ms"]) {
            #expect(row.hasSuffix("INFO  " + message), "\(row)")
        }
    }
}
