import JobLogCore

/// Why a call of the HTTP API came to nothing: a code to match on and a sentence for people.
///
/// The sentence never holds a token, and is free of control characters, so that it may be printed as it is.
public struct APIClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; more codes may be added, so a `switch` over them needs a `default`.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name.
        public let rawValue: String

        /// Makes a code from its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The address cannot be understood, or may not be used in this way.
        public static let badAddress = Code(rawValue: "badAddress")
        /// There is no token, or it cannot be used.
        public static let badToken = Code(rawValue: "badToken")
        /// The server refuses the token, or wants one.
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// The job is someone else's.
        public static let forbidden = Code(rawValue: "forbidden")
        /// There is no such job, checkpoint or route.
        public static let notFound = Code(rawValue: "notFound")
        /// The job's state does not allow what was asked.
        public static let notAllowed = Code(rawValue: "notAllowed")
        /// The server does not take the request as it is.
        public static let badRequest = Code(rawValue: "badRequest")
        /// There were too many requests; ``APIClientError/retryAfter`` tells when there may be more.
        public static let rateLimited = Code(rawValue: "rateLimited")
        /// The server cannot answer now, for example because Redis is away.
        public static let unavailable = Code(rawValue: "unavailable")
        /// No connection could be made.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The connection ended while an answer was due; what was asked may or may not have been done.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The server stayed silent for too long; what was asked may or may not have been done.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The answer is larger than is held.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// What answered is not this API, or has failed.
        public static let unexpectedAnswer = Code(rawValue: "unexpectedAnswer")
        /// The API has no way to do this.
        public static let unsupported = Code(rawValue: "unsupported")
        /// The calling task was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for people: what is wrong and what to do.
    public let message: String
    /// How long the server asks to wait; nil where it does not say.
    public let retryAfter: Duration?

    /// An error of these parts.
    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = TerminalText.line(message)
        self.retryAfter = retryAfter
    }

    /// The sentence for people.
    public var description: String { message }
}

extension APIClientError: SourceError {
    /// Whether nobody answers who could, so that trying again later may help.
    public var isUnreachable: Bool {
        [.unreachable, .connectionLost, .timedOut, .unavailable].contains(code)
    }

    /// Whether the server will answer in a while.
    public var isNotReady: Bool { [.unavailable, .rateLimited].contains(code) }
}
