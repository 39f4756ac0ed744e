import JobLogCore
import TerminalUI

/// What keys do to the list of jobs, to the activity panel, and to what shares the screen.
extension JoblogProgram {
    // MARK: - The list

    func perform(_ action: Action, onJobsOf model: inout AppModel) {
        switch action {
        case .scope:
            model.jobs.toggleScope()
            say(model.jobs.showsAll ? "All jobs" : "Active jobs", &model)
        case .sort:
            model.jobs.nextOrder()
            sayOrder(&model)
        case .reverse:
            model.jobs.reverse()
            sayOrder(&model)
        case .errorsFirst:
            model.jobs.toggleErrorsFirst()
            say(model.jobs.putsErrorsFirst ? "Errors first" : "Errors where they belong", &model)
        case .filter: model.filterInput = TextInput(model.jobs.filter.text)
        case .columns: model.columnsDialog = ColumnsDialog()
        case .mark:
            model.jobs.toggleMark()
            model.jobs.move(by: 1)
        case .markAll: model.jobs.markAll()
        case .clear:
            if model.jobs.filter.isEmpty { model.jobs.clearMarks() } else { model.jobs.filter(by: "") }
        case .open: openLog(&model)
        case .merge: mergeLogs(&model)
        case .nextTab, .previousTab, .older, .newer: turn(action, &model)
        default: move(action, inListOf: &model)
        }
    }

    func sayOrder(_ model: inout AppModel) {
        say("Sorted by \(model.jobs.order.rawValue)\(model.jobs.isReversed ? ", reversed" : "")", &model)
    }

    private func move(_ action: Action, inListOf model: inout AppModel) {
        let page = max(1, model.jobs.height - 1)
        switch action {
        case .down: model.jobs.move(by: 1)
        case .up: model.jobs.move(by: -1)
        case .halfPageDown: model.jobs.move(by: page / 2)
        case .halfPageUp: model.jobs.move(by: -page / 2)
        case .pageDown: model.jobs.move(by: page)
        case .pageUp: model.jobs.move(by: -page)
        case .first: model.jobs.selectFirst()
        case .last: model.jobs.selectLast()
        default: break
        }
    }

    /// A key that is typed into the filter.
    func typeFilter(_ key: Key, _ model: inout AppModel) {
        guard var input = model.filterInput else { return }
        switch input.take(key) {
        case .edited:
            model.filterInput = input
            model.jobs.filter(by: input.text)
        case .confirmed: model.filterInput = nil
        case .cancelled:
            model.filterInput = nil
            model.jobs.filter(by: "")
        case .moved, .ignored: model.filterInput = input
        }
    }

    func perform(_ action: Action, onFilterOf model: inout AppModel) {
        switch action {
        case .press: model.filterInput = nil
        case .no:
            model.filterInput = nil
            model.jobs.filter(by: "")
        default: move(action, inListOf: &model)
        }
    }

    func chooseColumns(_ action: Action, _ model: inout AppModel) {
        switch action {
        case .down: model.columnsDialog?.move(by: 1)
        case .up: model.columnsDialog?.move(by: -1)
        case .choose:
            guard let column = model.columnsDialog?.column else { return }
            if model.jobs.columns.remove(column) == nil { model.jobs.columns.insert(column) }
        case .back: model.columnsDialog = nil
        default: break
        }
    }

    // MARK: - The activity panel

    func perform(_ action: Action, onPanelOf model: inout AppModel) {
        switch action {
        case .back: model.focus = .list
        case .open: openLog(&model)
        case .nextTab, .previousTab, .older, .newer: turn(action, &model)
        default:
            let page = max(1, model.layout.panel.height - 2)
            if let rows = action.rows(page: page) { scrollPanel(by: rows, &model) }
        }
    }

    /// Moves the page down or up.
    func scrollPanel(by rows: Int, _ model: inout AppModel) {
        let last = ActivityPanel(model)?.lastTop(in: model.layout.panel) ?? 0
        // Of the output the end is shown: scrolling counts from there.
        let sign = model.panel.tab == .output ? -1 : 1
        model.panel.top = min(max(0, min(model.panel.top, last) + sign * rows), last)
    }

