import JobLogCore
import TerminalUI

/// joblog's screen as a program: what keys and the feed do to the model, and what it looks like.
public struct JoblogProgram: Program {
    private let clock: @Sendable () -> Int64
    private let header = DrawnRow<HeaderView>()
    private let footer = DrawnRow<FooterView.Facts>()
    private let timeline = DrawnRow<LogTimelineView>()

    /// The program; `clock` gives Unix ms.
    public init(clock: @escaping @Sendable () -> Int64 = Timestamp.now) {
        self.clock = clock
    }

    /// Wraps an event of the terminal.
    public func message(for event: InputEvent) -> AppMessage { .input(event) }

    /// Time has passed.
    public var tick: AppMessage { .tick }

    // MARK: - Update

    /// Takes a message in.
    public func update(_ model: inout AppModel, _ message: AppMessage) -> [AppEffect] {
        model.now = clock()
        if case .input(let event) = message, !event.isOfWheel { turnWheel(&model) }
        switch message {
        case .input(.key(let key)):
            if model.toast?.isTrouble == true { model.toast = nil }
            if [.prompt, .output].contains(model.context) { return type(key, &model) }
            if model.context == .searchPrompt { return typeSearch(key, &model) }
            if model.context == .command { return typeCommand(key, &model) }
            guard let action = model.settings.keys.action(for: key, in: model.context) else {
                if model.context == .filter { typeFilter(key, &model) }
                if model.context == .helpFilter { model.help?.type(key) }
                return []
            }
            if action.isMovement { model.movedAt = model.now } else { model.agesAt = model.now }
            return perform(action, &model)
        case .input(.paste(let text)): return paste(text, &model)
        case .input(.mouse(let event)): return hear(event, &model)
        case .input(.resize(let size)):
            model.agesAt = model.now
            model.resize(to: size)
            // The size is told as soon as the process goes on, and not before.
            if model.isSuspended {
                model.isSuspended = false
                model.doubted = []
                return [.resume]
            }
        case .input(.stop):
            return suspend(&model)
        case .input(.terminate(let signal)):
            return [.quit(signal: signal)]
        case .input(.hangup), .timeIsUp:
            return [.quit(signal: nil)]
        case .feed(let update):
            return take(update, &model)
        case .acted(let report):
            take(report, &model)
        case .details(let id, let detail, let result):
            // What was said while it was looked for has had its time.
            if detail == .archive { model.toast = nil }
            if let toast = model.panel.take(detail, of: id, result) { say(toast, &model) }
        case .examined(let answer):
            var toasts: [String] = []
            let effects = eachLog(&model) { pane in
                let (effects, toast) = pane.take(answer)
                if let toast { toasts.append(toast) }
                return effects
            }
            if let toast = toasts.last { say(toast, &model) }
            return effects
        case .whole(let job, let record, let result):
            return eachLog(&model) { pane in
                pane.take(result, for: record, of: job)
                return []
            }
        case .compared(let comparison):
            return take(comparison, &model)
        case .out(let report): return take(report, &model)
        case .searched(let news): take(news, &model)
        case .trouble(let sentence): model.toast = Toast(text: sentence, isTrouble: true)
        case .themed(.success(let theme)):
            model.settings.theme = theme.name
            model.remember(\.theme, theme.name)
            say("Theme \(theme.name)", &model)
        case .themed(.failure(let failure)): say(failure.sentence, &model)
        case .measured(let cost): take(cost, &model)
        case .tick:
            if !model.isMoving { model.agesAt = model.now }
            if model.cost != nil { return [.measure] }
        }
        return []
    }

    private func take(_ update: FeedUpdate, _ model: inout AppModel) -> [AppEffect] {
        switch update {
        case .connection(let connection):
            let wasOnline = model.connection.isOnline
            model.connection = connection
            model.doubted = []
            if connection.isOnline, !wasOnline { return eachLog(&model) { $0.reconnected() } }
        case .jobs(let readings):
            model.doubted.subtract(readings.lazy.map(\.snapshot.id))
            hear(model.jobs.take(readings, now: model.now), &model)
            return eachLog(&model) { pane in
                for reading in readings { pane.take(reading) }
                return readings.flatMap { pane.take($0.checkpoint, of: $0.snapshot.id) }
            }
        case .vanished(let ids):
            model.jobs.remove(ids)
            lose(ids, &model)
            return eachLog(&model) { pane in
                pane.lose(ids)
                return []
            }
        case .events(let events):
            for (id, event) in events { model.jobs.hear(event, of: id) }
        case .listing(let progress):
            model.jobs.takeDiscovery(progress, now: model.now)
        case .log(let id, let change):
            var toast: String?
            let (now, keys) = (model.now, model.settings.keys)
            let effects = eachLog(&model) { pane in
                let (effects, said) = pane.take(change, of: id, now: now, keys: keys)
                toast = said
                return effects
            }
            if let toast, model.toast?.isTrouble != true { say(toast, &model) }
            return effects + goToTarget(&model) + restoreView(&model)
        }
        return []
    }

