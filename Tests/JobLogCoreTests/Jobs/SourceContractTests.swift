import JobLogCore
import TestSupport
import Testing

/// What a viewer is owed, by the source that reads Redis.
@Suite(.inTurn) struct SourceContractTests {
    @Test(arguments: SourceContract.all) func isHeld(_ rule: SourceContract) async throws {
        let redis = try PrivateRedis()
        try await rule.hold(SourceContract.Place(redis.server, RedisJobSource(configuration: redis.configuration)))
    }
}
