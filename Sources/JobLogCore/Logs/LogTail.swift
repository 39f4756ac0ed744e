/// Decides which entries of a list that was read again are new.
///
/// The list is trimmed at its head while it is read, so positions move: what is new is found by matching the newest
/// entries against the tail already held. Pure: it reads nothing itself.
struct LogTail: Sendable {
    /// One read of a list: its length and its newest entries, taken at one moment.
    struct Window: Sendable {
        /// `LLEN`.
        var length: Int
        /// The newest entries, oldest first; all of them when there are `length`.
        var newest: [LogRecord]

        var isWhole: Bool { newest.count >= length }
    }

    /// What a read showed.
    enum Finding: Sendable {
        /// These entries follow the held ones, which may be none.
        case appended([LogRecord])
        /// The newest entries that were read do not reach back to the held ones: at least this many are to be read.
        case needsMore(Int)
        /// The held ones are gone from the list, and these are its entries now: some in between may have been trimmed
        /// before they could be read; `missing` is their number where the entries' ids tell it.
        case gap(missing: Int?, then: [LogRecord])
        /// The list was deleted; what is in it now, if anything, is new.
        case cleared(then: [LogRecord])
    }

    /// How many entries to ask for first.
    static let reach = 1_000
    /// How many entries to ask for when few are expected.
    static let glance = 16

    private var held: [LogRecord] = []
    private var started = false

    /// The newest of the held entries, for what a viewer derives from a log; at most `reach`.
    var recent: ArraySlice<LogRecord> { held.suffix(Self.reach) }

    /// How many entries the list had when it was read last.
    private(set) var length = 0

    /// How many of the newest entries the next read should ask for.
    var wanted: Int { started ? Self.glance : Self.reach }

    /// Takes a read in; except after `needsMore`, the entries found are held from now on.
    mutating func take(_ window: Window) -> Finding {
        guard started else {
            started = true
            hold(window, new: window.newest)
            return .appended(window.newest)
        }
        if let fresh = newCount(in: window) {
            let new = Array(window.newest.suffix(fresh))
            hold(window, new: new)
            return .appended(new)
        }
        guard window.isWhole else { return .needsMore(max(Self.reach, 4 * window.newest.count)) }
        let (before, last) = (length, held.last)
        held = []
        hold(window, new: window.newest)
        // Trimming leaves a list as long as it was; one that is shorter now was deleted and begun again.
        if window.length < before { return .cleared(then: window.newest) }
        return .gap(missing: Self.missing(between: last, and: window.newest), then: window.newest)
    }

    /// How many of the window's newest entries are new, or nil when nothing of what is held is in it.
    private func newCount(in window: Window) -> Int? {
        guard let last = held.last else { return window.isWhole ? window.newest.count : nil }
        if let id = last.identifier {
            return window.newest.lastIndex { $0.identifier == id }.map { window.newest.count - 1 - $0 }
        }
        // As many were appended as the list grew, and one more for each that was trimmed: the least number that fits.
        let grown = max(0, window.length - length)
        guard grown < window.newest.count else { return nil }
        return (grown..<window.newest.count).first { shift in
            zip(window.newest.dropLast(shift).reversed(), held.reversed()).allSatisfy { $0.bytes == $1.bytes }
        }
    }

    private static func missing(between last: LogRecord?, and new: [LogRecord]) -> Int? {
        guard let last = last?.identifier.flatMap({ EntryID($0) }) else { return nil }
        let next = new.lazy.compactMap { $0.identifier.flatMap { EntryID($0) } }.first { $0.writer == last.writer }
        return next.map { max(0, $0.count - last.count - 1) }
    }

    private mutating func hold(_ window: Window, new: [LogRecord]) {
        held += new
        if held.count > 2 * Self.reach { held.removeFirst(held.count - Self.reach) }
        length = window.length
    }
}
