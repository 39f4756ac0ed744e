import JobLogCore
import RedisClient
import TestSupport
import Testing

/// What the routes answer, on a real server over a real Redis.
@Suite(.inTurn) struct RouteTests {
    @Test func whoHasNoTokenIsToldNothing() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        var bodies: Set<String> = []
        for token in [nil, "", "x", "a.b.c", place.ann + "x"] {
            for path in ["/api/jobs", "/api/jobs/job", "/api/jobs/nothing", "/api/jobs/job/logs", "/api/events"] {
                let answer = try await place.server.send("GET", path, token: token)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.headers["www-authenticate"] == "Bearer")
                bodies.insert(answer.body)
            }
        }
        #expect(bodies == [#"{"error":"Unauthorized"}"#])
        #expect(!String(decoding: place.server.process.stderr, as: UTF8.self).contains(place.ann))
    }

    @Test func eachSeesTheirOwn() async throws {
        let place = try await APIPlace()
        try await place.add("hers", user: "ann", score: 3)
        try await place.add("his", user: "bob", score: 2)
        try await place.add("nobodys", user: nil, score: 1)
        #expect(try await place.ids("/api/jobs") == ["hers"])
        #expect(try await place.ids("/api/jobs", as: place.bob) == ["his"])
        #expect(try await place.ids("/api/jobs", as: place.operators) == ["hers", "his", "nobodys"])
        #expect(try await place.ids("/api/jobs?user=bob", as: place.operators) == ["his"])
        #expect(try await place.get("/api/jobs?user=bob").status == 403)
        #expect(try await place.ids("/api/jobs?id=his&id=hers&id=nothing") == ["hers"])
        for (path, method) in [
            ("/api/jobs/his", "GET"), ("/api/jobs/his/logs", "GET"), ("/api/jobs/his/logs/stream", "GET"),
            ("/api/jobs/his/checkpoints", "GET"), ("/api/jobs/his/cancel", "PATCH"), ("/api/jobs/his/pause", "POST"),
            ("/api/jobs/his/logs", "DELETE"), ("/api/jobs/nobodys", "GET"),
        ] {
            let answer = try await place.server.send(method, path, token: place.ann)
            #expect(
                answer.status == 403 && answer.body == #"{"error":"Forbidden"}"#, "\(method) \(path): \(answer.status)")
        }
        let answer = try await place.get("/api/jobs/nothing")
        #expect(answer.status == 404 && answer.body == #"{"error":"Job not found"}"#)
        #expect(try await place.get("/api/jobs/nobodys", as: place.operators).status == 200)
        // Somebody else's index names a job that is not theirs.
        try await place.index("his", user: "ann", score: 9)
        #expect(try await place.ids("/api/jobs") == ["hers"])
    }

    /// What the desktop client asks, and what it expects.
    @Test func theDesktopClientIsAnswered() async throws {
        let place = try await APIPlace()
        try await place.add(
            "job-1", user: "ann", status: "failed", score: 5, more: #","progress":40,"error":"Boom","result":{"no":1}"#)
        try await place.add("job-2", user: "ann", status: "completed", score: 4, more: #","result":{"yes":1}"#)
        try await place.redis.call(
            "SET", "checkpoint:job-1",
            #"{"jobId":"job-1","userId":"ann","sequence":3,"timestamp":1,"step":"Half","progress":40}"#)
        try await place.log(
            "job-1", #"{"timestamp":1734470400000,"type":"info","message":"Half (40%)"}"#,
            #"{"timestamp":1734470400001,"type":"error","message":"Boom","metadata":{"recoverable":true}}"#)

        let logs = try await place.json("/api/jobs/job-1/logs")
        #expect(logs["logs"]?.array?.map { $0["message"]?.string } == ["Half (40%)", "Boom"])
        #expect(logs["message"] == nil)
        let none = try await place.json("/api/jobs/job-2/logs")
        #expect(none["logs"]?.array == [] && none["message"]?.string == "No logs available yet")
        #expect(try await place.json("/api/jobs/job-1/logs?limit=1")["logs"]?.array?.count == 1)

        let failed = try await place.json("/api/jobs/job-1")
        #expect(failed["state"]?.string == "failed" && failed["error"]?.string == "Boom" && failed["result"] == nil)
        #expect(failed["checkpointAvailable"] == true && failed["checkpointSequence"] == 3)
        #expect(try await place.json("/api/jobs/job-2")["result"]?["yes"] == 1)

        let recent = try await place.json("/api/jobs/recent?limit=1")
        #expect(recent.array?.map { $0["id"]?.string } == ["job-1"])
        let resumable = try await place.json("/api/jobs/resumable")
        #expect(resumable.array?.map { $0["id"]?.string } == ["job-1"])

        let resumed = try await place.server.send("POST", "/api/jobs/job-1/resume", token: place.ann)
        #expect(resumed.status == 200)
        #expect(try JSONValue(parsing: resumed.body)["state"]?.string == "running")
        let cancelled = try await place.server.send("PATCH", "/api/jobs/job-1/cancel", token: place.ann)
        #expect(cancelled.status == 200)
        #expect(try JSONValue(parsing: cancelled.body)["state"]?.string == "cancelled")
        let again = try await place.server.send("POST", "/api/jobs/job-1/pause", token: place.ann)
        #expect(again.status == 400)
        #expect(try JSONValue(parsing: again.body)["error"]?.string?.contains("cancelled") == true)
        let cleared = try await place.server.send("POST", "/api/jobs/job-1/clearCheckpoint", token: place.ann)
        #expect(cleared.status == 200)
        #expect(try await place.redis.number("EXISTS", "checkpoint:job-1") == 0)
        let restarted = try await place.server.send("POST", "/api/jobs/job-1/restart", token: place.ann)
        #expect(try JSONValue(parsing: restarted.body)["state"]?.string == "created")
        #expect(try await place.redis.list("job:logs:job-1").contains { $0.contains("cancelled by ann@api") })
    }

    @Test func aJobIsRecordedForAWorkerToTakeUp() async throws {
        let place = try await APIPlace()
        let heard = try await place.heard("job:event:*") {
            let answer = try await place.server.send(
                "POST", "/api/jobs", token: place.ann, headers: ["Content-Type": "application/json"],
                body: #"{"type":"research","query":{"text":"x"}}"#)
            #expect(answer.status == 201)
            let body = try JSONValue(parsing: answer.body)
            #expect(body["state"] == "created" && body["progress"] == 0 && body["message"]?.string != nil)
        }
        let event = try JSONValue(parsing: heard)
        #expect(event["event"] == "job:created:v1" && event["userId"] == "ann")
        #expect(event["payload"]?["query"]?["text"] == "x" && event["payload"]?["type"] == "research")
        let id = try #require(event["jobId"]?.string)
        #expect(try await place.ids("/api/jobs") == [id])
        let state = try JSONValue(parsing: try #require(try await place.redis.text("GET", .text("job:state:\(id)"))))
        #expect(state["status"] == "created" && state["userId"] == "ann" && state["query"]?["text"] == "x")
        for body in ["[]", "nonsense", #"{"type":1}"#] {
            let answer = try await place.server.send("POST", "/api/jobs", token: place.ann, body: body)
            #expect(answer.status == 400, "\(body)")
        }
        let answer = try await place.server.send("POST", "/api/jobs", token: place.operators)
        #expect(answer.status == 400)
    }

    @Test func aLogIsFilteredAndPaged() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        for number in 1...30 {
            let level = number.isMultiple(of: 10) ? "error" : number.isMultiple(of: 5) ? "warn" : "info"
            try await place.log(
                "job", #"{"timestamp":\#(1_734_470_400_000 + number),"type":"\#(level)","message":"line \#(number)"}"#)
        }
        func numbers(_ query: String) async throws -> [Int] {
            try await place.json("/api/jobs/job/logs?\(query)")["logs"]?.array?.compactMap {
                $0["message"]?.string.flatMap { Int($0.dropFirst(5)) }
            } ?? []
        }
        #expect(try await numbers("limit=3") == [28, 29, 30])
        #expect(try await numbers("level=error") == [10, 20, 30])
        #expect(try await numbers("level=warn&limit=2") == [25, 30])
        #expect(try await numbers("level=info,error&limit=2") == [29, 30])
        #expect(try await numbers("grep=line%20(1|2)%24") == [1, 2])
        #expect(try await numbers("grep=line%20[12]&invert=1") == Array(3...9) + [30])
        #expect(try await numbers("since=1734470400028") == [28, 29, 30])
        #expect(try await numbers("until=1734470400002") == [1, 2])
        var pages: [[Int]] = []
        var cursor: String?
        repeat {
            let query = "limit=12" + (cursor.map { "&before=\($0)" } ?? "")
            let body = try await place.json("/api/jobs/job/logs?\(query)")
            #expect(body["length"] == 30)
            pages.append(try await numbers(query))
            cursor = body["before"]?.string
            // What is appended meanwhile moves nothing.
            try await place.redis.call(
                "LSET", "job:logs:job", -1, #"{"timestamp":1734470400030,"type":"info","message":"line 30"}"#)
        } while cursor != nil
        #expect(pages == [Array(19...30), Array(7...18), Array(1...6)])
        for query in [
            "limit=0", "limit=x", "limit=-1", "level=loud", "grep=(", "since=never", "invert=1", "before=x",
            "nonsense=1",
            "limit=1&limit=2", "structured=maybe", "limit=%FF",
        ] {
            let answer = try await place.get("/api/jobs/job/logs?\(query)")
            #expect(answer.status == 400, "\(query) gives \(answer.status)")
            #expect(try JSONValue(parsing: answer.body)["error"]?.string?.isEmpty == false)
        }
    }

    @Test func listsArePagedByActivityAndFiltered() async throws {
        let place = try await APIPlace()
        for number in 0..<250 {
            try await place.add(
                "job-\(number)", user: "ann", status: number.isMultiple(of: 2) ? "running" : "failed", score: number / 3
            )
        }
        var all: [String] = []
        var cursor: String?
        repeat {
            let body = try await place.json("/api/jobs?limit=40" + (cursor.map { "&cursor=\($0)" } ?? ""))
            all += body["jobs"]?.array?.compactMap { $0["id"]?.string } ?? []
            cursor = body["next"]?.string
        } while cursor != nil
        #expect(all.count == 250 && Set(all).count == 250)
        #expect(all.first?.hasPrefix("job-249") == true)
        let failed = try await place.json("/api/jobs?state=failed&limit=100")["jobs"]?.array ?? []
        #expect(failed.count == 100 && failed.allSatisfy { $0["state"] == "failed" })
        for query in ["state=odd", "cursor=!", "limit=0", "detail=2"] {
            #expect(try await place.get("/api/jobs?\(query)").status == 400, "\(query)")
        }
        #expect(try await place.json("/api/jobs/match?prefix=job-24")["ids"]?.array?.count == 10)
        // Who asks for more than is given at once gets what is.
        #expect(try await place.ids("/api/jobs/recent?limit=5000").count == 100)
        // No list is made by looking through all keys.
        #expect(try await place.redis.commandCounts()["scan"] == nil)
    }

    @Test(arguments: ["a b", "a/b", "ä:{x}*", "%41", "a+b", "base64:/w=="]) func anyIDCanBeNamed(_ id: String)
        async throws
    {
        let place = try await APIPlace()
        let key = try #require(JobID(argument: id))
        _ = try await place.redis.client.send(
            RedisCommand("SET", .key(JobKeys().state(key)), #"{"jobId":"x","userId":"ann","status":"running"}"#))
        let path = id.utf8.map { byte in
            byte.isUnreserved ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let job = try await place.json("/api/jobs/\(path)")
        #expect(job["id"]?.string == key.lossyText)
    }

    @Test func anArchiveOfCheckpointsIsListed() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        for sequence in [1, 2, 10] {
            try await place.redis.call(
                "SET", .text("checkpoint:archive:job:\(sequence)"),
                .text(#"{"jobId":"job","sequence":\#(sequence),"step":"S"}"#))
        }
        #expect(try await place.json("/api/jobs/job/checkpoints")["sequences"] == [1, 2, 10])
        #expect(try await place.json("/api/jobs/job/checkpoints/2")["step"] == "S")
        #expect(try await place.get("/api/jobs/job/checkpoints/3").status == 404)
        #expect(try await place.get("/api/jobs/job/checkpoints/x").status == 400)
    }

    @Test func whoAsksTooOftenWaits() async throws {
        let place = try await APIPlace(arguments: ["--rate", "1"])
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await place.get("/api/jobs").status) }
        #expect(statuses.prefix(2) == [200, 200] && statuses.contains(429))
        let answer = try await place.get("/api/jobs")
        if answer.status == 429 { #expect(answer.headers["retry-after"] == "1") }
        // Another one does not wait for the first.
        #expect(try await place.get("/api/jobs", as: place.bob).status == 200)
    }

    @Test func withoutRedisItSaysSo() async throws {
        let place = try await APIPlace()
        try await place.add("job", user: "ann")
        #expect(try await place.get("/ready").status == 200)
        place.redis.server.stop()
        for path in ["/api/jobs", "/api/jobs/job", "/api/jobs/job/logs", "/ready"] {
            let answer = try await place.get(path)
            #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(path): \(answer.status)")
            #expect(!answer.body.contains("redis.sock"))
        }
        #expect(try await place.get("/health").status == 200)
        try place.redis.server.restart()
        try await eventually("it answers again") { try await place.get("/api/jobs").status == 200 }
    }

    @Test func whatIsTooLargeOrUnknownIsRefused() async throws {
        let place = try await APIPlace()
        let long = String(repeating: "x", count: 40_000)
        for (method, path, headers, body, status) in [
            ("GET", "/api/jobs?type=\(long)", [:], "", 414), ("GET", "/nothing", [:], "", 404),
            ("GET", "/api/nothing", [:], "", 404), ("PUT", "/api/jobs/job", [:], "", 405),
            ("POST", "/api/jobs", [:], "{\"type\":\"\(long)\(long)\"}", 413),
            ("GET", "/api/jobs", ["X-Long": String(repeating: "x", count: 17_000)], "", 431),
        ] {
            let answer = try await place.server.send(method, path, token: place.ann, headers: headers, body: body)
            #expect(answer.status == status, "\(method) \(path.prefix(30)): \(answer.status)")
            #expect(
                (try? JSONValue(parsing: answer.body))?["error"]?.string?.isEmpty == false, "\(answer.body.prefix(80))")
        }
    }

    @Test func otherOriginsReadNothingUnlessConfigured() async throws {
        let place = try await APIPlace(arguments: ["--cors-origin", "https://jobs.example"])
        func allowed(_ origin: String, _ method: String = "GET") async throws -> String? {
            try await place.server.send(method, "/api/jobs", token: place.ann, headers: ["Origin": origin])
                .headers["access-control-allow-origin"]
        }
        #expect(try await allowed("https://jobs.example") == "https://jobs.example")
        #expect(try await allowed("https://jobs.example", "OPTIONS") == "https://jobs.example")
        #expect(try await allowed("https://evil.example") == nil)
    }

    @Test func prometheusReadsWhatIsCounted() async throws {
        let place = try await APIPlace()
        _ = try await place.get("/api/jobs")
        let text = try await place.get("/metrics").body
        #expect(text.contains("joblog_http_requests_total{status=\"200\"} 1\n"))
        #expect(text.contains("joblog_redis_up 1\n"))
    }

    @Test func itEndsWhenItIsTold() async throws {
        let place = try await APIPlace()
        place.server.process.terminate()
        #expect(try await place.server.process.wait() == .exited(0))
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
