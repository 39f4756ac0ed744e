/// What the newest lines of a job's log say of its state.
///
/// Lines count by their timestamps, ties and lines without one by their place in the list.
struct LogEvidence {
    /// A state and the step or error that came with it.
    struct Statement: Hashable {
        var state: JobState
        var time: Int64
        var error: String?
    }

    /// The newest line that says a state.
    private(set) var statement: Statement?
    /// The newest line with a step and percentage.
    private(set) var step: (line: StepLine, time: Int64)?
    /// The newest time of any line of the job itself, as far as it is believed: what a viewer has left there is no
    /// sign of life.
    private(set) var lastAt: Int64?
    /// Whether there is any line of the job itself.
    private(set) var hasTraces = false
    /// The newest request that no later line has settled.
    private(set) var request: JobRequest?
    /// The workers named in the metadata, in order of appearance.
    private(set) var workers: [String] = []

    /// Reads a log's tail, newest last.
    init(_ tail: [LogRecord], clock: EvidenceClock) {
        var before: Int64?
        for record in tail {
            let head = LogScanner.scan(record.bytes)
            let entry = LogEvidence.needsDecoding(head, record) ? record.entry : nil
            let said = head == nil ? entry?.timestamp : head?.timestamp
            // Where nothing before it has a time either, it is older than all that has one.
            let time = said ?? before
            before = time
            let counted = time.map(clock.capped) ?? -UnixTime.limit
            if let audit = entry?.metadata.flatMap(AuditRecord.init) {
                read(audit, at: counted, clock)
                continue
            }
            hasTraces = true
            if let heard = time.map(clock.heard) { lastAt = max(lastAt ?? heard, heard) }
            if let entry { read(entry, at: counted) }
        }
        // The clocks of writers differ: what counts as later may stand before.
        if let request, let statement, statement.time > request.time, request.isSettled(by: statement.state) {
            self.request = nil
        }
    }

    private mutating func read(_ audit: AuditRecord, at time: Int64, _ clock: EvidenceClock) {
        if audit.isRequested {
            if time >= request?.time ?? time { request = JobRequest(audit.action, at: time) }
        } else if let said = audit.state {
            let since = audit.at.map(clock.capped) ?? time
            if let at = audit.at.map(clock.heard) { lastAt = max(lastAt ?? at, at) }
            state(Statement(state: said, time: since))
        }
    }

    /// Most lines say nothing of state: those need not be decoded.
    private static func needsDecoding(_ head: LogHead?, _ record: LogRecord) -> Bool {
        guard let head, !head.messageHasEscapes else { return true }
        if let metadata = head.metadata, mayTell(head.slice(record.bytes, metadata)) { return true }
        let message = head.slice(record.bytes, head.message)
        return message.last == UInt8(ascii: ")") || message.last == UInt8(ascii: "s")
    }

    /// What of an entry's metadata is looked at.
    private static let signs = ["worker", "recoverable", "audit"].map {
        ByteSearch(Array("\"\($0)\"".utf8), ignoresCase: false)
    }
    private static let auditSign = ByteSearch(Array("\"audit\"".utf8), ignoresCase: false)

    /// Whether any line may be a record of what a viewer asked for; where it is false, none is.
    static func mayHoldRequest(_ tail: [LogRecord]) -> Bool {
        tail.contains { record in
            record.bytes.withUnsafeBufferPointer { bytes in
                // A name may be written with escapes.
                ByteSearch.occurs(UInt8(ascii: "\\"), in: bytes) || auditSign.first(in: bytes, from: 0) != nil
            }
        }
    }

    private static func mayTell(_ metadata: ArraySlice<UInt8>) -> Bool {
        metadata.withUnsafeBufferPointer { bytes in
            // A name may be written with escapes.
            ByteSearch.occurs(UInt8(ascii: "\\"), in: bytes) || signs.contains { $0.first(in: bytes, from: 0) != nil }
        }
    }

    private mutating func read(_ entry: LogEntry, at time: Int64) {
        if let worker = entry.metadata?["worker"]?.lenientText, !workers.contains(worker) { workers.append(worker) }
        switch entry.level {
        case .error?:
            if let metadata = entry.metadata?.object, metadata["recoverable"] != nil {
                state(Statement(state: .failed, time: time, error: entry.message))
            }
        case .info?, nil:
            if StepLine.completion(entry.message) != nil {
                state(Statement(state: .completed, time: time))
            } else if let line = StepLine.parse(entry.message) {
                state(Statement(state: .running, time: time))
                if time >= step?.time ?? time { step = (line, time) }
            }
        case .debug?, .warn?: break
        }
    }

    private mutating func state(_ statement: Statement) {
        if statement.time >= self.statement?.time ?? statement.time { self.statement = statement }
        if let request, statement.time >= request.time, request.isSettled(by: statement.state) { self.request = nil }
    }
}
