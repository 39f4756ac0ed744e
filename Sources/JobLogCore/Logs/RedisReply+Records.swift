import RedisClient

extension RedisReply {
    /// The log entries of an `LRANGE` reply, read whole or shortened by ``LargeEntry/cutting``.
    package var records: [LogRecord] {
        mapStrings { $1 ? LogRecord(shortened: $0) : LogRecord($0) }
    }
}
