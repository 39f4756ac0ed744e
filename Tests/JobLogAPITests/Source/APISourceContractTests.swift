import JobLogAPI
import TestSupport
import Testing

/// What a viewer is owed, by the source that reads the API of a real server.
@Suite(.inTurn) struct APISourceContractTests {
    @Test(arguments: SourceContract.all) func isHeld(_ rule: SourceContract) async throws {
        let redis = try RedisServer()
        let server = try await APIServer(redis: redis.urlText)
        let token = try APIToken(try await APIServer.token(user: SourceContract.Place.owner))
        let client = try JobLogClient(APIAddress(server.url), token: token)
        try await rule.hold(SourceContract.Place(redis, APIJobSource(client)))
    }
}
