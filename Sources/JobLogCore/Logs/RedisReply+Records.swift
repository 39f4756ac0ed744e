import RedisClient

extension RedisReply {
    /// The log entries of an `LRANGE` reply.
    var records: [LogRecord] {
        array.map { $0.compactMap { $0.bytes.map { LogRecord($0) } } } ?? []
    }
}
