import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// Jobs are counted by kind, and what is wrong with their keys is found.
@Suite(.inTurn) struct KeySurveyTests {
    private let redis: PrivateRedis

    init() throws { redis = try PrivateRedis() }

    private func census(samples: Int = 1_000, scans: Bool = true) async throws -> JobCensus {
        try await KeySurvey(connection: redis.connection(), keys: JobKeys(), samples: samples, scans: scans).take()
    }

    private func found(_ census: JobCensus) -> [KeyFault: [String]] {
        census.faults.mapValues { cases in
            #expect(cases.examples.count == min(3, cases.count))
            return cases.examples.sorted()
        }
    }

    @Test func whatAPublisherLeavesIsInOrder() async throws {
        let publisher = JobPublisher(connection: redis.connection(), console: { _ in })
        for number in 0..<3 {
            let id = JobID("job \(number)\u{1B}[31m")
            try await publisher.created(id, user: "u")
            try await publisher.checkpoint(id, step: "S", percent: 5)
        }
        try await publisher.complete(JobID("job 0\u{1B}[31m"))
        await publisher.close()
        let census = try await census()
        #expect(found(census) == [:])
        #expect(census.isComplete && census.reason == nil)
        #expect(census.jobs == 3 && census.indexed == 3 && census.archived == 3 && census.stateless == 2 - 2)
        #expect(census.counts[.state] == 3 && census.counts[.checkpoint] == 3 && census.counts[.logs] == 1)
        #expect(census.states == ["running": 2, "completed": 1])
    }

    @Test func everyFaultIsFound() async throws {
        try await redis.call("SET", "job:logs:wrong", "text", "EX", 60)
        try await redis.call("SET", "job:state:bad\u{1B}", "text", "EX", 60)
        try await redis.call("SET", "checkpoint:bad\u{1B}", "text", "EX", 60)
        try await redis.call("RPUSH", "job:logs:endless", "{}")
        try await redis.call("RPUSH", "job:logs:plain", "{}", "no JSON", "{}")
        try await redis.call("EXPIRE", "job:logs:plain", 60)
        for _ in 0..<201 { try await redis.call("RPUSH", "job:logs:long", "{}") }
        try await redis.call("EXPIRE", "job:logs:long", 60)
        try await redis.call("SET", "checkpoint:alone", "{}", "EX", 60)
        try await redis.call("ZADD", "job:index", 1, "ghost", 2, "plain")
        try await redis.call("SET", "jobless", "not ours")
        let census = try await census()
        #expect(
            found(census) == [
                .wrongType: ["job:logs:wrong"], .unreadableState: ["job:state:bad␛"],
                .unreadableCheckpoint: ["checkpoint:bad␛"], .noExpiry: ["job:logs:endless"],
                .unreadableLine: ["job:logs:plain"], .longLog: ["job:logs:long"], .loneCheckpoint: ["checkpoint:alone"],
                .emptyIndexEntry: ["ghost"],
            ])
        #expect(census.jobs == 6 && census.indexed == 2)
    }

    @Test func aFewExamplesOfManyAreGiven() async throws {
        for number in 0..<40 { try await redis.call("RPUSH", .text("job:logs:\(number)"), "{}") }
        let all = try await census()
        #expect(all.faults[.noExpiry]?.count == 40)
        let few = try await census(samples: 10)
        #expect(few.jobs == 40 && few.examined == 10 && few.faults[.noExpiry]?.count == 10)
        #expect(try await census(samples: 0).examined == 0)
    }

    @Test func withoutScanTheIndexTells() async throws {
        let publisher = JobPublisher(connection: redis.connection(), console: { _ in })
        try await publisher.created(JobID("indexed"), user: "u")
        await publisher.close()
        try await redis.call("RPUSH", "job:logs:other", "{}")
        try await redis.call("CONFIG", "RESETSTAT")
        let census = try await census(scans: false)
        #expect(census.jobs == 1 && !census.isComplete && census.reason == "--no-scan was given")
        #expect(try await redis.commandCounts()["scan"] == nil)
    }
}
