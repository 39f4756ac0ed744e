/// Something that is wrong with the keys of jobs.
public enum KeyFault: String, Sendable, CaseIterable {
    /// The key holds another type of value.
    case wrongType
    /// A state that is no JSON object.
    case unreadableState
    /// A checkpoint that is no JSON object.
    case unreadableCheckpoint
    /// The key never expires.
    case noExpiry
    /// A log in whose newest lines is one that is no JSON.
    case unreadableLine
    /// A log of more than 200 entries.
    case longLog
    /// A checkpoint of a job that has nothing else.
    case loneCheckpoint
    /// A job in the index that has no key.
    case emptyIndexEntry

    /// Whether something does not work for it.
    public var isProblem: Bool {
        switch self {
        case .wrongType, .unreadableState, .unreadableCheckpoint, .noExpiry: true
        case .unreadableLine, .longLog, .loneCheckpoint, .emptyIndexEntry: false
        }
    }

    /// What is wrong with so many, and what to do.
    func sentence(_ count: Int) -> String {
        let isOne = count == 1
        return switch self {
        case .wrongType:
            "\(count) \(isOne ? "key holds" : "keys hold") another type of value than joblog and its workers use; look "
                + "at \(isOne ? "it" : "them") with TYPE"
        case .unreadableState: "\(count) \(isOne ? "state is" : "states are") no JSON object; the log tells of the job"
        case .unreadableCheckpoint:
            "\(count) \(isOne ? "checkpoint is" : "checkpoints are") no JSON object; the job cannot be resumed"
        case .noExpiry:
            "\(count) \(isOne ? "key never expires and stays" : "keys never expire and stay") for ever; EXPIRE gives "
                + "\(isOne ? "it" : "them") an end"
        case .unreadableLine:
            "\(count) \(isOne ? "log has" : "logs have") lines that are no JSON; they are shown as they are"
        case .longLog:
            "\(count) \(isOne ? "log has" : "logs have") more than 200 lines: asked for by LogRetention, or not trimmed "
                + "by \(isOne ? "its" : "their") writer"
        case .loneCheckpoint:
            "\(count) \(isOne ? "checkpoint belongs" : "checkpoints belong") to jobs without log and state"
        case .emptyIndexEntry:
            "\(count) \(isOne ? "job stands" : "jobs stand") in job:index and \(isOne ? "has" : "have") no key any more; "
                + "it forgets them after 7 days"
        }
    }
}

/// How many jobs there are, of which kinds, and what is wrong with their keys.
public struct JobCensus: Sendable {
    /// Cases of a fault.
    public struct Cases: Sendable {
        /// How many.
        public var count = 0
        /// The first few: keys, or ids of jobs; for people.
        public var examples: [String] = []
    }

    private static let exampleCount = 3

    /// How many jobs have a key of each kind.
    public var counts: [JobKeys.Kind: Int] = [:]
    /// How many jobs are known.
    public var jobs = 0
    /// How many have a log and no state.
    public var stateless = 0
    /// How many stand in `job:index`.
    public var indexed = 0
    /// How many archived checkpoints there are.
    public var archived = 0
    /// Whether all keys were looked through.
    public var isComplete = false
    /// Why they were not; a sentence.
    public var reason: String?
    /// How many jobs were looked into.
    public var examined = 0
    /// Their states, as a viewer sees them, and how many have each.
    public var states: [String: Int] = [:]
    /// How many of them are stalled.
    public var stalled = 0
    /// Why their lifetimes are not known; what the server said.
    public var lifetimeRefusal: String?
    /// What is wrong.
    public private(set) var faults: [KeyFault: Cases] = [:]

    /// Takes up a case of a fault; the example is made only where it is wanted.
    mutating func add(_ fault: KeyFault, _ example: @autoclosure () -> String) {
        faults[fault, default: Cases()].count += 1
        guard let cases = faults[fault], cases.examples.count < Self.exampleCount else { return }
        faults[fault]?.examples.append(example())
    }
}
