/// Decides which entries of a list that was read again are new.
///
/// The list is trimmed at its head while it is read, so positions move: what is new is found by matching the newest
/// entries against the tail already held. Pure: it reads nothing itself.
package struct LogTail: Sendable {
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
    static let glance = 32
    /// How many entries must overlap where not all that is in the list is compared.
    static let certainty = 8

    private var held: [LogRecord] = []
    private var started = false
    /// The number of each writer's newest entry that was ever held.
    private var counts: [Substring: Int] = [:]
    /// The writers of which nothing can have been lost since: not those of whom a gap hides what they wrote.
    private var followed: Set<Substring> = []
    /// How many entries writers keep at least, unless one was seen to keep fewer.
    private let commonCap: Int
    /// How many entries are held at least, of those that were read.
    private let depth: Int
    /// The fewest entries that trimming was seen to leave.
    private var trimmedTo: Int?
    /// The most entries that the list was seen to have.
    private var longest = 0

    /// How many entries the list had when it was read last.
    private(set) var length = 0

    /// A log of which nothing was read yet, whose writers keep so many entries at least.
    init(commonCap: Int = LogRetention().entries, holding depth: Int = reach) {
        self.commonCap = commonCap
        self.depth = depth
    }

    /// How many of the newest entries the next read should ask for.
    var wanted: Int { started ? Self.glance : Self.reach }

    /// Takes a read in; except after `needsMore`, the entries found are held from now on.
    mutating func take(_ window: Window) -> Finding {
        guard started else {
            started = true
            hold(window, new: window.newest)
            return .appended(window.newest)
        }
        guard !held.isEmpty else {
            guard window.isWhole else { return .needsMore(deeper(than: window)) }
            let isSuspect = mayHaveOverflowed(window)
            let missing = missing(before: window.newest)
            if isSuspect { followed = [] }
            hold(window, new: window.newest)
            return isSuspect ? .gap(missing: missing, then: window.newest) : .appended(window.newest)
        }
        if let fresh = newCount(in: window) {
            // More came than the list grew by: the rest was trimmed.
            if fresh > window.length - length { trimmedTo = min(trimmedTo ?? .max, window.length) }
            // A slice keeps all of the reply that it was read with: for each new line it would be the thirty before it too.
            let isFew = 2 * fresh < window.newest.count
            let new = isFew ? LogRecord.copied(window.newest.suffix(fresh)) : Array(window.newest.suffix(fresh))
            hold(window, new: new)
            return .appended(new)
        }
        guard window.isWhole else { return .needsMore(deeper(than: window)) }
        let wasDeleted = !mayBeTrimmed(window)
        let missing = missing(before: window.newest)
        held = []
        followed = []
        hold(window, new: window.newest)
        return wasDeleted ? .cleared(then: window.newest) : .gap(missing: missing, then: window.newest)
    }

    /// Whether trimming can have left the list as long as it is; where not, what is gone from it was deleted. A list of
    /// the common length may always be the work of a writer that keeps fewer entries than the others.
    private func mayBeTrimmed(_ window: Window) -> Bool {
        window.length >= trimmedTo ?? max(commonCap, longest) || window.length == commonCap
    }

    private func deeper(than window: Window) -> Int { max(Self.reach, 4 * window.newest.count) }

    /// How many of the window's newest entries are new, or nil when nothing of what is held is certain to be in it.
    private func newCount(in window: Window) -> Int? {
        // As many were appended as the list grew, and one more for each that was trimmed: the least number that fits.
        // Ids need no look of their own: bytes that hold one are as unique, and not all that is called id is unique.
        let grown = max(0, window.length - length)
        guard grown < window.newest.count else { return nil }
        let fit = (grown..<window.newest.count).first { shift in
            zip(window.newest.dropLast(shift).reversed(), held.reversed()).allSatisfy { $0 == $1 }
        }
        // A line may be repeated: before an overlap of a few is believed, all there is to compare is looked at.
        guard let fit else { return nil }
        let overlap = window.newest.count - fit
        return window.isWhole || overlap >= min(held.count, Self.certainty) ? fit : nil
    }

    /// Whether entries may have been trimmed that were appended to a list that was empty: the ids tell, and without
    /// them only that it is as long as lists commonly get.
    private func mayHaveOverflowed(_ window: Window) -> Bool {
        guard let first = Self.firstCounts(in: window.newest) else { return mayBeTrimmed(window) }
        return first.contains { $0.value > (counts[$0.key] ?? 0) + 1 }
    }

    /// How many entries the ids of `new` say to be missing before them; nil where they cannot tell.
    private func missing(before new: [LogRecord]) -> Int? {
        guard let first = Self.firstCounts(in: new) else { return nil }
        if let last = held.last {
            guard let id = last.identifier.flatMap({ EntryID($0) }), first[id.writer] != nil else { return nil }
        }
        var missing = 0
        for (writer, count) in first {
            let skipped = max(0, count - (counts[writer] ?? 0) - 1)
            guard skipped == 0 || followed.contains(writer) else { return nil }
            missing += skipped
        }
        return missing
    }

    /// The number of each writer's first entry; nil where an entry has none.
    private static func firstCounts(in records: [LogRecord]) -> [Substring: Int]? {
        var first: [Substring: Int] = [:]
        for record in records {
            guard let id = record.identifier.flatMap({ EntryID($0) }) else { return nil }
            if first[id.writer] == nil { first[id.writer] = id.count }
        }
        return first
    }

    private mutating func hold(_ window: Window, new: [LogRecord]) {
        held += new
        for id in new.lazy.compactMap({ $0.identifier.flatMap { EntryID($0) } }) {
            counts[id.writer] = id.count
            followed.insert(id.writer)
        }
        if held.count > 2 * depth { held.removeFirst(held.count - depth) }
        length = window.length
        longest = max(longest, length)
    }
}

extension LogTail {
    /// Where in a part of a log its oldest entries that are held begin; nil where they are not in it.
    ///
    /// Positions are counted from the list's end and move while entries are appended: this finds the place again.
    package static func place(of held: [LogRecord], in records: [LogRecord]) -> Int? {
        records.indices.last { index in
            records[index] == held.first && zip(records[index...], held).allSatisfy { $0 == $1 }
        }
    }
}
