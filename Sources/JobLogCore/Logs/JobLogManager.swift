import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where an appended log entry ended up.
public enum LogDelivery: Sendable, Hashable {
    /// In `job:logs:{id}`.
    case stored
    /// On the console only, because Redis did not take it; the error says why.
    case console(RedisError)
}

/// A line that is to be appended to a job's log.
public struct LogLine: Sendable {
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

/// Appends to and reads `job:logs:{id}`, the log that every job has.
///
/// A log keeps the newest 200 entries for 7 days unless configured otherwise. Appending never throws: when Redis does
/// not take an entry it goes to the console, as `[JobLogManager] [ID] LEVEL: message`.
public struct JobLogManager: Sendable {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let retention: LogRetention
    private let worker: WorkerIdentity
    private let console: @Sendable (String) -> Void

    /// A manager over one connection.
    ///
    /// - Parameters:
    ///   - connection: where the logs are; it connects by itself when the first command is sent.
    ///   - keys: the names of the keys.
    ///   - retention: how many entries a log keeps, and how long.
    ///   - worker: who writes; gives the entries their ids.
    ///   - console: takes an entry's line, without newline, when Redis does not take the entry; standard error unless
    ///     given.
    public init(
        connection: RedisConnection, keys: JobKeys = JobKeys(), retention: LogRetention = LogRetention(),
        worker: WorkerIdentity = WorkerIdentity(), console: @escaping @Sendable (String) -> Void = Self.standardError
    ) {
        self.connection = connection
        self.keys = keys
        self.retention = retention
        self.worker = worker
        self.console = console
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

    /// Appends one entry in one round trip.
    @discardableResult
    public func append(_ id: JobID, _ line: LogLine) async -> LogDelivery {
        await append([(id, line)])[0]
    }

    /// Appends several entries, of one job or of many, in one round trip; a delivery for each, in their order.
    public func append(_ lines: [(id: JobID, line: LogLine)]) async -> [LogDelivery] {
        var commands: [RedisCommand] = []
        commands.reserveCapacity(lines.count * Self.commandsPerLine)
        var target: AppendTarget?
        for (id, line) in lines {
            let current = target?.id == id ? target : nil
            let appendTo = current ?? self.target(id)
            target = appendTo
            commands.append(push(line, to: appendTo))
            commands.append(appendTo.trim)
            commands.append(appendTo.expire)
        }
        do throws(RedisError) {
            let replies = try await connection.send(commands)
            return lines.indices.map { index in
                let append = replies[index * Self.commandsPerLine]
                return delivery(of: lines[index].line, to: lines[index].id, refused: append.error)
            }
        } catch {
            return lines.map { delivery(of: $0.line, to: $0.id, refused: error) }
        }
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

    /// How many commands `appending(_:to:)` makes.
    static let commandsPerLine = 3

    /// The commands that append one line: the entry, the trim, the lifetime. All touch one key.
    func appending(_ line: LogLine, to id: JobID) -> [RedisCommand] {
        let target = target(id)
        return [push(line, to: target), target.trim, target.expire]
    }

    /// What is the same for all lines of a job.
    private struct AppendTarget {
        let id: JobID
        let key: [UInt8]
        let trim: RedisCommand
        let expire: RedisCommand
    }

    private func target(_ id: JobID) -> AppendTarget {
        let key = keys.logs(id)
        return AppendTarget(
            id: id, key: key, trim: RedisCommand("LTRIM", .key(key), .integer(-retention.entries), -1),
            expire: RedisCommand("EXPIRE", .key(key), .integer(retention.seconds)))
    }

    private func push(_ line: LogLine, to target: AppendTarget) -> RedisCommand {
        let entry = LogEntry.encode(
            timestamp: line.timestamp, type: line.level, message: line.message, metadata: line.metadata,
            id: worker.nextEntryID(for: target.id))
        return RedisCommand("RPUSH", .key(target.key), .bytes(entry))
    }

    /// What became of a line; one that Redis refused is written to the console.
    func delivery(of line: LogLine, to id: JobID, refused: RedisError?) -> LogDelivery {
        guard let refused else { return .stored }
        let text = TerminalText.lines(line.message).joined(separator: "\n")
        console("[JobLogManager] [\(id.display)] \(line.level.badge): \(text)")
        return .console(refused)
    }
}
