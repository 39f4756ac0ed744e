import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who writes: the name that events and state carry, and the source of the ids of its log entries.
public final class WorkerIdentity: Sendable {
    /// The worker's name as it stands in `job:state:{id}` and in events, by default `host:pid`.
    public let name: String
    /// Whether every entry says in `metadata.worker` who wrote it, for jobs that several workers have.
    public let signsEntries: Bool

    /// Tells this run of the worker from every other: start time, pid and chance, in base 36.
    private let token: String
    private let writers = Mutex(Writers())

    private struct Writers {
        var counts: [JobID: EntryID] = [:]
        var started = 0
    }

    /// An identity of this process.
    ///
    /// - Parameters:
    ///   - name: Who it is; `host:pid` unless given.
    ///   - signsEntries: Whether every entry says in `metadata.worker` who wrote it; by default where a name is given.
    public init(name: String? = nil, signsEntries: Bool? = nil) {
        self.signsEntries = signsEntries ?? (name != nil)
        let process = Int(getpid())
        self.name = name ?? "\(Self.hostName):\(process)"
        let start = String(Timestamp.now(), radix: 36)
        token = start + String(process, radix: 36) + String(UInt32.random(in: .min ... .max), radix: 36)
    }

    /// The next entry id for a job: the run's token and a counter, so that the ids of one writer sort in the order of
    /// writing, a retry can be recognised, and a gap can be counted.
    public func nextEntryID(for job: JobID) -> EntryID {
        writers.withLock { writers in
            if let next = writers.counts[job]?.advance() { return next }
            writers.started += 1
            let first = EntryID(writer: "\(token).\(String(writers.started, radix: 36))", count: 1)
            writers.counts[job] = first
            return first
        }
    }

    /// Forgets a job that has ended, so that a worker that runs for months does not grow; should it write to that job
    /// again, its ids count from 1 under a new writer's name.
    public func forget(_ job: JobID) {
        writers.withLock { _ = $0.counts.removeValue(forKey: job) }
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The `id` of a log entry that joblog wrote: `{writer}-{counter}`, the counter padded so that text order is its order.
public struct EntryID: Sendable, Hashable {
    /// The run of a worker that wrote the entry.
    public let writer: Substring
    /// The entry's number among those that this run wrote to the job, from 1.
    public private(set) var count: Int

    init(writer: String, count: Int) {
        self.init(writer: writer[...], count: count)
    }

    private init(writer: Substring, count: Int) {
        self.writer = writer
        self.count = count
    }

    /// Becomes the id of the entry that this run writes to the job next.
    fileprivate mutating func advance() -> EntryID {
        count += 1
        return self
    }

    /// How many digits the counter has at least, so that text order is its order.
    static let digits = 10

    /// Reads an id of this form; nil for one of another form.
    public init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-"), let count = Int(text[text.index(after: dash)...]), count > 0
        else { return nil }
        writer = text[..<dash]
        self.count = count
    }

    /// The id as it stands in the entry.
    public var text: String {
        let number = String(count)
        return "\(writer)-" + String(repeating: "0", count: max(0, Self.digits - number.utf8.count)) + number
    }
}
