import JobLogCore

/// A stretch of a log's timeline while it is drawn with the mouse.
struct TimelineStretch: Sendable, Hashable {
    /// The column at which it began.
    let start: Int
    /// The column under the pointer.
    var end: Int

    var columns: ClosedRange<Int> { min(start, end)...max(start, end) }
}

extension LogPane {
    /// Goes to the time of the column that was clicked, or limits the lines to the times that were drawn over.
    mutating func endStretch(of width: Int) {
        guard let stretch else { return }
        self.stretch = nil
        guard timeline.isVisible, width > 0 else { return }
        let first = timeline.start(ofColumn: stretch.columns.lowerBound, in: width)
        guard stretch.columns.count > 1 else { return go(toTime: first) }
        limit(since: first, until: timeline.start(ofColumn: stretch.columns.upperBound + 1, in: width) - 1)
    }

    /// Limits the lines to a range of times, of which whole seconds count.
    private mutating func limit(since: Int64, until: Int64) {
        let since = since - Self.remainder(since)
        let until = until - Self.remainder(until) + 999
        let isOneDay = ClockTime.date(since, utc: times.isUTC) == ClockTime.date(until, utc: times.isUTC)
        // As it can be typed: `T` and the choice among the filters take it up.
        let text = [since, until - 999].map { isOneDay ? ClockTime.time($0, utc: times.isUTC) : ISO8601.text($0) }
        choice.range = LogChoice.TimeRange(since: since, until: until, text: text.joined(separator: ".."))
        choice.invalidate()
        isRecentred = true
    }

    private static func remainder(_ time: Int64) -> Int64 { (time % 1_000 + 1_000) % 1_000 }
}
