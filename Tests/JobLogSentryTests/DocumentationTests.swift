import JobLogCore
import JobLogSentry
import RedisClient
import TestSupport
import Testing

/// The sample in docs/workers.md is the code below, and it runs. JobLogCore's `SampleTests` compares the two.
@Suite(.inTurn) struct DocumentationTests {
    private func work(_ job: JobID, on connection: RedisConnection, environment: [String: String]) async throws {
        let sentry = SentryReporter(try .fromEnvironment(environment))
        let log = JobLogManager(connection: connection, reporter: sentry)

        await log.info(job, "Searching sources (30%)")
        await log.error(job, "Upstream timed out after 30 s", ["code": "TIMEOUT", "source": "example.org"])
        await sentry.shutdown(within: .seconds(2))
    }

    @Test func theEntrySaysUnderWhichIDSentryHasIt() async throws {
        let redis = try RedisServer()
        let server = try SentryServer()
        let connection = RedisConnection(RedisConfiguration(url: redis.url))
        let job = JobID("job-1")
        try await work(job, on: connection, environment: ["SENTRY_DSN": "http://k@127.0.0.1:\(server.port)/1"])

        let request = try #require(await server.next().first)
        let event = try #require(try request.envelope.event)
        #expect(event["tags"]?["job_id"] == "job-1")
        #expect(event["tags"]?["code"] == "TIMEOUT")
        #expect(event["contexts"]?["metadata"]?["source"] == "example.org")
        #expect(event["breadcrumbs"]?["values"]?.array?.map { $0["message"] } == ["Searching sources (30%)"])
        let entry = try #require(await JobLogManager(connection: connection).newest(of: job).last).entry
        #expect(entry.metadata?["sentryEventId"] == event["event_id"])
        #expect(entry.metadata?["sentryEventId"]?.string?.count == 32)
    }
}
