/// How many errors and warnings a log holds.
public struct LogCounts: Sendable, Hashable {
    /// Entries of level error.
    public var errors = 0
    /// Entries of level warn.
    public var warnings = 0
    /// Whether all entries were counted; where not, only some of the newest were.
    public var isWhole = true
    /// The times of the entries, Unix ms, as far as they have one; nil unless all that were counted were read just now.
    public var times: [Int64]?

    /// Nothing counted.
    public init() {}

    /// The counts of a whole log.
    init(_ records: [LogRecord]) {
        for record in records { add(record.level) }
        times = records.compactMap(\.timestamp)
    }

    mutating func add(_ level: LogLevel?, _ one: Int = 1) {
        switch level {
        case .error: errors += one
        case .warn: warnings += one
        default: break
        }
    }
}
