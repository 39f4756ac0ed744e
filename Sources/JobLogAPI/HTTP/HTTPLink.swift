import NIOCore
import NIOHTTP1

/// One connection to a server of HTTP/1.1, on which one exchange at a time is made.
///
/// What the server sends is read only as far as it is asked for: a server that sends more waits.
final class HTTPLink: Sendable {
    /// What the server sends. Bytes are copied where they arrive: the connection reads into its buffer again.
    enum Part {
        case head(HTTPResponseHead)
        case body([UInt8])
        case end
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<HTTPLinkHandler>

    init(_ channel: any Channel, _ handler: NIOLoopBound<HTTPLinkHandler>) {
        self.channel = channel
        self.handler = handler
    }

    /// Whether a request can be sent: nobody has closed the connection.
    var isOpen: Bool { channel.isActive }

    /// Sends a request.
    func send(_ head: HTTPRequestHead, _ body: [UInt8]) {
        let channel = channel
        channel.eventLoop.execute {
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            if !body.isEmpty {
                channel.write(
                    HTTPClientRequestPart.body(.byteBuffer(channel.allocator.buffer(bytes: body))), promise: nil)
            }
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
    }

    /// What comes next.
    ///
    /// - Parameter patience: how long at most nothing may come.
    /// - Returns: a head, a piece of a body, or the end.
    /// - Throws: ``HTTPLinkProblem``.
    func next(within patience: Duration) async throws -> Part {
        let (channel, handler) = (channel, handler)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                channel.eventLoop.execute { handler.value.next(waiter, within: TimeAmount(patience)) }
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Ends the connection.
    func close() { channel.close(promise: nil) }
}

/// What a connection has ended of.
enum HTTPLinkProblem: Error {
    /// Nothing came for too long.
    case silent
    /// The server, or this side, has closed it.
    case closed
    /// Something else; the error that says it.
    case failed(any Error)
}

/// Hands what comes to whoever waits for it.
final class HTTPLinkHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart

    private var context: ChannelHandlerContext?
    private var parts: [HTTPLink.Part] = []
    private var taken = 0
    private var waiter: CheckedContinuation<HTTPLink.Part, any Error>?
    private var timer: Scheduled<Void>?
    private var problem: HTTPLinkProblem?
    private var isReadPending = false

    func next(_ waiter: CheckedContinuation<HTTPLink.Part, any Error>, within patience: TimeAmount) {
        if taken < parts.count {
            let part = parts[taken]
            taken += 1
            if taken == parts.count {
                parts.removeAll(keepingCapacity: taken < 64)
                taken = 0
            }
            waiter.resume(returning: part)
            readAgain()
            return
        }
        guard let context, problem == nil else {
            return waiter.resume(throwing: problem ?? .closed)
        }
        self.waiter = waiter
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: patience) { bound.value.end(.silent) }
        readAgain()
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        end(.closed)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part: HTTPLink.Part =
            switch unwrapInboundIn(data) {
            case .head(let head): .head(head)
            case .body(let bytes): .body(Array(bytes.readableBytesView))
            case .end: .end
            }
        guard let waiter else {
            parts.append(part)
            return
        }
        stopWaiting()
        waiter.resume(returning: part)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failed(error))
    }

    /// What has come and is not taken yet is enough.
    func read(context: ChannelHandlerContext) {
        if taken < parts.count {
            isReadPending = true
        } else {
            context.read()
        }
    }

    private func readAgain() {
        guard isReadPending, taken == parts.count else { return }
        isReadPending = false
        context?.read()
    }

    private func stopWaiting() {
        waiter = nil
        timer?.cancel()
        timer = nil
    }

    private func end(_ problem: HTTPLinkProblem) {
        if self.problem == nil { self.problem = problem }
        if let waiter {
            stopWaiting()
            waiter.resume(throwing: self.problem ?? problem)
        }
        context?.close(promise: nil)
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .seconds(min(seconds, 86_400)) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
