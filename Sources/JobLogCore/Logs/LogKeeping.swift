/// What is kept of the entries that Redis has not taken yet.
public struct LogKeeping: Sendable, Hashable {
    /// The most entries in memory.
    public var entries: Int
    /// The most bytes in memory.
    public var bytes: Int
    /// A folder for files that outlive the process; nil keeps entries in memory only.
    public var journalFolder: String?
    /// The most bytes of a journal's file.
    public var journalBytes: Int
    /// The longest pause between two attempts to send what is kept; the first ones follow sooner.
    public var retryLimit: Duration

    /// 10,000 entries or 16 MB in memory, and no journal, unless told otherwise. With no entries at all, nothing is
    /// kept: an entry that Redis does not take at once is on the console only.
    public init(
        entries: Int = 10_000, bytes: Int = 16_000_000, journalFolder: String? = nil, journalBytes: Int = 256_000_000,
        retryLimit: Duration = .seconds(5)
    ) {
        self.entries = max(0, entries)
        self.bytes = max(0, bytes)
        self.journalFolder = journalFolder
        self.journalBytes = max(0, journalBytes)
        self.retryLimit = max(.milliseconds(1), retryLimit)
    }

    /// Whether anything is kept at all.
    var keepsAnything: Bool { entries > 0 || journalFolder != nil }

    /// How many may wait in memory, of which some are on their way.
    var queueLimit: Int { entries > 0 ? entries : 10_000 }

    /// Nothing is kept.
    public static let nothing = LogKeeping(entries: 0)
}
