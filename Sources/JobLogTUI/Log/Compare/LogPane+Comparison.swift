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
