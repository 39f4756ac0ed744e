import RedisClient

/// Where an appended log entry ended up.
public enum LogDelivery: Sendable, Hashable {
    /// In `job:logs:{id}`.
    case stored
    /// On the console, and kept until Redis takes it; the error says why it did not yet.
    case kept(RedisError)
    /// On the console only; the error says why.
    case console(RedisError)
}
