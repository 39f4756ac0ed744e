import Foundation
import RedisClient
import TestSupport
import Testing

/// A screen that was stopped while the server had far more to tell it than it holds for a client.
@Suite(.inTurn) struct StoppedViewerTests {
    private static let limit = 64 * 1_024
    private let place: Workplace
    private let terminal: Tmux

    init() async throws {
        place = try Workplace()
        terminal = try Tmux(width: 100, height: 30, environment: place.environment)
        let limit = "pubsub \(Self.limit) \(Self.limit) 1"
        _ = try await place.redis.send(RedisCommand("CONFIG", "SET", "client-output-buffer-limit", .text(limit))).get()
        try await place.state("job", "running")
        try await say(1...5, filler: "")
        try await terminal.startShell()
        try await terminal.enter("\(place.joblog) job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == Array(1...5) }
    }

    /// Appends lines as workers do, which keep 200, and tells of each.
    private func say(_ numbers: ClosedRange<Int>, filler: String) async throws {
        for number in numbers {
            try await place.say("line \(number) \(filler)", to: "job")
            try await place.send("LTRIM", "job:logs:job", "-200", "-1")
            try await place.send(
                "PUBLISH", "job:event:job",
                #"{"jobId":"job","event":"job:chunk","sequence":\#(number),"timestamp":1,"chunk":"\#(filler)"}"#)
        }
    }

    /// The screen is online again with all lines up to the last one that Redis has.
    private func expectWhole(_ last: Int) async throws {
        let kept = max(1, last - 199)
        try await terminal.waitFor("the log's end") {
            $0.isAlternate && $0.contains("● Online") && $0.lineNumbers.last == last
        }
        // What is held stays; what was trimmed meanwhile is said.
        let shown = try await terminal.allLineNumbers(to: last)
        #expect(shown == (kept > 6 ? Array(1...5) + Array(kept...last) : Array(1...last)))
        try await terminal.send("g")
        let top = try await terminal.waitFor("the first line") { $0.lineNumbers.first == 1 }
        #expect(top.contains("lines may be missing here") == (kept > 6), "\(top)")
        // It hears of what follows.
        try await terminal.send("End")
        try await say(last + 1...last + 1, filler: "")
        try await terminal.waitFor("a new line") { $0.lineNumbers.last == last + 1 }
    }

    @Test(arguments: [150, 450]) func byItsKey(count: Int) async throws {
        try await terminal.send("C-z")
        try await terminal.waitFor { !$0.isAlternate && $0.contains("Stopped") }
        #expect(try await place.viewers().isEmpty)
        try await say(6...5 + count, filler: String(repeating: "x", count: 20_000))
        try await terminal.enter("fg")
        try await expectWhole(5 + count)
    }

    /// It cannot let go of its connections then; the server drops the one for which too much waits.
    @Test(arguments: [150, 450]) func byForce(count: Int) async throws {
        let screen = try await terminal.screenPID()
        kill(screen, SIGSTOP)
        try await terminal.waitFor { $0.contains("Stopped") }
        #expect(try await place.viewers().count >= 2)
        try await say(6...5 + count, filler: String(repeating: "x", count: 20_000))
        try await eventually("that the server has dropped the subscriber") {
            try await !place.viewers().contains { $0.line.contains(" psub=1 ") }
        }
        try await terminal.enter("fg")
        try await expectWhole(5 + count)
    }
}
