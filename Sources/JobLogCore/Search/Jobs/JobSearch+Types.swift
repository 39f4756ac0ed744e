extension JobSearch {
    /// What is looked for, and where.
    public struct Question: Sendable {
        /// Which lines are meant.
        public var filter: LogFilter
        /// How many lines before and after each one are told with it.
        public var context: (before: Int, after: Int)
        /// Whether a job's log is looked through, by its id alone; nil for every one.
        public var admitsID: (@Sendable (JobID) -> Bool)?
        /// Whether a job's log is looked through, by what is known of it; nil for every one. It costs a look at each job.
        public var admitsJob: (@Sendable (JobSnapshot) -> Bool)?

        /// Lines that a filter admits, in the logs of all jobs unless told otherwise.
        public init(
            _ filter: LogFilter, context: (before: Int, after: Int) = (0, 0),
            admitsID: (@Sendable (JobID) -> Bool)? = nil, admitsJob: (@Sendable (JobSnapshot) -> Bool)? = nil
        ) {
            self.filter = filter
            self.context = context
            self.admitsID = admitsID
            self.admitsJob = admitsJob
        }
    }

    /// How much is read and found at most; nil is for no limit.
    public struct Bounds: Sendable, Hashable {
        /// Bytes of logs a second.
        public var bytesPerSecond: Int? = 8_000_000
        /// Commands a second.
        public var commandsPerSecond: Int? = 5_000
        /// Hits of one job; the newest ones are kept.
        public var hitsPerJob: Int?
        /// Hits of all jobs: with the last of them the search ends.
        public var hits: Int?
        /// Bytes of all hits: with the last of them the search ends.
        public var hitBytes: Int?
        /// Bytes of one log that are read, its newest ones.
        public var logBytes = 64_000_000

        /// The usual rates, and no limit to what is found.
        public init() {}
    }

    /// A line that was found, or one that stands around it.
    public struct Hit: Sendable {
        /// The entry.
        public let record: LogRecord
        /// The time by which it is ordered, Unix ms.
        public let time: Int64
        /// Whether it was looked for; otherwise it is told for its context.
        public let isMatch: Bool
        /// Whether lines are left out between this one and the one before.
        public let followsGap: Bool

        /// A line of these parts.
        package init(record: LogRecord, time: Int64, isMatch: Bool, followsGap: Bool) {
            self.record = record
            self.time = time
            self.isMatch = isMatch
            self.followsGap = followsGap
        }
    }

    /// What was found in a job's log.
    public struct Group: Sendable {
        /// The job.
        public let id: JobID
        /// What is known of it; nil when it is gone.
        public let job: JobReading?
        /// When the newest line of its log was written, Unix ms.
        public let lastLine: Int64
        /// The lines in their order.
        public let hits: [Hit]
        /// How many lines were found; more than are told where they are bounded.
        public let count: Int
        /// Whether older lines of the log were not looked at: it is too large.
        public let isPartial: Bool

        /// What was found, of these parts.
        package init(
            id: JobID, job: JobReading?, lastLine: Int64, hits: [Hit], count: Int, isPartial: Bool
        ) {
            self.id = id
            self.job = job
            self.lastLine = lastLine
            self.hits = hits
            self.count = count
            self.isPartial = isPartial
        }

        /// Whether not all that was found is told.
        public var isCut: Bool { hits.count { $0.isMatch } < count }
    }

    /// How far a search has come.
    public struct Progress: Sendable, Hashable {
        /// Jobs whose logs were looked through.
        public var jobs = 0
        /// Jobs that are known until now.
        public var known = 0
        /// Whether all jobs are known.
        public var isListed = false
        /// Lines that were looked at.
        public var lines = 0
        /// Bytes that were read.
        public var bytes = 0
        /// Lines that were found.
        public var hits = 0
        /// Jobs in whose logs something was found.
        public var jobsWithHits = 0
        /// Logs that could not be read.
        public var unreadable = 0
        /// Why the first of what is missing is: such a log, or jobs that are not known; a sentence.
        public var problem: String?
        /// Why not all jobs are known; a sentence.
        public var incomplete: String?

        /// A search that has not begun.
        public init() {}
    }

    /// What a search tells while it goes on.
    public enum Event: Sendable {
        /// Lines were found in a job's log. A job is told once.
        case found(Group)
        /// It has come further.
        case progress(Progress)
    }

    /// How a search ended.
    public enum End: Sendable, Hashable {
        /// All logs were looked through.
        case complete
        /// Its task was cancelled.
        case cancelled
        /// As much was found as is wanted.
        case full
        /// The expression takes too long; a sentence.
        case tooSlow(String)
        /// The source could not be read on; a sentence. `isUnreachable` where it is not there.
        case failed(String, isUnreachable: Bool)
    }
}
