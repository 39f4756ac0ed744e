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

    /// The last id for each job that was written to lately.
    ///
    /// Whoever only writes log lines, or acts on jobs of others, never says that a job has ended: of jobs that nothing was
    /// written to while thousands of others were, the ids are forgotten as well.
    private struct Writers {
        var counts: [JobID: EntryID] = [:]
        /// Those of the generation before.
        var older: [JobID: EntryID] = [:]
        var started = 0

        mutating func next(for job: JobID, _ token: String) -> EntryID {
            if let next = counts[job]?.advance() { return next }
            var id: EntryID
            if let known = older.removeValue(forKey: job) {
                id = known
                _ = id.advance()
            } else {
                started += 1
                id = EntryID(writer: "\(token).\(String(started, radix: 36))", count: 1)
            }
            if counts.count >= WorkerIdentity.jobsAtOnce {
                older = counts
                counts = [:]
            }
            counts[job] = id
            return id
        }

        mutating func forget(_ job: JobID) {
            counts[job] = nil
            older[job] = nil
        }
    }

    /// Of so many jobs at least, those written to last, the ids count on.
    static let jobsAtOnce = 4_096

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
        writers.withLock { $0.next(for: job, token) }
    }

    /// Forgets a job that has ended, so that a worker that runs for months does not grow; should it write to that job
    /// again, its ids count from 1 under a new writer's name.
    public func forget(_ job: JobID) {
        writers.withLock { $0.forget(job) }
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
