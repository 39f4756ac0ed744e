import TerminalUI

/// Tells what is under the pointer, by the layouts by which it was drawn.
struct HitTest {
    let model: AppModel

    func target(at point: Point) -> MouseTarget {
        let least = AppModel.leastSize
        guard model.size.width >= least.width, model.size.height >= least.height else { return .nothing }
        if point.y == model.size.height - 1 { return hint(at: point.x) }
        let body = ScreenLayout.body(of: model.size)
        guard body.contains(point) else { return .nothing }
        // Of what lies below a box nothing can be meant.
        switch model.context {
        case .question:
            return model.question.map {
                button(of: $0.dialog(width: model.size.width, keys: model.settings.keys), body, point)
            } ?? .nothing
        case .preview:
            return model.preview.map { button(of: $0.box(on: model.size, keys: model.settings.keys), body, point) }
                ?? .nothing
        case .alerts, .columns, .lanes, .filters: return choice(body, point)
        case .help, .helpFilter: return .help
        default: return pane(point)
        }
    }

    private func hint(at x: Int) -> MouseTarget {
        guard let hint = FooterView(model: model).hints.first(where: { $0.columns.contains(x) })?.hint,
            let key = model.settings.keys.key(of: hint, in: model.context)
        else { return .nothing }
        return .hint(key)
    }

    // MARK: - Boxes

    private func button(of dialog: Dialog, _ area: Rect, _ point: Point) -> MouseTarget {
        let layout = dialog.layout(in: area)
        if let index = layout.buttons.firstIndex(where: { $0.contains(point) }) { return .button(index) }
        return layout.box.contains(point) ? .box : .nothing
    }

    private func choice(_ area: Rect, _ point: Point) -> MouseTarget {
        guard let (dialog, rows) = box(area) else { return .nothing }
        let layout = dialog.layout(in: area)
        guard layout.box.contains(point) else { return .nothing }
        let row = point.y - layout.lines.y
        return 0..<min(rows.count, layout.lines.height) ~= row ? .choice(rows.lowerBound + row) : .box
    }

    /// The box to choose from, and which of its rows are shown.
    private func box(_ area: Rect) -> (Dialog, rows: Range<Int>)? {
        let glyphs = Glyphs(isUnicode: true)
        if let alerts = model.alertsDialog {
            return (alerts.box(isUTC: model.isUTC, in: area, glyphs), alerts.window(in: area))
        }
        if let columns = model.columnsDialog {
            return (columns.box(model.jobs, in: area, glyphs), columns.window(in: area))
        }
        guard let pane = model.log else { return nil }
        if let lanes = pane.lanesDialog { return (lanes.box(pane, in: area, glyphs), lanes.window(of: pane, in: area)) }
        return pane.filtersDialog.map {
            ($0.box(pane.choice, in: area, glyphs), $0.window(of: pane.choice, in: area))
        }
    }

    // MARK: - Panes

    private func pane(_ point: Point) -> MouseTarget {
        let layout = model.layout
        if layout.list.contains(point) { return list(layout.list, point) }
        if layout.panel.contains(point) { return panel(layout.panel, point) }
        guard layout.log.contains(point) else { return .nothing }
        if let pane = model.log {
            // A log is laid out from its own corner.
            let area = Rect(x: 0, y: 0, width: layout.log.width, height: layout.log.height)
            return log(pane, area, Point(x: point.x - layout.log.x, y: point.y - layout.log.y))
        }
        guard let results = model.search.results else { return .nothing }
        let row = point.y - SearchResultsView.body(of: layout.log).y
        return 0..<results.visible.count ~= row ? .result(results.visible.lowerBound + row) : .results
    }

    private func list(_ area: Rect, _ point: Point) -> MouseTarget {
        let view = JobsView(model: model)
        let (titles, rows) = JobsView.parts(of: area)
        if titles.contains(point) {
            return view.showsTitles ? view.column(at: point.x, in: area).map { .title($0) } ?? .list : .listFilter
        }
        let row = point.y - rows.y
        return row < model.jobs.visible.count ? .job(row) : .list
    }

    private func panel(_ area: Rect, _ point: Point) -> MouseTarget {
        guard point.y == area.y else { return .panel }
        return ActivityPanel(model)?.tab(at: point.x, in: area).map { .tab($0) } ?? .panel
    }

    private func log(_ pane: LogPane, _ area: Rect, _ point: Point) -> MouseTarget {
        let (title, timeline, lines) = LogPaneView.parts(of: pane, in: area)
        if title.contains(point) {
            let view = LogTitleView(pane: pane, job: nil, now: model.agesAt, keys: model.settings.keys)
            return view.chip(at: point.x, in: title).map { .chip($0) } ?? .log
        }
        if let timeline, timeline.contains(point) {
            let columns = LogTimelineView.columns(in: timeline)
            return columns.contains(point.x) ? .timeline(point.x - columns.lowerBound) : .log
        }
        let row = point.y - lines.y
        return row < pane.visible.count ? .logRow(row) : .log
    }
}

extension KeyMap {
    /// The key that a hint of a place names.
    fileprivate func key(of hint: KeyHints.Hint, in context: KeyContext) -> Key? {
        actions(in: context).first { $0.keys[0].name == hint.key && $0.label == hint.label }?.keys[0]
    }
}
