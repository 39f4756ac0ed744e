import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The screen on a server that takes no writes: reading goes on, and what it is on screen is told for what it is.
@Suite(.inTurn) struct RefusedWritesTests {
    private static let cutOff = "this replica is out of touch with its primary"

    private func place(arguments: [String] = []) async throws -> Workplace {
        let place = try Workplace(arguments: arguments, tcp: true)
        try await place.state("job", "running")
        for number in 1...3 { try await place.say("line \(number)", to: "job") }
        return place
    }

    private func viewer(_ place: Workplace) async throws -> Tmux {
        let terminal = try await place.terminal("job", width: 160)
        let screen = try await terminal.waitFor("the log") {
            $0.contains("● Online") && $0.lineNumbers == [1, 2, 3] && $0.contains("running 1")
        }
        #expect(!screen.contains(Self.cutOff))
        return terminal
    }

    /// Asks for an action, and waits for the sentence why there is none.
    private func expectRefusal(_ sentence: String, on terminal: Tmux) async throws {
        try await terminal.send("C")
        try await terminal.waitFor("Cancel job job?")
        try await terminal.send("y")
        let screen = try await terminal.waitFor(sentence)
        #expect(screen.contains("● Online") && screen.lineNumbers == [1, 2, 3], "\(screen)")
    }

    @Test func whereMemoryIsFullLogsAreReadAndActionsRefused() async throws {
        let place = try await place(arguments: ["--maxmemory-policy", "noeviction"])
        let terminal = try await viewer(place)
        _ = try await place.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1")).get()
        try await expectRefusal("maxmemory", on: terminal)
        // One that comes anew is not refused.
        let other = try await viewer(place)
        _ = try await place.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "0")).get()
        try await place.say("line 4", to: "job")
        for terminal in [terminal, other] {
            try await terminal.waitFor("a new line") { $0.contains("● Online") && $0.lineNumbers == [1, 2, 3, 4] }
        }
    }

    @Test func aServerThatBecomesAReplicaIsToldForOne() async throws {
        let place = try await place()
        let terminal = try await viewer(place)
        let nobody = try RedisServer.freePort()
        _ = try await place.redis.send(RedisCommand("REPLICAOF", "127.0.0.1", .integer(nobody))).get()
        try await expectRefusal("replica", on: terminal)
        // It is asked every half a minute what it is.
        let screen = try await terminal.waitFor(Self.cutOff)
        #expect(screen.rows[0].contains("● Online") && screen.lineNumbers == [1, 2, 3])
        _ = try await place.redis.send(RedisCommand("REPLICAOF", "NO", "ONE")).get()
        try await place.say("line 4", to: "job")
        try await terminal.waitFor("a primary") {
            $0.contains("● Online") && !$0.contains(Self.cutOff) && $0.lineNumbers == [1, 2, 3, 4]
        }
    }

    @Test func aReplicaWhosePrimaryDiesIsSaidToBeOld() async throws {
        let primary = try await place(arguments: ["--appendonly", "yes", "--repl-diskless-sync-delay", "0"])
        let replica = try Workplace(arguments: ["--replicaof", "127.0.0.1", "\(primary.server.port ?? 0)"])
        try await eventually("a copy") {
            RedisRole(try await replica.redis.send(RedisCommand("ROLE"))) == .replica(isInTouch: true)
        }
        let terminal = try await viewer(replica)
        let follower = try replica.spawn("logs", "-f", "job", "-o", "jsonl")
        var lines = follower.lines.makeAsyncIterator()
        for number in 1...3 {
            #expect(await lines.next(isolation: #isolation)?.contains("line \(number)") == true)
        }
        primary.server.kill()
        let screen = try await terminal.waitFor(Self.cutOff)
        #expect(screen.rows[0].firstMatch(of: /● Online  as of \d\d:\d\d:\d\d: this replica is out of touch/) != nil)
        try await eventually("that the command says so") {
            String(decoding: follower.stderr, as: UTF8.self) == "joblog: \(Self.cutOff): lines come when it is back\n"
        }
        try primary.server.restart()
        try await primary.say("line 4", to: "job")
        try await terminal.waitFor("the primary's next line") {
            $0.contains("● Online") && !$0.contains(Self.cutOff) && $0.lineNumbers == [1, 2, 3, 4]
        }
        #expect(await lines.next(isolation: #isolation)?.contains("line 4") == true)
        try await eventually("that it is over") {
            String(decoding: follower.stderr, as: UTF8.self).hasSuffix("in touch with its primary again\n")
        }
    }
}
