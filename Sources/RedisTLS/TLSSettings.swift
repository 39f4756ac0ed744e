import RedisClient

/// How a server is to prove who it is, and how this side does.
public struct TLSSettings: Sendable, Hashable {
    /// What is checked of the server's certificate.
    public enum Verification: String, Sendable, Hashable, CaseIterable {
        /// Who signed it, and that it is for the server's name.
        case full
        /// Who signed it.
        case ca
        /// Nothing: whoever is in between can read and change everything.
        case none
    }

    /// The oldest version of TLS that is spoken.
    public enum Version: String, Sendable, Hashable, CaseIterable {
        /// TLS 1.2.
        case v1_2 = "1.2"
        /// TLS 1.3.
        case v1_3 = "1.3"
    }

    /// A PEM file of the authorities that may sign the server's certificate; nil for those that the system trusts.
    public var authorityFile: String?
    /// A PEM file of the certificate that this side shows, and of those between it and an authority; nil for none.
    public var certificateFile: String?
    /// A PEM file of that certificate's private key.
    public var keyFile: String?
    /// The name that the server's certificate must be for; nil for the host of the URL.
    public var serverName: String?
    /// The oldest version that is spoken.
    public var minimumVersion = Version.v1_2
    /// What is checked.
    public var verification = Verification.full

    /// The usual settings: the system's authorities, the host's name, TLS 1.2 or newer.
    public init() {}

    /// The settings that the environment describes; empty variables count as missing.
    ///
    /// `JOBLOG_TLS_CA`, `JOBLOG_TLS_CERT` and `JOBLOG_TLS_KEY` name files, `JOBLOG_TLS_SERVER_NAME` a host;
    /// `JOBLOG_TLS_MIN` is `1.2` or `1.3`, `JOBLOG_TLS_VERIFY` is `full`, `ca` or `none`.
    ///
    /// - Throws: ``RedisError/Code/badURL`` for a value that is none of these.
    public init(environment: [String: String]) throws(RedisError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        authorityFile = value("JOBLOG_TLS_CA")
        certificateFile = value("JOBLOG_TLS_CERT")
        keyFile = value("JOBLOG_TLS_KEY")
        serverName = value("JOBLOG_TLS_SERVER_NAME")
        if let text = value("JOBLOG_TLS_MIN") { minimumVersion = try Self.choice("JOBLOG_TLS_MIN", text) }
        if let text = value("JOBLOG_TLS_VERIFY") { verification = try Self.choice("JOBLOG_TLS_VERIFY", text) }
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ text: String
    ) throws(RedisError) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let choices = Choice.allCases.map(\.rawValue)
        throw RedisError(
            code: .badURL,
            message: "\(name) is \(choices.dropLast().joined(separator: ", ")) or \(choices.last ?? "").")
    }
}
