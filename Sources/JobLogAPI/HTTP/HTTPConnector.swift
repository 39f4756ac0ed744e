import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import RedisTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes connections to one server.
struct HTTPConnector: Sendable {
    let address: APIAddress
    /// What TLS needs; nil for an address without.
    let tls: TLSContext?
    let timeout: Duration

    /// Connects, and shakes hands where TLS is spoken.
    func connect() async throws(APIClientError) -> HTTPLink {
        // The loops are made when they are asked for first: a start that needs none pays nothing.
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ready = loop.makePromise(of: Void.self)
        do {
            let link = try await connected(on: loop, ready)
            guard address.isTLS else {
                ready.succeed()
                return link
            }
            loop.scheduleTask(in: TimeAmount(timeout)) { ready.fail(TLSProblem.Late()) }
            do {
                try await withTaskCancellationHandler {
                    try await ready.futureResult.get()
                } onCancel: {
                    link.close()
                }
            } catch {
                link.close()
                throw error
            }
            return link
        } catch {
            ready.fail(error)
            throw problem(error)
        }
    }

    private func connected(on loop: any EventLoop, _ ready: EventLoopPromise<Void>) async throws -> HTTPLink {
        let (tls, host) = (tls, address.host)
        return try await ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(tls.handler(for: host))
                        try pipeline.addHandler(HandshakeWatch(ready))
                    }
                    try pipeline.addHTTPClientHandlers()
                    let handler = HTTPLinkHandler()
                    try pipeline.addHandler(handler)
                    return HTTPLink(channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
    }

    private func problem(_ error: any Error) -> APIClientError {
        if Task.isCancelled { return APIClientError(.cancelled, "Connecting to \(address) was cancelled.") }
        func failed(_ reason: String) -> APIClientError {
            APIClientError(.unreachable, "Cannot connect to the API at \(address): \(reason).")
        }
        switch error {
        case let error as NIOConnectionError:
            guard let reason = error.connectionErrors.last?.error else {
                return failed("the host \(address.host) is not known")
            }
            return failed(Self.reason(reason, timeout))
        case is ChannelError, is IOError: return failed(Self.reason(error, timeout))
        default:
            guard let settings = tls?.settings else { return failed(Self.reason(error, timeout)) }
            return failed(TLSProblem(error).reason(settings, after: timeout, withoutTLS: "http://"))
        }
    }

    private static func reason(_ error: any Error, _ timeout: Duration) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout: "there was no answer within \(timeout.components.seconds) s"
        default: "\(error)"
        }
    }
}

/// Tells how the handshake ended.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let ready: EventLoopPromise<Void>

    init(_ ready: EventLoopPromise<Void>) { self.ready = ready }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { ready.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ready.fail(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ready.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
