/// Replaces what looks like a secret in metadata and text, and says what it replaced and why.
///
/// Two things make a secret: the name it goes by (`password`, `apiKey`, `Set-Cookie`), and its own shape (a bearer token,
/// a JWT, a URL with a password, a private key). Structure is kept: members stay where they are, only their values
/// change. It finds what looks like a secret, no more; it is no proof that none is left.
public struct SecretScrubber: Sendable {
    /// Why something was replaced.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// It stood under a name that means a secret.
        case name
        /// `Bearer …` or `Basic …`.
        case authorization
        /// A JSON web token.
        case jwt
        /// User information in a URL.
        case url
        /// A key that a known service issues: AWS, GitHub, Slack, Stripe and others.
        case serviceKey
        /// A private key in PEM.
        case privateKey
    }

    /// One thing that was replaced.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// Where: `metadata.headers[2].authorization`; of what lies deep, the outermost and innermost names.
        public let path: String
        /// Why.
        public let reason: Reason

        /// `metadata.token (name)`.
        public var description: String { "\(path) (\(reason.rawValue))" }
    }

    /// What stands for a secret.
    public static let replacement = "[scrubbed]"

    private let names: SecretNames

    /// A scrubber; `additionalNames` are names of secrets of your own, compared without regard to case and separators.
    public init(additionalNames: [String] = []) {
        names = SecretNames(additional: additionalNames)
    }

    /// Scrubs a value.
    ///
    /// - Parameters:
    ///   - value: any JSON; how deep it nests does not matter.
    ///   - root: what the paths of findings begin with.
    /// - Returns: the value with secrets replaced, and what was replaced, in the order of the value.
    public func scrub(_ value: JSONValue, root: String = "metadata") -> (value: JSONValue, findings: [Finding]) {
        var walk = SecretWalk(scrubber: self, names: names, root: root)
        let scrubbed = walk.run(value)
        return (scrubbed, walk.findings)
    }

    /// Scrubs a text.
    ///
    /// - Parameters:
    ///   - text: any text; it is looked through once.
    ///   - path: where the text is from, for the findings.
    /// - Returns: the text with secrets replaced, and what was replaced, in the order of the text.
    public func scrub(_ text: String, path: String = "message") -> (text: String, findings: [Finding]) {
        var scan = SecretText(text, names: names)
        guard scan.run() else { return (text, []) }
        return (scan.result, scan.reasons.map { Finding(path: path, reason: $0) })
    }

    /// Whether a value that goes by this name is a secret, whatever it looks like.
    public func isSecret(name: String, value: JSONValue) -> Bool {
        switch value {
        case .string(let text): names.isSecret(name, value: text)
        case .number(let number): names.isSecret(name, value: number.text)
        case .bool, .null: false
        case .array, .object: names.isSecret(name, value: nil)
        }
    }
}
