/// A line that is to be appended to a job's log.
public struct LogLine: Sendable, Hashable {
    /// How serious it is.
    public var level: LogLevel
    /// The text; may hold several lines.
    public var message: String
    /// Structured data, or nil to leave `metadata` out.
    public var metadata: JSONValue?
    /// Unix time in ms.
    public var timestamp: Int64

    /// A line of now, unless `timestamp` (Unix ms) says otherwise.
    public init(_ level: LogLevel, _ message: String, metadata: JSONValue? = nil, timestamp: Int64? = nil) {
        self.level = level
        self.message = message
        self.metadata = metadata
        self.timestamp = timestamp ?? Timestamp.now()
    }
}
