/// Makes a document of whole logs, whose order is found once, when all of them are there: with many logs, merging one
/// after the other would go over all lines again for each.
struct LogGatherer {
    private var document: LogDocument
    /// The log that was added last.
    private var last = -1

    /// A gatherer of so many logs.
    init(sources: Int) { document = LogDocument(sources: sources) }

    /// Adds the entries of a log, oldest first.
    ///
    /// - Precondition: `source`, the number of the log, is above those of the logs that were added before.
    mutating func add(_ records: [LogRecord], from source: Int, now: Int64 = Timestamp.now()) {
        precondition(source > last, "logs are added in the order of their numbers, each once")
        last = source
        _ = document.take(records, from: source, now: now)
    }

    /// The document of all that was added; the gatherer is empty afterwards.
    mutating func finish() -> LogDocument {
        defer { self = LogGatherer(sources: 1) }
        // Ids were given in the order of the logs and of their lists: that is how lines of one time stand.
        document.order = TimeSort.stableOrder(of: document.known)
        return document
    }
}

/// Sorts lines by time, digit by digit: times of one log differ by days at most, so that two or three passes do.
private enum TimeSort {
    private struct Item {
        var time: UInt64
        var id: Int32
    }

    private static let digitBits: UInt64 = 11

    /// The ids from 0 on, by the times of the lines; lines of one time stay in the order of their ids.
    static func stableOrder(of lines: [LineFacts]) -> [Int32] {
        guard let first = lines.first else { return [] }
        var (oldest, newest, isSorted) = (first.time, first.time, true)
        var before = first.time
        for line in lines {
            if line.time < before { isSorted = false }
            before = line.time
            oldest = min(oldest, line.time)
            newest = max(newest, line.time)
        }
        guard !isSorted else { return lines.indices.map { Int32($0) } }
        // Times are bounded (`UnixTime.limit`), so the difference fits.
        var items = lines.enumerated().map { Item(time: UInt64($1.time - oldest), id: Int32($0)) }
        var other = items
        var shift: UInt64 = 0
        while UInt64(newest - oldest) >> shift != 0 {
            pass(from: items, to: &other, shift)
            swap(&items, &other)
            shift += digitBits
        }
        return items.map(\.id)
    }

    private static func pass(from items: [Item], to sorted: inout [Item], _ shift: UInt64) {
        let mask: UInt64 = 1 << digitBits - 1
        var places = [Int](repeating: 0, count: Int(mask) + 1)
        for item in items { places[Int(item.time >> shift & mask)] += 1 }
        var next = 0
        for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
        sorted.withUnsafeMutableBufferPointer { sorted in
            for item in items {
                let digit = Int(item.time >> shift & mask)
                sorted[places[digit]] = item
                places[digit] += 1
            }
        }
    }
}
