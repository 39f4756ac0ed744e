import AsyncHTTPClient
import JobLogCore
import NIOCore
import NIOHTTP1

/// Posts envelopes with a client of its own: no redirects, which would carry the key elsewhere, and no retries, which
/// ``SentryOutbox`` decides on.
final class SentryHTTPTransport: SentryTransport {
    /// What of an answer's body is read, so that the connection can be used again.
    private static let bodyLimit = 65_536

    private let client: HTTPClient
    private let dsn: SentryDSN
    private let requestTimeout: Duration

    init(_ configuration: SentryConfiguration) {
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(SentryClock.bounded(configuration.connectTimeout)),
                read: TimeAmount(SentryClock.bounded(configuration.requestTimeout))))
        settings.connectionPool.retryConnectionEstablishment = false
        settings.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        dsn = configuration.dsn
        requestTimeout = SentryClock.bounded(configuration.requestTimeout)
    }

    deinit {
        // A client that is dropped without this ends the process. It keeps itself alive until it is done, and a second
        // shutdown is an error that nobody has to hear of.
        client.shutdown { _ in }
    }

    func send(_ envelope: [UInt8]) async -> SentryOutcome {
        var request = HTTPClientRequest(url: dsn.endpoint)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/x-sentry-envelope", "X-Sentry-Auth": dsn.authorization,
            "User-Agent": "\(SentrySDK.name)/\(SentrySDK.version)",
        ]
        request.body = .bytes(envelope)
        do {
            return .response(try await post(request))
        } catch {
            // One line: it goes to a console.
            return .failed(TerminalText.line(Array("\(error)".utf8.prefix(300))[...]))
        }
    }

    func shutdown() async {
        try? await client.shutdown()
    }

    private func post(_ request: HTTPClientRequest) async throws -> SentryResponse {
        let response = try await client.execute(request, timeout: TimeAmount(requestTimeout))
        let answer = SentryResponse(
            status: Int(response.status.code), rateLimits: Self.header("X-Sentry-Rate-Limits", response.headers),
            retryAfter: response.headers.first(name: "Retry-After"))
        await drain(response.body)
        return answer
    }

    /// Reads the body, but not for ever: what counts is known already.
    private func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { [requestTimeout] group in
            group.addTask { _ = try? await body.collect(upTo: Self.bodyLimit) }
            group.addTask { try? await Task.sleep(for: requestTimeout) }
            await group.next()
            group.cancelAll()
        }
    }

    /// A header's values as one list; nil when it is not there.
    private static func header(_ name: String, _ headers: HTTPHeaders) -> String? {
        let values = headers[name]
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
