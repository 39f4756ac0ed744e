import Foundation
import RedisClient

/// A real redis-server with TLS, and certificates for both sides.
///
/// `ca.pem` has signed `server.pem` (for localhost and 127.0.0.1), `elsewhere.pem` (for elsewhere.example) and `client.pem`, and
/// is valid for a hundred years; `other-ca.pem` has signed nothing.
public struct TLSServer: Sendable {
    /// The server, which has a socket without TLS too.
    public let redis: RedisServer
    /// The port with TLS, of 127.0.0.1.
    public let port: Int

    /// A server with a certificate; `asks` for one of clients.
    public init(certificate: String = "server", asks: Bool = false, arguments: [String] = []) throws {
        port = try RedisServer.freePort()
        redis = try RedisServer(
            arguments: Self.arguments(port: port, certificate: certificate, asks: asks) + arguments)
    }

    /// What a redis-server is started with.
    static func arguments(port: Int, certificate: String = "server", asks: Bool = false) -> [String] {
        [
            "--tls-port", "\(port)", "--tls-cert-file", file("\(certificate).pem"), "--tls-key-file",
            file("\(certificate).key"), "--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients",
            asks ? "yes" : "no",
        ]
    }

    /// The path of one of the certificates and keys.
    public static func file(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(components: "Certificates", name).path
    }

    /// Where it is, with TLS.
    public func url(_ host: String = "localhost") -> RedisURL {
        RedisURL(target: .tcp(host: host, port: port), isTLS: true)
    }
}
