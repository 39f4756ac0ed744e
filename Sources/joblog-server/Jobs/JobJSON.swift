import JobLogCore

extension JobReading {
    /// The job as the API gives it: `result` only of a job that is completed.
    func apiJSON(withDetail: Bool = false) -> JSONValue {
        var job = snapshot
        if job.state != .completed { job.result = nil }
        guard var object = job.json().object, withDetail else { return job.json() }
        object.append("checkpoint", checkpoint?.json())
        object.append("tail", .array(tail.map { $0.json() }))
        object.append("counts", counts.map { ["errors": JSONValue($0.errors), "warnings": JSONValue($0.warnings)] })
        object.append("eventsOnly", isEventsOnly ? true : nil)
        object.append("problems", problems.isEmpty ? nil : .array(problems.map(JSONValue.string)))
        return .object(object)
    }
}
