import JobLogCore
import RedisClient
import RedisTLS
import TestSupport
import Testing

/// The samples of docs/workers.md that speak TLS, as they stand there.
@Suite(.inTurn) struct DocumentationTests {
    @Test func aWorkerSpeaksTLS() async throws {
        let server = try TLSServer()
        let environment = [
            "REDIS_URL": "rediss://localhost:\(server.port)", "JOBLOG_TLS_CA": TLSServer.file("ca.pem"),
        ]

        var configuration = try RedisConfiguration.fromEnvironment(
            url: nil, environment: environment, clientName: "research-worker")
        configuration.transport = try TLSTransport(TLSSettings(environment: environment))
        let publisher = JobPublisher(connection: RedisConnection(configuration))

        try await publisher.withJob(JobID("job-17"), user: "user-42", type: "research") { job in
            try await job.progress("Searching sources", 30)
        }
        await publisher.close()
        let plain = RedisConnection(RedisConfiguration(url: server.redis.url))
        let state = try await plain.send(RedisCommand("GET", .key(JobKeys().state(JobID("job-17"))))).string
        #expect(state?.contains("completed") == true)
    }
}
