#if os(Linux)
import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// What the screen does while nothing happens, and when it cannot keep up.
@Suite(.inTurn) struct RestTests {
    /// How often the threads of a process went to sleep and were woken, and for how many ticks they computed.
    private func activity(of process: Int32) throws -> [String] {
        let tasks = "/proc/\(process)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).sorted().map { thread in
            let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
            let switches = status.split(separator: "\n").filter { $0.hasPrefix("voluntary_ctxt_switches") }
            return "\(thread) \(switches)"
        }
    }

    /// A screen that ticks shows no stretch of three seconds without a wake-up, however long one looks; one that rests
    /// shows it however busy the machine is. Ages of jobs on screen that are counted in minutes are looked at every ten.
    @Test(
        .withoutSanitizer("A sanitizer has a thread of its own that wakes up."),
        arguments: ["list", "log"])
    func atRestNothingWakesUp(_ screen: String) async throws {
        let place = try Workplace()
        let then = Int(Date().timeIntervalSince1970 * 1_000) - 7_200_000
        for number in 0..<30 {
            let id = "job-\(number)"
            try await place.send(
                "SET", "job:state:\(id)",
                #"{"jobId":"\#(id)","userId":"u","status":"completed","createdAt":\#(then),"updatedAt":\#(then)}"#)
            try await place.say("line of \(id)", at: then, to: id)
        }
        let terminal = try await (screen == "log" ? place.terminal("job-7") : place.terminal())
        if screen == "log" {
            try await terminal.waitFor("line of job-7")
        } else {
            try await terminal.waitFor("No active jobs")
            try await terminal.send("a")
            try await terminal.waitFor("line of job-")
        }
        let process = try await terminal.panePID()
        try await eventually("three seconds without a wake-up", timeout: .seconds(120)) {
            let before = try activity(of: process)
            try await Task.sleep(for: .seconds(3))
            return try activity(of: process) == before
        }
        // It has not died of it.
        if screen == "log" {
            try await place.say("a new line", at: then, to: "job-7")
            try await terminal.waitFor("a new line")
        } else {
            try await terminal.send("a")
            try await terminal.waitFor("No active jobs")
        }
    }

    /// How often the server was asked for a part of a list.
    private func readings(_ place: Workplace) async throws -> Int {
        let text = try await place.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let calls = text.split(separator: "cmdstat_lrange:calls=").dropFirst().first?.prefix(while: \.isNumber)
        return calls.flatMap { Int($0) } ?? 0
    }

    /// A terminal that does not take what it is sent holds up frames, never lines: they are there when it goes on, and
    /// most of the frames between were never drawn.
    @Test func aTerminalThatFallsBehindMissesFramesAndNoLines() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        try await place.say("line 0.", at: 1_000, to: "job")
        let folder = try TemporaryFolder()
        let terminal = try Tmux(width: 100, height: 30, environment: place.environment)
        try await terminal.start(["env", "-C", folder.path, place.joblog, "job"])
        try await terminal.waitFor("line 0.")
        let written = folder.file("written")
        _ = try await terminal.output(of: ["pipe-pane", "cat > '\(written)'"])
        let server = try #require(Int32(try await terminal.display("#{pid}")))
        kill(server, SIGSTOP)
        defer { kill(server, SIGCONT) }
        let (rounds, size) = (100, 60)
        /// Of letters that differ from line to line, so that what is on screen already saves nothing.
        func message(_ number: Int) -> String {
            let letters = (0..<60).map { place in
                Character(Unicode.Scalar(UInt8(97 + (number * 7 + place * (number % 11 + 1)) % 26)))
            }
            return "line \(number). " + String(letters)
        }
        for round in 0..<rounds {
            let entries = (1...size).map { Array(Workplace.entry(message(round * size + $0), at: 1_000).utf8) }
            let before = try await readings(place)
            try await place.append(entries, to: JobID("job"))
            // Each of these would be a frame.
            try await eventually("a reading of them") { try await readings(place) > before }
        }
        kill(server, SIGCONT)
        let count = rounds * size
        try await terminal.waitFor("line \(count). ")
        // Each frame with a new line holds that line's text at least.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: written)).count
        #expect(bytes < rounds * 20 * 60, "\(bytes)")
        try await terminal.send("C-s", "C-u")
        try await terminal.type("saved.jsonl")
        try await terminal.send("Enter")
        try await terminal.waitFor("Saved 6,001 lines to saved.jsonl")
        let saved = try String(contentsOfFile: folder.file("saved.jsonl"), encoding: .utf8)
        let expected = (1...count).map { Workplace.entry(message($0), at: 1_000) }
        #expect(saved.split(separator: "\n").dropFirst().map(String.init) == expected)
    }
}
#endif
