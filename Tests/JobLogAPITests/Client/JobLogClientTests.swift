import JobLogCore
import RedisTLS
import TestSupport
import Testing

@testable import JobLogAPI

/// Calls of the API, to a server that answers as it is told.
@Suite(.inTurn) struct JobLogClientTests {
    private let id = JobID("job:1 ä/+?")

    @Test func logsComeInOneLine() async throws {
        let api = try StubAPI(
            .json("{\"logs\":[{\"timestamp\":1,\"type\":\"warn\",\"message\":\"a\"},{\"raw\":\"b\"}]}"))
        let entries = try await api.client.fetchJobLogs(id)
        #expect(entries.map(\.message) == ["a", "b"])
        #expect(entries.first?.level == .warn)
        #expect(api.lines == ["GET /api/jobs/job%3A1%20%C3%A4%2F%2B%3F/logs?limit=100 HTTP/1.1"])
        #expect(api.requests[0].headers["authorization"] == "Bearer secret.token")
        #expect(api.requests[0].headers["host"] == "127.0.0.1:\(api.stub.port)")
    }

    @Test func idsThatAreNoTextAreSpelledInBase64() async throws {
        let api = try StubAPI(.json("{\"logs\":[]}"))
        _ = try await api.client.fetchJobLogs(JobID(bytes: [0xFF, 0x00]))
        #expect(api.lines[0].contains("/base64%3A%2FwA%3D/"))
    }

