import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// A log that is open on the screen while its Redis goes away, or one of the viewer's connections.
@Suite(.timeLimit(.minutes(2))) struct ScreenOutageTests {
    private func open(_ place: Workplace) async throws -> Tmux {
        for number in 1...3 { try await place.say("line \(number)", to: "job") }
        let terminal = try await place.terminal("browse", "job", height: 40)
        _ = try await terminal.waitFor("line 3")
        return terminal
    }

    /// The numbers of the lines on screen, in their order.
    private func numbers(_ screen: TerminalScreen) -> [Int] {
        screen.rows.compactMap { row in
            row.firstRange(of: "line ").flatMap { Int(row[$0.upperBound...].prefix { $0.isNumber }) }
        }
    }

    @Test func aServerThatComesBackWithItsData() async throws {
        let place = try Workplace(arguments: ["--appendonly", "yes", "--appendfsync", "always"])
        let terminal = try await open(place)
        place.server.stop()
        _ = try await terminal.waitFor("Reconnecting (")
        try place.server.restart()
        try await eventually("the server's data") { (try? await place.redis.send(RedisCommand("PING"))) != nil }
        for number in 4...9 { try await place.say("line \(number)", to: "job") }
        let screen = try await terminal.waitFor("line 9")
        #expect(numbers(screen) == Array(1...9))
        _ = try await terminal.waitFor("● Online")
        try await place.say("line 10", to: "job")
        #expect(numbers(try await terminal.waitFor("line 10")) == Array(1...10))
    }

    @Test(arguments: [true, false]) func oneConnectionAloneIsKilled(_ killsSubscriber: Bool) async throws {
        let place = try Workplace()
        let terminal = try await open(place)
        let victim = try #require(
            try await place.viewers().first { $0.line.contains("psub=1") == killsSubscriber })
        _ = try await place.redis.send(RedisCommand("CLIENT", "KILL", "ID", .text(victim.id)))
        for number in 4...9 { try await place.say("line \(number)", to: "job") }
        let screen = try await terminal.waitFor("line 9")
        #expect(numbers(screen) == Array(1...9))
        #expect(try await place.viewers().allSatisfy { $0.id != victim.id })
        try await place.say("line 10", to: "job")
        #expect(numbers(try await terminal.waitFor("line 10")) == Array(1...10))
    }

    @Test func aLogThatWasClearedStaysOnScreen() async throws {
        let place = try Workplace()
        let terminal = try await open(place)
        try await place.send("DEL", "job:logs:job")
        _ = try await terminal.waitFor("log was cleared")
        try await place.say("line 4", to: "job")
        #expect(numbers(try await terminal.waitFor("line 4")) == Array(1...4))
    }

    @Test func aServerThatCannotBeReached() async throws {
        let place = try Workplace()
        place.server.stop()
        let terminal = try await place.terminal()
        _ = try await terminal.waitFor("Cannot reach Redis at unix://")
        try place.server.restart()
        _ = try await terminal.waitFor("No jobs yet")
    }
}
