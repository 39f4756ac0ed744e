@testable import JobLogCore

extension JournalRecord {
    /// A record whose entry has this text.
    init(_ text: String, job: JobID = JobID("job-1"), level: LogLevel = .info, isSuspect: Bool = false) {
        self.init(job: job, level: level, entry: Array(text.utf8), isSuspect: isSuspect)
    }

    /// An entry as a worker writes it, of about 150 bytes.
    static func line(_ number: Int) -> JournalRecord {
        JournalRecord(
            #"{"timestamp":1734470400000,"type":"info","message":"Searching sources, page \#(number) of many, and more","#
                + #""metadata":{"worker":"w1"},"id":"m3abc.1-\#(number)"}"#)
    }

    /// The record as it comes from the journal of a process that has died.
    var suspected: JournalRecord {
        var record = self
        record.isSuspect = true
        return record
    }
}

extension LogJournal {
    /// Everything that waits; it is confirmed.
    func drain() -> [JournalRecord] {
        var all: [JournalRecord] = []
        while !isEmpty {
            let records = next(count: 100, bytes: 1 << 20)
            all += records
            confirm(records.count)
        }
        return all
    }
}
