import Testing

@testable import JobLogCore

/// Jobs and entries that go over the API and come back.
@Suite struct JobReadingJSONTests {
    private let now: Int64 = 1_734_470_400_000

    private func full() -> JobReading {
        var job = JobSnapshot(id: JobID("job"))
        job.userID = "u"
        job.type = "research"
        job.state = .running
        job.isDerived = true
        job.requested = .pause
        job.step = "Ranking"
        job.progress = 33.333333333333336
        job.createdAt = now - 5_000
        job.startedAt = now - 4_000
        job.updatedAt = now - 1_000
        job.lastHeard = now - 900
        job.completedAt = now - 800
        job.failedAt = now - 700
        job.error = "no"
        job.result = ["a": 1]
        job.attempt = 2
        job.workers = ["w:1", "w:2"]
        job.logCount = 41
        job.checkpoint = Checkpoint(
            jobID: "job", userID: "u", sequence: 3, timestamp: now - 50, step: "Ranking", progress: 30,
            partialOutput: "text", customData: ["k": [1, 2]], byteCount: 214)
        var counts = LogCounts()
        counts.errors = 1
        counts.warnings = 2
        counts.times = [now - 3, now - 2]
        return JobReading(
            snapshot: job, tail: [LogRecord("{\"message\":\"a\",\"n\":1.50}"), LogRecord("no JSON")], counts: counts,
            checkpoint: job.checkpoint, isEventsOnly: true, wasRead: true, problems: ["A key is odd."])
    }

    @Test func aJobComesBackAsItWas() throws {
        let job = full()
        let text = job.detail().text(escapeTerminal: true)
        let back = try #require(JobReading(detail: try JSONValue(parsing: text), now: now))
        #expect(back.snapshot == job.snapshot)
        #expect(back.tail == job.tail)
        #expect(back.counts == job.counts)
        #expect(back.checkpoint == job.checkpoint)
        #expect(back.isEventsOnly)
        #expect(back.problems == job.problems)
    }

    @Test func whatIsUnknownStaysUnknown() throws {
        let job = JobReading(
            snapshot: JobSnapshot(id: JobID(bytes: [0xFF, 0x41])), tail: [], checkpoint: nil, isEventsOnly: false,
            wasRead: true, problems: [])
        let back = try #require(JobReading(detail: job.detail(), now: now))
        #expect(back.snapshot == job.snapshot)
        #expect(back.counts == nil)
        #expect(back.checkpoint == nil)
        #expect(!back.isEventsOnly)
        for text in ["{}", "[]", "null", "{\"id\":\"\"}", "{\"id\":7}"] {
            #expect(JobReading(detail: try JSONValue(parsing: text), now: now) == nil)
        }
    }

    @Test func aLostJobAndOneWithoutDetail() throws {
        var job = JobSnapshot(id: JobID("job"))
        job.state = .running
        job.isDerived = true
        job.lastHeard = now - JobDerivation.hungAfter
        job.updatedAt = job.lastHeard
        job.age(to: now)
        job.checkpoint = Checkpoint(sequence: 7, step: "S", progress: 5)
        #expect(job.isLost)
        let back = try #require(JobReading(detail: job.json(), now: now))
        #expect(back.snapshot == job)
        #expect(back.checkpoint?.sequence == 7)
        // It grows old by the viewer's clock.
        #expect(try #require(JobReading(detail: full().detail(), now: now + 400_000)).snapshot.stalled)
    }

    @Test func whatWasCutIsKnownToBeCut() throws {
        var job = full()
        job.tail.append(LogRecord("{\"message\":\"" + String(repeating: "x", count: 200_000) + "\"}").cut())
        let back = try #require(JobReading(detail: job.detail(), now: now))
        #expect(back.tail.map(\.isCut) == [false, false, true])
        #expect(back.tail.map(\.size) == job.tail.map(\.size))
    }

    @Test(arguments: [
        "{\"timestamp\":1,\"type\":\"info\",\"message\":\"a\\u001b[2J\",\"n\":1.50,\"n\":2}", "no JSON", "", "42",
        "\"text\"",
        "{\"raw\":\"x\",\"other\":1}", "{\"raw\":5}", "{\"rawBase64\":\"!\"}", "{}",
    ]) func anEntryComesBackAsItWas(_ text: String) throws {
        let record = LogRecord(text)
        let sent = record.json().text(escapeTerminal: true)
        let back = LogRecord(json: try JSONValue(parsing: sent))
        #expect(back.entry == record.entry)
        #expect(back.json() == record.json())
    }

    @Test func anEntryThatIsNoTextComesBackAsItWas() {
        let record = LogRecord(bytes: [0xFF, 0x00, 0xC3])
        #expect(LogRecord(json: record.json()) == record)
    }
}
