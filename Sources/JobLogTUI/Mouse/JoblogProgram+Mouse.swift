import TerminalUI

/// What the mouse does. All of it can be done by keys as well.
extension JoblogProgram {
    /// The rows by which a step of the wheel moves what is under the pointer.
    private static let wheelRows = 3

    /// Leaves the mouse to the terminal, or takes it back.
    func toggleMouse(_ model: inout AppModel) -> [AppEffect] {
        model.settings.mouse.toggle()
        model.remember(\.mouse, model.settings.mouse)
        model.log?.stretch = nil
        tell(
            model.settings.mouse
                ? "Mouse is joblog's: [mouse] leaves it to the terminal"
                : "Mouse is the terminal's: [mouse] takes it back", &model)
        return [.reportMouse(model.settings.mouse)]
    }

    func hear(_ event: MouseEvent, _ model: inout AppModel) -> [AppEffect] {
        guard model.settings.mouse else { return [] }
        switch event.action {
        case .wheelUp, .wheelDown:
            model.movedAt = model.now
            if model.wheel?.point != event.point { turnWheel(&model) }
            model.wheel = WheelTurn(
                point: event.point, steps: (model.wheel?.steps ?? 0) + (event.action == .wheelUp ? -1 : 1))
        case .press(.left):
            model.agesAt = model.now
            return press(HitTest(model: model).target(at: event.point), &model)
        case .drag(.left): stretch(to: event.point, &model)
        case .release(.left):
            guard model.log?.stretch != nil else { return [] }
            stretch(to: event.point, &model)
            let width = LogTimelineView.columns(in: body(of: model)).count
            model.log?.endStretch(of: width)
            return model.log?.exams() ?? []
        default: break
        }
        return []
    }

    // MARK: - Buttons

    private func press(_ target: MouseTarget, _ model: inout AppModel) -> [AppEffect] {
        model.log?.stretch = nil
        switch (target, model.context) {
        case (.hint(let key), _): return update(&model, .input(.key(key)))
        // Buttons stand in the order no, yes.
        case (.button(let index), .question): return answer(index == 0 ? .no : .yes, &model)
        case (.button(let index), .preview): return answerPreview(index == 0 ? .no : .yes, &model)
        case (.choice(let row), _): return choose(row, &model)
        // What is being typed is not left by a slip of the hand.
        case (_, .prompt), (_, .output), (_, .searchPrompt), (_, .command): return []
        default: return pressPane(target, &model)
        }
    }

    /// A row of a box: it is chosen, or not any more.
    private func choose(_ row: Int, _ model: inout AppModel) -> [AppEffect] {
        switch model.context {
        case .alerts:
            model.alertsDialog?.go(to: row)
            chooseAlerts(.open, &model)
        case .columns:
            model.columnsDialog?.go(to: row)
            chooseColumns(.choose, &model)
        case .lanes:
            model.log?.lanesDialog?.go(to: row)
            chooseLanes(.choose, &model)
        case .filters:
            model.log?.filtersDialog?.go(to: row)
            return chooseFilters(.choose, &model)
        default: break
        }
        return []
    }

    private func pressPane(_ target: MouseTarget, _ model: inout AppModel) -> [AppEffect] {
        let hadFocus = model.focus
        if let focus = Self.focus(of: target) {
            // The filter of the list is kept when something else is done.
            if target != .listFilter { model.filterInput = nil }
            if model.isSplit || model.log == nil { model.focus = focus }
        }
        switch target {
        case .job(let row): select(row, opens: hadFocus == .list, &model)
        case .title(let column): sort(by: column, &model)
        case .listFilter where model.filterInput == nil: perform(.filter, onJobsOf: &model)
        case .tab(let tab): model.panel.show(tab)
        case .logRow(let row): return point(at: row, unfolds: hadFocus == .log || !model.isSplit, &model)
        case .timeline(let column): model.log?.stretch = TimelineStretch(start: column, end: column)
        case .chip(let chip): return press(chip, &model)
        case .result(let row):
            if model.search.results?.cursor == row { return perform(.open, onResultsOf: &model) }
            model.search.results?.select(row)
        default: break
        }
        return []
    }

    private static func focus(of target: MouseTarget) -> Focus? {
        switch target {
        case .job, .title, .listFilter, .list: .list
        case .tab, .panel: .panel
        case .logRow, .timeline, .chip, .log: .log
        default: nil
        }
    }

    private func select(_ row: Int, opens: Bool, _ model: inout AppModel) {
        let visible = model.jobs.visible
        guard visible.indices.contains(row) else { return }
        if opens, visible[row] == model.jobs.selected { return perform(.open, onJobsOf: &model) }
        model.jobs.select(visible[row])
    }

    private func sort(by column: JobColumn, _ model: inout AppModel) {
        if column == .counts { return perform(.errorsFirst, onJobsOf: &model) }
        guard let order = column.order else { return say("The list cannot be sorted by \(column.rawValue)", &model) }
        model.jobs.sortOrReverse(by: order)
        sayOrder(&model)
    }

    // MARK: - The log

    private func point(at row: Int, unfolds: Bool, _ model: inout AppModel) -> [AppEffect] {
        guard let pane = model.log, pane.visible.indices.contains(row) else { return [] }
        let line = pane.visible[row].line
        if unfolds, line == pane.cursor {
            _ = model.log?.toggleFold()
            return model.log?.readWholes() ?? []
        } else {
            model.log?.point(at: line)
        }
        return []
    }

    private func press(_ chip: LogTitleView.Chip, _ model: inout AppModel) -> [AppEffect] {
        switch chip {
        case .limit(let row): model.log?.remove(row)
        case .lanes: model.log?.showAllLanes()
        case .follow: model.log?.toggleFollow()
        }
        return model.log?.exams() ?? []
    }

    /// The pointer is over another column of the timeline, or beside it.
    private func stretch(to point: Point, _ model: inout AppModel) {
        let columns = LogTimelineView.columns(in: body(of: model))
        let column = point.x - model.layout.log.x - columns.lowerBound
        model.log?.stretch?.end = min(max(0, column), max(0, columns.count - 1))
    }

    // MARK: - The wheel

    /// Moves what was under the pointer when the wheel was turned; the keys stay where they are. However often it was turned,
    /// that costs one move.
    func turnWheel(_ model: inout AppModel) {
        guard let wheel = model.wheel else { return }
        model.wheel = nil
        let rows = wheel.steps * Self.wheelRows
        switch HitTest(model: model).target(at: wheel.point) {
        case .job, .title, .listFilter, .list: model.jobs.roll(by: rows)
        case .tab, .panel: scrollPanel(by: rows, &model)
        case .logRow, .timeline, .chip, .log: model.log?.roll(by: rows)
        case .result, .results: model.search.results?.roll(by: rows)
        case .help: scrollHelp(by: rows, &model)
        case .button, .choice, .box:
            switch model.context {
            // Few rows, and the cursor is what moves.
            case .alerts: model.alertsDialog?.move(by: wheel.steps)
            case .columns: model.columnsDialog?.move(by: wheel.steps)
            case .lanes: if let pane = model.log { model.log?.lanesDialog?.move(by: wheel.steps, of: pane) }
            case .filters:
                if let choice = model.log?.choice { model.log?.filtersDialog?.move(by: wheel.steps, of: choice) }
            default: model.preview?.scroll(by: rows, on: model.size)
            }
        case .hint, .nothing: break
        }
    }
}

extension InputEvent {
    /// Whether the wheel was turned.
    var isOfWheel: Bool {
        guard case .mouse(let event) = self else { return false }
        return event.action == .wheelUp || event.action == .wheelDown
    }
}
