/// Hands an envelope to Sentry; the one part that does I/O.
protocol SentryTransport: Sendable {
    /// Sends an envelope, and returns within the deadlines whatever happens.
    func send(_ envelope: [UInt8]) async -> SentryOutcome
    /// Ends what is still under way and lets go of connections.
    func shutdown() async
}

/// How sending ended.
enum SentryOutcome: Sendable, Equatable {
    /// Sentry answered.
    case response(SentryResponse)
    /// It did not, for a reason that a person can read.
    case failed(String)
}

/// What of an answer matters.
struct SentryResponse: Sendable, Equatable {
    var status: Int
    /// The value of `X-Sentry-Rate-Limits`.
    var rateLimits: String?
    /// The value of `Retry-After`.
    var retryAfter: String?
}
