import JobLogCore

/// How a log is looked at, to be saved in a bundle and found again.
extension LogPane {
    /// What is asked of the log, and the place in it; lines by their number among the entries in their order.
    func view() -> LogView {
        var view = LogView()
        view.least = choice.least
        view.filters = choice.filters.map { filter in
            let pattern = filter.term.pattern
            return LogView.Filter(text: pattern.text, isInverted: filter.term.isInverted, isLiteral: pattern.isLiteral)
        }
        view.search = search.map { LogView.Filter(text: $0.pattern.text, isLiteral: $0.pattern.isLiteral) }
        view.since = choice.range?.since
        view.until = choice.range?.until
        view.rangeText = choice.range?.text
        view.dims = choice.dims
        view.wraps = wraps
        view.times = times.mode.name
        let entries = document.order.filter { document.record($0) != nil }
        if !isFollowing, let id = anchorIDs?.cursor {
            // A remark is not saved: the entry behind it stands for its place.
            let place = document.index(of: Int(id)) ?? 0
            view.place = document.order[..<place].count { document.record($0) != nil }
        }
        view.marked = entries.indices.filter { marked.contains(entries[$0]) }
        return view
    }

    /// Asks what was asked of a log before it is there. What cannot be understood is left out.
    mutating func prepare(_ view: LogView) {
        choice.least = view.least
        for filter in view.filters {
            guard let pattern = try? LogPattern.smart(filter.text, isLiteral: filter.isLiteral) else { continue }
            choice.add(
                LogChoice.Filter(
                    text: (filter.isInverted ? "!" : "") + filter.text,
                    term: LogQuestion.Term(pattern: pattern, isInverted: filter.isInverted)), from: 0)
        }
        if view.since != nil || view.until != nil {
            choice.range = LogChoice.TimeRange(since: view.since, until: view.until, text: view.rangeText ?? "range")
        }
        choice.dims = view.dims
        wraps = view.wraps ?? wraps
        times.mode = view.times.flatMap(LogTimes.Mode.init(name:)) ?? times.mode
        if let search = view.search, let pattern = try? LogPattern.smart(search.text, isLiteral: search.isLiteral) {
            self.search = LogSearch(pattern, from: 0)
        }
        choice.invalidate()
    }

    /// Goes to the place that was saved, now that the lines are there: their ids are their numbers.
    mutating func restore(_ view: LogView) {
        let entries = 0..<document.entryCount
        marked = Set(view.marked.filter(entries.contains).map { Int32($0) })
        guard let place = view.place, !entries.isEmpty else { return }
        let id = min(max(0, place), entries.count - 1)
        guard let index = document.index(of: id) else { return }
        isFollowing = false
        // Filters may still be looked for: the place is kept, not the number among the lines that are shown.
        anchor = (index, index)
        anchorIDs = (Int32(id), Int32(id))
        choice.invalidate()
        isRecentred = true
    }
}