    // MARK: - Keys

    func perform(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        let context = model.context
        model.tour?.take(action, in: context)
        switch action {
        case .quit: return [.quit(signal: nil)]
        case .redraw: return [.redraw]
        case .suspend: return suspend(&model)
        case .mouse: return toggleMouse(&model)
        case .cost: return switchCost(&model)
        case .refresh where model.access == .saved:
            say("This is a saved bundle: there is nothing to read again", &model)
            return []
        case .refresh where model.context != .results:
            model.jobs.refresh()
            say("Reading again …", &model)
            return [.refresh] + (model.place == .log ? compareAnew(&model) : [])
        default: break
        }
        switch model.context {
        case .question: return answer(action, &model)
        case .preview: return answerPreview(action, &model)
        case .columns: chooseColumns(action, &model)
        case .alerts: chooseAlerts(action, &model)
        case .lanes: chooseLanes(action, &model)
        case .filters: return chooseFilters(action, &model)
        case .filter: perform(action, onFilterOf: &model)
        case .help, .helpFilter: perform(action, onHelpOf: &model)
        case .jobs, .panel, .log: return perform(action, onPanesOf: &model)
        case .results: return perform(action, onResultsOf: &model)
        // Their keys are typed.
        case .prompt, .searchPrompt, .output, .command: break
        }
        return []
    }

    private func perform(_ action: Action, onPanesOf model: inout AppModel) -> [AppEffect] {
        switch action {
        case .help: model.help = HelpModel()
        case .command: askCommand(&model)
        case .cancelJob: ask(.cancel, &model)
        case .pause: ask(.pause, &model)
        case .resume: ask(.resume, &model)
        case .deleteLogs: ask(.deleteLogs, &model)
        case .clearCheckpoint: ask(.clearCheckpoint, &model)
        case .unlock: unlock(&model)
        case .watch: toggleWatch(&model)
        case .alerts: openAlerts(&model)
        case .compare: return compare(&model)
        case .copy, .copyJSON, .save, .pipe: return takeOut(action, &model)
        case .split: nextSplit(&model)
        case .searchAll: askSearch(&model)
        case .nextPane: moveFocus(by: 1, &model)
        case .previousPane: moveFocus(by: -1, &model)
        default:
            switch model.place {
            case .log:
                let isLeaving = action == .back || action == .clear && model.log?.hasNothingToClear == true
                return isLeaving ? leaveLog(&model) : perform(action, onLogOf: &model)
            case .panel: perform(action, onPanelOf: &model)
            default:
                if action == .back { return [.quit(signal: nil)] }
                if action == .open, model.offersDemo { return [.demo] }
                perform(action, onJobsOf: &model)
            }
        }
        return []
    }

    func suspend(_ model: inout AppModel) -> [AppEffect] {
        model.isSuspended = true
        return [.suspend]
    }

    // MARK: - Once a frame

    /// Sorts and lays out what changed, and says what is on screen now.
    public func settle(_ model: inout AppModel) -> [AppEffect] {
        turnWheel(&model)
        noticeSilence(&model)
        model.settleToast()
        if let help = model.help {
            let last = HelpView(model.place, help, model.settings.keys).lastTop(of: model.size)
            model.help?.top = min(help.top, last)
        }
        followSelection(&model)
        let layout = model.layout
        if model.log != nil, !layout.log.isEmpty {
            LogPaneView.settle(&model.log, in: body(of: model), now: model.agesAt)
        }
        model.search.results?.settle(height: SearchResultsView.height(in: layout.log))
        if !layout.list.isEmpty { model.jobs.settle(height: layout.list.height - 1, now: model.now) }
        if model.log == nil {
            // With the first rows there is a selection, whose log has a part of the screen.
            followSelection(&model)
            if model.log != nil { return settle(&model) }
        }
        var effects = tellAlerts(&model) + readDetails(&model, layout)
        let isNew = model.log?.isNew == true
        model.log?.isNew = false
        if model.wanted != model.interest || isNew {
            // What the feed follows already is opened for this pane anew.
            let held = model.wanted.logs.intersection(model.interest.logs)
            if isNew, !held.isEmpty {
                var others = model.wanted
                others.logs.subtract(held)
                effects.append(.watch(others))
            }
            model.interest = model.wanted
            effects.append(.watch(model.interest))
        }
        model.rememberList()
        if let remembered = model.memory.due(at: model.now) { effects.append(.remember(remembered)) }
        return effects
    }

