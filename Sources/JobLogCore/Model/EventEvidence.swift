/// What the events of a job have said so far, each thing with its time: a chunk must not make us forget the state that
/// the event before it gave.
public struct EventEvidence: Sendable, Hashable {
    /// A value and when it was said, Unix ms.
    public struct Dated<Value: Sendable & Hashable>: Sendable, Hashable {
        /// What was said.
        public var value: Value
        /// When, Unix ms.
        public var time: Int64

        /// A value at a time.
        public init(_ value: Value, at time: Int64) {
            self.value = value
            self.time = time
        }
    }

    /// The newest state that an event said or meant.
    public private(set) var state: Dated<JobState>?
    /// The newest step.
    public private(set) var step: Dated<String>?
    /// The newest percentage.
    public private(set) var progress: Dated<Double>?
    /// The error of the newest failure.
    public private(set) var error: String?
    /// The newest result.
    public private(set) var result: JSONValue?
    /// When a checkpoint was last announced, Unix ms.
    public private(set) var checkpointAt: Int64?
    /// The owner as events have it.
    public private(set) var userID: String?
    /// The workers that published, in order of appearance.
    public private(set) var workers: [String] = []
    /// The time of the newest event, Unix ms.
    public private(set) var lastAt: Int64?

    /// Nothing said yet.
    public init() {}

    /// What one event says.
    public init(_ event: JobEvent, heardAt: Int64) {
        absorb(event, heardAt: heardAt)
    }

    /// Takes in an event. One that is older than what is known changes nothing of it; one without a timestamp counts
    /// as of `heardAt`, Unix ms.
    public mutating func absorb(_ event: JobEvent, heardAt: Int64) {
        let time = event.timestamp ?? heardAt
        lastAt = max(lastAt ?? time, time)
        userID = event.userID ?? userID
        if let worker = event.worker, !workers.contains(worker) { workers.append(worker) }
        if event.kind == .checkpoint { checkpointAt = max(checkpointAt ?? time, time) }
        if let step = event.step, time >= self.step?.time ?? time { self.step = Dated(step, at: time) }
        let said = event.progress ?? (event.kind == .restarted ? 0 : nil)
        if let said, time >= progress?.time ?? time { progress = Dated(said, at: time) }
        guard let state = event.state, time >= self.state?.time ?? time else { return }
        self.state = Dated(state, at: time)
        error = state == .failed ? event.error : nil
        result = state == .completed ? event.result : nil
    }
}
