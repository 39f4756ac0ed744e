import JobLogCore
import RedisClient
import RedisTLS

/// A client of joblog's HTTP API.
///
///     let client = try JobLogClient(APIAddress("https://jobs.example"), token: APIToken(file: "token"))
///     let entries = try await client.fetchJobLogs(JobID("job-1734470400000-abc123"))
///
/// It may be used from many tasks at once. Reading is tried again where the server asks for a moment's patience, or where a
/// connection is lost; what changes something is never sent twice unless the server has said that it did nothing.
public final class JobLogClient: Sendable {
    /// How often reading is tried again.
    private static let retries = 2
    /// The longest wait before that; who is asked to wait longer is told so.
    private static let mostPatience = Duration.seconds(5)

    let transport: HTTPTransport

    /// A client, which connects when something is asked first.
    ///
    /// - Parameters:
    ///   - address: where the API is.
    ///   - token: who asks; nil for the routes that need none.
    ///   - tls: how TLS is spoken, for an address with `https://`.
    /// - Throws: ``APIClientError/Code/badAddress`` where a file that `tls` names cannot be used.
    public convenience init(
        _ address: APIAddress, token: APIToken?, tls: TLSSettings = TLSSettings()
    ) throws(APIClientError) {
        try self.init(address, token: token, tls: tls, limits: HTTPTransport.Limits())
    }

    init(
        _ address: APIAddress, token: APIToken?, tls: TLSSettings = TLSSettings(), limits: HTTPTransport.Limits
    ) throws(APIClientError) {
        var context: TLSContext?
        if address.isTLS {
            do {
                context = try TLSContext(tls)
            } catch {
                throw APIClientError(.badAddress, error.message)
            }
        }
        transport = HTTPTransport(address, tls: context, token: token, limits: limits)
    }

    /// Where the API is.
    public var address: APIAddress { transport.address }

    /// Lets go of the connection that is kept for the next call.
    public func rest() { transport.rest() }

    // MARK: - Calling

    /// Makes a call; gives the answer's JSON.
    @discardableResult
    func json(_ call: HTTPCall) async throws(APIClientError) -> JSONValue {
        let answer = try await answer(call)
        guard !answer.body.isEmpty else { return .null }
        do {
            return try JSONValue(parsing: answer.body[...])
        } catch {
            throw APIClientError(
                .unexpectedAnswer, "What answers at \(address) is not joblog's API: \(call.path) is no JSON.")
        }
    }

    /// Makes a call; throws where the answer is an error.
    func answer(_ call: HTTPCall) async throws(APIClientError) -> HTTPAnswer {
        var retries = 0
        while true {
            let problem: APIClientError
            do throws(APIClientError) {
                let answer = try await transport.answer(call)
                if (200..<300).contains(answer.status) { return answer }
                problem = error(for: answer, of: call)
            } catch {
                problem = error
            }
            guard retries < Self.retries, let pause = Self.pause(after: problem, of: call) else { throw problem }
            retries += 1
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw APIClientError(.cancelled, "The call of the API was cancelled.")
            }
        }
    }

    /// How long to wait before a call is made again; nil where it is not.
    static func pause(after problem: APIClientError, of call: HTTPCall) -> Duration? {
        switch problem.code {
        // Whoever limits looks before anything is done.
        case .rateLimited: break
        case .unavailable where call.isSafe: break
        case .connectionLost where call.isSafe: return .milliseconds(100)
        default: return nil
        }
        let pause = problem.retryAfter ?? .seconds(1)
        return pause <= mostPatience ? pause : nil
    }

    /// What an answer that is no success says.
    func error(for answer: HTTPAnswer, of call: HTTPCall) -> APIClientError {
        let said = (try? JSONValue(parsing: answer.body[...]))?["error"]?.string
        let code: APIClientError.Code
        var sentence = said ?? ""
        switch answer.status {
        case 401:
            code = .unauthorized
            sentence =
                "The API at \(address) refuses the token, or there is none: JOBLOG_TOKEN or --token-file gives one."
        case 403:
            code = .forbidden
            sentence = "The API at \(address) does not let you: \(said ?? "Forbidden")."
        case 404: code = said == nil ? .unexpectedAnswer : .notFound
        case 400, 409, 422: code = call.isAction ? .notAllowed : .badRequest
        case 413, 414, 431: code = .tooLarge
        case 429:
            code = .rateLimited
            sentence = "The API at \(address) has had too many requests of yours."
        case 502, 503, 504:
            code = .unavailable
            sentence = "The API at \(address) cannot answer now" + (said.map { ": \($0)" } ?? ".")
        case 500...: code = .unexpectedAnswer
        default: code = .badRequest
        }
        if sentence.isEmpty { sentence = "What answers at \(address) says \(answer.status) to \(call.path)." }
        return APIClientError(code, sentence, retryAfter: answer.retryAfter)
    }
}
