import Foundation
import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// What our publisher writes for the job of a recorded TypeScript worker, beside what that worker wrote.
@Suite(.inTurn) struct RecordedWorkerTests {
    private static let id = JobID("job-1734470400000-agent1")

    /// Fields that only our publisher writes, or whose values are those of the moment.
    private static let added: Set<String> = ["worker", "id", "event", "timestamp", "sequence"]

    /// What can be observed of a worker: its events, and what it left behind.
    private struct Trace {
        var events: [JSONObject] = []
        var log: [JSONObject] = []
        var checkpoint: JSONValue?
        var lifetimes: [String: Int] = [:]
    }

    private func trace(_ work: (RedisConnection) async throws -> Void) async throws -> Trace {
        let server = try RedisServer()
        let redis = RedisConnection(RedisConfiguration(url: server.url))
        let subscriber = RedisSubscriber(RedisConfiguration(url: server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.subscribe([JobKeys().events(Self.id)])
        try await work(redis)
        _ = try await redis.send(RedisCommand("PUBLISH", .bytes(JobKeys().events(Self.id)), "end"))
        var trace = Trace()
        for try await case .message(_, let payload) in messages {
            if payload.elementsEqual("end".utf8) { break }
            trace.events.append(try #require(try JSONValue(parsing: payload).object))
        }
        let logs = try await redis.send(RedisCommand("LRANGE", .key(JobKeys().logs(Self.id)), 0, -1))
        trace.log = try logs.records.map { try #require(try JSONValue(parsing: $0.bytes).object) }
        let stored = try await redis.send(RedisCommand("GET", .key(JobKeys().checkpoint(Self.id))))
        trace.checkpoint = try stored.bytes.map { try JSONValue(parsing: $0) }
        for name in try await redis.send(RedisCommand("KEYS", "*")).mapStrings({ String(decoding: $0, as: UTF8.self) })
        {
            trace.lifetimes[name] = try await redis.send(RedisCommand("TTL", .text(name))).integer
        }
        return trace
    }

    /// Calls for every event of the recording what a Swift worker would call.
    private func work(_ events: [JSONObject], _ checkpoint: JSONValue, _ publisher: JobPublisher) async throws {
        try await publisher.adopt(Self.id, user: "user-42")
        for event in events {
            switch event["event"]?.string {
            case nil:
                try await publisher.progress(
                    Self.id, step: try #require(event["step"]?.string),
                    percent: try #require(event["progress"]?.double), partial: event["partial"]?.string)
            case "job:chunk":
                try await publisher.chunk(
                    Self.id, try #require(event["chunk"]?.string), isLast: event["isLast"]?.bool ?? false)
            case "job:checkpoint":
                try await publisher.checkpoint(
                    Self.id, step: try #require(checkpoint["step"]?.string),
                    percent: try #require(event["progress"]?.double), sequence: checkpoint["sequence"]?.int,
                    partialOutput: checkpoint["partialOutput"]?.string, customData: checkpoint["customData"])
            case "job:completed":
                try await publisher.complete(
                    Self.id, result: event["result"],
                    duration: .milliseconds(Int(try #require(event["duration"]?.double))))
            case let other: Issue.record("the recording has an event \(other ?? "")")
            }
        }
    }

    private func names(_ object: JSONObject) -> Set<String> {
        Set(object.members.map(\.key)).subtracting(Self.added)
    }

    @Test func keysLifetimesEntriesAndEventFieldsAreTheSame() async throws {
        let recording = try Recording.agentJob()
        let theirs = try await trace { redis in
            try await recording.replay(pace: .atOnce) { argv in
                let name = String(decoding: argv[0], as: UTF8.self)
                let arguments = argv.dropFirst().map { RedisArgument.bytes($0) }
                switch name {
                case "PUBLISH": _ = try await redis.send(RedisCommand("PUBLISH", arguments: arguments))
                case "RPUSH": _ = try await redis.send(RedisCommand("RPUSH", arguments: arguments))
                case "LTRIM": _ = try await redis.send(RedisCommand("LTRIM", arguments: arguments))
                case "EXPIRE": _ = try await redis.send(RedisCommand("EXPIRE", arguments: arguments))
                case "SETEX": _ = try await redis.send(RedisCommand("SETEX", arguments: arguments))
                default: Issue.record("the recording has a command \(name)")
                }
            }
        }
        let ours = try await trace { redis in
            let publisher = JobPublisher(
                connection: redis, worker: WorkerIdentity(name: "w", signsEntries: false), console: { _ in })
            try await work(theirs.events, try #require(theirs.checkpoint), publisher)
        }

        #expect(ours.events.count == theirs.events.count)
        for (our, their) in zip(ours.events, theirs.events) {
            #expect(names(our) == names(their))
            #expect(our["event"]?.string == their["event"]?.string ?? "job:progress")
            for name in names(their) where name != "checkpoint" { #expect(our[name] == their[name], "\(name)") }
        }
        #expect(ours.log.count == 15)
        for (our, their) in zip(ours.log, theirs.log) {
            #expect(names(our) == names(their))
            for name in names(their) { #expect(our[name] == their[name], "\(name)") }
        }
        let fields = try #require(ours.checkpoint?.object)
        #expect(names(fields) == names(try #require(theirs.checkpoint?.object)))
        #expect(fields["sequence"] == theirs.checkpoint?["sequence"])
        #expect(fields["customData"] == theirs.checkpoint?["customData"])

        for (key, lifetime) in theirs.lifetimes {
            let our = try #require(ours.lifetimes[key], "\(key)")
            #expect(abs(our - lifetime) < 120, "\(key)")
        }
        let id = "job-1734470400000-agent1"
        #expect(
            Set(ours.lifetimes.keys).subtracting(theirs.lifetimes.keys)
                == [
                    "job:state:\(id)", "job:index", "job:index:user-42",
                    "checkpoint:archive:\(id):\(fields["sequence"]?.int ?? 0)",
                ])
    }
}
