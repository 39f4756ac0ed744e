/// The counts of the logs of rows on screen, and when such a log is to be read whole for them: once, when its row has been
/// on screen for a moment; from then on the ends that are read with the row keep them right.
///
/// Pure: it is told the time.
struct RowCounts: Sendable {
    /// How long a row is on screen before its log is read whole: what is scrolled past is not.
    static let patience = Duration.milliseconds(200)
    /// The least time between two such readings of one log: where more is written than its ends show, counts are of a part.
    static let interval = Duration.seconds(5)
    /// How many logs are read at a time.
    static let batch = 32
    /// Of how many rows that are not on screen any more counts are kept.
    private static let spare = 256

    private var logs: [JobID: LogCensus] = [:]
    /// When the logs that are to be read whole are due.
    private var wanted: [JobID: ContinuousClock.Instant] = [:]
    /// When logs were read whole.
    private var counted: [JobID: ContinuousClock.Instant] = [:]
    /// No log is due before this.
    private var earliest: ContinuousClock.Instant?

    /// When a log may be due.
    var due: ContinuousClock.Instant? { wanted.isEmpty ? nil : earliest }

    /// Only these rows are on screen now.
    mutating func keepOnly(_ rows: Set<JobID>) {
        wanted = wanted.filter { rows.contains($0.key) }
        guard logs.count > rows.count + Self.spare else { return }
        logs = logs.filter { rows.contains($0.key) }
        counted = counted.filter { rows.contains($0.key) }
    }

    /// Takes a row's reading in; gives the counts.
    mutating func take(_ window: LogTail.Window, of id: JobID, at now: ContinuousClock.Instant) -> LogCounts {
        let counts = logs[id, default: LogCensus()].take(window)
        if logs[id]?.wantsWhole != true {
            wanted[id] = nil
        } else if wanted[id] == nil {
            let due = max(now + Self.patience, counted[id].map { $0 + Self.interval } ?? now)
            wanted[id] = due
            earliest = min(earliest ?? due, due)
        }
        return counts
    }

    /// The logs to read whole now, at most so many.
    mutating func begin(at now: ContinuousClock.Instant, most: Int = batch) -> [JobID] {
        let ids = wanted.lazy.filter { $0.value <= now }.prefix(min(most, Self.batch)).map(\.key)
        let begun = Array(ids)
        for id in begun {
            wanted[id] = nil
            counted[id] = now
        }
        earliest = wanted.values.min()
        return begun
    }

    /// Takes a log that was read whole in; gives the counts.
    mutating func count(_ window: LogTail.Window, of id: JobID) -> LogCounts {
        logs[id, default: LogCensus()].count(window)
    }
}
