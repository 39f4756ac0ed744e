import JobLogCore

/// A way in which the screen tells of a job that nobody is looking at.
public enum AlertWay: String, Sendable, Hashable, CaseIterable {
    /// A line in the screen's last row.
    case toast
    /// The terminal's bell.
    case bell
    /// A notification of the desktop, by whichever of the next ones fits where joblog runs.
    case desktop
    /// The sequence OSC 9, which iTerm2, kitty, WezTerm, Ghostty and Windows Terminal understand.
    case osc9
    /// The sequence OSC 777, which urxvt, foot, Ghostty and WezTerm understand.
    case osc777
    /// The program of that name.
    case notifySend = "notify-send"
}

/// Of which jobs is told, when, and how: what `alerts` of the configuration file holds.
public struct AlertRule: Sendable, Hashable {
    /// The conditions into which a job comes.
    public var conditions: Set<JobCondition>
    /// How it is told.
    public var ways: Set<AlertWay>
    private let owner: Glob?
    private let type: Glob?
    private let job: Glob?

    /// A rule.
    ///
    /// - Parameters:
    ///   - conditions: the conditions into which a job comes.
    ///   - ways: how it is told.
    ///   - owner: a glob for the jobs' owner; nil for any. A job without one has an empty one.
    ///   - type: a glob for their type, in the same way.
    ///   - job: a glob for their ids.
    public init(
        on conditions: Set<JobCondition>, do ways: Set<AlertWay>, owner: String? = nil, type: String? = nil,
        job: String? = nil
    ) {
        self.conditions = conditions
        self.ways = ways
        self.owner = owner.map { Glob($0) }
        self.type = type.map { Glob($0) }
        self.job = job.map { Glob($0) }
    }

    /// Whether it is about a job that turned so.
    public func admits(_ turn: JobTurn) -> Bool {
        guard let condition = turn.to, conditions.contains(condition) else { return false }
        return owner?.matches(turn.job.userID ?? "") ?? true && type?.matches(turn.job.type ?? "") ?? true
            && job?.matches(turn.job.id) ?? true
    }
}

/// What the user wants to be told of.
public struct AlertSettings: Sendable, Hashable {
    /// The rules; a job is told in all ways of those that admit it.
    public var rules: [AlertRule]
    /// How a job is told that is watched, once it has ended or stalled.
    public var watched: Set<AlertWay>

    /// What holds unless told otherwise. What goes wrong elsewhere is worth a line, which disturbs nobody; the bell and the
    /// desktop, which reach others in the room, are for those who ask: by a rule, or by watching a job.
    public init(
        rules: [AlertRule] = [AlertRule(on: [.failed, .stalled], do: [.toast])],
        watched: Set<AlertWay> = [.toast, .bell, .desktop]
    ) {
        self.rules = rules
        self.watched = watched
    }
}
