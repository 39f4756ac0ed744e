import JobLogCore
import TerminalUI

/// What keys do to a search through the logs of all jobs.
extension JoblogProgram {
    // MARK: - The pattern

    /// Asks for a pattern; in a log, what is searched for there is proposed.
    func askSearch(_ model: inout AppModel) {
        model.toast = nil
        let proposed = model.place == .log ? model.log?.search?.pattern.text ?? "" : ""
        model.search.ask(proposed, model.memory.value.searchHistory)
    }

    /// A key while a pattern is typed.
    func typeSearch(_ key: Key, _ model: inout AppModel) -> [AppEffect] {
        switch model.settings.keys.action(for: key, in: .searchPrompt) {
        case .redraw: return [.redraw]
        case .suspend: return suspend(&model)
        case .confirm: return confirmSearch(&model)
        case .cancel: model.search.prompt = nil
        case .literal:
            model.search.prompt?.isLiteral.toggle()
            model.search.promptChanged()
        default:
            switch model.search.prompt?.input.take(key) {
            case .edited: model.search.promptChanged()
            case .cancelled: model.search.prompt = nil
            default: break
            }
        }
        return []
    }

    func confirmSearch(_ model: inout AppModel) -> [AppEffect] {
        let wasOpen = model.search.results != nil
        guard let order = model.search.confirm() else { return [] }
        model.remember(\.searchHistory, model.memory.value.searchHistory.adding(order.text))
        if !wasOpen { (model.search.behind, model.search.furtherBehind) = (model.log, model.logBehind) }
        (model.log, model.logBehind) = (nil, nil)
        return [.search(order)]
    }

    // MARK: - The results

    /// Takes in what a search found.
    func take(_ news: SearchNews, _ model: inout AppModel) {
        model.search.results?.take(news)
    }

    func perform(_ action: Action, onResultsOf model: inout AppModel) -> [AppEffect] {
        let page = max(1, (model.search.results?.height ?? 1) - 1)
        switch action {
        case .help: model.help = HelpModel()
        case .command: askCommand(&model)
        case .down: model.search.results?.move(by: 1)
        case .up: model.search.results?.move(by: -1)
        case .halfPageDown: model.search.results?.move(by: page / 2)
        case .halfPageUp: model.search.results?.move(by: -page / 2)
        case .pageDown: model.search.results?.move(by: page)
        case .pageUp: model.search.results?.move(by: -page)
        case .first: model.search.results?.goToStart()
        case .last: model.search.results?.goToEnd()
        case .nextHit: step(model.search.results?.step(1), "No further lines were found", &model)
        case .previousHit: step(model.search.results?.step(-1), "No lines before this one were found", &model)
        case .nextJob: step(model.search.results?.stepGroup(1), "No further jobs were found", &model)
        case .previousJob: step(model.search.results?.stepGroup(-1), "No jobs before this one were found", &model)
        case .searchAll: askSearch(&model)
        case .open: openHit(&model)
        case .refresh:
            guard let order = model.search.again() else { return [] }
            return [.search(order)]
        case .clear where model.search.results?.isRunning == true: return [.stopSearch]
        case .clear, .back: return leaveResults(&model)
        default: break
        }
        return []
    }

    private func step(_ hasMoved: Bool?, _ otherwise: String, _ model: inout AppModel) {
        if hasMoved == false { say(otherwise, &model) }
    }

    /// Opens the log of the job at the line under the cursor.
    private func openHit(_ model: inout AppModel) {
        guard let results = model.search.results, let group = results.group, let hit = results.hit else { return }
        var pane = LogPane(group.id, model.logLooks, at: hit, of: results.pattern)
        // Nothing is to be read before the log is there.
        _ = pane.take(model.jobs[group.id]?.checkpoint, of: group.id)
        model.log = pane
        model.focus = .log
    }

    /// Goes to the line that was asked for, once its log is there.
    func goToTarget(_ model: inout AppModel) -> [AppEffect] {
        guard model.log?.target != nil else { return [] }
        if let sentence = model.log?.goToTarget() { say(sentence, &model) }
        return model.log?.exams() ?? []
    }

    private func leaveResults(_ model: inout AppModel) -> [AppEffect] {
        let isRunning = model.search.results?.isRunning == true
        model.search.results = nil
        (model.log, model.logBehind) = (model.search.behind, model.search.furtherBehind)
        (model.search.behind, model.search.furtherBehind) = (nil, nil)
        model.focus = model.log == nil ? .list : .log
        return isRunning ? [.stopSearch] : []
    }
}
