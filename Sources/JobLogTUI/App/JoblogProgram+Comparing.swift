import JobLogCore

/// Comparing the logs of two jobs.
extension JoblogProgram {
    /// Compares the marked jobs, or the one in view with the newest completed one of its type.
    func compare(_ model: inout AppModel) -> [AppEffect] {
        guard model.connection.isOnline else {
            say("There is no connection: logs cannot be read now", &model)
            return []
        }
        let jobs: [JobID]
        if model.place == .log {
            if model.log?.comparison != nil {
                say("These are compared already: } and { go through the differences", &model)
                return []
            }
            jobs = model.log.map { $0.jobs.count == 2 ? $0.jobs : $0.jobAtCursor.map { [$0] } ?? [] } ?? []
        } else {
            jobs = model.jobs.markedCount == 2 ? model.jobs.targets : model.jobs.selected.map { [$0] } ?? []
            if model.jobs.markedCount > 2 {
                say("\(model.jobs.markedCount) jobs are marked: two can be compared", &model)
                return []
            }
        }
        guard let first = jobs.first else {
            say("No job is selected", &model)
            return []
        }
        // Of two jobs, the one that failed is looked into.
        let failed = jobs.first { model.jobs[$0]?.snapshot.state == .failed }
        let this = failed ?? first
        say("Comparing …", &model)
        return [.compare(this, with: jobs.first { $0 != this })]
    }

    /// Compares the logs on screen once more.
    func compareAnew(_ model: inout AppModel) -> [AppEffect] {
        guard let pane = model.log, pane.comparison != nil, model.connection.isOnline else { return [] }
        model.renewing = pane.jobs
        say("Comparing anew …", &model)
        return [.compare(pane.jobs[0], with: pane.jobs[1])]
    }

    /// Shows what came of it; leaving it leads back to the log that was open.
    func take(_ comparison: Result<LogComparison, ReadFailure>, _ model: inout AppModel) -> [AppEffect] {
        switch comparison {
        case .failure(let failure):
            model.renewing = nil
            say(failure.sentence, &model)
        case .success(let comparison) where comparison.jobs == model.renewing:
            // The pane may have been left meanwhile; nobody waits for it then.
            model.renewing = nil
            if model.log?.comparison != nil { model.toast = nil }
            return eachLog(&model) { $0.renew(comparison) }
        case .success(let comparison):
            if model.place == .log {
                // Two deep at most: what lies behind what lies behind is not kept.
                if model.log?.comparison == nil { model.logBehind = model.log }
            } else {
                model.logBehind = nil
                model.jobs.keepSelection()
            }
            let other = comparison.jobs[1].display
            model.log = LogPane(comparison, model.logLooks)
            model.focus = .log
            if let reason = comparison.reason {
                say("Compared with \(other), \(reason)", &model)
            } else {
                model.toast = nil
            }
        }
        return []
    }

    func goToDifference(_ direction: Int, _ model: inout AppModel) {
        guard model.log?.comparison != nil else { return say("No logs are compared: = does", &model) }
        if model.log?.goToDifference(direction: direction) == false {
            say(direction > 0 ? "No further differences" : "No differences before this line", &model)
        }
    }
}
