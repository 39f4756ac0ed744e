/// Which channels a viewer is subscribed to, and which step brings it nearer to those that it should be.
///
/// What is to be heard next is subscribed to before what is heard now is given up, so that nothing falls between.
/// Pure: the steps are carried out elsewhere, one after the other, and reported back.
struct EventChannels: Sendable {
    /// A command to the server.
    enum Step: Sendable, Hashable {
        /// Subscribe to the events of all jobs.
        case hearAll
        /// Give them up.
        case dropAll
        /// Subscribe to the events of these jobs.
        case hear([JobID])
        /// Give them up.
        case drop([JobID])
    }

    /// Whether the events of all jobs come.
    private(set) var hearsAll = false
    /// The jobs whose events come because they were subscribed to by name.
    private(set) var heard: Set<JobID> = []
    /// The reason why all jobs cannot be heard.
    private(set) var refusal: String?
    /// The reason why some job on screen cannot be heard.
    private(set) var channelRefusal: String?
    private var refused: Set<JobID> = []
    private var goesOneByOne = false
    private var keepsAll = false
    private var keepsHeard = false

    /// The step that is next on the way to hearing all, or those jobs; nil when that is so.
    func next(all: Bool, visible: Set<JobID>) -> Step? {
        if all, refusal == nil {
            if !hearsAll { return .hearAll }
            return heard.isEmpty || keepsHeard ? nil : .drop(heard.sorted())
        }
        let missing = visible.subtracting(heard).subtracting(refused).sorted()
        if !missing.isEmpty { return .hear(goesOneByOne ? Array(missing.prefix(1)) : missing) }
        if hearsAll, !keepsAll { return .dropAll }
        let extra = heard.subtracting(visible)
        return extra.isEmpty || keepsHeard ? nil : .drop(extra.sorted())
    }

    /// The steps that can be sent without waiting in between: all are given up directly behind what replaces them. While
    /// too many events come in, the answer to the first step takes its time.
    func nextSteps(all: Bool, visible: Set<JobID>) -> [Step] {
        guard let step = next(all: all, visible: visible) else { return [] }
        var ahead = self
        ahead.done(step)
        guard case .hear = step, ahead.next(all: all, visible: visible) == .dropAll else { return [step] }
        return [step, .dropAll]
    }

    /// The server did it.
    mutating func done(_ step: Step) {
        switch step {
        case .hearAll: hearsAll = true
        case .dropAll: hearsAll = false
        case .hear(let ids): heard.formUnion(ids)
        case .drop(let ids): heard.subtract(ids)
        }
    }

    /// The server refused it; it is not asked for again on this connection.
    mutating func refuse(_ step: Step, reason: String) {
        switch step {
        case .hearAll: refusal = reason
        case .dropAll: keepsAll = true
        case .hear(let ids) where ids.count > 1: goesOneByOne = true
        case .hear(let ids):
            refused.formUnion(ids)
            channelRefusal = reason
        case .drop: keepsHeard = true
        }
    }
}
