import Foundation
import RedisClient
import TestSupport
import Testing

/// `joblog log` and `joblog publish …`: what they leave in Redis, and what the other commands say of it.
@Suite(.inTurn) struct PublishTests {
    private func state(_ id: String, _ place: Workplace) async throws -> NSObject {
        try json(try #require(try await place.send("GET", "job:state:\(id)").string))
    }

    @Test func aLineIsAppended() async throws {
        let place = try Workplace()
        #expect(
            try await place.output(
                "log", "job:1", "two\nlines", "-l", "warn", "--meta", "count=3", "--meta", "who=me") == "")
        let reply = try await place.send("LRANGE", "job:logs:job:1", "0", "-1")
        let entry = try json(try #require(reply.array?.first?.string))
        #expect(field("message", of: entry) == "two\nlines")
        #expect(field("type", of: entry) == "warn")
        let metadata = try #require((entry as? NSDictionary)?["metadata"] as? NSDictionary)
        #expect(metadata["count"] as? Int == 3 && metadata["who"] as? String == "me")
        let lifetime = try #require(try await place.send("TTL", "job:logs:job:1").integer)
        #expect((604_700...604_800).contains(lifetime))
    }

    @Test func aJobGoesFromBeginningToEnd() async throws {
        let place = try Workplace()
        let subscriber = RedisSubscriber(RedisConfiguration(url: place.server.url))
        let (_, messages) = try await subscriber.connect()
        try await subscriber.psubscribe([Array("job:event:*".utf8)])
        var events = messages.makeAsyncIterator()
        func event() async throws -> NSObject {
            guard case .patternMessage(_, let channel, let payload)? = try await events.next() else {
                throw SubprocessError("no event")
            }
            #expect(String(decoding: channel, as: UTF8.self) == "job:event:job 1")
            return try json(String(decoding: payload, as: UTF8.self))
        }

        let target = ["job 1", "--user", "u1", "--type", "research"]
        _ = try await place.run(
            ["publish", "progress"] + target + ["--step", "Reading", "--percent", "33.333333333333336"])
        let progress = try await event()
        #expect(field("event", of: progress) == "job:progress")
        #expect(field("step", of: progress) == "Reading")
        #expect(try await place.output("logs", "job 1").hasSuffix("Reading (33.333333333333336%)\n"))
        #expect(field("status", of: try await state("job 1", place)) == "running")
        #expect(field("type", of: try await state("job 1", place)) == "research")

        #expect(try await place.output("publish", "chunk", "job 1", "some text", "--last") == "")
        let chunk = try await event()
        #expect(field("event", of: chunk) == "job:chunk")
        #expect(field("chunk", of: chunk) == "some text")
        #expect(field("isLast", of: chunk) == "true")

        #expect(
            try await place.output(
                "publish", "checkpoint", "job 1", "--step", "Reading", "--percent", "40", "--output", "so far",
                "--meta", "page=3") == "")
        #expect(field("event", of: try await event()) == "job:checkpoint")
        let stored = try json(try #require(try await place.send("GET", "checkpoint:job 1").string))
        #expect(field("partialOutput", of: stored) == "so far")
        #expect(try await place.output("show", "job 1").contains("Reading @ 40%"))

        #expect(
            try await place.output("publish", "complete", "job 1", "--result", #"{"n":1}"#, "--duration", "1500") == "")
        let completed = try await event()
        #expect(field("event", of: completed) == "job:completed")
        #expect(field("duration", of: completed) == "1500")
        let job = try json(await place.output("show", "job 1", "-o", "json"))
        #expect(field("state", of: job) == "completed")
        #expect(field("progress", of: job) == "100")
        #expect(((job as? NSDictionary)?["result"] as? NSDictionary)?["n"] as? Int == 1)
        #expect(try await place.output("logs", "job 1", "-n", "1").hasSuffix("Job completed in 1500ms\n"))

        let late = try await place.run("publish", "progress", "job 1", "--step", "x", "--percent", "3")
        #expect(late.status == .exited(1))
        #expect(late.errorText == "joblog: Job job 1 is completed: it cannot become running.\n")
    }

    @Test func failingAndCancelling() async throws {
        let place = try Workplace()
        for id in ["job-a", "job-b"] {
            _ = try await place.run(
                "publish", "progress", id, "--user", "u1", "--step", "Reading", "--percent", "10")
        }
        #expect(
            try await place.output("publish", "fail", "job-a", "no answer", "--code", "ETIMEDOUT", "--recoverable")
                == "")
        let job = try json(await place.output("show", "job-a", "-o", "json"))
        #expect(field("state", of: job) == "failed")
        #expect(field("error", of: job) == "no answer")
        let entry = try json(try #require(await place.lines("logs", "job-a", "-o", "jsonl").last))
        let metadata = try #require((entry as? NSDictionary)?["metadata"] as? NSDictionary)
        #expect(metadata["code"] as? String == "ETIMEDOUT" && metadata["recoverable"] as? Bool == true)
        #expect(try await place.output("publish", "cancel", "job-b", "--reason", "not wanted") == "")
        #expect(field("state", of: try json(await place.output("show", "job-b", "-o", "json"))) == "cancelled")
    }

    @Test func anOwnerIsNeeded() async throws {
        let place = try Workplace()
        let output = try await place.run("publish", "progress", "job", "--step", "Reading", "--percent", "10")
        #expect(output.status == .exited(64))
        #expect(output.errorText.contains("--user"))
    }
}
