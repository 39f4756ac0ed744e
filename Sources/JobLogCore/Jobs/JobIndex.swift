import RedisClient

/// Keeps `job:index` and `job:index:{userId}`: which jobs there are, by the time of their last activity.
struct JobIndex: Sendable {
    /// Seconds that the index remembers a job: 7 days.
    static let lifetime = 604_800

    let keys: JobKeys

    /// The commands that note a job's activity at `now`, Unix ms, in the index of all and in that of its owner.
    func noting(_ id: JobID, user: String?, now: Int64) -> [RedisCommand] {
        indexes(user).map { RedisCommand("ZADD", .key($0), .integer(Int(now)), .bytes(id.bytes)) }
    }

    /// The commands that take out what has become too old at `now`, Unix ms, and renew the lifetimes: to be sent now and
    /// then.
    func tending(user: String?, now: Int64) -> [RedisCommand] {
        let oldest = Int(now) - Self.lifetime * 1_000
        return indexes(user).flatMap { key in
            [
                RedisCommand("ZREMRANGEBYSCORE", .key(key), "-inf", .text("(\(oldest)")),
                RedisCommand("EXPIRE", .key(key), .integer(Self.lifetime)),
            ]
        }
    }

    /// The key of the index of all, and of the owner's where one is known.
    func indexes(_ user: String?) -> [[UInt8]] {
        [keys.index] + (user.map { [keys.index(user: $0)] } ?? [])
    }
}
