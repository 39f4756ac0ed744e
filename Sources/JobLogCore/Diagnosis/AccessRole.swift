/// What a user of a Redis is there for; each needs other rights.
public enum AccessRole: String, Sendable, CaseIterable {
    /// Looks at jobs and logs and writes nothing: joblog with `--read-only`.
    case readOnly = "read-only"
    /// Looks, and cancels, pauses, resumes, restarts and deletes.
    case viewer
    /// Publishes: what `JobPublisher`, `JobLogManager` and `joblog publish` do.
    case worker

    /// The user that the rules are printed for.
    public var userName: String { "joblog-\(rawValue)" }
}

/// What a command touches: keys or a channel, by what a key-prefix is followed by.
enum AccessObject: Sendable, CaseIterable {
    case logs, state, checkpoint, archivedCheckpoint, reasoning, sequence, archive, index, userIndex
    case events, allEvents, cancels, invalidation

    private var stem: String {
        switch self {
        case .logs: JobKeys.Kind.logs.rawValue
        case .state: JobKeys.Kind.state.rawValue
        case .checkpoint: JobKeys.Kind.checkpoint.rawValue
        case .archivedCheckpoint: "checkpoint:archive:"
        case .reasoning: JobKeys.Kind.reasoning.rawValue
        case .sequence: "job:seq:"
        case .archive: "job:archive"
        case .index: "job:index"
        case .userIndex: "job:index:"
        case .events, .allEvents: "job:event:"
        case .cancels: "job:cancel:"
        case .invalidation: "__redis__:invalidate"
        }
    }

    /// Whether it is a channel, and no key.
    var isChannel: Bool { [.events, .allEvents, .cancels, .invalidation].contains(self) }

    /// The name of one that is surely not there.
    func probe(_ keys: JobKeys) -> [UInt8] {
        switch self {
        case .archive, .index: keys.prefix + Array(stem.utf8)
        case .invalidation: Array(stem.utf8)
        case .allEvents: keys.eventPattern
        case .archivedCheckpoint: keys.prefix + Array("\(stem)joblog-doctor:0".utf8)
        default: keys.prefix + Array("\(stem)joblog-doctor".utf8)
        }
    }

    /// The rule that allows all of them, such as `~job:logs:*`.
    func rule(_ keys: JobKeys) -> [UInt8] {
        let sign = Array((isChannel ? "&" : "~").utf8)
        return switch self {
        case .archive, .index: sign + keys.escapedPrefix + Array(stem.utf8)
        case .invalidation: sign + Array(stem.utf8)
        // What is archived is below the checkpoints.
        case .archivedCheckpoint: Self.checkpoint.rule(keys)
        default: sign + keys.escapedPrefix + Array("\(stem)*".utf8)
        }
    }
}
