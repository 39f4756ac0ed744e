import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Appends to and reads `job:logs:{id}`, the log that every job has.
///
/// A log keeps the newest 200 entries for 7 days unless configured otherwise. Appending never throws: an entry that
/// Redis does not take goes to the console, as `[JobLogManager] [ID] LEVEL: message`, and is kept until Redis takes it.
/// Copies share what is under way; one manager serves any number of jobs and tasks, and the more they are, the more
/// entries travel together.
public struct JobLogManager: Sendable {
    let outbox: LogOutbox
    let keys: JobKeys
    let worker: WorkerIdentity
    let connection: RedisConnection
    private let limits: LogLimits
    private let errors: ErrorReporting?

    /// A manager over one connection.
    ///
    /// - Parameters:
    ///   - connection: where the logs are; it connects by itself when the first command is sent.
    ///   - keys: the names of the keys.
    ///   - retention: how many entries a log keeps, and how long.
    ///   - worker: who writes; gives the entries their ids.
    ///   - keeping: what is kept of entries while Redis does not take them, and whether in a file.
    ///   - limits: how large an entry may be.
    ///   - reporter: told of every error entry; its event's id goes into the entry's `metadata.sentryEventId`.
    ///   - console: takes an entry's line, without newline, when Redis does not take the entry; standard error unless
    ///     given.
    public init(
        connection: RedisConnection, keys: JobKeys = JobKeys(), retention: LogRetention = LogRetention(),
        worker: WorkerIdentity = WorkerIdentity(), keeping: LogKeeping = LogKeeping(), limits: LogLimits = LogLimits(),
        reporter: (any ErrorReporter)? = nil, console: @escaping @Sendable (String) -> Void = Self.standardError
    ) {
        self.connection = connection
        self.keys = keys
        self.worker = worker
        self.limits = limits
        errors = reporter.map { ErrorReporting($0, worker: worker) }
        outbox = LogOutbox(
            connection: connection, log: LogCommands(keys: keys, retention: retention), keeping: keeping,
            worker: worker, console: console)
    }

    /// Writes one line to standard error.
    public static let standardError: @Sendable (String) -> Void = { line in
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Appends an entry of level info.
    @discardableResult
    public func info(_ id: JobID, _ message: String, _ metadata: JSONValue? = nil) async -> LogDelivery {
        await append(id, LogLine(.info, message, metadata: metadata))
    }

    /// Appends an entry of level warn.
    @discardableResult
    public func warn(_ id: JobID, _ message: String, _ metadata: JSONValue? = nil) async -> LogDelivery {
        await append(id, LogLine(.warn, message, metadata: metadata))
    }

    /// Appends an entry of level error.
    @discardableResult
    public func error(_ id: JobID, _ message: String, _ metadata: JSONValue? = nil) async -> LogDelivery {
        await append(id, LogLine(.error, message, metadata: metadata))
    }

    /// Appends an entry of level debug.
    @discardableResult
    public func debug(_ id: JobID, _ message: String, _ metadata: JSONValue? = nil) async -> LogDelivery {
        await append(id, LogLine(.debug, message, metadata: metadata))
    }

    /// Appends one entry, and waits until Redis has it or is known not to take it now.
    ///
    /// Whatever is appended meanwhile travels in one pipeline with it. Cancelling the task does not lose the entry.
    @discardableResult
    public func append(_ id: JobID, _ line: LogLine) async -> LogDelivery {
        await outbox.submit(Parcel(entry: entry(line, of: id))).delivery
    }

    /// Appends several entries, of one job or of many, in one round trip; a delivery for each, in their order.
    public func append(_ lines: [(id: JobID, line: LogLine)]) async -> [LogDelivery] {
        await outbox.submit(lines.map { Parcel(entry: entry($0.line, of: $0.id)) }).map(\.delivery)
    }

    /// Appends one entry some time soon, without waiting: it takes microseconds, whatever Redis does.
    ///
    /// Before the process ends, ``flush(within:)`` or ``close(within:)`` must see to the rest.
    public func post(_ id: JobID, _ line: LogLine) {
        outbox.post(Parcel(entry: entry(line, of: id)))
    }

    /// Waits until Redis has all entries, at most for `limit`; whether it has.
    @discardableResult
    public func flush(within limit: Duration = .seconds(10)) async -> Bool {
        await outbox.flush(within: limit)
    }

    /// Flushes, and gives up what Redis does not take within `limit`; with a journal the next process sends it.
    ///
    /// - Returns: Whether Redis has all entries.
    @discardableResult
    public func close(within limit: Duration = .seconds(10)) async -> Bool {
        await errors?.flush(within: limit)
        return await outbox.close(within: limit)
    }

    /// The newest `count` entries, oldest first; 100 unless told otherwise. Throws a `RedisError`.
    public func newest(_ count: Int = 100, of id: JobID) async throws(RedisError) -> [LogRecord] {
        guard count > 0 else { return [] }
        let reply = try await connection.send(RedisCommand("LRANGE", .key(keys.logs(id)), .integer(-count), -1))
        return reply.records
    }

    /// Deletes a job's log; false when there was none. Throws a `RedisError`.
    @discardableResult
    public func delete(_ id: JobID) async throws(RedisError) -> Bool {
        try await connection.send(RedisCommand("DEL", .key(keys.logs(id)))).integer == 1
    }

    // MARK: - What the publisher uses

    /// The entry of a line, as large as may be, with what belongs to the worker.
    func entry(_ line: LogLine, of id: JobID) -> OutboundEntry {
        var line = limits.apply(to: line)
        if let errors { errors.attend(&line, of: id) }
        let clockSkew = outbox.clockSkew
        if worker.signsEntries || clockSkew != nil {
            var metadata = line.metadata?.object ?? JSONObject()
            if line.metadata != nil, line.metadata?.object == nil { metadata.append("value", line.metadata) }
            if worker.signsEntries { metadata["worker"] = metadata["worker"] ?? .string(worker.name) }
            metadata["clockSkewMs"] = clockSkew.map { JSONValue($0) }
            line.metadata = .object(metadata)
        }
        return OutboundEntry(line, of: id)
    }

    /// Whether what is known of jobs is of use.
    var reportsErrors: Bool { errors != nil }

    /// What is known of a job, for the reports of its errors.
    func knows(_ context: ErrorContext, of id: JobID) { errors?.knows(context, of: id) }

    /// A job has ended.
    func forget(_ id: JobID) {
        worker.forget(id)
        errors?.forget(id)
    }
}
