import JobLogCore

/// What the feed says of the logs, and what follows from it.
extension LogPane {
    /// Takes a change of a job's log in; tells what is to be read besides, and what the user should hear.
    mutating func take(
        _ change: LogChange, of job: JobID, now: Int64, keys: KeyMap
    ) -> (effects: [AppEffect], toast: String?) {
        guard comparison == nil, let source = jobs.firstIndex(of: job) else { return ([], nil) }
        let wasReadable = sources[source].problem == nil
        sources[source].problem = nil
        var toast: String?
        switch change {
        case .opened(let records, let length):
            let wasOpen = sources[source].isOpen
            open(records, of: source, isWhole: records.count >= length, now: now)
            if isOpen { toast = document.count == 0 ? "No logs available yet" : wasOpen ? nil : loaded(keys) }
        case .appended(let records, let recovered):
            if recovered { mark(.recovered(records.count), of: source, before: records, now: now) }
            append(records, of: source, now: now, isLive: !recovered)
        case .gap(let missing, let then):
            mark(.missing(missing), of: source, before: then, now: now)
            append(then, of: source, now: now, isLive: false)
        case .cleared(let then):
            mark(.cleared, of: source, before: then, now: now)
            append(then, of: source, now: now, isLive: false)
        case .older(let records, let isWhole):
            sources[source].isWhole = isWhole
            sources[source].isLoadingOlder = false
            document.prepend(records, from: source, now: now)
        case .unreadable(let reason):
            sources[source].problem = reason
            // Where there is one log the pane itself says it, in place of the lines.
            if isMerged, wasReadable { toast = "The log of \(job.display) cannot be read: \(reason)" }
        }
        return (settleChange(), toast)
    }

    private func loaded(_ keys: KeyMap) -> String {
        let choosing: KeySentence = "[lanes] chooses whose lines are shown"
        return isMerged ? "Loaded \(jobs.count) logs: \(choosing.text(keys, in: .log))" : "Loaded logs"
    }

    /// Takes note of a job's checkpoint: where it landed a mark stands between the lines.
    mutating func take(_ checkpoint: Checkpoint?, of job: JobID) -> [AppEffect] {
        guard comparison == nil, let source = jobs.firstIndex(of: job), let checkpoint, let time = checkpoint.timestamp,
            sources[source].checkpoints[time] == nil
        else { return [] }
        let mark = LogDocument.Mark.checkpoint(
            sequence: checkpoint.sequence, step: checkpoint.step, progress: checkpoint.progress)
        sources[source].checkpoints[time] = mark
        guard sources[source].isOpen else { return [] }
        document.insert(mark, at: time, from: source)
        return settleChange()
    }

    /// The connection is back: what was asked for before it was lost is not answered any more.
    mutating func reconnected() -> [AppEffect] {
        for source in sources.indices { sources[source].isLoadingOlder = false }
        return older()
    }

    private mutating func open(_ records: [LogRecord], of source: Int, isWhole: Bool, now: Int64) {
        if isMerged {
            // The other jobs' lines, and the place among them, stay.
            if sources[source].isOpen { document.removeAll(from: source) }
        } else {
            document = LogDocument()
        }
        document.append(records, from: source, now: now)
        for (time, mark) in sources[source].checkpoints.sorted(by: { $0.key < $1.key }) {
            document.insert(mark, at: time, from: source)
        }
        sources[source].isOpen = true
        sources[source].isWhole = isWhole
        sources[source].isLoadingOlder = false
        if !isMerged { restart() }
    }

    /// Lines of another reading are on screen: no place among the old ones may be left.
    mutating func restart() {
        newCount = 0
        cache = [:]
        gists = LogGists()
        timeline = LogTimeline()
        unfolded = []
        wholes = WholeEntries()
        marked = []
        anchor = (isFollowing ? max(0, document.count - 1) : min(anchor.cursor, max(0, document.count - 1)), 0)
        anchor.top = anchor.cursor
        top.row = 0
        visible = []
        choice.restart(from: anchor.cursor)
        if let search { self.search = LogSearch(search.pattern, from: anchor.cursor) }
    }

    /// Works out what follows from a change of the document.
    private mutating func settleChange() -> [AppEffect] {
        let first = document.acknowledge()
        guard first < document.count || first < choice.shown.count else { return older() }
        // Lines that came in above move those that are on screen.
        if first <= anchor.cursor || first <= anchor.top { moveAnchor() }
        choice.invalidate(from: first)
        choice.lookAgain(from: first)
        search?.inquiry.lookAgain(from: first)
        timeline.take(document)
        return older() + exams()
    }

    private mutating func moveAnchor() {
        guard let ids = anchorIDs else { return }
        anchor.cursor = place(ofID: ids.cursor, near: anchor.cursor)
        anchor.top = place(ofID: ids.top, near: anchor.top)
    }

    private func place(ofID id: Int32, near place: Int) -> Int {
        if place < document.count, document.order[place] == id { return place }
        return document.index(of: Int(id)) ?? min(place, max(0, document.count - 1))
    }

    private mutating func append(_ records: [LogRecord], of source: Int, now: Int64, isLive: Bool) {
        document.append(records, from: source, now: now, isLive: isLive)
        if !isFollowing { newCount += records.count }
    }

    private mutating func mark(_ mark: LogDocument.Mark, of source: Int, before records: [LogRecord], now: Int64) {
        document.append(mark, from: source, before: records.first?.timestamp)
    }

    /// Reads on until the beginnings are there: what is shown, searched and counted are the whole logs.
    private mutating func older() -> [AppEffect] {
        var effects: [AppEffect] = []
        for (source, state) in sources.enumerated() where state.isOpen && !state.isWhole && !state.isLoadingOlder {
            sources[source].isLoadingOlder = true
            effects.append(
                .loadOlder(
                    jobs[source], before: document.firstRecords(of: source), held: document.entryCount(of: source)))
        }
        return effects
    }
}
