import Hummingbird
import JobLogAPI
import JobLogCore
import NIOCore

/// What changes jobs.
struct ActionRoutes {
    let desk: JobDesk

    func add(to api: RouterGroup<APIContext>) {
        api.post("/jobs", use: create)
        api.patch("/jobs/:id/cancel") { try await perform(.cancel, $0, $1) }
        api.post("/jobs/:id/pause") { try await perform(.pause, $0, $1) }
        api.post("/jobs/:id/resume") { try await perform(.resume, $0, $1) }
        api.post("/jobs/:id/restart") { try await perform(.restart, $0, $1) }
        api.post("/jobs/:id/clearCheckpoint") { try await perform(.clearCheckpoint, $0, $1) }
    }

    private func perform(_ action: JobAction, _ request: Request, _ context: APIContext) async throws -> Response {
        _ = try RequestQuery(request, knows: [])
        let id = try desk.id(context.parameters.require("id"))
        let outcome = try await desk.perform(
            action, on: id, for: try context.requireCaller(), reason: try await reason(of: request))
        var body = JSONObject()
        body.append("jobId", .string(id.argument))
        body.append("state", outcome.job?.snapshot.stateText.map(JSONValue.string))
        body.append("progress", outcome.job?.snapshot.progress.map { JSONValue($0) })
        body.append("requested", outcome.isRequested ? .string(action.rawValue) : nil)
        body.append(
            "message", .string(outcome.isRequested ? "The job's worker was asked to do it." : "Job \(action.done)."))
        return Answer.json(.object(body))
    }

    /// Why, where the body says so; clients may send what they like there.
    private func reason(of request: Request) async throws -> String? {
        let body = try await request.body.collect(upTo: APILimits.mostBody)
        return (try? JSONValue(parsing: Array(body.readableBytesView)[...]))?["reason"]?.string
    }

    private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try RequestQuery(request, knows: [])
        guard let user = caller.user else {
            throw APIError(status: 400, message: "The token names no user, to whom the job would belong.")
        }
        let body = try await request.body.collect(upTo: APILimits.mostBody)
        let order = try order(Array(body.readableBytesView))
        let id = try await desk.create(for: user, order)
        return Answer.json(
            [
                "jobId": .string(id.argument), "state": "created", "progress": 0,
                "message": "The job is recorded; a worker will take it up.",
            ], status: .created)
    }

    private func order(_ bytes: [UInt8]) throws -> JobOrder {
        guard !bytes.isEmpty else { return JobOrder() }
        guard let object = (try? JSONValue(parsing: bytes[...]))?.object else {
            throw APIError(status: 400, message: "The body is no JSON object.")
        }
        func text(_ name: String) throws -> String? {
            guard let value = object[name]?.nonNull else { return nil }
            guard let text = value.string else { throw APIError(status: 400, message: "\(name) is a text.") }
            return text
        }
        return JobOrder(type: try text("type"), query: object["query"]?.nonNull)
    }
}

/// What somebody wants done.
struct JobOrder: Sendable {
    var type: String?
    var query: JSONValue?
}
