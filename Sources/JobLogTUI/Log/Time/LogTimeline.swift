import JobLogCore

/// How many lines a log has over time, and how serious the worst of them are.
///
/// Lines are counted as they come, in at most 2,048 bins of equal length, which grow as the log does.
struct LogTimeline: Sendable, Equatable {
    /// The lines of a stretch of time.
    struct Bin: Sendable, Hashable {
        var count = 0
        var worst = LogLevel.debug

        mutating func add(_ other: Bin) {
            count += other.count
            worst = max(worst, other.worst)
        }
    }

    private static let mostBins: Int64 = 2_048

    /// The length of a bin in ms.
    private var length: Int64 = 1_000
    /// The number of the first bin, counted from 1970.
    private var first: Int64 = 0
    private var bins: [Bin] = []
    private var counted = 0

    /// Whether there is anything to see: more than one moment.
    var isVisible: Bool { bins.count > 1 }

    /// From when until when lines are counted, Unix ms.
    var span: Range<Int64> { first * length..<(first + Int64(bins.count)) * length }

    /// Counts the lines that it has not counted yet.
    mutating func take(_ document: LogDocument) {
        while counted < document.idCount {
            let facts = document.facts(Int32(counted))
            counted += 1
            if let level = facts.level, facts.hasTime { add(facts.time, level) }
        }
    }

    private mutating func add(_ time: Int64, _ level: LogLevel) {
        var number = Self.bin(time, length)
        if bins.isEmpty { first = number }
        while max(number, first + Int64(bins.count) - 1) - min(number, first) >= Self.mostBins {
            widen()
            number = Self.bin(time, length)
        }
        if number < first {
            bins.insert(contentsOf: repeatElement(Bin(), count: Int(first - number)), at: 0)
            first = number
        }
        let index = Int(number - first)
        if index >= bins.count { bins += repeatElement(Bin(), count: index - bins.count + 1) }
        bins[index].add(Bin(count: 1, worst: level))
    }

    private static func bin(_ time: Int64, _ length: Int64) -> Int64 {
        time >= 0 ? time / length : -((-time + length - 1) / length)
    }

    /// Makes the bins twice as long.
    private mutating func widen() {
        let newFirst = first >= 0 ? first / 2 : -((-first + 1) / 2)
        var wider: [Bin] = []
        for (offset, bin) in bins.enumerated() {
            let index = Int(Self.half(first + Int64(offset)) - newFirst)
            if index >= wider.count { wider += repeatElement(Bin(), count: index - wider.count + 1) }
            wider[index].add(bin)
        }
        bins = wider
        first = newFirst
        length *= 2
    }

    private static func half(_ number: Int64) -> Int64 { number >= 0 ? number / 2 : -((-number + 1) / 2) }

    /// The lines as so many columns.
    func columns(_ count: Int) -> [Bin] {
        guard count > 0, !bins.isEmpty else { return [] }
        var columns = Array(repeating: Bin(), count: count)
        for (index, bin) in bins.enumerated() where bin.count > 0 {
            // Where there are fewer bins than columns, a bin is as wide as its time is.
            let start = index * count / bins.count
            let end = max(start + 1, (index + 1) * count / bins.count)
            for column in start..<end { columns[column].add(bin) }
        }
        return columns
    }

    /// The column of a moment.
    func column(of time: Int64, in count: Int) -> Int {
        let span = span
        guard count > 0, !span.isEmpty else { return 0 }
        let share = Double(time - span.lowerBound) / Double(span.upperBound - span.lowerBound)
        return min(count - 1, max(0, Int(share * Double(count))))
    }

    /// The moment at which a column begins.
    func start(ofColumn column: Int, in count: Int) -> Int64 {
        let span = span
        return span.lowerBound
            + Int64(Double(span.upperBound - span.lowerBound) * Double(column) / Double(max(1, count)))
    }
}
