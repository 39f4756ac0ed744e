import JobLogCore

/// What the list keeps of a job that is not on screen: enough to sort, filter, count and show its row, in some 70 bytes.
struct RosterEntry: Sendable {
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8

        static let isDerived = Flags(rawValue: 1)
        static let hasCheckpoint = Flags(rawValue: 2)
        static let isEventsOnly = Flags(rawValue: 4)
        /// It was seen among the active ones.
        static let wasActive = Flags(rawValue: 8)
        /// Errors were seen in its log.
        static let hasErrors = Flags(rawValue: 16)
        /// It counted as lost when it was read, or looked at since.
        static let wasLost = Flags(rawValue: 32)
        /// Nobody knows when it was created: the time is that at which it was first seen.
        static let isSeenOnly = Flags(rawValue: 64)
        /// It counted as stalled when it was read, or looked at since.
        static let wasStalled = Flags(rawValue: 128)
    }

    /// The longest error that is kept, in characters.
    private static let longestError = 2_000
    /// Stands for a time or a number that nobody knows.
    private static let unknown = Int64.min
    private static let workerSeparator: Character = "\u{1F}"

    private var createdAt: Int64
    private var startedAt: Int64
    private var lastHeard: Int64
    private var progress: Float
    private var checkpointProgress: Float
    private var checkpointSequence: Int32
    private var logCount: Int32
    private var attempt: Int16
    private(set) var user: NameTable.Number
    private(set) var type: NameTable.Number
    private(set) var step: NameTable.Number
    private(set) var error: NameTable.Number
    private var workers: NameTable.Number
    private var state: JobState?
    private(set) var requested: JobAction?
    var flags: Flags

    /// Of a snapshot, what is kept; its words go into `names`.
    init(_ job: JobSnapshot, isEventsOnly: Bool, firstSeen: Int64, flags: Flags, _ names: inout NameTable) {
        createdAt = job.createdAt ?? firstSeen
        startedAt = job.startedAt ?? Self.unknown
        lastHeard = job.lastHeard ?? Self.unknown
        progress = job.progress.map { Float($0) } ?? .nan
        checkpointProgress = job.checkpoint?.progress.map { Float($0) } ?? .nan
        checkpointSequence = Self.small(job.checkpoint?.sequence)
        logCount = Self.small(job.logCount)
        attempt = job.attempt.map { Int16(clamping: max(0, $0)) } ?? -1
        user = names.take(job.userID)
        type = names.take(job.type)
        step = names.take(job.step)
        error = names.take(job.error.map { String($0.prefix(Self.longestError)) })
        workers = names.take(
            job.workers.isEmpty ? nil : job.workers.joined(separator: String(Self.workerSeparator)))
        state = job.state
        requested = job.requested
        self.flags = flags
        if job.createdAt == nil { self.flags.insert(.isSeenOnly) }
        if job.isDerived { self.flags.insert(.isDerived) }
        if job.checkpoint != nil { self.flags.insert(.hasCheckpoint) }
        if isEventsOnly { self.flags.insert(.isEventsOnly) }
        if job.isListedAsActive { self.flags.insert(.wasActive) }
        note(job.condition)
    }

    private mutating func note(_ condition: JobCondition) {
        if condition == .lost { flags.insert(.wasLost) }
        if condition == .stalled { flags.insert(.wasStalled) }
    }

    /// As what it counted when it was read.
    var tally: JobTally {
        let isLost = flags.contains(.wasLost)
        return JobTally(
            state: isLost ? nil : state, isActive: !isLost && (state == .created || state?.isActive == true))
    }

    /// The condition in which it was seen last.
    var seenCondition: JobCondition {
        flags.contains(.wasLost) ? .lost : flags.contains(.wasStalled) ? .stalled : JobCondition(state)
    }

    /// When time alone will bring it into another condition than it was seen in, in Unix ms; nil for never.
    var turnsAt: Int64? {
        guard state == .running, lastHeard != Self.unknown, !flags.contains(.wasLost) else { return nil }
        if !flags.contains(.wasStalled) { return lastHeard + JobDerivation.stalledAfter }
        return flags.contains(.isDerived) ? lastHeard + JobDerivation.hungAfter : nil
    }

    /// It is seen at `now`.
    mutating func see(at now: Int64) { note(condition(at: now)) }

    /// Its words are not needed any more.
    func give(_ names: inout NameTable) {
        for name in [user, type, step, error, workers] { names.give(name) }
    }

    /// The job at `now`, as far as it is kept.
    func snapshot(of id: JobID, _ names: NameTable, now: Int64) -> JobSnapshot {
        var job = JobSnapshot(id: id)
        job.userID = names[user]
        job.type = names[type]
        job.state = state
        job.isDerived = flags.contains(.isDerived)
        job.requested = requested
        job.step = names[step]
        job.progress = Self.number(progress)
        job.createdAt = flags.contains(.isSeenOnly) ? nil : createdAt
        job.startedAt = Self.time(startedAt)
        job.error = names[error]
        job.attempt = attempt < 0 ? nil : Int(attempt)
        job.workers = names[workers].map { $0.split(separator: Self.workerSeparator).map(String.init) } ?? []
        job.logCount = Self.number(logCount)
        job.lastHeard = Self.time(lastHeard)
        if flags.contains(.hasCheckpoint) {
            job.checkpoint = Checkpoint(
                sequence: Self.number(checkpointSequence), progress: Self.number(checkpointProgress))
        }
        return job.aged(to: now)
    }

    // MARK: - What the list asks of all jobs

    /// Whether nothing was heard of it for so long that it counts as lost: see `JobSnapshot.aged(to:)`.
    func isLost(at now: Int64) -> Bool {
        flags.contains(.isDerived) && isSilent(for: JobDerivation.hungAfter, at: now)
    }

    private func isSilent(for time: Int64, at now: Int64) -> Bool {
        state == .running && lastHeard != Self.unknown && now - lastHeard >= time
    }

    /// Whether the list of active jobs shows it at `now`, where one that has ended stays for `lingering` ms.
    func isListed(at now: Int64, lingering: Int64) -> Bool {
        if state == .created || state?.isActive == true, !isLost(at: now) { return true }
        return flags.contains(.wasActive) && now - max(0, lastHeard) < lingering
    }

    /// When it was first seen, as far as that is needed; nil where it says itself when it was created.
    var firstSeen: Int64? { flags.contains(.isSeenOnly) ? createdAt : nil }

    func condition(at now: Int64) -> JobCondition {
        if isLost(at: now) { return .lost }
        return isSilent(for: JobDerivation.stalledAfter, at: now) ? .stalled : JobCondition(state)
    }

    /// Its place among others in an order.
    func key(_ order: JobOrder, putsErrorsFirst: Bool, isReversed: Bool, at now: Int64) -> JobSortKey {
        let rank = !putsErrorsFirst ? 0 : state == .failed ? 0 : flags.contains(.hasErrors) ? 1 : 2
        let start = startedAt != Self.unknown ? startedAt : createdAt
        return switch order {
        case .state: JobSortKey(rank: rank, group: group(at: now), time: start, isReversed: isReversed)
        case .activity:
            JobSortKey(
                rank: rank, group: 0, time: lastHeard == Self.unknown ? 0 : lastHeard, isReversed: isReversed)
        case .progress:
            JobSortKey(
                rank: rank, group: group(at: now), time: progress.isNaN ? -1 : Int64(progress * 1_000_000),
                isReversed: isReversed)
        case .age: JobSortKey(rank: rank, group: 0, time: start, isReversed: isReversed)
        case .id: JobSortKey(rank: rank, group: 0, time: 0, isReversed: isReversed)
        case .type:
            // Those without a type come last.
            JobSortKey(rank: rank, group: type == 0 ? 1 : 0, time: 0, name: type, isReversed: isReversed)
        }
    }

    /// What goes on stands above what has ended.
    private func group(at now: Int64) -> Int {
        if isLost(at: now) { return 5 }
        return switch state {
        case .running: 0
        case .paused: 1
        case .created: 2
        case .failed: 3
        case .completed, .cancelled, nil: 4
        }
    }

    private static func small(_ number: Int?) -> Int32 {
        number.map { Int32(clamping: max($0, Int(Int32.min) + 1)) } ?? .min
    }

    private static func number(_ small: Int32) -> Int? { small == .min ? nil : Int(small) }

    private static func number(_ part: Float) -> Double? { part.isNaN ? nil : Double(part) }

    private static func time(_ value: Int64) -> Int64? { value == unknown ? nil : value }
}
