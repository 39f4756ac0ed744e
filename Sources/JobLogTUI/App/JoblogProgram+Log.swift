import JobLogCore
import TerminalUI

/// What keys do in the log of a job.
extension JoblogProgram {
    func perform(_ action: Action, onLogOf model: inout AppModel) -> [AppEffect] {
        let size = LogPaneView.size(of: model.log, in: body(of: model))
        let page = max(1, size.height - 1)
        switch action {
        case .down: model.log?.step(by: 1)
        case .up: model.log?.step(by: -1)
        case .halfPageDown: model.log?.page(by: page / 2)
        case .halfPageUp: model.log?.page(by: -page / 2)
        case .pageDown: model.log?.page(by: page)
        case .pageUp: model.log?.page(by: -page)
        case .first: model.log?.goToStart()
        case .last: model.log?.goToEnd()
        case .left, .right:
            if model.log?.wraps == true { tell("Lines are wrapped: [wrap] cuts them", &model) }
            model.log?.moveSideways(by: action == .left ? -16 : 16)
        case .follow: model.log?.toggleFollow()
        case .wrap:
            model.log?.toggleWrap()
            if let pane = model.log { model.remember(\.log.wraps, pane.wraps) }
        case .unfold:
            if model.log?.toggleFold() == false, model.log?.count ?? 0 > 0 {
                say("This line has no more to show", &model)
            }
            return model.log?.readWholes() ?? []
        case .debug: model.log?.show(least: .debug)
        case .info: model.log?.show(least: .info)
        case .warn: model.log?.show(least: .warn)
        case .error: model.log?.show(least: .error)
        case .nextError: seek(.error, 1, "No further errors", &model)
        case .previousError: seek(.error, -1, "No errors before this line", &model)
        case .nextWarning: seek(.warn, 1, "No further warnings", &model)
        case .previousWarning: seek(.warn, -1, "No warnings before this line", &model)
        case .mark: model.log?.toggleMark()
        case .markDown: model.log?.markAndGoOn()
        case .markRange:
            if model.log?.markRange() == false {
                tell("No line is marked: [mark] marks one, [markRange] all from there to here", &model)
            }
        case .nextMark:
            if model.log?.goToNextMark() == false { tell("No line is marked: [mark] marks one", &model) }
        default: return find(action, &model)
        }
        return []
    }

    /// Searching, filtering, times.
    private func find(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        switch action {
        case .search: model.log?.ask(.search, history: model.memory.history(of: .search))
        case .filter: model.log?.ask(.filter, history: model.memory.history(of: .filter))
        case .goToTime: model.log?.ask(.time, history: model.memory.history(of: .time))
        case .nextHit: goToHit(1, &model)
        case .previousHit: goToHit(-1, &model)
        case .clear: model.log?.clearSearchOrMarks()
        case .removeFilter:
            if model.log?.removeLastLimit() == false { say("All lines are shown", &model) }
        case .filters:
            if let sentence = model.log?.chooseFilters() { tell(sentence, &model) }
        case .dim:
            model.log?.toggleDimming()
            say(model.log?.choice.dims == true ? "Other lines are dimmed" : "Other lines are hidden", &model)
        case .time:
            let isCorrected = model.log?.document.isCorrected == true
            model.log?.times.next(isCorrected: isCorrected)
            if let pane = model.log, pane.comparison == nil { model.remember(\.log.times.mode, pane.times.mode) }
            say(model.log?.times.mode.rawValue ?? "", &model)
        case .utc:
            model.isUTC.toggle()
            model.log?.times.isUTC = model.isUTC
            model.remember(\.log.times.isUTC, model.isUTC)
            say(model.isUTC ? "Times in UTC" : "Local times", &model)
        case .timeline: toggleTimeline(&model)
        case .lanes:
            if let sentence = model.log?.chooseLanes() { say(sentence, &model) }
        case .ownLog: openOwnLog(&model)
        case .nextDifference: goToDifference(1, &model)
        case .previousDifference: goToDifference(-1, &model)
        case .earlier, .later:
            if let pane = model.log, pane.count > 0, !pane.timeline.isVisible { say(Self.noTimeline(of: pane), &model) }
            let width = LogTimelineView.columns(in: body(of: model)).count
            model.log?.moveInTime(by: action == .earlier ? -1 : 1, of: width)
        default: break
        }
        return model.log?.exams() ?? []
    }

    private func toggleTimeline(_ model: inout AppModel) {
        guard let pane = model.log else { return }
        let body = body(of: model)
        let isWanted = !LogPaneView.showsTimeline(pane, in: body)
        model.log?.wantsTimeline = isWanted
        if pane.comparison == nil { model.remember(\.log.wantsTimeline, isWanted) }
        if let pane = model.log, pane.wantsTimeline == true, !LogPaneView.showsTimeline(pane, in: body) {
            say(
                pane.comparison == nil && pane.timeline.isVisible
                    ? "The screen is too small for the timeline" : Self.noTimeline(of: pane),
                &model)
        }
    }

    /// Why a log has no timeline; a sentence.
    private static func noTimeline(of pane: LogPane) -> String {
        pane.comparison != nil ? "Two logs that are compared have no timeline" : "No timeline of one moment"
    }

    private func seek(_ level: LogLevel, _ direction: Int, _ otherwise: String, _ model: inout AppModel) {
        if model.log?.seek(level, direction: direction) == false { say(otherwise, &model) }
    }

    private func goToHit(_ direction: Int, _ model: inout AppModel) {
        guard let pane = model.log else { return }
        if pane.search == nil {
            tell("Nothing is searched for: [search] begins a search", &model)
        } else if model.log?.goToHit(direction: direction) == false {
            say("Not found: \(pane.search?.pattern.text ?? "")", &model)
        }
    }

    // MARK: - Prompts

    /// A key while something is typed.
    func type(_ key: Key, _ model: inout AppModel) -> [AppEffect] {
        model.agesAt = model.now
        switch model.settings.keys.action(for: key, in: model.context) {
        case .redraw: return [.redraw]
        case .suspend: return suspend(&model)
        case .confirm: return confirmPrompt(&model)
        case .cancel: return model.log?.cancelPrompt() ?? []
        case .complete where model.log?.prompt?.takes(.complete) == true: return complete(&model)
        case .literal where model.log?.prompt?.takes(.literal) == true:
            model.log?.prompt?.isLiteral.toggle()
            return model.log?.promptChanged() ?? []
        default:
            switch model.log?.prompt?.input.take(key) {
            case .edited: return model.log?.promptChanged() ?? []
            case .cancelled: return model.log?.cancelPrompt() ?? []
            default: break
            }
        }
        return []
    }

    /// Takes what was typed below a log.
    func confirmPrompt(_ model: inout AppModel) -> [AppEffect] {
        if let prompt = model.log?.prompt, prompt.outgoing != nil { return confirmOut(prompt, &model) }
        guard let kind = model.log?.prompt?.kind,
            let (effects, typed, toast) = model.log?.confirmPrompt(now: model.now)
        else { return [] }
        model.remember(typed, typedInto: kind)
        if let toast { say(toast, &model) }
        return effects
    }
}
