import JobLogCore

extension JobLogClient {
    /// Whether the server runs. Needs no token.
    public func health() async throws(APIClientError) {
        try await json(HTTPCall(.health))
    }

    /// Whether the server can answer: Redis is there too. Needs no token.
    public func isReady() async throws(APIClientError) -> Bool {
        let call = HTTPCall(.ready)
        let answer = try await transport.answer(call)
        switch answer.status {
        case 200: return true
        case 503: return false
        default: throw error(for: answer, of: call)
        }
    }

    /// The server's figures, as Prometheus reads them. Needs no token.
    public func metrics() async throws(APIClientError) -> String {
        String(decoding: try await answer(HTTPCall(.metrics)).body, as: UTF8.self)
    }

    /// The description of the API in OpenAPI. Needs no token.
    public func openAPI() async throws(APIClientError) -> JSONValue {
        try await json(HTTPCall(.openapi))
    }
}
