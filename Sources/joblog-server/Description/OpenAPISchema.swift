import JobLogAPI
import JobLogCore

/// The shapes of what is sent and answered.
enum OpenAPISchema {
    /// A job.
    static let job: JSONValue = [
        "type": "object", "required": ["id", "stalled", "checkpointAvailable"],
        "properties": [
            "id": text, "idBase64": text, "userId": text, "type": text, "state": text, "stalled": flag,
            "requested": text, "step": text, "progress": ["type": "number", "minimum": 0, "maximum": 100],
            "createdAt": whole, "startedAt": whole, "updatedAt": whole, "completedAt": whole, "failedAt": whole,
            "error": text, "attempt": whole, "workers": texts, "logCount": whole, "checkpointAvailable": flag,
            "checkpointSequence": whole, "checkpointStep": text, "checkpointProgress": ["type": "number"],
        ],
    ]

    /// What makes a job.
    static let creation: JSONValue = [
        "type": "object",
        "properties": ["type": ["type": ["string", "null"]], "query": true],
    ]

    /// What a route answers; nil for nothing.
    static func content(of route: APIRoute) -> JSONValue? {
        let schema: JSONValue
        switch route {
        case .deleteLogs: return nil
        case .metrics: return ["text/plain": ["schema": text]]
        case .logStream, .events: return ["text/event-stream": ["schema": text]]
        case .jobs: schema = object(["jobs": array("Job"), "next": text], required: ["jobs"])
        case .recent, .resumable: schema = array("Job")
        case .match: schema = object(["ids": texts], required: ["ids"])
        case .job: schema = reference("Job")
        case .create:
            schema = object(
                ["jobId": text, "state": text, "progress": ["type": "number"], "message": text], required: ["jobId"])
        case .logs:
            schema = object(
                ["logs": array("Entry"), "length": whole, "before": text, "message": text], required: ["logs"])
        case .checkpoints: schema = object(["sequences": ["type": "array", "items": whole]], required: ["sequences"])
        case .cancel, .pause, .resume, .restart, .clearCheckpoint:
            schema = object(
                ["jobId": text, "state": text, "requested": text, "message": text], required: ["jobId", "message"])
        case .health, .ready: schema = object(["status": text], required: ["status"])
        case .checkpoint, .openapi: schema = ["type": "object"]
        }
        return ["application/json": ["schema": schema]]
    }

    /// The value of a parameter.
    static func of(_ parameter: APIParameter, in route: APIRoute) -> JSONValue {
        switch parameter.kind {
        case .text: ["type": "string", "minLength": 1]
        case .count: ["type": "integer", "minimum": 1, "maximum": JSONValue(most(of: route))]
        case .flag: ["type": "string", "enum": ["0", "1", "true", "false"]]
        case .texts(let most):
            ["type": "array", "items": ["type": "string", "minLength": 1], "maxItems": JSONValue(most)]
        }
    }

    private static func most(of route: APIRoute) -> Int {
        switch route {
        case .logs: APILimits.mostEntries
        case .logStream: SharedLog.most
        default: APILimits.mostJobs
        }
    }

    private static let text: JSONValue = ["type": "string"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let whole: JSONValue = ["type": "integer"]
    private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]

    private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
    private static func array(_ name: String) -> JSONValue { ["type": "array", "items": reference(name)] }

    private static func object(_ properties: JSONValue, required: JSONValue) -> JSONValue {
        ["type": "object", "required": required, "properties": properties]
    }
}
