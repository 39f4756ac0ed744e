import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import RedisClient
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One connection over TLS: the sockets of both sides, each the other's end.
final class TLSCarrier: RedisCarrier {
    let descriptor: Int32
    private let problem = Mutex<TLSProblem?>(nil)

    init(descriptor: Int32) { self.descriptor = descriptor }

    var failure: String? { problem.withLock { $0?.text } }

    /// Takes over both sockets, and waits until the server has shaken hands.
    func start(
        outer: Int32, inner: Int32, within timeout: Duration,
        _ makeHandler: @escaping @Sendable () throws -> NIOSSLClientHandler
    ) throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let handshake = loop.makePromise(of: Void.self)
        let started: EventLoopFuture<any Channel> = loop.flatSubmit { [self] in
            let (toServer, toClient) = TLSGlue.pair()
            let handlers: [any ChannelHandler]
            do {
                let watch = TLSWatch(handshake) { [weak self] error in self?.note(error) }
                handlers = [try makeHandler(), watch, toServer]
            } catch {
                for descriptor in [outer, inner] { close(descriptor) }
                return loop.makeFailedFuture(error)
            }
            loop.scheduleTask(in: TimeAmount(timeout)) { handshake.fail(TLSProblem.Late()) }
            let server = Self.channel(on: loop, outer, handlers)
            return server.and(Self.channel(on: loop, inner, [toClient])).map { $0.0 }
        }
        do {
            let server = try started.wait()
            do {
                try handshake.futureResult.wait()
            } catch {
                server.close(promise: nil)
                throw error
            }
        } catch {
            handshake.fail(error)
            throw error
        }
    }

    private static func channel(
        on loop: any EventLoop, _ descriptor: Int32, _ handlers: [any ChannelHandler]
    ) -> EventLoopFuture<any Channel> {
        let handlers = NIOLoopBound(handlers, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(handlers.value)
                }
            }
            .withConnectedSocket(descriptor)
    }

    private func note(_ error: any Error) {
        problem.withLock { if $0 == nil { $0 = TLSProblem(error) } }
    }
}

/// Tells how the handshake ended, and what the connection died of.
private final class TLSWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let handshake: EventLoopPromise<Void>
    private let note: @Sendable (any Error) -> Void

    init(_ handshake: EventLoopPromise<Void>, _ note: @escaping @Sendable (any Error) -> Void) {
        self.handshake = handshake
        self.note = note
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { handshake.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        note(error)
        handshake.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshake.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .seconds(min(seconds, 86_400)) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
