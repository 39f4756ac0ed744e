/// What the HTTP API answers where it cannot answer as asked: `{"error": "…"}`.
public struct APIError: Error, Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// A sentence for people.
    public var message: String
    /// After how many seconds it may be tried again, as `Retry-After` says; nil where that is not said.
    public var retryAfter: Int?

    /// An error with this status and sentence.
    public init(status: Int, message: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
    }
}
