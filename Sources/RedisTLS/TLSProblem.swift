import NIOCore
import NIOSSL
import RedisClient

/// Why a connection over TLS came to nothing, or ended.
package struct TLSProblem: Sendable {
    /// The handshake took too long.
    package struct Late: Error {
        package init() {}
    }

    private enum Kind {
        case late
        case noTLS
        case untrusted
        case otherName
        case unwelcome
        case ended
        case other(String)
    }

    private let kind: Kind

    package init(_ error: any Error) {
        let text = String(describing: error)
        kind =
            switch error {
            case is Late: .late
            case let error as NIOSSLExtraError where error == .failedToValidateHostname: .otherName
            case let error as NIOSSLExtraError where error == .serverHostnameImpossibleToMatch: .otherName
            case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: .untrusted
            case _ where text.contains("CERTIFICATE_VERIFY_FAILED"): .untrusted
            case _ where text.contains("WRONG_VERSION_NUMBER"): .noTLS
            case _ where text.contains("CERTIFICATE_REQUIRED") || text.contains("ALERT"): .unwelcome
            case ChannelError.eof, NIOSSLError.uncleanShutdown: .ended
            case _ where text.contains("EOF during handshake"): .ended
            default: .other(text)
            }
    }

    /// What it died of once it had begun.
    var text: String {
        switch kind {
        case .unwelcome: "the server refused this side: it may ask for a certificate, or for another one"
        case .ended: "the server ended it"
        case .late, .noTLS, .untrusted, .otherName: "TLS failed"
        case .other(let text): RedisError.printable(text)
        }
    }

    /// What the handshake failed of.
    func error(_ url: RedisURL, _ settings: TLSSettings, after timeout: Duration) -> RedisError {
        let reason = reason(settings, after: timeout, withoutTLS: "redis://")
        return RedisError(
            code: isLate ? .timedOut : .connectionFailed, message: "Cannot connect to \(url): \(reason).")
    }

    /// Whether the server was silent.
    package var isLate: Bool { if case .late = kind { true } else { false } }

    /// What the handshake failed of, as the end of a sentence.
    ///
    /// - Parameters:
    ///   - settings: what was asked for.
    ///   - timeout: how long was waited.
    ///   - scheme: how a URL of the same kind begins that is without TLS.
    /// - Returns: the end of a sentence, without its full stop.
    package func reason(_ settings: TLSSettings, after timeout: Duration, withoutTLS scheme: String) -> String {
        switch kind {
        case .late:
            "there was no TLS handshake within \(timeout.components.seconds) s; a port without TLS is reached by "
                + scheme
        case .noTLS: "what answers there does not speak TLS; a port without TLS is reached by \(scheme)"
        case .untrusted:
            "the server's certificate is not signed by an authority that is trusted here; "
                + "JOBLOG_TLS_CA names the file of the one that signed it"
        case .otherName:
            "the server's certificate is for another name"
                + (settings.serverName.map { " than \(RedisError.printable($0))" } ?? "")
                + "; JOBLOG_TLS_SERVER_NAME gives the name that it is for"
        case .unwelcome: text
        case .ended: "the server ended the connection during the TLS handshake"
        case .other(let text): "TLS failed: \(RedisError.printable(text))"
        }
    }
}
