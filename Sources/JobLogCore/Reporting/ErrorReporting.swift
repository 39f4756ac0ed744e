import Synchronization

/// What a worker knows of a job, for the reports of its errors.
struct ErrorContext: Sendable {
    var userID: String?
    var type: String?
    var step: String?
    var progress: Double?
    var attempt: Int?
}

/// Remembers what jobs said last, and reports their errors.
final class ErrorReporting: Sendable {
    /// How many jobs are remembered: those that nobody ends are forgotten in the order of their first line.
    private static let jobLimit = 1_000

    private struct Memory {
        var context = ErrorContext()
        var lines: [LogLine] = []
    }

    private struct Memories {
        var jobs: [JobID: Memory] = [:]
        var order: [JobID] = []

        mutating func change(_ id: JobID, _ body: (inout Memory) -> Void) {
            if jobs[id] == nil {
                order.append(id)
                if order.count > ErrorReporting.jobLimit { jobs[order.removeFirst()] = nil }
            }
            body(&jobs[id, default: Memory()])
        }
    }

    private let reporter: any ErrorReporter
    private let worker: WorkerIdentity
    private let memories = Mutex(Memories())

    init(_ reporter: any ErrorReporter, worker: WorkerIdentity) {
        self.reporter = reporter
        self.worker = worker
    }

    func knows(_ context: ErrorContext, of id: JobID) {
        memories.withLock { $0.change(id) { $0.context = context } }
    }

    func forget(_ id: JobID) {
        memories.withLock { memories in
            guard memories.jobs.removeValue(forKey: id) != nil else { return }
            memories.order.removeAll { $0 == id }
        }
    }

    /// Remembers a line; an error is reported, and its line then says under which id.
    func attend(_ line: inout LogLine, of id: JobID) {
        let remembered = line
        var before = Memory()
        memories.withLock { memories in
            memories.change(id) { memory in
                before = memory
                memory.lines.append(remembered)
                if memory.lines.count > ErrorReport.breadcrumbLimit { memory.lines.removeFirst() }
            }
        }
        guard line.level == .error, let event = report(line, of: id, before) else { return }
        var metadata = line.metadata?.object ?? JSONObject()
        if let other = line.metadata, other.object == nil { metadata["value"] = other }
        metadata["sentryEventId"] = .string(event)
        line.metadata = .object(metadata)
    }

    func flush(within limit: Duration) async {
        _ = await reporter.flush(within: limit)
    }

    private func report(_ line: LogLine, of id: JobID, _ memory: Memory) -> String? {
        let context = memory.context
        return reporter.report(
            ErrorReport(
                jobID: id, userID: context.userID, worker: worker.name, type: context.type, step: context.step,
                progress: context.progress, attempt: context.attempt, message: line.message,
                code: line.metadata?["code"]?.lenientText, metadata: line.metadata, timestamp: line.timestamp,
                breadcrumbs: memory.lines))
    }
}
