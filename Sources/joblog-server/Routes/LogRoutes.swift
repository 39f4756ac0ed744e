import HTTPTypes
import Hummingbird
import JobLogAPI
import JobLogCore

/// A job's log.
struct LogRoutes {
    let desk: JobDesk

    func add(to api: RouterGroup<APIContext>) {
        api.get("/jobs/:id/logs", use: entries)
        api.delete("/jobs/:id/logs", use: delete)
    }

    private func entries(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try RequestQuery(
            request, knows: ["limit", "level", "grep", "invert", "since", "until", "before", "structured"])
        let id = try desk.id(context.parameters.require("id"))
        let limit = try query.count("limit", unlessGiven: APILimits.entries, most: APILimits.mostEntries)
        let filter = try filter(query)
        let before = try query["before"].map { text in
            guard let position = LogPosition(text) else {
                throw APIError(status: 400, message: "before takes what before of an earlier answer gave.")
            }
            return position
        }
        let caller = try context.requireCaller()
        if try query.flag("structured") {
            _ = try await desk.job(id, for: caller)
            let steps = try await desk.source.reasoning(id)
            return answer(LogPage(records: Array(steps.suffix(limit)), length: steps.count))
        }
        let log = LogPages(desk: desk, id: id, caller: caller)
        if let filter { return answer(try await log.last(limit, before: before, filter)) }
        if let before { return answer(try await log.last(limit, before: before)) }
        return answer(try await log.newest(limit))
    }

    private func answer(_ page: LogPage) -> Response {
        var body = JSONWriter(escapeTerminal: true, capacity: page.records.reduce(256) { $0 + $1.bytes.count + 1 })
        body.open()
        body.member("logs", page.records)
        body.member("length", page.length)
        body.member("before", page.before?.text)
        // That a filter or a cursor finds none is no news of the log.
        body.member("message", page.length == 0 ? "No logs available yet" : nil)
        body.close()
        return Answer.json(bytes: body.bytes)
    }

    private func filter(_ query: RequestQuery) throws -> LogFilter? {
        let now = Timestamp.now()
        let isInverted = try query.flag("invert")
        guard !isInverted || query["grep"] != nil else {
            throw APIError(status: 400, message: "invert goes with grep.")
        }
        guard query["level"] != nil || query["grep"] != nil || query["since"] != nil || query["until"] != nil else {
            return nil
        }
        do {
            return LogFilter(
                levels: try query["level"].map { try LogFilter.Levels(argument: $0) } ?? .least(.debug),
                since: try query["since"].map { try time($0, "since", now) },
                until: try query["until"].map { try time($0, "until", now) },
                pattern: try query["grep"].map { try LogPattern(regex: $0) }, inverted: isInverted)
        } catch let error as LogFilter.Levels.Invalid {
            throw APIError(status: 400, message: "level \(error.description).")
        } catch let error as LogPattern.Invalid {
            throw APIError(status: 400, message: "grep: \(error.description)")
        }
    }

    private func time(_ text: String, _ name: String, _ now: Int64) throws -> Int64 {
        do throws(TimeFormatError) {
            return try RelativeTime.parse(text, now: now)
        } catch {
            throw APIError(status: 400, message: "\(name): \(error.description).")
        }
    }

    private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try RequestQuery(request, knows: [])
        let id = try desk.id(context.parameters.require("id"))
        _ = try await desk.perform(.deleteLogs, on: id, for: try context.requireCaller())
        return Response(status: .noContent)
    }
}
