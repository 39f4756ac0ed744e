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
        let isStructured = try query.flag("structured")
        _ = try await desk.job(id, for: try context.requireCaller())
        if isStructured {
            let steps = try await desk.source.reasoning(id)
            return answer(Array(steps.suffix(limit)), length: steps.count, before: nil)
        }
        // Without filter or cursor the newest are enough.
        guard filter != nil || before != nil else {
            let (records, length) = try await desk.newest(limit, of: id)
            let first = length - records.count
            return answer(
                records, length: length, before: first > 0 ? LogPosition(before: records, ordinal: first) : nil)
        }
        let (all, length) = try await desk.newest(.max, of: id)
        let end = before.map { $0.place(before: all) ?? 0 } ?? all.count
        let (chosen, first) = select(all[..<end], filter, limit)
        return answer(
            chosen, length: length, before: first > 0 ? LogPosition(before: all[first...], ordinal: first) : nil)
    }

    /// The last `limit` entries that the filter admits, and where the first of them is.
    private func select(
        _ records: ArraySlice<LogRecord>, _ filter: LogFilter?, _ limit: Int
    ) -> (chosen: [LogRecord], first: Int) {
        guard let filter else {
            let chosen = records.suffix(limit)
            return (Array(chosen), chosen.startIndex)
        }
        let lines = ExportLine.merged([(JobID(""), Array(records))])
        let times = Dictionary(lines.map { ($0.record, $0.time) }, uniquingKeysWith: { first, _ in first })
        var chosen: [LogRecord] = []
        for index in records.indices.reversed()
        where filter.admits(records[index].entry, time: times[records[index]] ?? 0) {
            chosen.append(records[index])
            if chosen.count == limit { return (chosen.reversed(), index) }
        }
        return (chosen.reversed(), 0)
    }

    private func answer(_ records: [LogRecord], length: Int, before: LogPosition?) -> Response {
        var body = JSONObject()
        body.append("logs", .array(records.map { $0.json() }))
        body.append("length", JSONValue(length))
        body.append("before", before.map { .string($0.text) })
        // That a filter or a cursor finds none is no news of the log.
        body.append("message", length == 0 ? "No logs available yet" : nil)
        return Answer.json(.object(body))
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
