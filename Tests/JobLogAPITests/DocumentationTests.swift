import Foundation
import JobLogAPI
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// The sample of docs/http-api.md, as it stands there.
@Suite(.inTurn) struct DocumentationTests {
    @Test func logsAreFetchedInOneLine() async throws {
        let redis = try RedisServer()
        let publisher = JobPublisher(connection: RedisConnection(RedisConfiguration(url: redis.url)), console: { _ in })
        try await publisher.created(JobID("job-17"), user: "ann")
        _ = await publisher.logs.append(JobID("job-17"), LogLine(.info, "Searching sources"))
        let server = try await APIServer(redis: redis.urlText)
        let folder = try TemporaryFolder()
        let (address, tokenFile) = (server.url, folder.file("token"))
        try await APIServer.token(user: "ann").write(toFile: tokenFile, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tokenFile)
        var printed: [String] = []
        func print(_ text: String) { printed.append(text) }

        let client = try JobLogClient(APIAddress(address), token: APIToken(file: tokenFile))

        for entry in try await client.fetchJobLogs(JobID("job-17")) {
            print(entry.message)
        }
        #expect(printed == ["Searching sources"])
    }
}
