import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The screen and a worker over a line that delays, loses, cuts and swallows, and with a server that has had enough.
@Suite(.inTurn) struct BadLineTests {
    private let place: Workplace
    private let relay: TCPRelay

    init() throws {
        place = try Workplace()
        relay = try TCPRelay(to: place.server.socketPath)
    }

    private var url: String { "redis://\(relay.address):\(relay.port)" }

    private func say(_ lines: ClosedRange<Int>, filler: String = "") async throws {
        for number in lines { try await place.say("line \(number)\(filler)", to: "job") }
    }

    private func configure(_ name: RedisArgument, _ value: RedisArgument) async throws {
        _ = try await place.redis.send(RedisCommand("CONFIG", "SET", name, value)).get()
    }

    private func viewer(_ arguments: String...) async throws -> Tmux {
        let terminal = try Tmux(width: 140, height: 30, environment: ["REDIS_URL": url, "TZ": "UTC"])
        try await terminal.start([place.joblog] + arguments)
        return terminal
    }

    @Test func withLatencyAndLossEveryLineComesOnce() async throws {
        relay.change {
            $0.delay = .milliseconds(150)
            $0.lossOneIn = 50
        }
        try await say(1...5)
        let terminal = try await viewer("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == Array(1...5) }
        for start in stride(from: 6, to: 150, by: 24) { try await say(start...start + 23) }
        let last = try await terminal.waitFor("the last line") { $0.lineNumbers.last == 149 }
        let shown = last.lineNumbers
        #expect(shown == Array((shown.first ?? 0)...149))
        // All of it is there, each line once.
        #expect(try await terminal.allLineNumbers(to: 149) == Array(1...149))
    }

    @Test func anAnswerThatIsCutInTheMiddleIsReadAnew() async throws {
        try await say(1...3)
        let terminal = try await viewer("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        // Beginnings of connections get through, the log does not.
        relay.change { $0.cutAfter = 60_000 }
        relay.cut()
        try await say(4...150, filler: String(repeating: " x", count: 500))
        try await terminal.waitFor("Reconnecting (")
        relay.change { $0.cutAfter = nil }
        let screen = try await terminal.waitFor("the log's end") {
            $0.contains("● Online") && $0.lineNumbers.last == 150
        }
        let shown = screen.lineNumbers
        #expect(shown == Array((shown.first ?? 0)...150))
        try await place.say("line 151", to: "job")
        try await terminal.waitFor("a new line") { $0.lineNumbers.last == 151 }
    }

    @Test func whatAWorkerWritesOverACutLineIsThereOnce() async throws {
        let manager = JobLogManager(
            connection: RedisConnection(RedisConfiguration(url: try RedisURL(parsing: url))))
        manager.post(JobID("job"), LogLine(.info, "line 0", timestamp: Timestamp.now()))
        #expect(await manager.flush(within: .seconds(30)))
        for round in 0..<4 {
            // The answers to a batch never come, but the server has taken it.
            relay.change { $0.cutAfter = 10 }
            for number in 1...50 {
                let line = LogLine(.info, "line \(round * 50 + number)", timestamp: Timestamp.now())
                manager.post(JobID("job"), line)
            }
            try await eventually("lines that the server has taken") {
                try await place.redis.send(RedisCommand("LLEN", .key(JobKeys().logs(JobID("job"))))).integer ?? 0
                    > round * 50
            }
            relay.cut()
            relay.change { $0.cutAfter = nil }
            #expect(await manager.flush(within: .seconds(60)))
        }
        let records = try await RedisJobSource(configuration: RedisConfiguration(url: place.server.url)).log(
            JobID("job"), newest: 200)
        let messages = records.map { LogEntry.decode($0.bytes).message }
        #expect(messages == (1...200).map { "line \($0)" })
    }

    @Test func aLineThatSwallowsEverythingIsNoticed() async throws {
        try await say(1...3)
        let terminal = try await viewer("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        relay.change { $0.isHalfOpen = true }
        try await say(4...6)
        // A sign of life is asked for every 30 s.
        let away = try await terminal.waitFor("Reconnecting (", timeout: .seconds(120))
        #expect(away.contains("as of ") && away.lineNumbers == [1, 2, 3])
        relay.change { $0.isHalfOpen = false }
        try await terminal.waitFor("the lines that were missed") {
            $0.contains("● Online") && $0.lineNumbers == Array(1...6)
        }
    }

    @Test func aFrozenServerIsSaidAndNothingIsMissedAfterIt() async throws {
        try await say(1...3)
        let terminal = try await viewer("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        let manager = JobLogManager(
            connection: RedisConnection(
                RedisConfiguration(url: try RedisURL(parsing: url), commandTimeout: .seconds(2))))
        place.server.suspend()
        for number in 4...6 {
            manager.post(JobID("job"), LogLine(.info, "line \(number)", timestamp: Timestamp.now()))
        }
        // Whoever asks something learns that nobody answers.
        try await terminal.send("C-r")
        try await terminal.waitFor("Reconnecting (")
        // The screen is usable meanwhile.
        try await terminal.send("?")
        try await terminal.waitFor("Help")
        try await terminal.send("Escape")
        place.server.resume()
        #expect(await manager.flush(within: .seconds(60)))
        try await terminal.waitFor("the lines of meanwhile") {
            $0.contains("● Online") && $0.lineNumbers == Array(1...6)
        }
    }

    @Test func aServerThatTakesNoMoreClientsIsWaitedFor() async throws {
        try await place.state("job", "running")
        try await configure("maxclients", "1")
        let terminal = try await viewer("browse")
        try await terminal.waitFor { $0.contains("Reconnecting (") && $0.contains("max number of clients") }
        try await configure("maxclients", "100")
        try await terminal.waitFor("the job") { $0.contains("● Online") && $0.contains("running   job") }
    }

    @Test func aPasswordThatIsChangedIsSaid() async throws {
        try await say(1...3)
        let terminal = try await viewer("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] }
        try await configure("requirepass", "changed")
        relay.cut()
        let refused = try await terminal.waitFor { $0.contains("Disconnected") }
        #expect(refused.contains("as of ") && refused.contains("password") && refused.lineNumbers == [1, 2, 3])
        try await configure("requirepass", "")
        try await say(4...4)
        try await terminal.waitFor("the log again") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3, 4] }
    }
}
