/// The parameters of the queries.
public enum APIParameter: String, Sendable, Hashable, CaseIterable {
    case limit, cursor, state, type, user, id, detail, prefix
    case level, grep, invert, since, until, before, structured, watch

    /// What the value looks like.
    public enum Kind: Sendable, Hashable {
        /// Any text that is not empty.
        case text
        /// A whole number of at least 1.
        case count
        /// `1` for yes, `0` for no.
        case flag
        /// Text; the parameter may stand there so many times.
        case texts(atMost: Int)
    }

    /// What the value looks like.
    public var kind: Kind {
        switch self {
        case .limit: .count
        case .detail, .invert, .structured: .flag
        case .id: .texts(atMost: APILimits.mostNamed)
        case .watch: .texts(atMost: APILimits.mostWatched)
        default: .text
        }
    }

    /// What it means, a sentence.
    public var summary: String {
        switch self {
        case .limit: "How many at most."
        case .cursor: "Where to go on: `next` of the answer before."
        case .state: "Only jobs in this state."
        case .type: "Only jobs of this type."
        case .user: "Whose jobs; for operators."
        case .id: "A job that is wanted; may stand there several times."
        case .detail: "1 gives the checkpoint, the end of the log and what could not be read besides."
        case .prefix: "How the ids begin."
        case .level: "The least level (`warn`), or exactly those named (`warn,error`)."
        case .grep: "A regular expression that must occur in an entry's message or metadata."
        case .invert: "1 for entries in which `grep` does not occur."
        case .since: "Not before then: `5m`, RFC 3339 or Unix ms."
        case .until: "Not after then: `5m`, RFC 3339 or Unix ms."
        case .before: "Older entries: `before` of the answer before."
        case .structured: "1 gives the job's reasoning in place of its log."
        case .watch: "A job to be told of whenever it changes; may stand there several times."
        }
    }
}
