import JobLogCore

/// A place in a job's log, as the `id` of a server-sent event: the entries up to it were told.
///
/// It holds nothing of this server, so that a stream goes on at another one and after a restart. A list is trimmed at its
/// head and has no numbers of its own: the place is found again by what stands there.
struct LogPosition: Sendable, Hashable {
    /// How many entries back the second digest looks.
    static let reach = 8

    /// How many entries the log had up to here, as far as the server that made it knew.
    var ordinal: Int
    /// A digest of the last entry.
    var last: UInt64
    /// A digest of the last entries, at most ``reach``.
    var recent: UInt64

    /// The position after these entries, the last of which has this ordinal; nil where there are none.
    init?(after records: some BidirectionalCollection<LogRecord>, ordinal: Int) {
        guard let last = records.last else { return nil }
        self.ordinal = ordinal
        self.last = Self.digest(CollectionOfOne(last))
        recent = Self.digest(records.suffix(Self.reach))
    }

    /// The position before these entries, which so many others precede: what they begin with says where it is.
    init?(before records: some Collection<LogRecord>, ordinal: Int) {
        guard let first = records.first else { return nil }
        self.ordinal = ordinal
        last = Self.digest(CollectionOfOne(first))
        recent = Self.digest(records.prefix(Self.reach))
    }

    /// How many of all a log's entries precede the entries that the position stands before; nil where they are gone.
    func place(before records: [LogRecord]) -> Int? {
        func fits(_ index: Int) -> Bool {
            Self.digest(CollectionOfOne(records[index])) == last
                && Self.digest(records[index...].prefix(Self.reach)) == recent
        }
        if records.indices.contains(ordinal), fits(ordinal) { return ordinal }
        return records.indices.last(where: fits)
    }

    /// Reads what ``text`` says; nil where it is no position.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let ordinal = Int(parts[0]), ordinal > 0,
            let last = UInt64(parts[1], radix: 16), let recent = UInt64(parts[2], radix: 16)
        else { return nil }
        self.ordinal = ordinal
        self.last = last
        self.recent = recent
    }

    /// The position as the `id` of an event.
    var text: String { "\(ordinal)-\(String(last, radix: 16))-\(String(recent, radix: 16))" }

    /// How many of a log's newest entries, the first of which has this ordinal, the position has behind it; nil where its
    /// last entry is not among them.
    func place(in records: [LogRecord], firstOrdinal: Int) -> Int? {
        let isWhole = firstOrdinal == 1
        // Where nothing was trimmed since, the number says it, also among lines that are all the same.
        if let index = records.indices.first(where: { $0 == ordinal - firstOrdinal }),
            fits(records, at: index, isWhole: isWhole)
        {
            return index + 1
        }
        return records.indices.last { fits(records, at: $0, isWhole: isWhole) }.map { $0 + 1 }
    }

    private func fits(_ records: [LogRecord], at index: Int, isWhole: Bool) -> Bool {
        guard Self.digest(CollectionOfOne(records[index])) == last else { return false }
        let before = records[...index].suffix(Self.reach)
        // What preceded may be trimmed by now.
        return before.count < Self.reach && !(isWhole && ordinal == index + 1) || Self.digest(before) == recent
    }

    /// FNV-1a, so that every server and every version makes the same of the same entries.
    private static func digest(_ records: some Sequence<LogRecord>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for record in records {
            for byte in record.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // No entry's end is another's beginning.
            hash = (hash ^ 0x1FF) &* 0x100_0000_01b3
        }
        return hash
    }
}
