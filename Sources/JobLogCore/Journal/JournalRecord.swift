/// One log entry that waits in a ``LogJournal`` until Redis takes it.
struct JournalRecord: Sendable, Hashable {
    /// The job whose log it belongs to.
    var job: JobID
    /// The entry's level, so that its owner need not parse the entry.
    var level: LogLevel
    /// The entry's JSON as the list in Redis holds it.
    var entry: [UInt8]
    /// Whether the entry may be in Redis already: its append was sent and no answer came.
    var isSuspect: Bool
}
