import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The log pane while connections come and go.
@Suite(.inTurn) struct OutageTests {
    private func place() async throws -> (Workplace, Tmux) {
        let place = try Workplace(arguments: ["--appendonly", "yes"])
        try await place.state("job", "running")
        for number in 1...5 { try await place.say("line \(number)", to: "job") }
        let terminal = try await place.terminal("job")
        try await terminal.waitFor("the log") { $0.contains("● Online") && $0.lineNumbers == Array(1...5) }
        return (place, terminal)
    }

    @Test func aRestartOfTheServer() async throws {
        let (place, terminal) = try await place()
        place.server.stop()
        try await terminal.waitFor("Reconnecting (")
        #expect(try await terminal.capture().lineNumbers == Array(1...5))
        try place.server.restart()
        for number in 6...8 { try await place.say("line \(number)", to: "job") }
        try await terminal.waitFor("the lines after the restart") {
            $0.contains("● Online") && $0.lineNumbers == Array(1...8)
        }
        try await place.say("line 9", to: "job")
        try await terminal.waitFor("a new line") { $0.lineNumbers == Array(1...9) }
    }

    @Test func aServerThatDiesAndComesBackEmpty() async throws {
        let place = try Workplace()
        for number in 1...3 { try await place.say("line \(number)", to: "job") }
        let terminals = [try await place.terminal("job"), try await place.terminal("job", width: 80, height: 20)]
        for terminal in terminals { try await terminal.waitFor("the log") { $0.lineNumbers == [1, 2, 3] } }
        place.server.kill()
        for terminal in terminals { try await terminal.waitFor("Reconnecting (") }
        try place.server.restart()
        for terminal in terminals { try await terminal.waitFor("● Online") }
        try await place.say("line 4", to: "job")
        for terminal in terminals {
            // What was read stays.
            let screen = try await terminal.waitFor("the old lines and the new one") { $0.lineNumbers == [1, 2, 3, 4] }
            let mark = try #require(screen.row(containing: "log was cleared"), "\(screen)")
            #expect(screen.rows[mark - 1].contains("line 3") && screen.rows[mark + 1].contains("line 4"))
        }
    }

    /// Kills one of the viewer's connections: the subscriber, which waits for notices, or the reader.
    private func killOne(subscriber: Bool, of place: Workplace) async throws {
        let viewers = try await place.viewers()
        #expect(viewers.count == 2)
        let client = try #require(viewers.first { !$0.line.contains(" psub=0 ") == subscriber })
        _ = try await place.redis.send(RedisCommand("CLIENT", "KILL", "ID", .text(client.id))).get()
    }

    @Test func theSubscriberIsKilled() async throws {
        try await oneConnectionIsKilled(subscriber: true)
    }

    @Test func theReaderIsKilled() async throws {
        try await oneConnectionIsKilled(subscriber: false)
    }

    private func oneConnectionIsKilled(subscriber: Bool) async throws {
        let (place, terminal) = try await place()
        try await killOne(subscriber: subscriber, of: place)
        // A viewer that has not noticed would not hear of this line.
        try await place.say("line 6", to: "job")
        try await terminal.waitFor("the line after the kill") { $0.lineNumbers == Array(1...6) }
        try await terminal.waitFor("● Online")
        try await place.say("line 7", to: "job")
        try await terminal.waitFor("a new line") { $0.lineNumbers == Array(1...7) }
    }

    @Test func whereNobodyIsTheScreenWaits() async throws {
        let place = try Workplace()
        place.server.stop()
        let terminal = try await place.terminal()
        try await terminal.waitFor("Reconnecting (")
        try place.server.restart()
        try await place.state("job", "running")
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("running   job") }
    }

    @Test func aRefusedPasswordIsSaid() async throws {
        let place = try Workplace(arguments: ["--requirepass", "sesame"])
        let terminal = try await place.terminal()
        try await terminal.waitFor { $0.contains("Disconnected") && $0.contains("password") }
    }

    @Test func suspendedViewersLetGo() async throws {
        let place = try Workplace()
        try await place.say("line 1", to: "job")
        let terminal = try Tmux(width: 100, height: 30, environment: place.environment)
        try await terminal.startShell()
        try await terminal.enter("\(place.joblog) job")
        try await terminal.waitFor("the log") { $0.lineNumbers == [1] }
        try await terminal.send("C-z")
        try await terminal.waitFor("Stopped")
        try await eventually("the end of the viewer's connections") { try await place.viewers().isEmpty }
        try await place.say("line 2", to: "job")
        try await terminal.enter("fg")
        try await terminal.waitFor("the line that came meanwhile") { $0.lineNumbers == [1, 2] }
    }
}
