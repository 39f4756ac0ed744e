import RedisClient

/// Reads that the server refused, and when they are tried again: a refused read arms no notice.
///
/// Pure: it is told the time.
struct RefusedReads: Sendable {
    /// After how long a read is tried again that the server could not serve just then.
    static let shortPause = Duration.milliseconds(500)
    /// After how long a read is tried again that the user may not make.
    static let longPause = Duration.seconds(5)

    private var rows: [JobID: ContinuousClock.Instant] = [:]
    private var logs: [JobID: ContinuousClock.Instant] = [:]
    /// The sentence that was told of each log.
    private var told: [JobID: String] = [:]

    /// When the next is due.
    var due: ContinuousClock.Instant? { [rows.values.min(), logs.values.min()].compactMap(\.self).min() }

    /// A log was refused; whether the reason is another than the one that was told.
    mutating func refuseLog(_ id: JobID, _ error: RedisError, at now: ContinuousClock.Instant) -> Bool {
        logs[id] = now + Self.pause(error.isNotReady)
        defer { told[id] = error.message }
        return told[id] != error.message
    }

    /// A log was read; whether it had been told that it cannot be.
    mutating func readLog(_ id: JobID) -> Bool {
        logs[id] = nil
        return told.removeValue(forKey: id) != nil
    }

    /// Some of a job's keys were refused.
    mutating func refuseRow(_ id: JobID, isTemporary: Bool, at now: ContinuousClock.Instant) {
        rows[id] = now + Self.pause(isTemporary)
    }

    /// A job was read.
    mutating func readRow(_ id: JobID) { rows[id] = nil }

    /// What is no longer on screen is not tried again.
    mutating func keepOnly(_ interest: FeedInterest) {
        rows = rows.filter { interest.rows.contains($0.key) }
        logs = logs.filter { interest.logs.contains($0.key) }
        told = told.filter { interest.logs.contains($0.key) }
    }

    /// What is to be tried again now.
    mutating func take(at now: ContinuousClock.Instant) -> (rows: [JobID], logs: [JobID]) {
        let due = (rows: rows.filter { $0.value <= now }.map(\.key), logs: logs.filter { $0.value <= now }.map(\.key))
        for id in due.rows { rows[id] = nil }
        for id in due.logs { logs[id] = nil }
        return due
    }

    private static func pause(_ isTemporary: Bool) -> Duration { isTemporary ? shortPause : longPause }
}
