/// Why reporting to Sentry cannot be set up.
public struct SentryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The DSN holds a space or a control character.
        case dsnCharacters
        /// The DSN does not begin with `https://` or `http://`.
        case dsnScheme
        /// The DSN has no public key in front of an `@`.
        case dsnNoKey
        /// The DSN's key holds what no key holds.
        case dsnKey
        /// The DSN names no host, or one that cannot be.
        case dsnHost
        /// The DSN's port is no number from 1 to 65535.
        case dsnPort
        /// The DSN does not end in a project.
        case dsnNoProject
        /// The DSN's project is no number.
        case dsnProject
        /// The DSN goes on with `?` or `#`.
        case dsnQuery
        /// The sample rate is no number from 0 to 1.
        case sampleRate
    }

    /// What is wrong.
    public let code: Code
    /// A sentence for people. It quotes nothing of a DSN: every part of a wrong one may be the key.
    public let message: String

    /// The sentence.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
