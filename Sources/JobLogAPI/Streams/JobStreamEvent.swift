import JobLogCore

/// What a stream of events of one's jobs tells.
public enum JobStreamEvent: StreamEvent, Sendable {
    /// The server has taken the stream up; again where it was cut off before: events that were missed follow.
    case connected(isAgain: Bool)
    /// An event that was published for a job.
    case event(JobID, JobEvent)
    /// A job that is watched, as it is now.
    case job(JobReading)
    /// Nothing is left of a job that is watched.
    case gone(JobID)
    /// Events may be missing here: what is known of jobs is to be read again.
    case reset
    /// The server cannot reach Redis; the stream goes on when it can.
    case away(String)
    /// The server can reach Redis again.
    case back
    /// The stream was cut off, or ended by the server, and is taken up again; a sentence, and the number of the attempt.
    case lost(String, attempt: Int)

    init?(own event: ServerSentEvent, _ data: JSONValue?) {
        switch event.name {
        case "event":
            guard let decoded = JobEvent.decode(Array(event.data.utf8)[...]), let id = decoded.jobID else { return nil }
            self = .event(JobID(id), decoded)
        case "job":
            if data?["gone"]?.bool == true, let id = data?["id"]?.string.flatMap({ JobID(argument: $0) }) {
                self = .gone(id)
            } else if let data, let job = JobReading(detail: data, now: Timestamp.now()) {
                self = .job(job)
            } else {
                return nil
            }
        case "reset": self = .reset
        default: return nil
        }
    }
}
