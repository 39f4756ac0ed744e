/// A connection that died while an answer was due, as its server knows it.
///
/// A server that was frozen may carry out later what it had been sent: `CLIENT KILL ID` prevents that.
public struct LostClient: Sendable, Hashable {
    /// The server's number of the client.
    public let id: Int
    /// Where the server is.
    public let url: RedisURL
}
