/// How much of a job's log is kept, and how long.
public struct LogRetention: Sendable, Hashable {
    /// The newest entries that stay in `job:logs:{id}`.
    public var entries: Int
    /// The lifetime of the list in seconds, renewed by every append.
    public var seconds: Int

    /// 200 entries and 7 days, as the TypeScript workers have it, unless told otherwise. Both are at least 1.
    public init(entries: Int = 200, seconds: Int = 604_800) {
        self.entries = max(1, entries)
        self.seconds = max(1, seconds)
    }
}
