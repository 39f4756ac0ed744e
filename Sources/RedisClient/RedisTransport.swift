/// Carries the bytes of connections in another form than they have on the network, as TLS does.
public protocol RedisTransport: Sendable {
    /// Takes over a connected socket, and closes it when the connection ends.
    ///
    /// It may block the calling thread. Should someone else shut `descriptor` down meanwhile, it fails at once.
    ///
    /// - Parameters:
    ///   - descriptor: the socket of the connection.
    ///   - url: where it leads.
    ///   - timeout: how long it may take.
    /// - Returns: the connection from now on.
    /// - Throws: ``RedisError/Code/connectionFailed`` or ``RedisError/Code/timedOut``; the socket is closed then.
    func carry(_ descriptor: Int32, to url: RedisURL, within timeout: Duration) throws(RedisError) -> any RedisCarrier
}

/// A connection that a transport carries.
public protocol RedisCarrier: AnyObject, Sendable {
    /// A blocking socket for the plain bytes, which whoever takes it closes. Its end is the end of the connection, and
    /// the other way round.
    var descriptor: Int32 { get }
    /// Why the connection has ended, in words that end no sentence; nil while it has not, or where nobody knows.
    var failure: String? { get }
}
