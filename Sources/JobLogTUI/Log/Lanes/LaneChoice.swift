import JobLogCore

/// Whose lines are shown.
struct LaneChoice: Sendable, Hashable {
    /// Something that is shown or hidden: all lines of a job, or those of one of its writers.
    enum Row: Sendable, Hashable {
        case source(Int)
        case lane(UInt32)
    }

    private var hiddenSources: Set<Int> = []
    private var hiddenLanes: Set<UInt32> = []
    /// The only writer that is shown, however many others there will be.
    private var only: (lane: UInt32, source: Int)?
    private(set) var isLimited = false

    /// Whether a line is hidden; asked only where `isLimited`.
    func hides(_ facts: LineFacts) -> Bool {
        if let only {
            return facts.lane == LogLanes.none ? facts.source != only.source : facts.lane != only.lane
        }
        return hiddenSources.contains(facts.source) || hiddenLanes.contains(facts.lane)
    }

    /// Whether the lines of a row are shown.
    func shows(_ row: Row, _ lanes: LogLanes) -> Bool {
        switch row {
        case .source(let source):
            if let only { return only.source == source }
            return !hiddenSources.contains(source)
        case .lane(let lane):
            if let only { return only.lane == lane }
            return !hiddenSources.contains(lanes.all[Int(lane)].source) && !hiddenLanes.contains(lane)
        }
    }

    /// Shows the lines of a row, or hides them.
    mutating func toggle(_ row: Row, _ lanes: LogLanes, sources: Int) {
        spellOut(lanes, sources)
        switch row {
        case .source(let source):
            if hiddenSources.remove(source) == nil {
                hiddenSources.insert(source)
            } else {
                hiddenLanes.subtract(lanes.lanes(of: source))
            }
        case .lane(let lane):
            let source = lanes.all[Int(lane)].source
            if hiddenSources.remove(source) != nil {
                // Of a job that was hidden, this writer alone comes back.
                hiddenLanes.formUnion(lanes.lanes(of: source))
            }
            if hiddenLanes.remove(lane) == nil { hiddenLanes.insert(lane) }
        }
        isLimited = !hiddenSources.isEmpty || !hiddenLanes.isEmpty
    }

    /// Shows the lines of a row only; where they are the only ones, all.
    mutating func solo(_ row: Row, _ lanes: LogLanes, sources: Int) {
        var solo = LaneChoice()
        switch row {
        case .source(let source): solo.hiddenSources = Set(0..<sources).subtracting([source])
        case .lane(let lane): solo.only = (lane, lanes.all[Int(lane)].source)
        }
        solo.isLimited = true
        self = solo == self ? LaneChoice() : solo
    }

    /// What the one that is shown hides, one by one.
    private mutating func spellOut(_ lanes: LogLanes, _ sources: Int) {
        guard let only else { return }
        self.only = nil
        hiddenSources = Set(0..<sources).subtracting([only.source])
        hiddenLanes = Set(lanes.lanes(of: only.source)).subtracting([only.lane])
    }

    static func == (one: LaneChoice, other: LaneChoice) -> Bool {
        one.hiddenSources == other.hiddenSources && one.hiddenLanes == other.hiddenLanes
            && one.only?.lane == other.only?.lane
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(hiddenSources)
        hasher.combine(hiddenLanes)
        hasher.combine(only?.lane)
    }
}
