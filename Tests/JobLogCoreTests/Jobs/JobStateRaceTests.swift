import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Many processes that want the same change of the same job.
@Suite(.inTurn) struct JobStateRaceTests {
    private static let runners = 8
    private static let rounds = 1_000
    private static let transitions: [(from: JobState, to: String, end: JobState)] = [
        (.created, "running", .running), (.created, "cancelled", .cancelled), (.running, "paused", .paused),
        (.running, "completed", .completed), (.running, "failed", .failed), (.running, "cancelled", .cancelled),
        (.paused, "running", .running), (.paused, "cancelled", .cancelled), (.completed, "cancelled", .cancelled),
        (.failed, "cancelled", .cancelled), (.failed, "restart", .created), (.cancelled, "restart", .created),
        (.failed, "resume", .running),
    ]

    @Test("of 8 processes one wins each of 1,000 races, and the others learn what state it was")
    func races() async throws {
        let redis = try PrivateRedis()
        let names = Self.transitions.map { "\($0.from):\($0.to)" }
        let jobs = (0..<Self.rounds).flatMap { round in
            zip(names, Self.transitions).map { (JobID("race:\($0):\(round)"), $1) }
        }
        for part in jobs.chunked(by: 1_000) {
            let replies = try await redis.client.send(
                part.map { id, transition in
                    RedisCommand(
                        "SET", .key(JobKeys().state(id)),
                        .text(#"{"jobId":"\#(id)","userId":"u","status":"\#(transition.from)","mine":[1.50]}"#))
                })
            #expect(replies.allSatisfy { $0.string == "OK" })
        }
        let probe = try BuiltProducts.path(of: "WorkerProbe")
        let runners = try (0..<Self.runners).map { number in
            try Spawned(
                [probe, "race", redis.server.urlText, "w\(number)", "\(Self.runners)", "\(Self.rounds)"] + names)
        }
        var winners: [String: [Int: String]] = [:]
        var losses: [String: [String: Int]] = [:]
        for (number, runner) in runners.enumerated() {
            try await #expect(runner.wait(timeout: .seconds(120)) == .exited(0))
            await runner.untilOutputEnds()
            let lines = String(decoding: runner.stdout, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == names.count, "\(lines.first ?? "nothing was said")")
            for line in lines {
                let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                try #require(words.count == 5)
                for round in words[2].split(separator: ",").compactMap({ Int($0) }) {
                    #expect(winners[words[0], default: [:]].updateValue("w\(number)", forKey: round) == nil)
                }
                for found in words[4].split(separator: ",") {
                    let parts = found.split(separator: "=").map(String.init)
                    losses[words[0], default: [:]][parts[0], default: 0] += try #require(Int(parts[1]))
                }
            }
        }
        for (name, transition) in zip(names, Self.transitions) {
            #expect(winners[name]?.count == Self.rounds)
            #expect(losses[name] == [transition.end.rawValue: Self.rounds * (Self.runners - 1)], "\(name)")
        }
        for part in jobs.chunked(by: 1_000) {
            let replies = try await redis.client.send(part.map { RedisCommand("GET", .key(JobKeys().state($0.0))) })
            for ((id, transition), reply) in zip(part, replies) {
                let record = try #require(reply.bytes.flatMap { JobStateRecord.decode($0) })
                let round = try #require(Int(id.lossyText.split(separator: ":")[3]))
                let name = "\(transition.from):\(transition.to)"
                guard record.status == transition.end, record.worker == winners[name]?[round],
                    record.object["mine"]?.text() == "[1.50]"
                else {
                    Issue.record("\(id): \(String(decoding: record.encode(), as: UTF8.self))")
                    return
                }
            }
        }
    }
}
