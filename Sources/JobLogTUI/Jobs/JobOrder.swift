import JobLogCore

/// What the list of jobs is sorted by.
enum JobOrder: String, Sendable, CaseIterable {
    /// What goes on first, then what has ended; the newest of a kind first.
    case state
    /// The newest sign of life first.
    case activity
    /// The furthest first, of what goes on.
    case progress
    /// The newest start first, whatever the state.
    case age
    case id, type
}

/// A job's place in the list: small keys come first.
struct JobSortKey: Sendable, Hashable {
    /// Goes before everything else, and is not reversed.
    var rank: Int
    var group: Int
    var number: Double
    var text: String
    let id: JobID

    init(
        _ job: JobSnapshot, order: JobOrder, firstSeen: Int64, putsErrorsFirst: Bool, hasErrors: Bool
    ) {
        id = job.id
        rank = putsErrorsFirst ? job.state == .failed ? 0 : hasErrors ? 1 : 2 : 0
        group = 0
        number = 0
        text = ""
        switch order {
        case .state:
            group = Self.group(of: job)
            number = -Double(job.startedAt ?? job.createdAt ?? firstSeen)
        case .activity: number = -Double(job.lastHeard ?? 0)
        case .progress:
            group = Self.group(of: job)
            number = -(job.progress ?? -1)
        case .age: number = -Double(job.startedAt ?? job.createdAt ?? firstSeen)
        case .id: break
        case .type:
            // Those without a type come last.
            group = job.type == nil ? 1 : 0
            text = job.type ?? ""
        }
    }

    /// What goes on stands above what has ended.
    private static func group(of job: JobSnapshot) -> Int {
        if job.isLost { return 5 }
        return switch job.state {
        case .running: 0
        case .paused: 1
        case .created: 2
        case .failed: 3
        case .completed, .cancelled, nil: 4
        }
    }

    /// Whether this job stands above another one.
    func precedes(_ other: JobSortKey, isReversed: Bool) -> Bool {
        if rank != other.rank { return rank < other.rank }
        let (first, second) = isReversed ? (other, self) : (self, other)
        if first.group != second.group { return first.group < second.group }
        if first.number != second.number { return first.number < second.number }
        if first.text != second.text { return first.text < second.text }
        return first.id < second.id
    }
}
