import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Searching the logs of all jobs: the command, and the screen in a real terminal.
@Suite(.inTurn) struct SearchTests {
    private var now: Int { Int(Date().timeIntervalSince1970 * 1_000) }

    /// Jobs of which every second failed, with a needle in its log; the first one is the newest.
    private func fill(_ place: Workplace, jobs: Int = 4) async throws {
        let start = now - 60_000
        for number in 0..<jobs {
            let (id, time) = ("job-\(number)", start - number * 10_000)
            let status = number.isMultiple(of: 2) ? "failed" : "completed"
            try await place.send(
                "SET", "job:state:\(id)",
                #"{"jobId":"\#(id)","userId":"u\#(number % 3)","status":"\#(status)","updatedAt":\#(time)}"#)
            for line in 0..<9 { try await place.say("line \(line) of \(id)", at: time + line, to: id) }
            if number.isMultiple(of: 2) {
                try await place.say("a Needle in \(id)", level: "error", at: time + 9, to: id)
                try await place.say("after it", at: time + 10, to: id)
            }
            try await place.send("ZADD", "job:index", "\(time)", id)
        }
    }

    @Test func whatIsFoundIsPrintedNewestJobFirst() async throws {
        let place = try Workplace()
        try await fill(place)
        let lines = try await place.lines("search", "Needle")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("[job-0] ") && lines[0].hasSuffix(" ERROR a Needle in job-0"))
        #expect(lines[1].hasPrefix("[job-2] "))
        #expect(try await place.lines("search", "-i", "NEEDLE").count == 2)
        #expect(try await place.lines("search", "^a N[e]+dle", "-l", "error", "--since", "1h").count == 2)
        #expect(try await place.lines("search", "Needle", "--user", "u2").count == 1)
        #expect(try await place.lines("search", "Needle", "--match", "*-0").count == 1)
        #expect(try await place.lines("search", "line", "--state", "completed", "-m1").count == 2)
        #expect(
            try await place.lines("search", "Needle", "-B1", "-A", "1", "--match", "job-0").map { $0.suffix(8) }
                == ["of job-0", "in job-0", "after it"])
    }

    @Test func jsonCarriesTheEntriesWithTheirJobs() async throws {
        let place = try Workplace()
        try await fill(place)
        let array = try #require(try json(try await place.output("search", "Needle", "-o", "json")) as? NSArray)
        #expect(array.count == 2)
        #expect(array.compactMap { ($0 as? NSObject).flatMap { field("jobId", of: $0) } } == ["job-0", "job-2"])
        let lines = try await place.lines("search", "-F", "line 3", "-o", "jsonl")
        #expect(try lines.map { field("message", of: try json($0)) }.count == 4)
        let none = try await place.run("search", "absent", "-o", "json")
        #expect(none.text == "[]\n" && none.status == .exited(1))
    }

    @Test func theStatusTellsWhatCameOfIt() async throws {
        let place = try Workplace()
        try await fill(place)
        let none = try await place.run("search", "absent\u{1B}[31m", "-F")
        #expect(none.status == .exited(1) && none.text.isEmpty)
        #expect(none.errorText.contains("Searched 4 jobs, 40 lines"))
        #expect(!none.errorText.contains("\u{1B}"))
        let wrong = try await place.run("search", "a(b")
        #expect(wrong.status == .exited(64) && wrong.errorText.contains("at character 2, ( is not closed"))
        #expect(try await place.run("search", "").status == .exited(64))
        #expect(try await place.run("search", "-F", "a(b").status == .exited(1))
        #expect(try await place.run("search", "x", "--since", "yesterday").status == .exited(64))
        place.server.stop()
        let away = try await place.run("search", "x")
        #expect(away.status == .exited(4) && away.errorText.contains("Cannot connect"))
    }

    @Test func anInterruptedSearchSaysHowFarItCame() async throws {
        let place = try Workplace()
        try await fill(place, jobs: 2)
        // Without an index entry they come later, and with a log this large not soon.
        let large = String(repeating: "x", count: 60_000)
        for number in 0..<100 { try await place.say(large, at: now - 86_400_000, to: "slow-\(number)") }
        let child = try place.spawn("search", "Needle", "--max-rate", "1")
        var lines = child.lines.makeAsyncIterator()
        #expect(await lines.next()?.hasSuffix("a Needle in job-0") == true)
        child.terminate(signal: SIGINT)
        #expect(try await child.wait() == .exited(130))
        await child.untilOutputEnds()
        #expect(String(decoding: child.stderr, as: UTF8.self).contains("Interrupted. Searched"))
    }

    @Test func aPipeThatClosesEndsItQuietly() async throws {
        let place = try Workplace()
        try await fill(place, jobs: 8)
        let output = try await TestSupport.run(
            ["sh", "-c", "\"$1\" search line | head -1; exit 0", "sh", place.joblog], environment: place.environment)
        #expect(output.text.split(separator: "\n").count == 1 && output.errorText.isEmpty)
    }

    @Test func onATerminalLinesStandUnderTheirJob() async throws {
        let place = try Workplace()
        try await fill(place)
        let terminal = try await place.terminal("search", "Needle", "--utc")
        try await terminal.waitFor { screen in
            screen.rows.contains { $0.hasPrefix("job-0  failed") && $0.hasSuffix("1 hit") }
                && screen.rows.contains { $0.hasPrefix("20") && $0.hasSuffix("ERROR a Needle in job-2") }
        }
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func everyKeyOfTheResultsDoesWhatItSays() async throws {
        let place = try Workplace()
        try await fill(place, jobs: 6)
        let terminal = try await place.terminal("--utc", environment: ["LC_ALL": "C.UTF-8"])
        func cursor(_ text: String) -> (TerminalScreen) -> Bool {
            { screen in screen.rows.contains { $0.hasPrefix("▸") && $0.contains(text) } }
        }
        func press(
            _ keys: String..., until title: String, isReached: @escaping (TerminalScreen) -> Bool
        ) async throws {
            for key in keys { try await terminal.send(key) }
            try await terminal.waitFor("\(keys): \(title)", until: isReached)
        }
        try await terminal.waitFor("active")
        try await press("S", until: "a prompt", isReached: { $0.isCursorVisible && $0.contains("Search all logs:") })
        try await terminal.type("needle")
        try await press("C-r", until: "text", isReached: { $0.contains("Search all logs, text: needle") })
        try await press("C-r", "Enter", until: "results", isReached: cursor("a Needle in job-0"))
        try await terminal.waitFor("3 hits in 3 jobs  searched 6 jobs, 60 lines")
        try await press("n", until: "the next", isReached: cursor("a Needle in job-2"))
        try await press("Enter", until: "its log", isReached: { $0.rows[1].contains("Logs for job job-2") })
        try await terminal.waitFor("the line", until: cursor("a Needle in job-2"))
        try await terminal.waitFor("with what stands around it") {
            $0.contains("line 8 of job-2") && $0.contains("after it")
        }
        try await press("j", "n", until: "the only hit", isReached: cursor("a Needle in job-2"))
        #expect(try await terminal.capture().rows[1].contains("/needle 1/1"))
        try await press("q", until: "the results", isReached: { $0.rows[1].contains("Logs of all jobs /needle") })
        try await terminal.waitFor("its place", until: cursor("a Needle in job-2"))
        // Moving.
        try await press("N", until: "the one before", isReached: cursor("job-0"))
        try await press("]", until: "the next job", isReached: cursor("job-2  failed"))
        try await press("Tab", until: "the next job", isReached: cursor("job-4  failed"))
        try await press("[", "BTab", until: "back", isReached: cursor("job-0  failed"))
        try await press("j", "Down", "k", "Up", "C-d", until: "down", isReached: cursor("Needle in job-4"))
        try await press("C-u", until: "up", isReached: cursor("job-0  failed"))
        try await press("Space", "b", "PageDown", "PageUp", "G", until: "the end", isReached: cursor("in job-4"))
        try await press("g", "End", "Home", until: "the beginning", isReached: cursor("job-0  failed"))
        try await press("C-r", until: "once more", isReached: cursor("a Needle in job-0"))
        try await press("?", until: "help", isReached: { $0.rows[1].contains("Help") && $0.contains("Search results") })
        try await press("q", until: "no help", isReached: cursor("a Needle in job-0"))
        try await press("C-l", "/", until: "a prompt", isReached: { $0.isCursorVisible })
        try await press("Up", until: "what was typed before", isReached: { $0.contains("Search all logs: needle") })
        try await press("C-u", "a", "(", until: "what is wrong", isReached: { $0.contains("( is not closed") })
        try await press("Escape", until: "no prompt", isReached: { !$0.isCursorVisible })
        try await press(
            "S", "a", "b", "s", "Enter", until: "none", isReached: { $0.contains("Not found: abs — searched 6 jobs") })
        try await press("Escape", until: "the list", isReached: { !$0.contains("Logs of all jobs") })
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }
}
