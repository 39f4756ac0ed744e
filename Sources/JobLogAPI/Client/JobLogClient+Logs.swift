import JobLogCore

extension JobLogClient {
    /// Which entries of a log are wanted; see `joblog logs`.
    public struct LogQuery: Sendable, Hashable {
        /// At most so many, the newest that the filters admit; at most 10,000.
        public var limit = 100
        /// The least level, `warn`, or exactly some, `warn,error`.
        public var level: String?
        /// A regular expression that occurs in message or metadata.
        public var pattern: String?
        /// Whether it must not occur.
        public var isInverted = false
        /// `5m`, RFC 3339 or Unix ms.
        public var since: String?
        /// `5m`, RFC 3339 or Unix ms.
        public var until: String?
        /// What an earlier page gave, for the entries before it.
        public var before: String?

        /// The newest 100 entries, unless told otherwise.
        public init(limit: Int = 100, before: String? = nil) {
            self.limit = limit
            self.before = before
        }
    }

    /// Entries of a log, and where those before them begin.
    public struct LogPage: Sendable {
        /// The entries, oldest first.
        public var records: [LogRecord]
        /// How many entries the whole log has.
        public var length: Int
        /// What gives the entries before these; nil where there are none.
        public var before: String?
        /// What is to be said of it, such as that there are no logs yet.
        public var message: String?
    }

    /// The newest entries of a job's log, oldest first.
    public func fetchJobLogs(_ jobID: JobID, limit: Int = 100) async throws(APIClientError) -> [LogEntry] {
        try await logs(jobID, LogQuery(limit: limit)).records.map(\.entry)
    }

    /// Entries of a job's log.
    public func logs(_ id: JobID, _ query: LogQuery = LogQuery()) async throws(APIClientError) -> LogPage {
        let answer = try await json(
            HTTPCall(
                .logs, id,
                query: [
                    ("limit", "\(query.limit)"), ("level", query.level), ("grep", query.pattern),
                    ("invert", query.isInverted ? "1" : nil), ("since", query.since), ("until", query.until),
                    ("before", query.before),
                ]))
        let records = try records(answer)
        return LogPage(
            records: records, length: answer["length"]?.int ?? records.count, before: answer["before"]?.string,
            message: answer["message"]?.string)
    }

    /// A job's reasoning, oldest first, as entries that a log could hold; see ``ReasoningStep/decode(_:)``.
    public func reasoning(_ id: JobID) async throws(APIClientError) -> [LogRecord] {
        let call = HTTPCall(.logs, id, query: [("structured", "1"), ("limit", "10000")])
        return try records(try await json(call))
    }

    /// The sequences of a job's archived checkpoints, oldest first.
    public func archivedCheckpoints(of id: JobID) async throws(APIClientError) -> [Int] {
        let answer = try await json(HTTPCall(.checkpoints, id))
        return answer["sequences"]?.array?.compactMap(\.int) ?? []
    }

    /// An archived checkpoint. Throws ``APIClientError/Code/notFound`` where there is none of this sequence.
    public func archivedCheckpoint(of id: JobID, sequence: Int) async throws(APIClientError) -> Checkpoint {
        let call = HTTPCall(.checkpoint, id, sequence: sequence)
        let answer = try await answer(call)
        guard let checkpoint = Checkpoint.decode(answer.body[...]) else { throw misshapen("no checkpoint") }
        return checkpoint
    }

    private func records(_ answer: JSONValue) throws(APIClientError) -> [LogRecord] {
        guard let entries = answer["logs"]?.array else { throw misshapen("no log") }
        return entries.map { LogRecord(json: $0) }
    }
}
