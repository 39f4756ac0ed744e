import RedisClient

/// Why something could not be published.
public enum PublishError: Error, Sendable, CustomStringConvertible {
    /// The call makes no sense; the sentence says what is wrong.
    case invalid(String)
    /// The job's state does not allow it.
    case notAllowed(JobID, from: JobState, to: JobState)
    /// Redis did not take it; log lines went to the console.
    case redis(RedisError)

    /// A sentence for people.
    public var description: String {
        switch self {
        case .invalid(let sentence): sentence
        case .notAllowed(let id, let from, let to): "Job \(id.display) is \(from): it cannot become \(to)."
        case .redis(let error): error.message
        }
    }
}
