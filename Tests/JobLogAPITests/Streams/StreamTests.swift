import JobLogCore
import Synchronization
import TestSupport
import Testing

@testable import JobLogAPI

/// Streams that go on by themselves.
@Suite(.inTurn) struct StreamTests {
    private let id = JobID("job")

    private func entry(_ message: String, _ place: String) -> String {
        StubAPI.piece("event: log\nid: \(place)\ndata: {\"message\":\"\(message)\"}\n\n")
    }

    @Test func aLogGoesOnWhereItWasCutOff() async throws {
        let count = Mutex(0)
        let api = try StubAPI { _, connection in
            let number = count.withLock { count in
                count += 1
                return count
            }
            connection.send(StubAPI.streamHead)
            if number == 1 {
                connection.send(entry("one", "1") + entry("two", "2"))
                return false
            }
            connection.send(
                entry("three", "3") + StubAPI.piece(":\n\nevent: gap\ndata: {\"missing\":4}\n\n")
                    + StubAPI.piece("event: cleared\ndata: {}\n\nevent: unheard-of\ndata: {}\n\n") + entry("end", "4"))
            return true
        }
        var told: [String] = []
        loop: for try await event in api.client.logStream(id, limit: 7) {
            switch event {
            case .connected(let isAgain): told.append(isAgain ? "again" : "first")
            case .entry(let record, let place): told.append("\(record.entry.message)@\(place ?? "")")
            case .gap(let missing): told.append("gap \(missing ?? 0)")
            case .cleared: told.append("cleared")
            case .lost(_, let attempt): told.append("lost \(attempt)")
            case .away, .back, .unreadable: break
            }
            if told.last == "end@4" { break loop }
        }
        #expect(
            told == ["first", "one@1", "two@2", "lost 1", "again", "three@3", "gap 4", "cleared", "end@4"])
        #expect(api.lines.allSatisfy { $0 == "GET /api/jobs/job/logs/stream?limit=7 HTTP/1.1" })
        #expect(api.requests.map { $0.headers["last-event-id"] } == [nil, "2"])
        #expect(api.requests[0].headers["accept"] == "text/event-stream")
    }

    @Test func whatWaitingDoesNotHelpAgainstIsThrown() async throws {
        for (status, code) in [(401, APIClientError.Code.unauthorized), (403, .forbidden), (404, .notFound)] {
            let api = try StubAPI(.error(status, "No."))
            let error = await #expect(throws: APIClientError.self) {
                for try await _ in api.client.logStream(id) {}
            }
            #expect(error?.code == code)
            #expect(api.lines.count == 1)
        }
    }

    @Test func aServerThatIsAwayIsWaitedFor() async throws {
        let api = try StubAPI(.error(503, "Redis is away.", "Retry-After: 0"))
        var attempts: [Int] = []
        for try await event in api.client.eventStream(watching: [id, JobID("b c")]) {
            if case .lost(_, let attempt) = event { attempts.append(attempt) }
            if attempts.count == 3 { break }
        }
        #expect(attempts == [1, 2, 3])
        #expect(api.lines[0] == "GET /api/events?watch=job&watch=b%20c HTTP/1.1")
    }

    @Test func eventsAndJobsAreRead() async throws {
        let api = try StubAPI { _, connection in
            connection.send(StubAPI.streamHead)
            connection.send(
                StubAPI.piece(
                    """
                    event: event
                    id: x-1
                    data: {"jobId":"job","state":"running","step":"S","progress":7}

                    event: job
                    data: {"id":"job","state":"paused","tail":[{"message":"m"}]}

                    event: job
                    data: {"id":"old","gone":true}

                    event: reset
                    data: {}

                    event: away
                    data: {"reason":"Redis\\u001b is away."}

                    event: back
                    data: {}

                    event: dropped
                    data: {"reason":"Too slow."}


                    """))
            return true
        }
        var told: [String] = []
        for try await event in api.client.eventStream() {
            switch event {
            case .connected: told.append("connected")
            case .event(let id, let event): told.append("\(id) \(event.progress ?? 0)")
            case .job(let job):
                told.append("\(job.snapshot.id) \(job.snapshot.state?.rawValue ?? "") \(job.tail.count)")
            case .gone(let id): told.append("gone \(id)")
            case .reset: told.append("reset")
            case .away(let reason): told.append(reason)
            case .back: told.append("back")
            case .lost(let reason, _): told.append(reason)
            }
            if told.count == 8 { break }
        }
        #expect(
            told == [
                "connected", "job 7.0", "job paused 1", "gone old", "reset", "Redis␛ is away.", "back", "Too slow.",
            ])
    }
}
