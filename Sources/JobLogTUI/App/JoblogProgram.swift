import JobLogCore
import TerminalUI

/// joblog's screen as a program: what keys and the feed do to the model, and what it looks like.
public struct JoblogProgram: Program {
    private let clock: @Sendable () -> Int64

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
        switch message {
        case .input(.key(let key)):
            if model.context == .prompt { return type(key, &model) }
            guard let action = KeyTable.action(for: key, in: model.context) else { return [] }
            if action.isMovement { model.movedAt = model.now } else { model.agesAt = model.now }
            return perform(action, &model)
        case .input(.resize(let size)):
            model.agesAt = model.now
            model.size = size
            // The size is told as soon as the process goes on, and not before.
            if model.isSuspended {
                model.isSuspended = false
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
        case .examined(let answer):
            guard model.log?.id == answer.job, let (effects, toast) = model.log?.take(answer) else { return [] }
            if let toast { say(toast, &model) }
            return effects
        case .tick:
            if !model.isMoving { model.agesAt = model.now }
        }
        return []
    }

    private func take(_ update: FeedUpdate, _ model: inout AppModel) -> [AppEffect] {
        switch update {
        case .connection(let connection):
            let wasOnline = model.connection.isOnline
            model.connection = connection
            if connection.isOnline, !wasOnline { return model.log?.reconnected() ?? [] }
        case .jobs(let readings):
            for ended in model.jobs.take(readings, now: model.now) { announce(ended.snapshot, &model) }
            for reading in readings where reading.snapshot.id == model.log?.id {
                if let effects = model.log?.take(reading.checkpoint), !effects.isEmpty { return effects }
            }
        case .vanished(let ids):
            model.jobs.remove(ids)
        case .events(let events):
            for (id, event) in events { model.jobs.hear(event, of: id) }
        case .listing(let progress):
            model.jobs.listing = progress
        case .log(let id, let change):
            guard model.log?.id == id, let (effects, toast) = model.log?.take(change, now: model.now) else { return [] }
            if let toast { say(toast, &model) }
            return effects
        }
        return []
    }

    /// Only what the user is looking at is announced: its log, or the selected job.
    private func announce(_ job: JobSnapshot, _ model: inout AppModel) {
        guard job.id == model.log?.id || model.log == nil && job.id == model.jobs.selected else { return }
        switch job.state {
        case .completed: say("Job completed successfully.", &model)
        case .failed: say("Job failed. You can retry or view logs.", &model)
        default: break
        }
    }

    func say(_ text: String, _ model: inout AppModel) {
        model.toast = Toast(text: text, shownAt: model.now)
    }

    // MARK: - Keys

    private func perform(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        switch action {
        case .quit: return [.quit(signal: nil)]
        case .redraw: return [.redraw]
        case .suspend: return suspend(&model)
        case .refresh:
            model.jobs.refresh()
            return [.refresh]
        case .help: model.help = model.help == nil ? 0 : nil
        case .back where model.help != nil: model.help = nil
        case .back where model.log != nil && !model.opensAtLog: model.log = nil
        case .back: return [.quit(signal: nil)]
        case _ where model.help != nil: scrollHelp(action, &model)
        case .clear where model.log?.search == nil: return perform(.back, &model)
        case _ where model.log != nil: return perform(action, onLogOf: &model)
        default: perform(action, onJobsOf: &model)
        }
        return []
    }

    func suspend(_ model: inout AppModel) -> [AppEffect] {
        model.isSuspended = true
        return [.suspend]
    }

