import JobLogCore

/// A setting with which the server does not start.
struct BadSetting: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a token must be like.
struct TokenSettings: Sendable {
    /// What signs tokens, or checks who signed them.
    enum Key: Sendable {
        /// HS256 with a shared secret.
        case secret(String)
        /// RS256 or ES256 with a public key in PEM.
        case publicKey(String)
    }

    /// How many bytes a secret has at least: as many as HS256 makes of it.
    static let leastSecret = 32

    var key: Key
    /// Who must have issued the token; nil where that does not matter.
    var issuer: String?
    /// For whom the token must be; nil where that does not matter.
    var audience: String?

    /// The secret of `JWT_SECRET`.
    ///
    /// - Throws: ``BadSetting`` where it is missing, short or known to everybody.
    static func secret(_ value: String?) throws(BadSetting) -> Key {
        let advice = "`openssl rand -base64 48` makes a good one."
        guard let value, !value.isEmpty else {
            throw BadSetting("JWT_SECRET is not set: without it nobody could be told apart. \(advice)")
        }
        guard value.utf8.count >= leastSecret else {
            throw BadSetting(
                "JWT_SECRET has \(value.utf8.count) bytes, and must have at least \(leastSecret): shorter ones can be guessed. "
                    + advice)
        }
        guard !isWellKnown(value) else {
            throw BadSetting(
                "JWT_SECRET is one that stands in documentation or repeats itself, so that anybody can guess it. \(advice)"
            )
        }
        return .secret(value)
    }

    /// Words of secrets that people copy.
    private static let examples = [
        "changeme", "change-me", "change_me", "your-secret", "your_secret", "yoursecret", "your-256-bit-secret",
        "replace-me",
        "replace_me", "example", "insecure", "supersecret", "super-secret", "super_secret", "default-secret",
        "password",
        "0123456789abcdef0123456789abcdef", "abcdefghijklmnopqrstuvwxyz",
    ]

    private static func isWellKnown(_ value: String) -> Bool {
        let lower = value.lowercased()
        return Set(value.utf8).count < 8 || examples.contains { lower.contains($0) }
    }
}
