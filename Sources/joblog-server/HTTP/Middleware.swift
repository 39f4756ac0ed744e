import HTTPTypes
import Hummingbird
import JobLogAPI
import JobLogCore
import Logging

/// Has every error become an answer in JSON, counts, and writes the access log.
struct Accounting: RouterMiddleware {
    let metrics: ServerMetrics

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = Answer.answer(to: error, request)
            if response.status.code >= 500 { context.logger.error("\(TerminalText.line("\(error)"))") }
        }
        // What follows the header would be taken for the next answer.
        if request.method == .head { response = response.createHeadResponse() }
        let took = start.duration(to: .now)
        metrics.count(response.status.code, took: took)
        // The path alone: a query may hold what somebody looks for.
        context.logger.info(
            "\(request.method.rawValue) \(TerminalText.line(request.uri.path)) \(response.status.code) \(Int(took / .microseconds(1))) µs"
        )
        return response
    }
}

/// Refuses what is larger than any request has to be.
struct SizeLimits: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard request.uri.string.utf8.count <= APILimits.mostTarget else {
            throw APIError(status: 414, message: "The path and query have more than \(APILimits.mostTarget) bytes.")
        }
        let size = request.headers.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
        guard size <= APILimits.mostHeader else {
            throw APIError(status: 431, message: "The header has more than \(APILimits.mostHeader) bytes.")
        }
        return try await next(request, context)
    }
}

/// Finds out who asks, and how often they may.
struct Authentication: RouterMiddleware {
    let keys: TokenKeys
    let rates: RateLimiter

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization], let token = Self.bearer(header),
            let caller = await keys.caller(of: token)
        else { throw Answer.unauthorized }
        if let wait = rates.wait(for: caller.identity) {
            throw APIError(status: 429, message: "Too many requests; try again in \(wait) s.", retryAfter: wait)
        }
        var context = context
        context.caller = caller
        return try await next(request, context)
    }
}

extension Authentication {
    /// The token of `Bearer TOKEN`; nil where the scheme is another one.
    static func bearer(_ header: String) -> String? {
        let scheme = "bearer "
        guard header.utf8.count > scheme.utf8.count,
            zip(header.utf8, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 })
        else { return nil }
        return String(header.utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") })
    }
}

/// Lets pages of some origins read the answers, where that is configured.
struct CrossOrigin: RouterMiddleware {
    let origins: Set<String>

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin) else {
            return try await next(request, context)
        }
        var response =
            request.method == .options
            ? Response(
                status: .noContent,
                headers: [
                    .accessControlAllowMethods: "GET, POST, PATCH, DELETE",
                    .accessControlAllowHeaders: "Authorization, Content-Type, Last-Event-ID",
                    .accessControlMaxAge: "600",
                ]) : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        return response
    }
}
