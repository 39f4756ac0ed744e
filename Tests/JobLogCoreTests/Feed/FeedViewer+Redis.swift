import RedisClient
import TestSupport

@testable import JobLogCore

extension FeedViewer {
    /// A feed on a Redis.
    init(_ configuration: RedisConfiguration, _ interest: FeedInterest, load: EventLoad = EventLoad()) async {
        await self.init(RedisFeed(configuration: configuration, load: load), interest)
    }
}
