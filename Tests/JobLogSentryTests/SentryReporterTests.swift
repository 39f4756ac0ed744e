import Foundation
import JobLogCore
import Synchronization
import TestSupport
import Testing

@testable import JobLogSentry

/// The reporter against a real HTTP server. Time is the test's, except for the deadlines of a request.
@Suite(.inTurn) struct SentryReporterTests {
    private let clock = ManualClock()

    private func reporter(
        _ server: SentryServer, sampleRate: Double = 1, chance: Double = 1,
        _ change: (inout SentryConfiguration) -> Void = { _ in }
    ) throws -> SentryReporter {
        var configuration = try SentryConfiguration.sample(port: server.port, sampleRate: sampleRate)
        change(&configuration)
        return reporter(configuration, chance: chance)
    }

    private func reporter(_ configuration: SentryConfiguration, chance: Double = 1) -> SentryReporter {
        SentryReporter(
            configuration, transport: SentryHTTPTransport(configuration), clock: clock.clock, chance: { chance })
    }

    private func fullReport() -> ErrorReport {
        ErrorReport(
            jobID: JobID("job-17"), userID: "user-42", worker: "host-1:77", type: "research",
            step: "Searching sources", progress: 33.5, attempt: 2, message: "Source 12 of job-17 timed out",
            code: "TIMEOUT", metadata: ["source": "example.org", "apiKey": "k-1", "tokens": 512],
            timestamp: 1_734_470_400_123,
            breadcrumbs: [
                LogLine(.debug, "one", timestamp: 1_734_470_399_000),
                LogLine(.info, "Searching sources (33.5%)", timestamp: 1_734_470_399_500),
                LogLine(.warn, "slow", metadata: ["ms": 900, "password": "p"], timestamp: 1_734_470_400_000),
                LogLine(.error, "before", timestamp: 1_734_470_400_100),
            ])
    }

    @Test func everyFieldOfAnEventArrives() async throws {
        let server = try SentryServer()
        let sentry = try reporter(server)
        let id = try #require(sentry.report(fullReport()))
        let request = try #require(await server.next().first)

        #expect(request.line == "POST /sub/api/42/envelope/ HTTP/1.1")
        #expect(request.headers["content-type"] == "application/x-sentry-envelope")
        #expect(request.headers["user-agent"] == "joblog.swift/1.0.0")
        #expect(
            request.headers["x-sentry-auth"]
                == "Sentry sentry_version=7, sentry_client=joblog.swift/1.0.0, "
                + "sentry_key=0123456789abcdef0123456789abcdef")

