import JobLogCore

/// What a stream tells its reader.
enum StreamStep: Sendable {
    /// Of the log that it watches.
    case log(SharedLog.Step)
    /// A job that it watches, as it is now.
    case job(JobReading)
    /// Nothing is left of a job that it watches.
    case gone(JobID)
    /// An event of a job, as it was published.
    case event(PublishedEvent)
    /// Events may be missing here.
    case reset
    /// Redis cannot be reached; the stream goes on when it can.
    case away(reason: String)
    /// Redis can be reached again.
    case back
    /// The stream was read too slowly and ends.
    case dropped(reason: String)
    /// The server ends.
    case end
    /// Nothing has happened for a while.
    case rest
}

/// The steps of one stream.
typealias StreamQueue = WatchQueue<StreamStep>

extension WatchQueue<StreamStep> {
    /// The queue of a new stream, in which so many bytes may wait; `isDropped` is told that its reader was too slow.
    convenience init(backlog: Int = 1 << 20, _ isDropped: @escaping @Sendable () -> Void = {}) {
        self.init(limit: backlog) { waiting in
            isDropped()
            return .dropped(reason: "The stream was read too slowly: \(waiting) bytes were waiting.")
        }
    }
}
