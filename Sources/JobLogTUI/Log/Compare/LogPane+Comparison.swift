import JobLogCore

/// Two logs beside each other in one pane.
extension LogPane {
    /// A pane of two logs, at the line where they part.
    init(_ comparison: LogComparison, _ looks: LogLooks) {
        self.init(comparison.jobs, looks)
        self.comparison = comparison
        document = comparison.document
        sources = Array(repeating: Source(isOpen: true, isWhole: true), count: 2)
        // The two runs were at different times of day.
        times.mode = .sinceStart
        // A repeat in one log is a difference.
        choice.foldsRepeats = false
        timeline.take(document)
        isNew = false
        go(to: comparison.parting ?? 0)
        isRecentred = true
    }

    // MARK: - The logs go on

    /// Takes note of how the compared logs are now: a comparison stands still, and says so.
    mutating func take(_ reading: JobReading) {
        guard let comparison, reading.wasRead else { return }
        for (number, job) in jobs.enumerated() where job == reading.snapshot.id {
            let isOutdated = comparison.isOutdated(
                number, length: reading.snapshot.logCount, newest: reading.tail)
            if isOutdated { outdated.insert(number) } else { outdated.remove(number) }
        }
    }

    /// Of these jobs nothing is left.
    mutating func lose(_ ids: [JobID]) {
        guard comparison != nil else { return }
        for (number, job) in jobs.enumerated() where ids.contains(job) { outdated.insert(number) }
    }

    /// Takes a newer comparison of the same logs in; what is asked for, the place and the marks stay.
    mutating func renew(_ newer: LogComparison) -> [AppEffect] {
        guard comparison != nil, newer.jobs == jobs else { return [] }
        refresh()
        let (old, here) = (document, cursor < count ? place(of: cursor) : 0)
        let marks = marked
        comparison = newer
        document = newer.document
        outdated = []
        restart()
        let records = Set(marks.compactMap { old.record($0) })
        marked = Set(document.order.filter { id in newer.records(of: id).contains { records.contains($0) } })
        timeline.take(document)
        let record = old.count > 0 ? old.record(old.order[here]) : nil
        let same = document.order.indices.filter { place in
            newer.records(of: document.order[place]).contains { $0 == record }
        }
        // As near as the same line is found, else as far on.
        let place = same.min { abs($0 - here) < abs($1 - here) } ?? min(here, max(0, document.count - 1))
        anchor = (place, place)
        anchorIDs = document.count > 0 ? (document.order[place], document.order[place]) : nil
        choice.restart(from: place)
        choice.invalidate()
        isRecentred = true
        return exams()
    }

    /// The message that the other log has in place of a line's, where it is another one.
    func counterpart(of id: Int, _ gist: LogGist) -> String? {
        guard let record = comparison?.counterparts[id] else { return nil }
        let other = LogGist(record).message
        return other == gist.message ? nil : other
    }

    /// The jobs of whose logs the feed is to tell.
    var followed: [JobID] { comparison == nil ? jobs : [] }

    /// Goes to the next place in a direction where lines begin that are in one log only; false where there is none.
    mutating func goToDifference(direction: Int) -> Bool {
        refresh()
        guard let comparison, cursor < count else { return false }
        var place = self.place(of: cursor)
        while let next = comparison.difference(from: place, direction: direction) {
            // The first one that is shown of a run may not be its first.
            var shown = next
            while shown < document.count, comparison.sides[shown] != .both, !choice.shown.contains(shown) { shown += 1 }
            if shown < document.count, comparison.sides[shown] != .both, shown != self.place(of: cursor) {
                go(to: shown)
                return true
            }
            place = next
        }
        return false
    }
}

extension LogComparison {
    /// What stands on a line: its own entry, and the one that corresponds to it in the other log.
    fileprivate func records(of id: Int32) -> [LogRecord] {
        [document.record(id), counterparts[Int(id)]].compactMap(\.self)
    }
}