    @Test func everyFilterIsAsked() async throws {
        let api = try StubAPI(
            .json("{\"logs\":[],\"length\":7,\"before\":\"x\",\"message\":\"No logs available yet\"}"))
        var query = JobLogClient.LogQuery(limit: 5, before: "c&d")
        query.level = "warn,error"
        query.pattern = "a+b"
        query.isInverted = true
        query.since = "5m"
        query.until = "7"
        let page = try await api.client.logs(id, query)
        #expect(page.length == 7 && page.before == "x" && page.message == "No logs available yet")
        #expect(
            api.lines[0].contains(
                "?limit=5&level=warn%2Cerror&grep=a%2Bb&invert=1&since=5m&until=7&before=c%26d HTTP/1.1"))
    }

    @Test(arguments: [
        (401, APIClientError.Code.unauthorized, "token"), (403, .forbidden, "Sentence"), (404, .notFound, "Sentence"),
        (400, .badRequest, "Sentence"), (414, .tooLarge, "Sentence"), (500, .unexpectedAnswer, "Sentence"),
        (302, .badRequest, "Sentence"),
    ]) func whatTheServerSaysIsTyped(_ status: Int, _ code: APIClientError.Code, _ word: String) async throws {
        let api = try StubAPI(.error(status, "Sentence."))
        let error = await #expect(throws: APIClientError.self) { try await api.client.job(id) }
        #expect(error?.code == code)
        #expect(error?.message.contains(word) == true)
        #expect(api.lines.count == 1)
    }

    @Test func anActionThatIsNotAllowedSaysWhy() async throws {
        let api = try StubAPI(.error(400, "Job x cannot be paused: it is completed."))
        let error = await #expect(throws: APIClientError.self) { try await api.client.perform(.pause, on: id) }
        #expect(error == APIClientError(.notAllowed, "Job x cannot be paused: it is completed."))
    }

    @Test func whatAnswersOtherwiseIsNotTheAPI() async throws {
        for answer in [
            StubAPI.Answer(status: 404, body: "<html>"), .json("<html>"), .json("{}"), .json("{\"jobs\":[{}]}"),
        ] {
            let api = try StubAPI(answer)
            let error = await #expect(throws: APIClientError.self) { try await api.client.jobs() }
            #expect(error?.code == .unexpectedAnswer)
        }
    }

    @Test func readingIsTriedAgainAndWritingIsNot() async throws {
        let api = try StubAPI(
            .error(503, "Redis is away.", "Retry-After: 0"), .error(429, "Slow down.", "Retry-After: 0"),
            .json("{\"jobs\":[]}"))
        #expect(try await api.client.recentJobsPage().isEmpty)
        #expect(api.lines.count == 3)
        let away = try StubAPI(.error(503, "Redis is away.", "Retry-After: 1"))
        let error = await #expect(throws: APIClientError.self) { try await away.client.perform(.cancel, on: id) }
        #expect(error?.code == .unavailable && error?.retryAfter == .seconds(1))
        #expect(away.lines.count == 1)
    }

    @Test func whoIsAskedToWaitForLongIsToldSo() async throws {
        let api = try StubAPI(.error(429, "Slow down.", "Retry-After: 3600"))
        let error = await #expect(throws: APIClientError.self) { try await api.client.jobs() }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(3_600))
        #expect(api.lines.count == 1)
    }

    @Test func oneConnectionServesManyCallsAndALostOneIsReplaced() async throws {
        let ports = PortLog()
        let api = try StubAPI { _, connection in
            let isThird = ports.note(connection) == 3
            connection.send(StubAPI.Answer.json("{\"jobs\":[]}").text)
            return !isThird
        }
        for _ in 0..<3 { _ = try await api.client.jobs() }
        #expect(ports.connections == 1)
        // The third answer was the connection's last.
        for _ in 0..<2 { _ = try await api.client.jobs() }
        #expect(ports.connections == 2)
        // What changes something does not go over a connection that may be gone.
        _ = try? await api.client.perform(.cancel, on: id)
        #expect(ports.connections == 3)
    }

    @Test func whatIsLostOnTheWayIsNotSentTwice() async throws {
        let api = try StubAPI { _, _ in false }
        let error = await #expect(throws: APIClientError.self) { try await api.client.perform(.cancel, on: id) }
        #expect(error?.code == .connectionLost)
        #expect(api.lines.count == 1)
    }

    @Test func anAnswerIsBounded() async throws {
        var limits = HTTPTransport.Limits()
        limits.bytes = 1_000
        let api = try StubAPI(.json("{\"jobs\":[]}" + String(repeating: " ", count: 1_000)), limits: limits)
        let error = await #expect(throws: APIClientError.self) { try await api.client.jobs() }
        #expect(error?.code == .tooLarge)
    }

    @Test func aSilentServerIsGivenUp() async throws {
        var limits = HTTPTransport.Limits()
        limits.answering = .milliseconds(200)
        let api = try StubAPI(limits: limits) { _, _ in true }
        let error = await #expect(throws: APIClientError.self) { try await api.client.jobs() }
        #expect(error?.code == .timedOut)
    }

    @Test func aCancelledCallEnds() async throws {
        let api = try StubAPI { _, _ in true }
        let task = Task { try await api.client.jobs() }
        try await eventually("the request") { !api.lines.isEmpty }
        task.cancel()
        let error = await #expect(throws: APIClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func whyThereIsNoConnectionIsSaid() async throws {
        let held = try HTTPStub(listening: false) { _, _ in false }
        let refused = try JobLogClient(APIAddress("http://127.0.0.1:\(held.port)"), token: nil)
        let error = await #expect(throws: APIClientError.self) { try await refused.jobs() }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("connection refused") == true, "\(error?.message ?? "")")
    }

    @Test func aPortWithoutTLSIsSaid() async throws {
        let redis = try RedisServer(tcp: true)
        let client = try JobLogClient(APIAddress("https://127.0.0.1:\(redis.port ?? 0)"), token: nil)
        let error = await #expect(throws: APIClientError.self) { try await client.jobs() }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("TLS") == true, "\(error?.message ?? "")")
    }

    @Test func aCertificateIsChecked() async throws {
        let server = try TLSServer()
        let address = try APIAddress("https://localhost:\(server.port)")
        let unknown = try JobLogClient(address, token: nil)
        let error = await #expect(throws: APIClientError.self) { try await unknown.jobs() }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("authority") == true, "\(error?.message ?? "")")
        var settings = TLSSettings()
        settings.authorityFile = TLSServer.file("ca.pem")
        // The handshake is made; then a Redis hangs up on what it does not understand.
        let redis = try JobLogClient(address, token: nil, tls: settings)
        let other = await #expect(throws: APIClientError.self) { try await redis.jobs() }
        #expect(other?.code == .connectionLost, "\(other?.message ?? "")")
        settings.authorityFile = "/none"
        #expect(throws: APIClientError.self) { try JobLogClient(address, token: nil, tls: settings) }
    }
}

extension JobLogClient {
    fileprivate func recentJobsPage() async throws -> [JobReading] { try await jobs().jobs }
}
