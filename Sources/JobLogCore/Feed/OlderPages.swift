/// How many older entries of a log are read at a time: more while they come quickly, fewer where the line is slow or the
/// entries are large, so that what happens on screen never waits long behind them.
struct OlderPages: Sendable {
    /// The fewest and the most. Whoever takes a page in has a frame for it.
    private static let sizes = 64...16_000
    /// The most bytes of a page, as far as the entries of the one before tell.
    private static let bytes = 4 << 20
    /// How long an answer may take for the next to be a larger one, and beyond which it is a smaller one.
    private static let times = (short: Duration.milliseconds(30), long: Duration.milliseconds(120))

    /// How many entries the next page has.
    private(set) var size = 2_000

    /// Takes note of entries that were read, and of how long that took; nil where it says nothing of the next page.
    mutating func take(_ records: [LogRecord], in time: Duration?) {
        guard !records.isEmpty else { return }
        let average = max(1, records.reduce(0) { $0 + $1.size } / records.count)
        let isShort = time.map { $0 < Self.times.short } ?? false
        let isLong = time.map { $0 > Self.times.long } ?? false
        let wished = isShort ? size * 2 : isLong ? size / 2 : size
        size = min(max(min(wished, Self.bytes / average), Self.sizes.lowerBound), Self.sizes.upperBound)
    }
}