    /// Seconds count where ages are on screen, and where these are minutes, ten of them; where nothing counts the program
    /// sleeps.
    public func tickInterval(_ model: AppModel) -> Duration? {
        var intervals: [Duration] = []
        if model.cost != nil { intervals.append(.seconds(1)) }
        if let wait = model.alerts.wait(at: clock(), hasRoom: model.hasRoomForAlert) {
            intervals.append(.milliseconds(max(1, wait)))
        }
        if let due = model.silenceDue {
            intervals.append(.milliseconds(max(1_000, due - clock())))
        }
        if let rest = model.toast?.rest(at: clock()) { intervals.append(.milliseconds(max(1, rest))) }
        if let wait = model.memory.wait(at: clock()) { intervals.append(.milliseconds(max(1, wait))) }
        if model.help == nil {
            let showsList = model.log == nil || model.isSplit
            let countsAges = showsList && model.jobs.count > 0
            let countsTimes = model.log?.times.mode == .relative
            if countsAges || countsTimes, model.isMoving {
                intervals.append(.milliseconds(AppModel.rest))
            } else if countsTimes || countsAges && model.jobs.countsSeconds(at: clock()) {
                intervals.append(.seconds(1))
            } else if countsAges {
                intervals.append(.seconds(10))
            }
        }
        return intervals.min()
    }

    // MARK: - View

    /// The part of the screen that the log has, seen from its own corner.
    func body(of model: AppModel) -> Rect {
        let area = model.layout.log
        return Rect(x: 0, y: 0, width: area.width, height: area.height)
    }

    /// Draws the frame.
    public func view(_ model: AppModel, into buffer: inout CellBuffer) -> Point? {
        model.tour?.draw(model, into: &buffer)
        let least = AppModel.leastSize
        guard model.size.width >= least.width, model.size.height >= least.height else {
            let text = "joblog needs \(least.width)x\(least.height), this is \(model.size.width)x\(model.size.height)"
            for (y, row) in TextWrap.rows(of: text, width: max(1, model.size.width)).enumerated() {
                buffer.put(String(row), x: 0, y: y)
            }
            return nil
        }
        let header = HeaderView(model: model)
        self.header.put(header, into: &buffer, y: 0) { header.draw(into: &$0) }
        let body = ScreenLayout.body(of: model.size)
        var cursor: Point?
        if let help = model.help {
            cursor = HelpView(model.place, help, model.settings.keys).draw(into: &buffer, body)
        } else {
            cursor = drawPanes(of: model, into: &buffer)
        }
        if let footer = FooterView.facts(of: model) {
            self.footer.put(footer, into: &buffer, y: model.size.height - 1) { buffer in
                _ = FooterView(model: model).draw(into: &buffer)
            }
        } else if let place = FooterView(model: model, candidates: candidates(model)).draw(into: &buffer) {
            cursor = place
        }
        if [.alerts, .columns, .lanes, .filters, .question, .preview].contains(model.context) { cursor = nil }
        if let pane = model.log, model.context == .lanes { pane.lanesDialog?.draw(pane, into: &buffer, in: body) }
        if let pane = model.log, model.context == .filters {
            pane.filtersDialog?.draw(pane.choice, into: &buffer, in: body)
        }
        model.alertsDialog?.draw(isUTC: model.isUTC, into: &buffer, in: body)
        model.columnsDialog?.draw(model.jobs, into: &buffer, in: body)
        model.preview?.draw(into: &buffer, in: body, size: model.size, keys: model.settings.keys)
        model.question?.dialog(width: model.size.width, keys: model.settings.keys).draw(into: &buffer, in: body)
        return cursor
    }

    private func drawPanes(of model: AppModel, into buffer: inout CellBuffer) -> Point? {
        let layout = model.layout
        var cursor: Point?
        if !layout.list.isEmpty {
            let list = JobsView(model: model)
            list.draw(into: &buffer, layout.list)
            cursor = list.cursor(in: layout.list)
        }
        if model.log == nil, let results = model.search.results {
            SearchResultsView(results: results, jobs: model.jobs, isUTC: model.isUTC, now: model.agesAt).draw(
                into: &buffer, layout.log)
        }
        ActivityPanel(model)?.draw(into: &buffer, layout.panel)
        if let pane = model.log, !layout.log.isEmpty {
            let view = LogPaneView(
                pane: pane, jobs: pane.jobs.map { model.jobs[$0] }, now: model.agesAt, keys: model.settings.keys,
                timeline: timeline)
            // It takes all of its own width.
            buffer.within(layout.log) { view.draw(into: &$0, Rect($0.size)) }
        }
        let bar = Glyphs(isUnicode: buffer.isUnicode).bar
        for y in layout.divider.y..<layout.divider.maxY where !layout.divider.isEmpty {
            buffer.put(bar, x: layout.divider.x, y: y, style: model.focus == .log ? Theme.pointer : Theme.faint)
        }
        return cursor
    }
}
