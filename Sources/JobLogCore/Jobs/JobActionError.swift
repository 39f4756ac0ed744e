import RedisClient

/// Why an action on a job was not carried out.
public enum JobActionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Redis has nothing of such a job.
    case noSuchJob(JobID)
    /// The job's state (nil: unknown), or what there is of it, does not allow it; the reason is the end of a sentence.
    case notAllowed(JobID, JobAction, in: JobState?, reason: String)
    /// Others wrote the job's state all the time.
    case contended(JobID)
    /// Redis did not take it.
    case redis(RedisError)

    /// A sentence for people.
    public var description: String {
        switch self {
        case .noSuchJob(let id): "no job \(id.display)"
        case .notAllowed(let id, let action, _, let reason): "\(Self.subject(id, action)): \(reason)."
        case .contended(let id): JobStateError.contended(id).description
        case .redis(let error): error.message
        }
    }

    private static func subject(_ id: JobID, _ action: JobAction) -> String {
        switch action {
        case .cancel, .pause, .resume, .restart, .remove: "Job \(id.display) cannot be \(action.done)"
        case .clearCheckpoint: "The checkpoint of job \(id.display) cannot be cleared"
        case .deleteLogs: "The log of job \(id.display) cannot be deleted"
        }
    }

    /// Another writer was there first: its state is what stands against the action.
    init(_ error: JobStateError, _ action: JobAction) {
        switch error {
        case .missing(let id): self = .noSuchJob(id)
        case .unreadable(let id, _): self = .notAllowed(id, action, in: nil, reason: "its state is unknown")
        case .notAllowed(let id, let from, _): self = .notAllowed(id, action, in: from, reason: "it is \(from)")
        case .contended(let id): self = .contended(id)
        case .redis(let error): self = .redis(error)
        }
    }
}
