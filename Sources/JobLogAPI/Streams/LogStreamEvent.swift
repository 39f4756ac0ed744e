import JobLogCore

/// What a stream of a job's log tells.
public enum LogStreamEvent: StreamEvent, Sendable {
    /// The server has taken the stream up; again where it was cut off before: entries that were written meanwhile follow.
    case connected(isAgain: Bool)
    /// An entry, and the place after it, from which another stream can go on.
    case entry(LogRecord, place: String?)
    /// Entries may be missing here; their number where it is known.
    case gap(missing: Int?)
    /// The log was deleted; what follows was written since.
    case cleared
    /// The log cannot be read; a sentence.
    case unreadable(String)
    /// The server cannot reach Redis; the stream goes on when it can.
    case away(String)
    /// The server can reach Redis again.
    case back
    /// The stream was cut off, or ended by the server, and is taken up again; a sentence, and the number of the attempt.
    case lost(String, attempt: Int)

    init?(own event: ServerSentEvent, _ data: JSONValue?) {
        switch event.name {
        case "log":
            guard let data else { return nil }
            self = .entry(LogRecord(json: data), place: event.id)
        case "gap": self = .gap(missing: data?["missing"]?.int)
        case "cleared": self = .cleared
        case "unreadable": self = .unreadable(data.sentence(or: "it cannot be read"))
        default: return nil
        }
    }
}
