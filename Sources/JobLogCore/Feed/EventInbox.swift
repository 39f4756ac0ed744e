import RedisClient

/// The events that have come and are not told yet, as the bytes they came as.
///
/// Taking one in costs next to nothing: it is decoded when it is told, those of the jobs on screen once a frame, all
/// others a few times a second. Pure: it is told the time.
struct EventInbox: Sendable {
    /// How often events of jobs that are not on screen are told at most.
    static let interval = Duration.milliseconds(250)
    /// How many events of a job that is not on screen are kept until they are told.
    static let depth = 64

    private var waiting: [JobID: [[UInt8]]] = [:]
    /// Whether an event of a job on screen is to be told.
    private(set) var hasVisible = false
    private var lastTold: ContinuousClock.Instant?
    private var previous: (channel: [UInt8], payload: ArraySlice<UInt8>)?

    /// Whether the message is the second copy of one: who is subscribed to a channel and to a pattern that matches it gets
    /// both, one directly after the other.
    mutating func isCopy(_ push: RedisPush) -> Bool {
        let before = previous
        previous = nil
        switch push {
        case .patternMessage(_, let channel, let payload):
            return before.map { $0.channel == channel && $0.payload == payload } ?? false
        case .message(let channel, let payload):
            previous = (channel, payload)
            return false
        case .invalidate, .invalidateAll: return false
        }
    }

    /// Takes an event in.
    mutating func take(_ payload: ArraySlice<UInt8>, of id: JobID, isVisible: Bool) {
        // A copy: the slice would keep everything alive that was read with it.
        waiting[id, default: []].append(Array(payload))
        if isVisible { hasVisible = true }
        if !isVisible, let count = waiting[id]?.count, count >= 2 * Self.depth {
            waiting[id]?.removeFirst(count - Self.depth)
        }
    }

    /// When something of other jobs is to be told; nil when there is nothing.
    func due(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        waiting.isEmpty ? nil : lastTold.map { $0 + Self.interval } ?? now
    }

    /// The events to tell now, each job's in their order.
    mutating func drain(visible: Set<JobID>, at now: ContinuousClock.Instant) -> [(id: JobID, events: [JobEvent])] {
        guard !waiting.isEmpty else { return [] }
        hasVisible = false
        var told: [JobID: [[UInt8]]]
        if lastTold.map({ $0 + Self.interval <= now }) ?? true {
            lastTold = now
            told = waiting
            waiting = [:]
        } else {
            told = [:]
            for id in visible {
                if let payloads = waiting.removeValue(forKey: id) { told[id] = payloads }
            }
        }
        return told.map { ($0.key, $0.value.compactMap { JobEvent.decode($0[...]) }) }
    }

    /// Forgets the events of jobs that are not on screen.
    mutating func keepOnly(_ visible: Set<JobID>) {
        waiting = waiting.filter { visible.contains($0.key) }
    }

    /// The same events in fewer: pieces of text that follow each other as one, of progress the newest.
    static func coalesced(_ events: [JobEvent]) -> [JobEvent] {
        var result: [JobEvent] = []
        for event in events {
            switch (result.last?.kind, event.kind) {
            case (.chunk(let before, false)?, .chunk(let text, let isLast)):
                result[result.count - 1] = event
                result[result.count - 1].kind = .chunk(text: before + text, isLast: isLast)
            case (.progress?, .progress) where event.partial != nil || result.last?.partial == nil:
                result[result.count - 1] = event
            default: result.append(event)
            }
        }
        return result
    }
}
