import Logging

/// The job in whose scope the current task runs.
struct JobContext: Sendable {
    @TaskLocal static var current: JobContext?

    let id: JobID
    let logs: JobLogManager
}

/// Sends what is logged by swift-log to the log of the job in whose scope it is logged.
///
/// Inside the closure of ``JobPublisher/withJob(_:user:type:_:)``, and in the tasks that it starts, a line goes to the
/// job's log: trace and debug as debug, info and notice as info, warning as warn, error and critical as error, the
/// metadata as JSON. Everywhere else it goes to another handler.
///
///     LoggingSystem.bootstrap { JobLogHandler(fallback: StreamLogHandler.standardError(label: $0)) }
public struct JobLogHandler: LogHandler {
    /// The least level that is logged.
    public var logLevel: Logger.Level
    /// Goes along with every line.
    public var metadata: Logger.Metadata = [:]
    /// Asked for more metadata at every line.
    public var metadataProvider: Logger.MetadataProvider?

    private var fallback: any LogHandler
    private let passesOn: Bool

    /// A handler in front of another one.
    ///
    /// - Parameters:
    ///   - fallback: Takes what is logged outside of jobs.
    ///   - passesOn: Whether it takes what is logged in jobs as well.
    ///   - metadataProvider: Asked for more metadata at every line.
    public init(
        fallback: any LogHandler, passesOn: Bool = false, metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.fallback = fallback
        self.passesOn = passesOn
        self.metadataProvider = metadataProvider
        logLevel = fallback.logLevel
    }

    /// Metadata that goes along with every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set {
            metadata[key] = newValue
            fallback[metadataKey: key] = newValue
        }
    }

    /// Takes a line.
    public func log(event: LogEvent) {
        // What the connection says of itself would be an entry that it has to carry.
        guard let context = JobContext.current, event.source != "RedisClient" else {
            return fallback.log(event: event)
        }
        if passesOn { fallback.log(event: event) }
        var all = metadata
        if let provider = metadataProvider ?? fallback.metadataProvider {
            all.merge(provider.get()) { _, new in new }
        }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let line = LogLine(
            LogLevel(event.level), "\(event.message)", metadata: all.isEmpty ? nil : JSONValue(.dictionary(all)))
        context.logs.post(context.id, line)
    }
}

extension LogLevel {
    /// The level of a job's log for one of swift-log's.
    public init(_ level: Logger.Level) {
        switch level {
        case .trace, .debug: self = .debug
        case .info, .notice: self = .info
        case .warning: self = .warn
        case .error, .critical: self = .error
        }
    }
}

extension JSONValue {
    /// swift-log's metadata as JSON; members are in the order of their names.
    public init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let value): self = Self.plain(value)
        case .array(let elements): self = .array(elements.map { JSONValue($0) })
        case .dictionary(let members):
            self = .object(
                JSONObject(
                    members.sorted { $0.key < $1.key }.map {
                        JSONObject.Member(key: $0.key, value: JSONValue($0.value))
                    }))
        }
    }

    /// Numbers and truth values stay what they are; everything else is its text.
    private static func plain(_ value: any CustomStringConvertible & Sendable) -> JSONValue {
        switch value {
        case let flag as Bool: .bool(flag)
        case let number as any BinaryInteger: JSONValue(number)
        case let number as Double: number.isFinite ? JSONValue(number) : .string("\(number)")
        case let number as Float: number.isFinite ? JSONValue(Double(number)) : .string("\(number)")
        default: .string(value.description)
        }
    }
}
