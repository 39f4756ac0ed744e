import JobLogCore

/// A line of a log that is to be gone to as soon as it was read.
struct LogTarget: Sendable {
    let mark: RecordMark
    /// How many of the document's lines, by id, were compared with it.
    var compared = 0
}

extension LogPane {
    /// The log of a job that is opened at a line that a search found, with that search in it.
    init(_ id: JobID, _ looks: LogLooks, at hit: ResultHit, of pattern: LogPattern) {
        self.init([id], looks)
        search = LogSearch(pattern, from: 0)
        target = LogTarget(mark: hit.mark)
    }

    /// Goes to the wanted line where it is there; a sentence when it never will be.
    mutating func goToTarget() -> String? {
        guard var target else { return nil }
        // Who has gone elsewhere meanwhile is not to be taken away from there.
        guard isFollowing else {
            self.target = nil
            return nil
        }
        let count = document.count
        // After a new reading ids begin anew.
        if target.compared > count { target.compared = 0 }
        for id in target.compared..<max(target.compared, count) {
            guard let record = document.record(Int32(id)), target.mark.isOf(record) else { continue }
            self.target = nil
            guard let place = document.index(of: id) else { return nil }
            go(to: place)
            isRecentred = true
            return nil
        }
        target.compared = count
        self.target = isOpen && sources[0].isWhole ? nil : target
        return isOpen && sources[0].isWhole ? "This line is no longer in the log" : nil
    }
}
