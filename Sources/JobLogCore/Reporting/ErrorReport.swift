/// A failure of a job as an ``ErrorReporter`` takes it: what went wrong, where the job was, and what it said before.
public struct ErrorReport: Sendable {
    /// How many log lines a report carries at most.
    public static let breadcrumbLimit = 50

    /// The job that failed.
    public var jobID: JobID
    /// Whose job it is; nil when nobody said.
    public var userID: String?
    /// The worker that ran it, as it stands in `metadata.worker`.
    public var worker: String?
    /// What kind of job it is.
    public var type: String?
    /// What it was doing.
    public var step: String?
    /// How far it was, 0–100.
    public var progress: Double?
    /// Which attempt this was, from 1.
    public var attempt: Int?
    /// What went wrong, for people.
    public var message: String
    /// What went wrong, for programs: `RATE_LIMIT`.
    public var code: String?
    /// The error entry's metadata.
    public var metadata: JSONValue?
    /// When it went wrong, Unix ms.
    public var timestamp: Int64
    /// The job's last log lines before the error, oldest first, at most ``breadcrumbLimit``.
    public private(set) var breadcrumbs: [LogLine]

    /// A report; of more than ``breadcrumbLimit`` breadcrumbs the newest are kept, and `timestamp` is now unless given.
    public init(
        jobID: JobID, userID: String? = nil, worker: String? = nil, type: String? = nil, step: String? = nil,
        progress: Double? = nil, attempt: Int? = nil, message: String, code: String? = nil,
        metadata: JSONValue? = nil, timestamp: Int64? = nil, breadcrumbs: [LogLine] = []
    ) {
        self.jobID = jobID
        self.userID = userID
        self.worker = worker
        self.type = type
        self.step = step
        self.progress = progress
        self.attempt = attempt
        self.message = message
        self.code = code
        self.metadata = metadata
        self.timestamp = timestamp ?? Timestamp.now()
        self.breadcrumbs = breadcrumbs.suffix(Self.breadcrumbLimit)
    }

    /// Replaces the breadcrumbs; of more than ``breadcrumbLimit`` the newest are kept.
    public mutating func setBreadcrumbs(_ lines: [LogLine]) {
        breadcrumbs = lines.suffix(Self.breadcrumbLimit)
    }
}
