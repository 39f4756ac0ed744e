import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Streams over HTTP, on a real server over a real Redis.
@Suite(.inTurn) struct StreamRouteTests {
    private func line(_ number: Int) -> String {
        #"{"timestamp":\#(1_734_470_400_000 + number),"type":"info","message":"line \#(number)"}"#
    }

    /// The next events with these names; their data's messages.
    private func messages(_ stream: EventLines, _ count: Int) async throws -> (messages: [String], last: String?) {
        var messages: [String] = []
        var last: String?
        while messages.count < count {
            let event = try #require(await stream.next())
            messages.append(
                event.name == "log" ? (try JSONValue(parsing: event.data))["message"]?.string ?? "" : "[\(event.name)]")
            last = event.id ?? last
        }
        return (messages, last)
    }

    @Test func aLogIsFollowedAndGoesOnAfterARestartOfTheServer() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        for number in 1...5 { try await place.log("job", line(number)) }
        let first = try place.server.events("/api/jobs/job/logs/stream?limit=2", token: place.ann)
        #expect(try await messages(first, 2).messages == ["line 4", "line 5"])
        try await place.log("job", line(6))
        let (live, position) = try await messages(first, 1)
        #expect(live == ["line 6"])
        place.server.process.terminate()
        #expect(await first.next()?.name == "end")
        #expect(await first.next() == nil)
        for number in 7...9 { try await place.log("job", line(number)) }
        let again = try await APIServer(redis: "\(place.redis.server.url)")
        let second = try again.events(
            "/api/jobs/job/logs/stream", token: place.ann, headers: ["Last-Event-ID": try #require(position)])
        #expect(try await messages(second, 3).messages == ["line 7", "line 8", "line 9"])
        second.close()
    }

    @Test func eventsAreThoseOfOnesOwnJobsAsTheyWerePublished() async throws {
        let place = try await APIPlace()
        try await place.add("hers", user: "ann")
        try await place.add("his", user: "bob")
        let stream = try place.server.events("/api/events?watch=hers&watch=his", token: place.ann)
        // What may not be seen is as what there is not.
        let first = [await stream.next(), await stream.next()]
        #expect(Set(first.map { $0?.name }) == ["job"])
        #expect(first.contains { $0?.data == #"{"id":"his","gone":true}"# })
        #expect(first.contains { $0?.data.hasPrefix(#"{"id":"hers","userId":"ann""#) == true })
        var heard = 0
        while heard == 0 {
            heard =
                try await place.redis.number("PUBLISH", "job:event:his", #"{"event":"job:chunk","chunk":"no"}"#) ?? 0
        }
        let chunk =
            #"{"jobId":"hers","userId":"ann","event":"job:chunk","chunk":"a\u001b[31mb","isLast":false,"sequence":4}"#
        try await place.redis.call("PUBLISH", "job:event:hers", .text(chunk))
        var event = await stream.next()
        while let other = event, other.name == "job" { event = await stream.next() }
        #expect(event?.data == chunk)
        let position = try #require(event?.id)
        stream.close()
        try await place.redis.call("PUBLISH", "job:event:hers", "no JSON")
        let again = try place.server.events("/api/events", token: place.ann, headers: ["Last-Event-ID": position])
        #expect(await again.next()?.data == #"{"raw":"no JSON"}"#)
        again.close()
    }

    /// An event of a job that only shows who listens.
    private static let sign = #"{"event":"sign"}"#

    /// Publishes until a user's stream hears it.
    private func untilHeard(_ stream: EventLines, _ user: String, _ place: APIPlace) async throws {
        try await place.add("sign-\(user)", user: user)
        let publishing = Task {
            while !Task.isCancelled {
                try await place.redis.call("PUBLISH", .text("job:event:sign-\(user)"), .text(Self.sign))
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(await stream.next()?.data == Self.sign)
        publishing.cancel()
        _ = await publishing.result
    }

    /// What comes next besides signs.
    private func next(_ stream: EventLines) async -> String? {
        while let event = await stream.next() {
            if event.data != Self.sign { return event.data }
        }
        return nil
    }

    /// The id that somebody had is given to somebody else: from the first event on it is theirs.
    @Test func eventsGoToTheNewOwnerOfAnId() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        let (ann, bob) = (
            try place.server.events("/api/events", token: place.ann),
            try place.server.events("/api/events", token: place.bob)
        )
        func publish(_ user: String, _ number: Int) async throws -> String {
            let event = #"{"jobId":"job","userId":"\#(user)","progress":\#(number),"state":"running"}"#
            try await place.redis.call("PUBLISH", "job:event:job", .text(event))
            return event
        }
        try await untilHeard(ann, "ann", place)
        try await untilHeard(bob, "bob", place)
        for number in 1...2 {
            let event = try await publish("ann", number)
            #expect(await next(ann) == event)
        }
        try await place.redis.call("DEL", "job:state:job")
        try await place.add("job", user: "bob")
        for number in 3...4 {
            let event = try await publish("bob", number)
            #expect(await next(bob) == event)
        }
        try await place.add("job", user: "ann")
        let last = try await publish("ann", 5)
        #expect(await next(ann) == last, "between, nothing was hers")
        ann.close()
        bob.close()
    }

    @Test func anOutageIsSaidAndTheStreamGoesOn() async throws {
        let server = try RedisServer(arguments: ["--appendonly", "yes", "--appendfsync", "always"])
        let client = RedisConnection(RedisConfiguration(url: server.url))
        _ = try await client.send([
            RedisCommand("SET", "job:state:job", #"{"jobId":"job","userId":"ann","status":"running"}"#),
            RedisCommand("RPUSH", "job:logs:job", .text(line(1))),
        ])
        let api = try await APIServer(redis: "\(server.url)")
        let stream = try api.events("/api/jobs/job/logs/stream", token: try await APIServer.token(user: "ann"))
        #expect(try await messages(stream, 1).messages == ["line 1"])
        server.stop()
        #expect(await stream.next()?.name == "away")
        try server.restart()
        try await eventually("the line is there") {
            (try? await client.send(RedisCommand("RPUSH", "job:logs:job", .text(line(2))))) != nil
        }
        #expect(try await messages(stream, 2).messages == ["[back]", "line 2"])
        stream.close()
    }

    @Test(arguments: ["nonsense", "1-2", ""]) func aPositionThatIsNoneIsRefused(_ position: String) async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        for path in ["/api/jobs/job/logs/stream", "/api/events"] where !(position == "1-2" && path == "/api/events") {
            let answer = try await place.server.send(
                "GET", path, token: place.ann, headers: ["Last-Event-ID": position, "Connection": "close"])
            #expect(answer.status == 400, "\(path)")
        }
    }

    /// Its socket is full and its queue too.
    @Test func aReaderThatIsTooSlowIsLetGo() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        let stream = try TCPSocket(port: place.server.port)
        stream.write(
            "GET /api/jobs/job/logs/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(place.ann)\r\n\r\n")
        let text = String(repeating: "x", count: 1_000_000)
        // Beside it another one is served as ever.
        let other = try place.server.events("/api/jobs/job/logs/stream", token: place.ann)
        for number in 0..<30 {
            try await place.log("job", #"{"timestamp":\#(number),"type":"info","message":"\#(text)"}"#)
            let event = await other.next()
            #expect(event?.name == "log")
        }
        // Its end comes, after what was sent until then; with it why, unless it was waited for in vain.
        let all = String(decoding: await stream.readToEnd(), as: UTF8.self)
        #expect(all.contains(#"{"timestamp":0,"#) && !all.contains(#"{"timestamp":29,"#))
        #expect(!all.contains("event: dropped") || all.contains("The stream was read too slowly: "))
        let metrics = try await place.server.send("GET", "/metrics")
        #expect(metrics.body.contains("joblog_streams_dropped_total 1\n"))
        other.close()
    }

    /// A stream and an answer that nobody reads: neither holds the server up when it is told to end.
    @Test func aReaderThatIsStuckDoesNotHoldUpTheEnd() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        let text = String(repeating: "x", count: 1_000_000)
        for number in 0..<20 {
            try await place.log("job", #"{"timestamp":\#(number),"type":"info","message":"\#(text)"}"#)
        }
        var stuck: [TCPSocket] = []
        for path in ["/api/jobs/job/logs/stream?limit=1", "/api/jobs/job/logs?limit=100"] {
            let socket = try TCPSocket(port: place.server.port)
            socket.write("GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(place.ann)\r\n\r\n")
            #expect(await socket.hasBytes(), "the answer has begun")
            stuck.append(socket)
        }
        place.server.process.terminate()
        #expect(try await place.server.process.wait() == .exited(0))
        #expect(stuck.count == 2)
    }
}
