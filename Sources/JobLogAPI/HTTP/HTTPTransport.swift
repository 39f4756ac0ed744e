import JobLogCore
import NIOCore
import NIOHTTP1
import RedisTLS
import Synchronization

/// Carries calls to one server, over a connection that is kept for the next one.
final class HTTPTransport: Sendable {
    /// How long is waited, and how much is held.
    struct Limits: Sendable {
        /// Until there is a connection.
        var connecting: Duration = .seconds(5)
        /// Until an answer begins, and between its pieces.
        var answering: Duration = .seconds(30)
        /// Between two pieces of a stream: the server sends a comment every 15 s.
        var streaming: Duration = .seconds(45)
        /// The most bytes of an answer.
        var bytes = 256 << 20
    }

    let address: APIAddress
    let limits: Limits
    private let connector: HTTPConnector
    private let token: APIToken?
    private let idle = Mutex<HTTPLink?>(nil)

    init(_ address: APIAddress, tls: TLSContext?, token: APIToken?, limits: Limits = Limits()) {
        self.address = address
        self.limits = limits
        self.token = token
        connector = HTTPConnector(address: address, tls: tls, timeout: limits.connecting)
    }

    deinit { idle.withLock { $0?.close() } }

    /// Makes a call, and reads the whole answer.
    func answer(_ call: HTTPCall) async throws(APIClientError) -> HTTPAnswer {
        // A kept connection may be on the point of being closed by the server: what must not be done twice goes over a
        // new one, on which that cannot be in doubt.
        if call.isSafe, let kept = takeIdle() {
            do throws(APIClientError) {
                return try await answer(call, over: kept)
            } catch {
                guard error.code == .connectionLost else { throw error }
            }
        }
        return try await answer(call, over: try await connector.connect())
    }

    /// Makes a call whose answer has no end, over a connection of its own.
    ///
    /// - Returns: the stream, or the whole answer where the server refuses it.
    func open(_ call: HTTPCall) async throws(APIClientError) -> Opened {
        let link = try await connector.connect()
        link.send(head(of: call), call.body)
        var answer = try await begin(link).answer
        if answer.status == 200, answer.contentType?.hasPrefix("text/event-stream") == true {
            return .stream(HTTPStream(link, of: self))
        }
        do throws(APIClientError) {
            try await readBody(of: &answer, over: link)
        } catch {
            link.close()
            throw error
        }
        link.close()
        return .answer(answer)
    }

    enum Opened {
        case stream(HTTPStream)
        case answer(HTTPAnswer)
    }

    /// Lets go of the connection that is kept.
    func rest() { takeIdle()?.close() }

    private func takeIdle() -> HTTPLink? {
        let link = idle.withLock { idle in
            defer { idle = nil }
            return idle
        }
        return link?.isOpen == true ? link : nil
    }

    private func keep(_ link: HTTPLink) {
        let surplus = idle.withLock { idle in
            guard idle == nil else { return Optional(link) }
            idle = link
            return nil
        }
        surplus?.close()
    }

    private func answer(_ call: HTTPCall, over link: HTTPLink) async throws(APIClientError) -> HTTPAnswer {
        link.send(head(of: call), call.body)
        do throws(APIClientError) {
            var (answer, isKept) = try await begin(link)
            try await readBody(of: &answer, over: link)
            if isKept { keep(link) } else { link.close() }
            return answer
        } catch {
            link.close()
            throw error
        }
    }

    private func begin(_ link: HTTPLink) async throws(APIClientError) -> (answer: HTTPAnswer, isKept: Bool) {
        guard case .head(let head) = try await next(link, within: limits.answering) else {
            link.close()
            throw unexpected
        }
        let answer = HTTPAnswer(
            status: Int(head.status.code),
            retryAfter: head.headers.first(name: "Retry-After").flatMap { Int32($0) }.map { .seconds(max(0, $0)) },
            contentType: head.headers.first(name: "Content-Type"))
        return (answer, head.isKeepAlive)
    }

    private func readBody(of answer: inout HTTPAnswer, over link: HTTPLink) async throws(APIClientError) {
        while true {
            switch try await next(link, within: limits.answering) {
            case .head: throw unexpected
            case .body(let piece):
                guard answer.body.count + piece.count <= limits.bytes else {
                    throw APIClientError(
                        .tooLarge, "The API at \(address) sends more than \(ByteCount.text(limits.bytes)) at once.")
                }
                if answer.body.isEmpty { answer.body = piece } else { answer.body += piece }
            case .end: return
            }
        }
    }

    private var unexpected: APIClientError {
        APIClientError(.unexpectedAnswer, "What answers at \(address) does not speak HTTP as it should.")
    }

    func next(_ link: HTTPLink, within patience: Duration) async throws(APIClientError) -> HTTPLink.Part {
        do {
            return try await link.next(within: patience)
        } catch {
            throw problem(error, after: patience)
        }
    }

    private func problem(_ error: any Error, after patience: Duration) -> APIClientError {
        guard !Task.isCancelled else { return APIClientError(.cancelled, "The call of the API was cancelled.") }
        switch error {
        case HTTPLinkProblem.silent:
            return APIClientError(
                .timedOut, "The API at \(address) said nothing for \(patience.components.seconds) s.")
        case HTTPLinkProblem.failed(let error as HTTPParserError) where error != .invalidEOFState: return unexpected
        default: return APIClientError(.connectionLost, "The API at \(address) closed the connection.")
        }
    }

    private func head(of call: HTTPCall) -> HTTPRequestHead {
        var headers = HTTPHeaders([("Host", address.authority), ("User-Agent", "joblog")])
        headers.add(name: "Accept", value: call.route.isStream ? "text/event-stream" : "application/json")
        if call.route.needsToken, let token { headers.add(name: "Authorization", value: "Bearer \(token.value)") }
        if let id = call.lastEventID, !id.isEmpty { headers.add(name: "Last-Event-ID", value: id) }
        if !call.body.isEmpty { headers.add(name: "Content-Type", value: "application/json") }
        if !call.body.isEmpty || !call.isSafe {
            headers.add(name: "Content-Length", value: "\(call.body.count)")
        }
        return HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: call.route.method.rawValue),
            uri: address.path + call.target,
            headers: headers)
    }
}

/// An answer that goes on, read as far as it is asked for.
final class HTTPStream: Sendable {
    private let link: HTTPLink
    private let transport: HTTPTransport

    init(_ link: HTTPLink, of transport: HTTPTransport) {
        self.link = link
        self.transport = transport
    }

    deinit { link.close() }

    /// The next bytes; nil at the end.
    func next() async throws(APIClientError) -> [UInt8]? {
        while true {
            switch try await transport.next(link, within: transport.limits.streaming) {
            case .head: continue
            case .body(let piece): return piece
            case .end: return nil
            }
        }
    }

    /// Ends it.
    func close() { link.close() }
}
