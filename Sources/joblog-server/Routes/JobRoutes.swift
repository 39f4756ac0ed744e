import Hummingbird
import JobLogAPI
import JobLogCore

/// Lists of jobs, and one job.
struct JobRoutes {
    let desk: JobDesk

    func add(to api: RouterGroup<APIContext>) {
        api.get("/jobs", use: list)
        api.get("/jobs/recent", use: recent)
        api.get("/jobs/resumable", use: resumable)
        api.get("/jobs/match", use: match)
        api.get("/jobs/:id", use: one)
        api.get("/jobs/:id/checkpoints", use: checkpoints)
        api.get("/jobs/:id/checkpoints/:sequence", use: checkpoint)
    }

    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.requireCaller()
        let query = try RequestQuery(
            request, knows: ["limit", "cursor", "state", "type", "user", "detail"], repeated: ["id"])
        let withDetail = try query.flag("detail")
        let ids = try query.ids("id", most: APILimits.mostNamed, cannotBe: "named at once")
        if !ids.isEmpty {
            return Answer.json(page(try await desk.jobs(ids, for: caller), next: nil, withDetail))
        }
        let cursor = try query["cursor"].map { text in
            guard let cursor = OwnerIndex.Cursor(text) else {
                throw APIError(status: 400, message: "cursor takes what next of an earlier answer gave.")
            }
            return cursor
        }
        let found = try await desk.page(
            for: caller, user: query["user"], after: cursor,
            count: try query.count("limit", unlessGiven: APILimits.jobs, most: APILimits.mostJobs),
            JobDesk.Filter(states: try states(query["state"]), type: query["type"]))
        return Answer.json(page(found.jobs, next: found.next, withDetail))
    }

    private func recent(_ request: Request, _ context: APIContext) async throws -> Response {
        try await array(request, context, JobDesk.Filter())
    }

    private func resumable(_ request: Request, _ context: APIContext) async throws -> Response {
        try await array(request, context, JobDesk.Filter(isResumable: true))
    }

    private func array(_ request: Request, _ context: APIContext, _ filter: JobDesk.Filter) async throws -> Response {
        let query = try RequestQuery(request, knows: ["limit"])
        let found = try await desk.page(
            for: try context.requireCaller(), after: nil,
            count: try query.count("limit", unlessGiven: APILimits.jobs, most: APILimits.mostJobs), filter)
        return Answer.json(.array(found.jobs.map { $0.apiJSON() }))
    }

    private func match(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let prefix = try RequestQuery(request, knows: ["prefix"])["prefix"], let id = JobID(argument: prefix),
            !id.isEmpty
        else { throw APIError(status: 400, message: "prefix takes the beginning of a job's id.") }
        return Answer.json(["ids": .array(try await desk.matches(of: id, for: caller).map { .string($0.argument) })])
    }

    private func one(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.requireCaller()
        let withDetail = try RequestQuery(request, knows: ["detail"]).flag("detail")
        let job = try await desk.job(try desk.id(context.parameters.require("id")), for: caller)
        return Answer.json(job.apiJSON(withDetail: withDetail))
    }

    private func checkpoints(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try RequestQuery(request, knows: [])
        let id = try desk.id(context.parameters.require("id"))
        _ = try await desk.job(id, for: try context.requireCaller())
        let sequences = try await desk.source.archivedCheckpoints(of: id)
        return Answer.json(["sequences": .array(sequences.map { JSONValue($0) })])
    }

    private func checkpoint(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try RequestQuery(request, knows: [])
        let id = try desk.id(context.parameters.require("id"))
        guard let sequence = Int(try context.parameters.require("sequence")), sequence >= 0 else {
            throw APIError(status: 400, message: "A checkpoint's sequence is a number.")
        }
        _ = try await desk.job(id, for: try context.requireCaller())
        guard let found = try await desk.source.archivedCheckpoint(of: id, sequence: sequence) else {
            throw APIError(status: 404, message: "Checkpoint not found")
        }
        return Answer.json(found.json())
    }

    private func page(_ jobs: [JobReading], next: OwnerIndex.Cursor?, _ withDetail: Bool) -> JSONValue {
        var object = JSONObject()
        object.append("jobs", .array(jobs.map { $0.apiJSON(withDetail: withDetail) }))
        object.append("next", next.map { .string($0.text) })
        return .object(object)
    }

    private func states(_ text: String?) throws -> Set<String>? {
        guard let text else { return nil }
        let known = JobState.allCases.map(\.rawValue) + ["lost"]
        return try Set(
            text.split(separator: ",", omittingEmptySubsequences: false).map { word in
                guard known.contains(String(word)) else {
                    throw APIError(
                        status: 400,
                        message: "state takes \(known.joined(separator: ", ")), several separated by commas, not "
                            + "\(TerminalText.line(String(word))).")
                }
                return String(word)
            })
    }
}
