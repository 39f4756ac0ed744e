import JobLogCore

extension JobLogClient {
    /// Some jobs, and where to go on.
    public struct Page: Sendable {
        /// The jobs, those of the newest activity first.
        public var jobs: [JobReading]
        /// What gives the next page; nil when this was the last.
        public var next: String?
    }

    /// Which jobs are wanted.
    public struct JobQuery: Sendable, Hashable {
        /// At most so many a page; the server's own number unless told, and at most 100.
        public var limit: Int?
        /// Only jobs in this state.
        public var state: JobState?
        /// Only jobs of this type.
        public var type: String?
        /// Only jobs of this owner; for operators, who see everybody's.
        public var user: String?
        /// Whether each comes with its whole checkpoint and the end of its log.
        public var withDetail = false

        /// All jobs that one may see.
        public init() {}
    }

    /// A page of jobs, those of the newest activity first.
    public func jobs(_ query: JobQuery = JobQuery(), after cursor: String? = nil) async throws(APIClientError) -> Page {
        let answer = try await json(
            HTTPCall(
                .jobs,
                query: [
                    ("limit", query.limit.map { "\($0)" }), ("cursor", cursor), ("state", query.state?.rawValue),
                    ("type", query.type), ("user", query.user), ("detail", query.withDetail ? "1" : nil),
                ]))
        return Page(jobs: try readings(answer["jobs"]), next: answer["next"]?.string)
    }

    /// Those of some jobs that exist and that one may see, in this order; at most 200.
    public func jobs(_ ids: [JobID]) async throws(APIClientError) -> [JobReading] {
        guard !ids.isEmpty else { return [] }
        let named = ids.map { (name: "id", value: Optional($0.argument)) }
        return try readings(try await json(HTTPCall(.jobs, query: named + [("detail", "1")]))["jobs"])
    }

    /// The jobs of the newest activity; at most 100.
    public func recentJobs(limit: Int? = nil) async throws(APIClientError) -> [JobReading] {
        let call = HTTPCall(.recent, query: [("limit", limit.map { "\($0)" })])
        return try readings(try await json(call))
    }

    /// The paused and failed jobs that have a checkpoint; at most 100.
    public func resumableJobs(limit: Int? = nil) async throws(APIClientError) -> [JobReading] {
        let call = HTTPCall(.resumable, query: [("limit", limit.map { "\($0)" })])
        return try readings(try await json(call))
    }

    /// A job with its checkpoint and the end of its log. Throws ``APIClientError/Code/notFound`` where there is none.
    public func job(_ id: JobID) async throws(APIClientError) -> JobReading {
        let answer = try await json(HTTPCall(.job, id, query: [("detail", "1")]))
        return try reading(answer)
    }

    /// Some of the ids that begin with a text; at most ten.
    public func jobIDs(beginningWith prefix: String) async throws(APIClientError) -> [JobID] {
        let answer = try await json(HTTPCall(.match, query: [("prefix", prefix)]))
        return answer["ids"]?.array?.compactMap { $0.string.flatMap { JobID(argument: $0) } } ?? []
    }

    /// Records a new job, which whoever runs workers picks up; gives its id.
    public func createJob(type: String? = nil, query: String? = nil) async throws(APIClientError) -> JobID {
        var object = JSONObject()
        object.append("type", type.map(JSONValue.string))
        object.append("query", query.map(JSONValue.string))
        var call = HTTPCall(.create)
        call.body = object.encode()
        guard let id = try await json(call)["jobId"]?.string.flatMap({ JobID(argument: $0) }) else {
            throw misshapen("a new job without an id")
        }
        return id
    }

    private func readings(_ value: JSONValue?) throws(APIClientError) -> [JobReading] {
        guard let array = value?.array else { throw misshapen("no list of jobs") }
        var jobs: [JobReading] = []
        for job in array { jobs.append(try reading(job)) }
        return jobs
    }

    private func reading(_ value: JSONValue) throws(APIClientError) -> JobReading {
        guard let reading = JobReading(detail: value, now: Timestamp.now()) else {
            throw misshapen("a job without an id")
        }
        return reading
    }

    func misshapen(_ what: String) -> APIClientError {
        APIClientError(.unexpectedAnswer, "What answers at \(address) is not joblog's API: it sends \(what).")
    }
}
