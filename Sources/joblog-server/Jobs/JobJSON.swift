import JobLogCore

extension JobReading {
    /// The job as the API gives it: `result` only of a job that is completed.
    func apiJSON(withDetail: Bool = false) -> JSONValue {
        var job = self
        if job.snapshot.state != .completed { job.snapshot.result = nil }
        return withDetail ? job.detail() : job.snapshot.json()
    }
}
