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

/// A job's place in the list: small keys come first; equal ones by their ids.
struct JobSortKey: Sendable, Hashable {
    /// The latest time that is told apart, in ms: far beyond any that is meant.
    private static let latest: Int64 = 1 << 55

    /// Stands for no place.
    static let none = JobSortKey(primary: .max)

    /// Rank, group and time in one number.
    let primary: UInt64
    /// The number of a word that tells apart what is the same in all that.
    let name: NameTable.Number

    private init(primary: UInt64) {
        self.primary = primary
        name = 0
    }

    /// - Parameters:
    ///   - rank: 0–3; goes before everything else, and is not reversed.
    ///   - group: 0–7.
    ///   - time: the greatest comes first.
    ///   - name: a word that tells apart what is the same in all that.
    ///   - isReversed: whether the order is turned around.
    init(rank: Int, group: Int, time: Int64, name: NameTable.Number = 0, isReversed: Bool) {
        let time = UInt64(Self.latest - min(max(time, -Self.latest), Self.latest))
        let rest = UInt64(group) << 57 | time
        let all = UInt64(1) << 60 - 1
        primary = UInt64(rank) << 60 | (isReversed ? all - rest : rest)
        self.name = name
    }
}
