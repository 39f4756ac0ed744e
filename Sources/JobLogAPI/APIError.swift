/// What the HTTP API answers where it cannot answer as asked.
public struct APIError: Error, Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// A sentence for people.
    public var message: String

    /// An error with this status and sentence.
    public init(status: Int, message: String) {
        self.status = status
        self.message = message
    }
}
