import JobLogCore

/// The active jobs that are kept up to date by name; what happens to more of them is heard of by their events. Pure.
struct WatchedJobs {
    /// How many they are at most.
    private static let most = 500

    private(set) var ids: Set<JobID> = []

    /// Takes in that jobs turned.
    mutating func take(_ turns: [JobTurn]) {
        for turn in turns {
            if !turn.job.isListedAsActive {
                ids.remove(turn.job.id)
            } else if ids.count < Self.most {
                ids.insert(turn.job.id)
            }
        }
    }
}
