/// A line of a job's log that is to be written out.
package struct ExportLine: Sendable, Hashable {
    /// The job.
    package let job: JobID
    /// What is stored.
    package let record: LogRecord
    /// The time by which it is ordered, Unix ms.
    package let time: Int64

    /// A line of these parts.
    package init(job: JobID, record: LogRecord, time: Int64) {
        self.job = job
        self.record = record
        self.time = time
    }

    /// A line of a document; nil for a mark.
    package init?(_ job: JobID, _ line: LogDocument.Line) {
        guard case .entry(let record) = line.content else { return nil }
        self.init(job: job, record: record, time: line.time)
    }
}

extension [ExportLine] {
    /// Orders by time; lines of one time stay in their order.
    package mutating func sortByTime() {
        self = enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}
