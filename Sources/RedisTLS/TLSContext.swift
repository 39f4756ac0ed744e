import NIOCore
import NIOSSL
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What TLS needs besides a connection: the files that the settings name, read once.
package struct TLSContext: Sendable {
    /// What was asked for.
    package let settings: TLSSettings
    private let context: NIOSSLContext

    /// Reads the files that the settings name.
    ///
    /// - Throws: ``RedisError/Code/badURL`` with a sentence that names the file that is missing or damaged.
    package init(_ settings: TLSSettings) throws(RedisError) {
        self.settings = settings
        do {
            context = try NIOSSLContext(configuration: try Self.configuration(settings))
        } catch let error as RedisError {
            throw error
        } catch {
            throw Self.unusable("the certificate and the key do not go together, or TLS cannot be set up: \(error)")
        }
    }

    /// What speaks TLS on a connection to a host.
    package func handler(for host: String?) throws -> NIOSSLClientHandler {
        var name = settings.serverName ?? host
        // An address is no name to ask for: the certificate must be for the address that was connected to.
        if let address = name, settings.serverName == nil, Self.isAddress(address) { name = nil }
        return try NIOSSLClientHandler(context: context, serverHostname: name)
    }

    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private static func configuration(_ settings: TLSSettings) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = settings.minimumVersion == .v1_3 ? .tlsv13 : .tlsv12
        configuration.certificateVerification =
            switch settings.verification {
            case .full: .fullVerification
            case .ca: .noHostnameVerification
            case .none: .none
            }
        if let file = settings.authorityFile {
            configuration.trustRoots = .certificates(try certificates(in: file, "the authorities' file"))
        }
        switch (settings.certificateFile, settings.keyFile) {
        case (nil, nil): break
        case (let certificate?, let key?):
            let chain = try certificates(in: certificate, "the certificate's file")
            configuration.certificateChain = chain.map { .certificate($0) }
            try checkReading(key, "the key's file")
            do {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            } catch {
                throw unusable("the key's file \(shown(key)) holds no private key in PEM that needs no password")
            }
        case (_?, nil): throw unusable("a certificate is given, but no key for it")
        case (nil, _?): throw unusable("a key is given, but no certificate for it")
        }
        return configuration
    }

    private static func certificates(in file: String, _ what: String) throws -> [NIOSSLCertificate] {
        try checkReading(file, what)
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw unusable("\(what) \(shown(file)) holds no certificate in PEM")
        }
        return certificates
    }

    private static func checkReading(_ file: String, _ what: String) throws {
        guard access(file, R_OK) == 0 else {
            throw unusable("\(what) \(shown(file)) cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    private static func shown(_ file: String) -> String { RedisError.printable(file) }

    private static func unusable(_ what: String) -> RedisError {
        RedisError(code: .badURL, message: "TLS cannot be used: \(what).")
    }
}
