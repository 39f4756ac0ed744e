import RedisClient

/// Why a job's state was not changed.
public enum JobStateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no `job:state:{id}`.
    case missing(JobID)
    /// `job:state:{id}` says no state that is known; the word that stands there, if any.
    case unreadable(JobID, String?)
    /// The state that the job was in does not allow it.
    case notAllowed(JobID, from: JobState, JobTransition)
    /// Others wrote the state all the time, until the deadline.
    case contended(JobID)
    /// Redis did not take it.
    case redis(RedisError)

    /// A sentence for people.
    public var description: String {
        switch self {
        case .missing(let id):
            "Job \(id.display) has no state in Redis."
        case .unreadable(let id, let word?):
            "The state of job \(id.display) is unknown: \(TerminalText.line(word))."
        case .unreadable(let id, nil):
            "What is stored as the state of job \(id.display) says no state."
        case .notAllowed(let id, let from, .become(let next)):
            "Job \(id.display) is \(from): it cannot become \(next)."
        case .notAllowed(let id, let from, .restart):
            "Job \(id.display) is \(from): it cannot be restarted."
        case .notAllowed(let id, let from, .resume):
            "Job \(id.display) is \(from): it cannot be resumed."
        case .contended(let id):
            "The state of job \(id.display) is being written by others all the time; try again."
        case .redis(let error):
            error.message
        }
    }
}
