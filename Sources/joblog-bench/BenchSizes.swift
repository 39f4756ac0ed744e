/// How much is measured.
struct BenchSizes {
    /// How many entries a log has, as a worker keeps them.
    static let logLength = 200

    /// How many jobs a list has.
    let jobs: Int
    /// How many entries are merged and searched.
    let entries: Int
    /// How often each side is measured.
    let runs: Int
    /// How often a short work is repeated in a run.
    let rounds: Int

    /// How many logs hold the entries.
    var logs: Int { max(1, entries / Self.logLength) }
}
