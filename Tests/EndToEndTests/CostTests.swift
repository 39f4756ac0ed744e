import JobLogCore
import RedisClient
import TestSupport
import Testing

/// What joblog costs a server, and the ceiling to it.
@Suite(.inTurn) struct CostTests {
    @Test(arguments: [["ls"], ["logs", "job", "-f"], ["search", "x"], []])
    func aCeilingThatMakesNoSenseIsRefused(_ command: [String]) async throws {
        let place = try Workplace()
        for value in ["19", "0", "-5"] {
            let output = try await place.run(command + ["--max-commands=\(value)"])
            #expect(output.status == .exited(64))
            #expect(output.errorText.contains("--max-commands takes a number of at least 20, not \(value)."))
        }
        #expect(try await place.run(command + ["--max-commands", "many"]).status == .exited(64))
        for value in ["19", "many", "1e3"] {
            let output = try await place.run(command, environment: ["JOBLOG_MAX_COMMANDS": value])
            #expect(output.status == .exited(64))
            #expect(output.errorText.contains("JOBLOG_MAX_COMMANDS takes a number of at least 20, not \(value)."))
        }
    }

    @Test(arguments: [["ls", "--max-commands", "200"], ["search", "line", "--max-commands", "200", "-l", "debug"]])
    func commandsKeepToTheCeilingAndLeaveNothingOut(_ command: [String]) async throws {
        let place = try Workplace()
        for number in 0..<70 {
            try await place.state("job-\(number)", "running")
            try await place.say("line \(number).", to: "job-\(number)")
        }
        _ = try await place.redis.send(RedisCommand("CONFIG", "RESETSTAT"))
        let start = ContinuousClock.now
        let output = try await place.run(command)
        let text = try await place.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let sent = text.split(separator: "calls=").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
            .reduce(0, +)
        #expect(Double(sent) <= 200 * max(1, seconds), "\(sent) in \(seconds) s")
        #expect(output.status == .exited(0), "\(output.errorText)")
        for number in 0..<70 { #expect(output.text.contains("job-\(number)"), "\(number)") }
    }

    @Test func theScreenTellsWhatItCostsAndThatItIsHeldBack() async throws {
        let place = try Workplace()
        for number in 0..<150 { try await place.state("job-\(number)", "running") }
        let terminal = try await place.terminal("--max-commands", "100", width: 140)
        try await terminal.waitFor("at the limit of 100 commands/s")
        try await terminal.send("C-g")
        try await terminal.waitFor { $0.contains("commands/s, at the limit of 100, ") && $0.contains("/s in") }
        try await terminal.send("C-g")
        try await terminal.waitFor { !$0.contains("/s in") }
    }

    /// The server's own count says that it is left alone, whatever is done to the log on screen.
    @Test func movingInAQuietLogSendsNothing() async throws {
        let place = try Workplace()
        try await place.state("job", "running")
        // So few that no more of them is read for their counts than is read for the row.
        for number in 0..<20 { try await place.say("line \(number).", at: 1_000 + number, to: "job") }
        let terminal = try await place.terminal("job", height: 12)
        try await terminal.waitFor("line 19.")
        // What was read on opening is over once what came later is there.
        try await place.say("line 20.", at: 2_000, to: "job")
        try await terminal.waitFor("line 20.")
        let before = try await commands(place)
        try await terminal.send("g")
        try await terminal.waitFor("line 0.")
        try await terminal.send("t", "u", "C-w", "2", "G")
        try await terminal.waitFor("line 20.")
        #expect(try await commands(place) == before)
    }

    /// How many commands the server has carried out, but for what connections are kept alive by, and the asking.
    private func commands(_ place: Workplace) async throws -> [String: String] {
        let text = try await place.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        var counts: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !["cmdstat_info", "cmdstat_ping"].contains(parts[0]) else { continue }
            counts[String(parts[0])] = String(parts[1].prefix { $0 != "," })
        }
        return counts
    }
}
