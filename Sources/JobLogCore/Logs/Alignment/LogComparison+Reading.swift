extension LogComparison {
    /// Why jobs cannot be compared.
    public struct Refusal: Error, Sendable, Hashable {
        /// A sentence.
        public let description: String
        /// Whether a job is missing.
        public let lacksJob: Bool
        /// Whether it is the other one, which was not named.
        public var lacksOther = false
    }

    /// The most jobs that are looked through for one to compare with.
    private static let mostJobs = 10_000

    /// Reads the logs of two jobs, and aligns them.
    ///
    /// - Parameters:
    ///   - this: the job, mostly one that failed.
    ///   - other: the one to compare with; nil for the newest completed job of the same type.
    ///   - source: where they are.
    /// - Returns: the comparison.
    /// - Throws: ``Refusal``, and what the source throws.
    public static func read(
        _ this: JobID, with other: JobID? = nil, from source: any JobSource
    ) async throws -> LogComparison {
        guard let job = try await source.job(this)?.snapshot else {
            throw Refusal(description: "There is no job \(this.display).", lacksJob: true)
        }
        let partner: JobSnapshot
        var reason: String?
        if let other {
            guard let found = try await source.job(other)?.snapshot else {
                throw Refusal(description: "There is no job \(other.display).", lacksJob: true)
            }
            partner = found
        } else {
            let kind = job.type.map { "of type \(TerminalText.line($0))" } ?? "without a type"
            guard let found = try await newestCompleted(like: job, from: source) else {
                throw Refusal(
                    description: "There is no completed job \(kind) to compare \(job.id.display) with.",
                    lacksJob: true, lacksOther: true)
            }
            partner = found
            reason = "the newest completed job \(kind)"
        }
        let now = Timestamp.now()
        return LogComparison(
            try await log(of: job, from: source), with: try await log(of: partner, from: source), because: reason,
            now: now)
    }

    private static func log(of job: JobSnapshot, from source: any JobSource) async throws -> Log {
        let records = try await source.log(job.id, newest: Int(Int32.max))
        return Log(job: job.id, records: records, start: job.startedAt ?? job.createdAt)
    }

    private static func newestCompleted(
        like job: JobSnapshot, from source: any JobSource
    ) async throws -> JobSnapshot? {
        var newest: JobSnapshot?
        var count = 0
        var cursor: JobCursor?
        repeat {
            let page = try await source.jobs(after: cursor)
            for other in page.jobs.lazy.map(\.snapshot)
            where other.state == .completed && other.type == job.type && other.id != job.id && other.logCount != 0 {
                if (ended(other), other.id) > (newest.map(ended) ?? .min, newest?.id ?? other.id) { newest = other }
            }
            count += page.jobs.count
            cursor = page.next
            // Who says a job's type keeps an index too, and that comes first.
            if newest != nil, job.type != nil, case .scan = cursor?.position { break }
        } while cursor != nil && count < mostJobs
        return newest
    }

    private static func ended(_ job: JobSnapshot) -> Int64 { job.completedAt ?? job.updatedAt ?? job.lastHeard ?? .min }
}