    private func perform(_ action: Action, onJobsOf model: inout AppModel) {
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
        case .scope:
            model.jobs.toggleScope()
            say(model.jobs.showsAll ? "All jobs" : "Active jobs", &model)
        case .sort:
            model.jobs.nextOrder()
            say("Sorted by \(model.jobs.order.rawValue)", &model)
        case .open:
            guard let id = model.jobs.selected else { return }
            model.jobs.keepSelection()
            model.log = LogPane(id, isUTC: model.isUTC)
            // Nothing is to be read before the log is there.
            _ = model.log?.take(model.jobs[id]?.checkpoint)
        default: break
        }
    }

    private func scrollHelp(_ action: Action, _ model: inout AppModel) {
        let page = max(1, model.size.height - 4)
        let last = HelpView.lastTop(of: model.size, for: model.place)
        let top = model.help ?? 0
        let target =
            switch action {
            case .down: top + 1
            case .up: top - 1
            case .halfPageDown: top + page / 2
            case .halfPageUp: top - page / 2
            case .pageDown: top + page
            case .pageUp: top - page
            case .first: 0
            case .last: last
            default: top
            }
        model.help = min(max(0, target), last)
    }

    // MARK: - Once a frame

    /// Sorts and lays out what changed, and says what is on screen now.
    public func settle(_ model: inout AppModel) -> [AppEffect] {
        if model.toast?.isOver(at: model.now) == true { model.toast = nil }
        if let help = model.help { model.help = min(help, HelpView.lastTop(of: model.size, for: model.place)) }
        let body = body(of: model)
        if model.log != nil {
            LogPaneView.settle(&model.log, in: body, now: model.agesAt)
        } else {
            model.jobs.settle(height: JobsView.listHeight(of: model.size), now: model.now)
        }
        guard model.wanted != model.interest else { return [] }
        model.interest = model.wanted
        return [.watch(model.interest)]
    }

    /// Seconds count where ages are on screen; where nothing counts the program sleeps.
    public func tickInterval(_ model: AppModel) -> Duration? {
        var intervals: [Duration] = []
        if let toast = model.toast {
            intervals.append(.milliseconds(max(1, Toast.lifetime - (clock() - toast.shownAt))))
        }
        if model.help == nil {
            let countsAges = model.log == nil ? !model.jobs.shown.isEmpty : model.log?.times.mode == .relative
            if countsAges { intervals.append(model.isMoving ? .milliseconds(AppModel.rest) : .seconds(1)) }
        }
        return intervals.min()
    }

    // MARK: - View

    /// The part of the screen between header and footer.
    func body(of model: AppModel) -> Rect {
        Rect(model.size).splitTop(1).rest.splitBottom(1).rest
    }

    /// Draws the frame.
    public func view(_ model: AppModel, into buffer: inout CellBuffer) -> Point? {
        let least = AppModel.leastSize
        guard model.size.width >= least.width, model.size.height >= least.height else {
            let text = "joblog needs \(least.width)x\(least.height), this is \(model.size.width)x\(model.size.height)"
            for (y, row) in TextWrap.rows(of: text, width: max(1, model.size.width)).enumerated() {
                buffer.put(String(row), x: 0, y: y)
            }
            return nil
        }
        let body = body(of: model)
        HeaderView(model: model).draw(into: &buffer, width: model.size.width)
        if let help = model.help {
            HelpView(context: model.place, top: help).draw(into: &buffer, body)
        } else if let pane = model.log {
            LogPaneView(pane: pane, job: model.jobs[pane.id], now: model.agesAt).draw(into: &buffer, body)
        } else {
            JobsView(model: model).draw(into: &buffer, body)
        }
        let footer = model.size.height - 1
        var column = 1
        if model.help == nil, let prompt = model.log?.prompt {
            return LogPromptView(prompt: prompt, hits: model.log?.hitCount).draw(
                into: &buffer, y: footer, width: model.size.width)
        }
        if let toast = model.toast {
            column +=
                Spans(TerminalText.line(toast.text), .bold).draw(
                    into: &buffer, x: column, y: footer, maxWidth: model.size.width - 2) + 3
        }
        var end = model.size.width - 1
        if model.help == nil, model.log == nil, let place = model.jobs.place {
            Spans(place, Theme.faint).draw(into: &buffer, endingAt: end, y: footer, maxWidth: 20)
            end -= place.utf8.count + 2
        }
        // Beside a toast too: the way out is always in sight where there is room.
        KeyHints(KeyTable.hints(in: model.context), labelStyle: Theme.faint)
            .draw(into: &buffer, x: column, y: footer, width: end - column)
        return nil
    }
}
