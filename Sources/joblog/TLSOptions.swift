import ArgumentParser
import RedisClient
import RedisTLS

/// How TLS is spoken, for a URL with `rediss://` or `https://`.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The authorities that may sign the server's certificate, else JOBLOG_TLS_CA, else the system's.",
            valueName: "file"), completion: .file())
    var tlsCa: String?

    @Option(
        help: ArgumentHelp("The certificate to show to the server, else JOBLOG_TLS_CERT.", valueName: "file"),
        completion: .file())
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("The key of that certificate, else JOBLOG_TLS_KEY.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The name that the server's certificate must be for, else JOBLOG_TLS_SERVER_NAME, else the URL's host.",
            valueName: "name"))
    var tlsServerName: String?

    @Option(help: "The oldest version of TLS to speak, 1.2 or 1.3, else JOBLOG_TLS_MIN, else 1.2.")
    var tlsMin: TLSSettings.Version?

    @Option(
        help: ArgumentHelp(
            "What to check of the server's certificate, else JOBLOG_TLS_VERIFY, else full.",
            discussion:
                "full: who signed it, and that it is for the server's name; ca: who signed it; none: nothing, so "
                + "that whoever is in between can read and change everything."))
    var tlsVerify: TLSSettings.Verification?

    /// The options that were given, by their names.
    private var given: [String] {
        [
            ("--tls-ca", tlsCa != nil), ("--tls-cert", tlsCert != nil), ("--tls-key", tlsKey != nil),
            ("--tls-server-name", tlsServerName != nil), ("--tls-min", tlsMin != nil),
            ("--tls-verify", tlsVerify != nil),
        ].filter(\.1).map(\.0)
    }

    /// What carries the connections to a URL; nil for one without TLS.
    func transport(for url: RedisURL, _ environment: [String: String]) throws -> TLSTransport? {
        guard url.isTLS else {
            guard let option = given.first else { return nil }
            throw Failure(.usage, "\(option) is for TLS, and \(url) is without; with TLS it begins with rediss://.")
        }
        return try TLSTransport(settings(environment))
    }

    /// How an API is spoken to.
    func settings(isTLS: Bool, _ address: String, _ environment: [String: String]) throws -> TLSSettings {
        if !isTLS, let option = given.first {
            throw Failure(.usage, "\(option) is for TLS, and \(address) is without; with TLS it begins with https://.")
        }
        return try isTLS ? settings(environment) : TLSSettings()
    }

    private func settings(_ environment: [String: String]) throws -> TLSSettings {
        var settings = try TLSSettings(environment: environment)
        settings.authorityFile = tlsCa ?? settings.authorityFile
        settings.certificateFile = tlsCert ?? settings.certificateFile
        settings.keyFile = tlsKey ?? settings.keyFile
        settings.serverName = tlsServerName ?? settings.serverName
        settings.minimumVersion = tlsMin ?? settings.minimumVersion
        settings.verification = tlsVerify ?? settings.verification
        return settings
    }
}

extension TLSSettings.Version: ExpressibleByArgument {}
extension TLSSettings.Verification: ExpressibleByArgument {}
