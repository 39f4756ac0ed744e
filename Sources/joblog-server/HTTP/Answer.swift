import HTTPTypes
import Hummingbird
import JobLogAPI
import JobLogCore
import NIOCore
import RedisClient

/// How the server answers: JSON, harmless to a terminal.
enum Answer {
    static let unauthorized = APIError(status: 401, message: "Unauthorized")
    static let forbidden = APIError(status: 403, message: "Forbidden")
    static let noJob = APIError(status: 404, message: "Job not found")

    /// A value as the body.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        json(bytes: value.encode(escapeTerminal: true), status: status)
    }

    /// JSON that is written already.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The answer that an error becomes.
    static func answer(to error: any Error) -> Response {
        let error = apiError(of: error)
        var response = json(["error": .string(error.message)], status: .init(code: error.status))
        switch error.status {
        case 401: response.headers[.wwwAuthenticate] = "Bearer"
        case 429, 503: response.headers[.retryAfter] = "\(error.retryAfter ?? 1)"
        default: break
        }
        return response
    }

    /// The same for a request, of whose path the table of routes knows whether it takes another method.
    static func answer(to error: any Error, _ request: Request) -> Response {
        let methods = APIRoute.methods(at: request.uri.path).map(\.rawValue)
        guard let unknown = error as? HTTPError, unknown.status == .notFound, !methods.isEmpty,
            !methods.contains(request.method.rawValue)
        else { return answer(to: error) }
        let allowed = methods.joined(separator: ", ")
        var response = answer(to: APIError(status: 405, message: "This takes \(allowed)."))
        response.headers[.allow] = allowed
        return response
    }

    /// What an error of a part below means to the client.
    static func apiError(of error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case let error as RedisError: apiError(of: error)
        case let error as JobActionError: apiError(of: error)
        case let error as PublishError: apiError(of: error)
        case is NIOTooManyBytesError:
            APIError(status: 413, message: "The body has more than \(APILimits.mostBody) bytes.")
        case let error as HTTPError: APIError(status: error.status.code, message: sentence(for: error))
        default: APIError(status: 500, message: "The server could not answer; its log says why.")
        }
    }

    private static func apiError(of error: RedisError) -> APIError {
        switch error.code {
        case .wrongType: APIError(status: 409, message: error.message)
        case .cancelled: APIError(status: 503, message: "The server ends.")
        // What exactly is wrong with Redis concerns those who run the server: its log says it.
        default: APIError(status: 503, message: "Redis cannot answer now.")
        }
    }

    private static func apiError(of error: JobActionError) -> APIError {
        switch error {
        case .noSuchJob: noJob
        case .redis(let error): apiError(of: error)
        default: APIError(status: 400, message: error.description)
        }
    }

    private static func apiError(of error: PublishError) -> APIError {
        if case .redis(let error) = error { apiError(of: error) } else { APIError(status: 400, message: "\(error)") }
    }

    private static func sentence(for error: HTTPError) -> String {
        switch error.status {
        case .notFound: "There is no such route; /openapi.json lists them."
        default: error.body ?? error.status.reasonPhrase
        }
    }
}

extension HTTPField.Name {
    static let lastEventID = known("Last-Event-ID")
    /// Tells nginx not to gather what is streamed.
    static let xAccelBuffering = known("X-Accel-Buffering")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is no name of a header field") }
        return name
    }
}
