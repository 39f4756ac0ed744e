import RedisClient

extension RedisReply {
    /// The log entries of an `LRANGE` reply.
    var records: [LogRecord] {
        mapStrings { LogRecord($0) }
    }
}
