import JobLogCore

/// A place in a job's log, as the `id` of a server-sent event: the entries up to it were told.
///
/// It holds nothing of this server, so that a stream goes on at another one and after a restart. A list is trimmed at its
/// head and has no numbers of its own: the place is found again by what stands there.
struct LogPosition: Sendable, Hashable {
    /// What an entry's bytes come to: the same for every server and every version.
    typealias Digest = UInt64

    /// How many entries back the second digest looks.
    static let reach = 8

    /// How many entries the log had up to here, as far as the server that made it knew.
    var ordinal: Int
    /// The digest of the last entry.
    var last: Digest
    /// That of the last entries, at most ``reach``.
    var recent: Digest

    /// The position after entries with these digests, the last of which has this ordinal; nil where there are none.
    init?(after digests: ArraySlice<Digest>, ordinal: Int) {
        guard let last = digests.last else { return nil }
        self.ordinal = ordinal
        self.last = last
        recent = Self.combined(digests.suffix(Self.reach))
    }

    /// The position before these entries, which so many others precede: what they begin with says where it is.
    init?(before records: some Collection<LogRecord>, ordinal: Int) {
        guard let first = records.first else { return nil }
        self.ordinal = ordinal
        last = Self.digest(of: first)
        recent = Self.combined(records.prefix(Self.reach).map(Self.digest))
    }

    /// Reads what ``text`` says; nil where it is no position.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        // No log comes near 2^48 entries, and no sum of two such overflows.
        guard parts.count == 3, let ordinal = Int(parts[0]), 1..<1 << 48 ~= ordinal,
            let last = Digest(parts[1], radix: 16), let recent = Digest(parts[2], radix: 16)
        else { return nil }
        self.ordinal = ordinal
        self.last = last
        self.recent = recent
    }

    /// The position as the `id` of an event.
    var text: String { "\(ordinal)-\(String(last, radix: 16))-\(String(recent, radix: 16))" }

    /// How many of a log's newest entries, the first of which has this ordinal, the position has behind it; nil where its
    /// last entry is not among them.
    func place(in digests: [Digest], firstOrdinal: Int) -> Int? {
        func fits(_ index: Int) -> Bool {
            guard digests[index] == last else { return false }
            let before = digests[...index].suffix(Self.reach)
            // What preceded may be trimmed by now, unless the log is whole.
            let mayBeTrimmed = before.count < Self.reach && !(firstOrdinal == 1 && ordinal == index + 1)
            return mayBeTrimmed || Self.combined(before) == recent
        }
        // Where nothing was trimmed since, the number says it, also among lines that are all the same.
        let numbered = ordinal - firstOrdinal
        if digests.indices.contains(numbered), fits(numbered) { return numbered + 1 }
        return digests.indices.last(where: fits).map { $0 + 1 }
    }

    /// Whether it stands before these entries: those at its place, as many as it looks at or all that there are.
    func stands(before records: some Collection<LogRecord>) -> Bool {
        stands(before: records.prefix(Self.reach).map(Self.digest)[...])
    }

    /// The same by their digests. It may have been made when fewer entries followed.
    private func stands(before digests: ArraySlice<Digest>) -> Bool {
        guard digests.first == last else { return false }
        var hash = Self.seed
        for digest in digests.prefix(Self.reach) {
            hash = Self.combined([digest], onto: hash)
            if hash == recent { return true }
        }
        return false
    }

    /// How many of all a log's entries precede those that the position stands before; nil where they are gone.
    func place(before records: [LogRecord]) -> Int? {
        let digests = records.map(Self.digest)
        if digests.indices.contains(ordinal), stands(before: digests[ordinal...]) { return ordinal }
        return digests.indices.last { stands(before: digests[$0...]) }
    }

    /// FNV-1a of an entry's bytes.
    static func digest(of record: LogRecord) -> Digest {
        record.bytes.withUnsafeBufferPointer { bytes in
            var hash = seed
            for byte in bytes { hash = (hash ^ Digest(byte)) &* prime }
            return hash
        }
    }

    private static let seed: Digest = 0xcbf2_9ce4_8422_2325
    private static let prime: Digest = 0x100_0000_01b3

    private static func combined(_ digests: some Sequence<Digest>, onto hash: Digest = seed) -> Digest {
        digests.reduce(hash) { ($0 ^ $1) &* prime }
    }
}
