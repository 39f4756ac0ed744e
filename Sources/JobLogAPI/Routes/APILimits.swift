/// What the API takes at most.
public enum APILimits {
    /// Bytes of path and query.
    public static let mostTarget = 32_768
    /// Bytes of all header fields.
    public static let mostHeader = 16_384
    /// Bytes of a body.
    public static let mostBody = 65_536
    /// Jobs of one page.
    public static let mostJobs = 100
    /// Jobs of one page unless told otherwise.
    public static let jobs = 25
    /// Entries of one answer.
    public static let mostEntries = 10_000
    /// Entries of one answer unless told otherwise.
    public static let entries = 100
    /// Jobs that are named in one query.
    public static let mostNamed = 300
    /// Jobs that one stream watches.
    public static let mostWatched = 300
    /// Ids that a beginning may stand for.
    public static let mostMatches = 10
}