    /// Shows another page, or another checkpoint of the archive.
    private func turn(_ action: Action, _ model: inout AppModel) {
        guard model.log == nil || model.layout.panel.height > 0 else {
            return say("There is no room for the activity panel beside list and log", &model)
        }
        // Where the panel has no room beside the list, it takes the list's.
        if model.layout.panel.isEmpty { model.focus = .panel }
        switch action {
        case .nextTab: model.panel.move(by: 1)
        case .previousTab: model.panel.move(by: -1)
        default:
            guard let id = model.jobs.selected else { return }
            if let toast = model.panel.stepArchive(of: id, older: action == .older) { say(toast, &model) }
        }
    }

    /// Asks for what the page shows and no feed tells.
    func readDetails(_ model: inout AppModel, _ layout: ScreenLayout) -> [AppEffect] {
        guard !layout.panel.isEmpty, let reading = model.jobs.selection else { return [] }
        let details = model.panel.settle(
            reading, isAtRest: !model.isMoving, isOnline: model.connection.isOnline, now: model.now)
        return details.map { .read($0, reading.snapshot.id) }
    }

    // MARK: - What shares the screen

    /// Why a log that was opened from results shares the screen with nothing.
    private static let isAlone = "A log that was found by a search has the screen to itself"

    private func openLog(_ model: inout AppModel) {
        guard let id = model.jobs.selected else { return say("No job is selected.", &model) }
        openLog(of: id, &model)
    }

    /// Opens the log of a job of the list.
    func openLog(of id: JobID, _ model: inout AppModel) {
        model.jobs.select(id)
        model.jobs.keepSelection()
        if model.log?.jobs != [id] { show(logsOf: [id], &model) }
        model.focus = .log
    }

    /// Back to the list; where there is none the program is left.
    func leaveLog(_ model: inout AppModel) -> [AppEffect] {
        if let behind = model.logBehind {
            model.log = behind
            model.logBehind = nil
            return []
        }
        if model.search.results != nil {
            model.log = nil
            return []
        }
        if !model.isSplit {
            if model.opensAtLog { return [.quit(signal: nil)] }
            model.log = nil
        }
        model.focus = .list
        return []
    }

    /// Side by side, one above the other, apart; what does not fit is passed over.
    func nextSplit(_ model: inout AppModel) {
        guard model.search.results == nil else { return say(Self.isAlone, &model) }
        let choices: [Split?] = [nil, .beside, .above]
        let size = model.size
        let index = choices.firstIndex(of: model.split) ?? 0
        let following = choices[(index + 1)...] + choices[..<index]
        guard let next = following.first(where: { $0?.fits(size) ?? (model.split != nil) }) else {
            return say("A split view needs 90 columns or 18 rows", &model)
        }
        if model.split == nil, let id = model.log?.id {
            // The list comes to the log: it must have that job in it.
            model.jobs.select(id)
            model.jobs.reveal(id)
            model.opensAtLog = false
        }
        model.split = next
        model.remember(\.split, next)
        if next == nil, model.focus != .log { (model.log, model.logBehind) = (nil, nil) }
        if next != nil, model.focus == .panel { model.focus = .list }
        model.jobs.keepSelection()
    }

    func moveFocus(by step: Int, _ model: inout AppModel) {
        var panes: [Focus] = []
        if model.log == nil || model.isSplit {
            panes.append(.list)
            if model.split != .above || model.log == nil { panes.append(.panel) }
        }
        if model.log != nil { panes.append(.log) }
        guard panes.count > 1 else {
            if model.search.results != nil { return say(Self.isAlone, &model) }
            return tell("This is the only pane: [split] splits the view", &model)
        }
        let index = panes.firstIndex(of: model.focus) ?? 0
        model.focus = panes[((index + step) % panes.count + panes.count) % panes.count]
        // The panel is that of one job.
        model.jobs.keepSelection()
    }

    /// In a split view the log is that of the selected job, once the selection rests.
    func followSelection(_ model: inout AppModel) {
        guard model.search.results == nil, model.split?.fits(model.size) == true, !model.isMoving,
            let id = model.jobs.selected,
            model.log?.jobs != [id], model.log?.isMerged != true, model.focus != .log || model.log == nil
        else { return }
        show(logsOf: [id], &model)
    }
}
