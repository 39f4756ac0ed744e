import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Carries connections to Redis over TLS, for URLs with `rediss://`.
///
/// hiredis speaks with one end of a pair of sockets; what comes out at the other end goes through NIOSSL to the server, on one
/// of the process's event loops.
public struct TLSTransport: RedisTransport {
    private let context: TLSContext

    /// Reads the files that the settings name.
    ///
    /// - Throws: ``RedisError/Code/badURL`` with a sentence that names the file that is missing or damaged.
    public init(_ settings: TLSSettings = TLSSettings()) throws(RedisError) {
        context = try TLSContext(settings)
    }

    /// Shakes hands with the server, and carries the connection from then on; see ``RedisTransport``.
    public func carry(
        _ descriptor: Int32, to url: RedisURL, within timeout: Duration
    ) throws(RedisError) -> any RedisCarrier {
        var pair: [Int32] = [-1, -1]
        guard Self.makePair(&pair) else {
            close(descriptor)
            throw RedisError(code: .connectionFailed, message: "There are no more sockets: errno \(errno).")
        }
        let carrier = TLSCarrier(descriptor: pair[0])
        do {
            try carrier.start(outer: descriptor, inner: pair[1], within: timeout) { try context.handler(for: url.host) }
            return carrier
        } catch {
            close(pair[0])
            throw TLSProblem(error).error(url, context.settings, after: timeout)
        }
    }

    private static func makePair(_ pair: inout [Int32]) -> Bool {
        #if canImport(Glibc)
        return socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0
        #else
        guard socketpair(AF_UNIX, SOCK_STREAM, 0, &pair) == 0 else { return false }
        for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return true
        #endif
    }
}

extension RedisURL {
    /// The host that is connected to; nil for a socket.
    fileprivate var host: String? { if case .tcp(let host, _) = target { host } else { nil } }
}
