import JobLogAPI
import JobLogCore

/// The OpenAPI document, made from the table of routes.
enum OpenAPI {
    /// The whole document.
    static func document() -> JSONValue {
        var paths = JSONObject()
        for route in APIRoute.allCases {
            let path = route.path.replacing(":jobId", with: "{jobId}").replacing(":sequence", with: "{sequence}")
            var item = paths[path]?.object ?? JSONObject()
            item.append(route.method.rawValue.lowercased(), operation(route))
            paths[path] = .object(item)
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": "joblog", "version": "1", "description": "Background jobs and their logs."],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]],
                "schemas": [
                    "Error": [
                        "type": "object", "required": ["error"], "properties": ["error": ["type": "string"]],
                    ],
                    "Job": OpenAPISchema.job, "Entry": ["type": "object"],
                ],
            ],
        ]
    }

    private static func operation(_ route: APIRoute) -> JSONValue {
        var operation = JSONObject()
        operation.append("operationId", .string(route.rawValue))
        operation.append("summary", .string(route.summary))
        let parameters = pathParameters(route) + route.parameters.map { parameter($0, of: route) }
        operation.append("parameters", parameters.isEmpty ? nil : .array(parameters))
        if route == .create {
            operation.append(
                "requestBody", ["required": false, "content": ["application/json": ["schema": OpenAPISchema.creation]]])
        }
        if route.needsToken { operation.append("security", [["bearer": []]]) }
        operation.append("responses", .object(responses(route)))
        return .object(operation)
    }

    private static func responses(_ route: APIRoute) -> JSONObject {
        var responses = JSONObject()
        let status = route == .create ? "201" : route == .deleteLogs ? "204" : "200"
        var success = JSONObject()
        success.append("description", .string(route.summary))
        success.append("content", OpenAPISchema.content(of: route))
        responses.append(status, .object(success))
        if route == .ready {
            responses.append(
                "503",
                ["description": "Redis cannot be reached.", "content": OpenAPISchema.content(of: route) ?? .null])
        }
        for (status, description) in failures(of: route) {
            responses.append(
                status,
                [
                    "description": .string(description),
                    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
                ])
        }
        return responses
    }

    private static func failures(of route: APIRoute) -> [(String, String)] {
        guard route.needsToken else {
            return []
        }
        var failures = [
            ("400", "What was sent, or the job's state, does not allow it."), ("401", "No good token."),
            ("403", "Somebody else's job."),
        ]
        if route.path.contains(":jobId") { failures.append(("404", "No such job.")) }
        if route == .logs || route == .deleteLogs { failures.append(("409", "What Redis holds there is no log.")) }
        if route == .create { failures.append(("413", "The body is too large.")) }
        failures.append(("414", "Path and query are too long."))
        failures.append(("431", "The header is too long."))
        failures.append(("429", "Too many requests; Retry-After says when to try again."))
        failures.append(("503", "Redis cannot be reached; Retry-After says when to try again."))
        return failures
    }

    private static func pathParameters(_ route: APIRoute) -> [JSONValue] {
        var parameters: [JSONValue] = []
        if route.path.contains(":jobId") {
            parameters.append([
                "name": "jobId", "in": "path", "required": true,
                "description": "The id as text, or `base64:` and its bytes in base 64.",
                "schema": ["type": "string", "minLength": 1],
            ])
        }
        if route.path.contains(":sequence") {
            parameters.append([
                "name": "sequence", "in": "path", "required": true, "schema": ["type": "integer", "minimum": 0],
            ])
        }
        return parameters
    }

    private static func parameter(_ parameter: APIParameter, of route: APIRoute) -> JSONValue {
        var object = JSONObject()
        object.append("name", .string(parameter.rawValue))
        object.append("in", "query")
        if parameter == .prefix { object.append("required", true) }
        object.append("description", .string(parameter.summary))
        if case .texts = parameter.kind { object.append("explode", true) }
        object.append("schema", OpenAPISchema.of(parameter, in: route))
        return .object(object)
    }
}
