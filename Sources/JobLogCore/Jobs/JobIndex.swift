import RedisClient

/// Keeps `job:index` and `job:index:{userId}`: which jobs there are, by the time of their last activity.
struct JobIndex: Sendable {
    /// Seconds that the index remembers a job: 7 days.
    static let lifetime = 604_800

    let keys: JobKeys

    /// The commands that note a job's activity at `now`, Unix ms, in the index of all and in that of its owner.
    func noting(_ id: JobID, user: String?, now: Int64) -> [RedisCommand] {
        indexes(user).flatMap { key in
            [
                RedisCommand("ZADD", .key(key), .integer(Int(now)), .bytes(id.bytes)),
                RedisCommand("EXPIRE", .key(key), .integer(Self.lifetime)),
            ]
        }
    }

    /// The key of the index of all, and of the owner's where one is known.
    func indexes(_ user: String?) -> [[UInt8]] {
        [keys.index] + (user.map { [keys.index(user: $0)] } ?? [])
    }
}
