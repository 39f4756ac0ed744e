import RedisClient

/// Why something could not be read from a source, as far as whoever reads it can do something about it.
public protocol SourceError: Error {
    /// Whether nobody answers, so that trying again later may help.
    var isUnreachable: Bool { get }
    /// Whether the source cannot answer now but will in a while.
    var isNotReady: Bool { get }
    /// A sentence for people.
    var message: String { get }
}

extension RedisError: SourceError {
    /// Whether there is no connection, or nobody behind it who could answer.
    public var isUnreachable: Bool { isConnectionFailure || [.loading, .clusterDown].contains(code) }
}
