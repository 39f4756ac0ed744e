import JobLogCore

/// The writers of the lines: telling them apart, hiding them, going to one job's own log.
extension LogPane {
    /// Names the writers that have come in since.
    mutating func nameLanes() {
        if !laneSheet.isOf(document.lanes) || laneSheet.sources.isEmpty {
            laneSheet = LogLaneSheet(jobs, document.lanes)
        }
    }

    /// Opens the choice of jobs and workers; a sentence where there is nothing to choose from.
    mutating func chooseLanes() -> String? {
        nameLanes()
        guard isMerged || LanesDialog.rows(of: self).count > 1 else {
            return document.entryCount == 0
                ? "No logs available yet" : "All lines are of one writer: there is nothing to hide"
        }
        lanesDialog = LanesDialog()
        return nil
    }

    /// Shows the lines of the row under the dialog's cursor, or hides them.
    mutating func toggleLane() {
        guard let row = lanesDialog?.row(of: self) else { return }
        choice.lanes.toggle(row, document.lanes, sources: jobs.count)
        lanesChanged()
    }

    /// Shows the lines of the row under the dialog's cursor only, or all again.
    mutating func soloLane() {
        guard let row = lanesDialog?.row(of: self) else { return }
        choice.lanes.solo(row, document.lanes, sources: jobs.count)
        lanesChanged()
    }

    mutating func showAllLanes() {
        choice.lanes = LaneChoice()
        lanesChanged()
    }

    private mutating func lanesChanged() {
        choice.invalidate()
        isRecentred = true
    }

    /// The job of the line under the cursor; the only one where there is no line.
    var jobAtCursor: JobID? {
        guard isMerged else { return id }
        let place = anchor.cursor
        return place < document.count ? jobs[document[place].source] : nil
    }

    /// The log of the job of the line under the cursor, alone and at that line; nil where no line is shown.
    mutating func ownLog() -> LogPane? {
        refresh()
        guard isMerged, cursor < count else { return nil }
        let line = self[cursor]
        if comparison != nil {
            // Of a log that is compared not all lines are its own here: it is read again.
            var pane = LogPane([jobs[line.source]], looks)
            pane.target = document.record(Int32(line.id)).map { LogTarget(mark: RecordMark($0)) }
            return pane
        }
        let (own, place) = document.extracted(line.source, placeOf: Int32(line.id))
        var pane = LogPane([jobs[line.source]], looks)
        pane.isNew = false
        pane.sources = [sources[line.source]]
        pane.document = own
        pane.timeline.take(own)
        pane.layout = layout
        pane.height = height
        pane.go(to: place)
        pane.isRecentred = true
        return pane
    }
}
