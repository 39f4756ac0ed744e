import JobLogCore

/// Several logs at once: merging them, whose lines are shown, and back to one.
extension JoblogProgram {
    /// The most logs that are merged, and the most jobs whose logs are where none is marked.
    private static let mostMerged = 100
    private static let fewJobs = 8

    /// Merges the logs of the marked jobs; where none is marked, of those that are shown if they are few.
    func mergeLogs(_ model: inout AppModel) {
        var jobs = model.jobs.markedCount == 0 ? [] : model.jobs.targets
        if jobs.isEmpty, (2...Self.fewJobs).contains(model.jobs.count) {
            jobs = model.jobs.shown
            say("No job is marked: these are all \(jobs.count) that are shown", &model)
        }
        switch jobs.count {
        case 0: tell("[mark] marks jobs, two at least: [merge] then merges their logs", &model)
        case 1: tell("One job is marked: [mark] marks more, then [merge] merges their logs", &model)
        case ...Self.mostMerged:
            model.jobs.keepSelection()
            show(logsOf: jobs, &model)
            model.focus = .log
        default: say("\(Count.text(jobs.count)) jobs are marked: L merges at most \(Self.mostMerged) logs", &model)
        }
    }

    /// Opens the logs of jobs in one pane.
    func show(logsOf jobs: [JobID], _ model: inout AppModel) {
        model.logBehind = nil
        model.log = LogPane(jobs, model.logLooks)
        // Nothing is to be read before the logs are there.
        for id in jobs { _ = model.log?.take(model.jobs[id]?.checkpoint, of: id) }
    }

    /// Opens the own log of the job whose line the cursor is on; leaving it leads back.
    func openOwnLog(_ model: inout AppModel) {
        guard model.log?.isMerged == true else { return say("This is the log of one job", &model) }
        guard let own = model.log?.ownLog() else { return }
        model.logBehind = model.log
        model.log = own
    }

    /// Keys in the choice of jobs and workers.
    func chooseLanes(_ action: Action, _ model: inout AppModel) {
        guard let pane = model.log else { return }
        switch action {
        case .down: model.log?.lanesDialog?.move(by: 1, of: pane)
        case .up: model.log?.lanesDialog?.move(by: -1, of: pane)
        case .choose: model.log?.toggleLane()
        case .solo: model.log?.soloLane()
        case .markAll: model.log?.showAllLanes()
        case .back: model.log?.lanesDialog = nil
        default: break
        }
    }

    /// What a change does to the open log, and to the one behind it.
    func eachLog(_ model: inout AppModel, _ change: (inout LogPane) -> [AppEffect]) -> [AppEffect] {
        var effects: [AppEffect] = []
        if var pane = model.logBehind {
            model.logBehind = nil
            effects += change(&pane)
            model.logBehind = pane
        }
        // Taken out, so that it is changed where it is.
        if var pane = model.log {
            model.log = nil
            effects += change(&pane)
            model.log = pane
        }
        return effects
    }
}
