/// A line of a job's log that is to be written out.
package struct ExportLine: Sendable, Hashable {
    /// The job.
    package let job: JobID
    /// What is stored.
    package let record: LogRecord
    /// The time by which it is ordered, Unix ms.
    package let time: Int64
    /// The time that the entry says, corrected by what is known of its worker's clock; nil when it says none.
    package let own: Int64?
    /// In which of two logs that are compared it is; nil where none are.
    package let side: LogComparison.Side?

    /// A line of these parts.
    package init(
        job: JobID, record: LogRecord, time: Int64, own: Int64? = nil, side: LogComparison.Side? = nil
    ) {
        self.job = job
        self.record = record
        self.time = time
        self.own = own
        self.side = side
    }

    /// The line with another record of the same entry: all of it, in place of its beginning.
    package func replacing(_ record: LogRecord) -> ExportLine {
        ExportLine(job: job, record: record, time: time, own: own, side: side)
    }

    /// A line of a document of jobs' logs, by its id; nil for a mark.
    package init?(_ document: LogDocument, _ id: Int32, jobs: [JobID], side: LogComparison.Side? = nil) {
        guard let record = document.record(id) else { return nil }
        let facts = document.facts(id)
        self.init(job: jobs[facts.source], record: record, time: facts.time, own: facts.own, side: side)
    }

    /// The entries of the jobs' logs, merged as the screen merges them.
    package static func merged(_ logs: [(job: JobID, records: [LogRecord])]) -> [ExportLine] {
        var gatherer = LogGatherer(sources: logs.count)
        for (source, log) in logs.enumerated() { gatherer.add(log.records, from: source) }
        return all(of: gatherer.finish(), jobs: logs.map(\.job))
    }

    /// The entries of a document of jobs' logs.
    package static func all(of document: LogDocument, jobs: [JobID]) -> [ExportLine] {
        document.order.compactMap { ExportLine(document, $0, jobs: jobs) }
    }
}