        let envelope = try request.envelope
        #expect(
            envelope.header
                == [
                    "event_id": .string(id), "sent_at": "2024-12-17T21:20:00.000Z",
                    "dsn": .string("http://0123456789abcdef0123456789abcdef@127.0.0.1:\(server.port)/sub/42"),
                    "sdk": ["name": "joblog.swift", "version": "1.0.0"],
                ] as JSONValue)
        #expect(envelope.items.count == 1)
        #expect(envelope.items[0].header["type"] == "event")
        #expect(envelope.items[0].header["content_type"] == "application/json")

        let event = try #require(envelope.event)
        #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        let expected: JSONValue = [
            "event_id": .string(id), "timestamp": 1_734_470_400.123, "platform": "other", "level": "error",
            "logger": "joblog", "server_name": "host-1", "release": "worker@1.4.2", "environment": "test",
            "transaction": "research", "user": ["id": "user-42"],
            "tags": [
                "job_id": "job-17", "user": "user-42", "worker": "host-1:77", "step": "Searching sources",
                "progress": "33.5", "type": "research", "code": "TIMEOUT", "attempt": "2",
            ],
            "fingerprint": ["joblog", "research", "TIMEOUT", "Source <n> of <job> timed out"],
            "exception": [
                "values": [
                    [
                        "type": "TIMEOUT", "value": "Source 12 of job-17 timed out",
                        "mechanism": ["type": "joblog", "handled": true],
                    ]
                ]
            ],
            "sdk": ["name": "joblog.swift", "version": "1.0.0"],
            "contexts": [
                "job": ["id": "job-17", "step": "Searching sources", "progress": 33.5, "attempt": 2],
                "metadata": ["source": "example.org", "apiKey": "[scrubbed]", "tokens": 512],
            ],
            "extra": ["scrubbed": ["metadata.apiKey (name)", "breadcrumbs[2].data.password (name)"]],
            "breadcrumbs": [
                "values": [
                    [
                        "timestamp": 1_734_470_399, "type": "default", "level": "debug", "category": "joblog",
                        "message": "one",
                    ],
                    [
                        "timestamp": 1_734_470_399.5, "type": "default", "level": "info", "category": "joblog",
                        "message": "Searching sources (33.5%)",
                    ],
                    [
                        "timestamp": 1_734_470_400, "type": "default", "level": "warning", "category": "joblog",
                        "message": "slow", "data": ["ms": 900, "password": "[scrubbed]"],
                    ],
                    [
                        "timestamp": 1_734_470_400.1, "type": "default", "level": "error", "category": "joblog",
                        "message": "before",
                    ],
                ]
            ],
        ]
        #expect(event == expected, "\(event.text())")
        #expect(await sentry.shutdown())
    }

    @Test func aSecretKeyIsSentOnlyWhereItBelongs() async throws {
        let server = try SentryServer()
        var configuration = try SentryConfiguration.sample(port: server.port)
        configuration.dsn = try SentryDSN(parsing: "http://pub:sec@127.0.0.1:\(server.port)/1")
        let sentry = reporter(configuration)
        sentry.report(.sample())
        let request = try #require(await server.next().first)
        #expect(request.headers["x-sentry-auth"]?.hasSuffix("sentry_key=pub, sentry_secret=sec") == true)
        #expect(try request.envelope.header["dsn"]?.string == "http://pub@127.0.0.1:\(server.port)/1")
        await sentry.shutdown()
    }

    @Test func eventsShareAConnectionAndKeepTheirOrder() async throws {
        let server = try SentryServer()
        let sentry = try reporter(server)
        let ids = (1...20).map { sentry.report(.sample("message \($0)")) }
        let requests = await server.next(20)
        #expect(try requests.map { try $0.envelope.header["event_id"]?.string } == ids)
        #expect(await sentry.flush(within: .seconds(1)))
        #expect(Set(ids).count == 20)
        await sentry.shutdown()
    }

    @Test func after429ThereIsSilenceUntilItHasPassed() async throws {
        let server = try SentryServer([.status(429, ["Retry-After: 30"])])
        let sentry = try reporter(server)
        #expect(sentry.report(.sample("refused")) != nil)
        #expect(await sentry.flush(within: .seconds(1)))
        #expect(sentry.report(.sample("too early")) == nil)
        clock.advance(by: .milliseconds(29_999))
        #expect(sentry.report(.sample("still too early")) == nil)
        clock.advance(by: .milliseconds(1))
        let id = try #require(sentry.report(.sample("welcome")))
        let requests = await server.next(2)
        #expect(try requests[1].envelope.header["event_id"]?.string == id)
        #expect(try requests[1].envelope.discarded == ["ratelimit_backoff": 2])
        #expect(await sentry.flush(within: .seconds(1)))
        await sentry.shutdown()
    }

    @Test(arguments: [
        ("60:transaction;session:organization, 2700:security:key", true), ("60:error:organization:quota", false),
        ("1:transaction:key,60:default:project", false), ("60::organization", false),
    ])
    func limitsInTheAnswerAreObeyed(_ header: String, isTaken: Bool) async throws {
        let server = try SentryServer([.status(200, ["X-Sentry-Rate-Limits: \(header)"])])
        let sentry = try reporter(server)
        sentry.report(.sample())
        #expect(await sentry.flush(within: .seconds(1)))
        #expect((sentry.report(.sample()) != nil) == isTaken)
        clock.advance(by: .seconds(60))
        #expect(sentry.report(.sample()) != nil)
        await sentry.shutdown()
    }

    @Test func severalHeadersOfLimitsAreOneList() async throws {
        let server = try SentryServer([
            .status(200, ["X-Sentry-Rate-Limits: 60:session:key", "x-sentry-rate-limits: 60:error:key"])
        ])
        let sentry = try reporter(server)
        sentry.report(.sample())
        #expect(await sentry.flush(within: .seconds(1)))
        #expect(sentry.report(.sample()) == nil)
        await sentry.shutdown()
    }

    @Test func afterA5xxItIsSentAgain() async throws {
        let server = try SentryServer([.status(503, []), .status(500, [])])
        let sentry = try reporter(server)
        let id = sentry.report(.sample())
        await clock.untilSleeping(for: .seconds(1))
        clock.advance(by: .seconds(1))
        await clock.untilSleeping(for: .seconds(2))
        clock.advance(by: .seconds(2))
        let requests = await server.next(3)
        #expect(try requests.map { try $0.envelope.header["event_id"]?.string } == [id, id, id])
        #expect(try requests[2].envelope.header["sent_at"] == "2024-12-17T21:20:03.000Z")
        #expect(await sentry.flush(within: .seconds(1)))
        await sentry.shutdown()
    }

    @Test func whatCannotBeSentIsToldLater() async throws {
        let server = try SentryServer([.hangUp, .hangUp, .status(502, [])])
        let sentry = try reporter(server) { $0.attempts = 2 }
        sentry.report(.sample("lost"))
        await clock.untilSleeping(for: .seconds(1))
        clock.advance(by: .seconds(1))
        await clock.untilSleeping(for: .seconds(2))
        clock.advance(by: .seconds(2))
        // Alone it would be told a minute after it was dropped; somebody who waits hurries it.
        #expect(await sentry.flush(within: .seconds(1)))
        await clock.untilSleeping(for: .seconds(4))
        clock.advance(by: .seconds(4))
        let id = sentry.report(.sample("found"))
        let requests = await server.next(4)
        #expect(try requests[2].envelope.event == nil)
        #expect(try requests[2].envelope.discarded == ["network_error": 1])
        let last = try #require(try requests.last?.envelope)
        #expect(last.header["event_id"]?.string == id)
        #expect(last.discarded == ["network_error": 1], "a report that was not taken is made again")
        await sentry.shutdown()
    }

    @Test func aFullQueueDropsTheOldest() async throws {
        let server = try SentryServer([.status(503, [])])
        let sentry = try reporter(server) { $0.queueLimit = 3 }
        let first = sentry.report(.sample("0"))
        await clock.untilSleeping(for: .seconds(1))
        let ids = (1...4).map { sentry.report(.sample("\($0)")) }
        clock.advance(by: .seconds(1))
        let requests = await server.next(4)
        #expect(try requests.map { try $0.envelope.header["event_id"]?.string } == [first] + ids.suffix(3))
        #expect(try requests[1].envelope.discarded == ["queue_overflow": 2])
        await sentry.shutdown()
    }

    @Test func theSampleIsTold() async throws {
        let server = try SentryServer()
        let sentry = try reporter(server, sampleRate: 0.5, chance: 0.5)
        #expect(sentry.report(.sample()) == nil)
        #expect(sentry.report(.sample()) == nil)
        #expect(await sentry.flush(within: .seconds(1)))
        let request = try #require(await server.next().first)
        #expect(try request.envelope.header["event_id"] == nil)
        #expect(try request.envelope.discarded == ["sample_rate": 2])
        await sentry.shutdown()
    }

    @Test func aRefusedKeyIsSaidOnce() async throws {
        let server = try SentryServer([.status(403, []), .status(403, []), .status(404, []), .status(200, [])])
        let said = Mutex<[String]>([])
        let sentry = try reporter(server) { $0.console = { line in said.withLock { $0.append(line) } } }
        for _ in 1...4 { sentry.report(.sample()) }
        _ = await server.next(4)
        #expect(await sentry.flush(within: .seconds(1)))
        #expect(
            said.withLock(\.self) == [
                "[JobLogSentry] Sentry at 127.0.0.1 refuses the key (403): check SENTRY_DSN.",
                "[JobLogSentry] Sentry at 127.0.0.1 knows no such project (404): check SENTRY_DSN.",
            ])
        await sentry.shutdown()
    }

    // MARK: - Sentry is away

    @Test(arguments: [SentryServer.Answer.silence, .endlessBody])
    func aServerThatDoesNotAnswerHasADeadline(_ answer: SentryServer.Answer) async throws {
        let server = try SentryServer([answer])
        let sentry = try reporter(server) {
            $0.requestTimeout = .milliseconds(50)
            $0.attempts = 1
        }
        #expect(sentry.report(.sample()) != nil)
        // The test's clock stands still: what ends the waiting is the deadline of the request. On a machine that is so
        // busy that the deadline passes before the request arrives, it ends it just the same.
        #expect(await sentry.flush(within: .seconds(1)))
        await sentry.shutdown()
    }

    @Test func aRefusedConnectionIsTriedAgain() async throws {
        let nobody = try SentryServer(listening: false)
        let said = Mutex<[String]>([])
        var configuration = try SentryConfiguration.sample(port: nobody.port)
        configuration.console = { line in said.withLock { $0.append(line) } }
        let sentry = reporter(configuration)
        #expect(sentry.report(.sample()) != nil)
        await clock.untilSleeping(for: .seconds(1))
        clock.advance(by: .seconds(1))
        await clock.untilSleeping(for: .seconds(2))
        #expect(said.withLock { $0.count } == 1, "said once")
        #expect(said.withLock { $0.first }?.hasPrefix("[JobLogSentry] Sentry at 127.0.0.1 cannot be reached: ") == true)
        #expect(said.withLock { $0.first }?.contains("0123456789abcdef") == false)
        await sentry.shutdown(within: .zero)
    }

    @Test func aCertificateThatNobodyTrustsIsRefused() async throws {
        let folder = try TemporaryFolder()
        let made = try await run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "1",
            "-subj", "/CN=localhost", "-keyout", folder.file("key.pem"), "-out", folder.file("cert.pem"),
        ])
        try #require(made.status == .exited(0), "\(made.errorText)")
        let server = try Spawned([
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-key", folder.file("key.pem"), "-cert",
            folder.file("cert.pem"), "-www",
        ])
        var port: Int?
        for await line in server.lines where line.hasPrefix("ACCEPT ") {
            port = line.split(separator: ":").last.flatMap { Int($0) }
            break
        }
        let (lines, said) = AsyncStream.makeStream(of: String.self)
        var configuration = try SentryConfiguration.sample()
        configuration.dsn = try SentryDSN(parsing: "https://k@localhost:\(try #require(port))/1")
        configuration.console = { said.yield($0) }
        let sentry = reporter(configuration)
        sentry.report(.sample())
        var iterator = lines.makeAsyncIterator()
        let line = try #require(await iterator.next())
        #expect(line.contains("CERTIFICATE_VERIFY_FAILED"), "\(line)")
        await clock.untilSleeping(for: .seconds(1))
        await sentry.shutdown(within: .zero)
    }

    // MARK: - Waiting and the end

    @Test func flushWaitsNoLongerThanItMay() async throws {
        let server = try SentryServer([.status(503, [])])
        let sentry = try reporter(server)
        sentry.report(.sample())
        await clock.untilSleeping(for: .seconds(1))
        async let flushed = sentry.flush(within: .milliseconds(300))
        await clock.untilSleeping(for: .milliseconds(300))
        clock.advance(by: .milliseconds(300))
        #expect(await !flushed)
        let cancelled = Task { await sentry.flush(within: .seconds(100)) }
        await clock.untilSleeping(for: .seconds(100))
        cancelled.cancel()
        #expect(await !cancelled.value)
        #expect(await !sentry.flush(within: .zero))
        await sentry.shutdown()
    }

    @Test func shutdownSendsWhatWaitsAndTakesNothingMore() async throws {
        let server = try SentryServer([.status(503, [])])
        let sentry = try reporter(server)
        let ids = [sentry.report(.sample("a")), sentry.report(.sample("b"))]
        await clock.untilSleeping(for: .seconds(1))
        #expect(await sentry.shutdown(within: .seconds(5)), "it does not wait for the second to pass")
        #expect(sentry.report(.sample("c")) == nil)
        let requests = await server.next(3)
        #expect(try requests.suffix(2).map { try $0.envelope.header["event_id"]?.string } == ids)
        #expect(await sentry.shutdown(), "twice is once")
    }

    @Test func shutdownDoesNotWaitForAServerThatHangs() async throws {
        let server = try SentryServer([.silence])
        let sentry = try reporter(server) { $0.requestTimeout = .seconds(600) }
        sentry.report(.sample())
        _ = await server.next()
        #expect(await !sentry.shutdown(within: .zero))
    }

    @Test func aReporterThatIsDroppedSendsWhatItHas() async throws {
        let server = try SentryServer()
        var ids: [String?] = []
        do {
            let sentry = try reporter(server)
            ids = [sentry.report(.sample("a")), sentry.report(.sample("b"))]
        }
        let requests = await server.next(2)
        #expect(try requests.map { try $0.envelope.header["event_id"]?.string } == ids)
    }

    @Test func manyTasksMayReportAtOnce() async throws {
        let server = try SentryServer()
        let sentry = try reporter(server) { $0.queueLimit = 1_000 }
        let ids = await withTaskGroup(of: [String].self) { group in
            for task in 0..<8 {
                group.addTask { (0..<25).compactMap { sentry.report(.sample("\(task) \($0)")) } }
            }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 200)
        let requests = await server.next(200)
        #expect(try Set(requests.compactMap { try $0.envelope.header["event_id"]?.string }) == ids)
        #expect(await sentry.shutdown())
    }
}
