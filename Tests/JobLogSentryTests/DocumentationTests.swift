import Foundation
import JobLogCore
import JobLogSentry
import RedisClient
import Testing

/// The sample in docs/workers.md is the code below, and it runs.
@Suite struct DocumentationTests {
    private let file = URL(filePath: #filePath)

    private func work(
        _ job: JobID, log: JobLogManager, lines: [LogLine], environment: [String: String]
    ) async throws -> String? {
        // sample
        let sentry = SentryReporter(try .fromEnvironment(environment))
        let event = sentry.report(
            ErrorReport(
                jobID: job, userID: "user-42", type: "research", step: "Searching sources", progress: 30,
                message: "Upstream timed out after 30 s", code: "TIMEOUT", metadata: ["source": "example.org"],
                breadcrumbs: lines))
        await log.error(job, "Upstream timed out after 30 s", ["sentryEventId": event.map { .string($0) } ?? .null])
        await sentry.shutdown(within: .seconds(2))
        // end of sample
        return event
    }

    @Test func theSampleReportsAnError() async throws {
        let server = try SentryServer()
        // Nothing listens there: the entry goes to the console, and the report goes out all the same.
        let url = try RedisURL(parsing: "unix:///tmp/joblog-no-such-socket.sock")
        let log = JobLogManager(connection: RedisConnection(RedisConfiguration(url: url)), console: { _ in })
        let id = try await work(
            JobID("job-1"), log: log, lines: [LogLine(.info, "Searching sources (30%)")],
            environment: ["SENTRY_DSN": "http://k@127.0.0.1:\(server.port)/1"])
        let request = try #require(await server.next().first)
        let event = try #require(try request.envelope.event)
        #expect(event["event_id"]?.string == id)
        #expect(event["fingerprint"]?.array?.last == "Upstream timed out after <n> s")
    }

    @Test func theSampleIsWhatTheGuideShows() throws {
        let source = try String(contentsOf: file, encoding: .utf8)
        let lines = source.components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "        // sample"))
        let end = try #require(lines.firstIndex(of: "        // end of sample"))
        let sample = lines[(start + 1)..<end].map { $0.dropFirst(8) }.joined(separator: "\n")
        let guide = file.deletingLastPathComponent().appending(path: "../../docs/workers.md").standardized
        #expect(try String(contentsOf: guide, encoding: .utf8).contains("```swift\n\(sample)\n```"))
    }
}
