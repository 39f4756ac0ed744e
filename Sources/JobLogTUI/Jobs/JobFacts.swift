import JobLogCore

/// What a viewer has seen of a job over time: lines a while, errors, how fast it gets on.
///
/// Kept only of jobs that were on screen, and taken in at most once a frame.
struct JobFacts: Sendable {
    /// How long a part of the sparkline is, in ms.
    static let bucket: Int64 = 10_000
    /// How many parts it has.
    static let bucketCount = 12
    private static let pointCount = 24

    /// Errors and warnings of the log.
    private(set) var errors = 0
    private(set) var warnings = 0
    /// Whether they are counted of the newest lines only.
    private(set) var isPartial = false
    /// The most recent error among the last lines that are read with a row; nil when there is none.
    private(set) var lastError: String?

    /// Lines by the bucket of their time.
    private var lines: [Int64: Int] = [:]
    private var count: Int?
    /// The newest time of a line that was counted.
    private var newest: Int64?
    /// Progress and when it was reached, oldest first; it never falls.
    private var points: [(time: Int64, percent: Double)] = []

    /// Takes a reading in.
    mutating func take(_ reading: JobReading, now: Int64) {
        takeCounts(reading, now: now)
        lastError = nil
        var fresh = 0
        let isFirst = count == nil
        for record in reading.tail {
            let headline = record.headline
            if headline.level == .error { lastError = headline.message }
            let time = min(headline.timestamp ?? now, now)
            if let newest, time <= newest { continue }
            if let step = StepLine.parse(headline.message) { reach(step.progress, at: time) }
            fresh += 1
            lines[time / Self.bucket, default: 0] += 1
        }
        if !isFirst, let last = reading.tail.last?.timestamp {
            // Below the cap the log's growth tells of lines that came and went between two readings.
            let unseen = (reading.snapshot.logCount ?? 0) - (count ?? 0) - fresh
            if unseen > 0 { lines[min(last, now) / Self.bucket, default: 0] += unseen }
        }
        if let last = reading.tail.compactMap(\.timestamp).max() { newest = max(newest ?? .min, min(last, now)) }
        count = reading.snapshot.logCount ?? reading.tail.count
        if let progress = reading.snapshot.progress, reading.snapshot.state == .running {
            reach(progress, at: min(reading.snapshot.updatedAt ?? now, now))
        }
        if lines.count > 4 * Self.bucketCount {
            lines = lines.filter { $0.key > now / Self.bucket - Int64(Self.bucketCount) }
        }
    }

    private mutating func takeCounts(_ reading: JobReading, now: Int64) {
        guard let counts = reading.counts else {
            errors = reading.tail.count { $0.level == .error }
            warnings = reading.tail.count { $0.level == .warn }
            isPartial = reading.tail.count < reading.snapshot.logCount ?? 0
            return
        }
        (errors, warnings) = (counts.errors, counts.warnings)
        isPartial = !counts.isWhole
        guard let times = counts.times else { return }
        var whole: [Int64: Int] = [:]
        for time in times { whole[min(time, now) / Self.bucket, default: 0] += 1 }
        // Lines that were seen and are trimmed by now count too.
        lines.merge(whole) { max($0, $1) }
    }

    private mutating func reach(_ percent: Double, at time: Int64) {
        // What falls has begun anew.
        if let last = points.last, percent < last.percent { points = [] }
        if let last = points.last, percent == last.percent || time <= last.time { return }
        points.append((time, percent))
        if points.count > Self.pointCount { points.removeFirst() }
    }

    /// Lines in each of the last buckets, oldest first.
    func activity(now: Int64) -> [Int] {
        let last = now / Self.bucket
        return (0..<Int64(Self.bucketCount)).map { lines[last - Int64(Self.bucketCount) + 1 + $0] ?? 0 }
    }

    /// Percent a minute; nil while fewer than three points are known.
    var rate: Double? {
        guard points.count >= 3, let first = points.first, let last = points.last, last.time > first.time else {
            return nil
        }
        return (last.percent - first.percent) / Double(last.time - first.time) * 60_000
    }

    /// How long a running job will take yet, in ms; nil when nobody can tell.
    func timeLeft(of job: JobSnapshot, now: Int64) -> Int64? {
        guard job.state == .running, !job.stalled, let rate, rate > 0, let last = points.last else { return nil }
        let left = (100 - last.percent) / rate * 60_000 - Double(now - last.time)
        // What is overdue does not keep to its pace: nobody can tell.
        return left.isFinite && left > 0 && left < 1e12 ? Int64(left) : nil
    }
}
