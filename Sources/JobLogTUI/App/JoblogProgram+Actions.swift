import JobLogCore

/// What keys do to jobs: a question first, then an effect, then a word on what has come of it.
extension JoblogProgram {
    /// Asks whether something is to be done to the marked jobs, or to the one in view; or says why it cannot be.
    func ask(_ wish: JobAction, _ model: inout AppModel) {
        if let refusal = model.access.refusal { return tell(refusal, &model) }
        let ids = model.place == .log ? model.log?.jobAtCursor.map { [$0] } ?? [] : model.meantJobs
        // What is done next is done to the same job, however the list is sorted by then.
        if model.place != .log { model.jobs.keepSelection() }
        let now = model.now
        let jobs = ids.compactMap { model.jobs[$0]?.snapshot.aged(to: now) }
        guard !jobs.isEmpty || ids.isEmpty else { return say("Nothing is known of this job yet", &model) }
        switch Question.about(wish, jobs) {
        case .success(let question):
            model.toast = nil
            model.question = question
        case .failure(let refusal): say(refusal.sentence, &model)
        }
    }

    func unlock(_ model: inout AppModel) {
        switch model.access {
        case .locked: model.question = .unlocking
        case .unlocked:
            model.access = .locked
            say("Locked", &model)
        case .readOnly, .saved: tell(model.access.refusal ?? "", &model)
        case .writable: say("This server is not marked as one of production", &model)
        }
    }

    func answer(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        guard let question = model.question else { return [] }
        switch action {
        case .choose: model.question?.isYes.toggle()
        case .no: decline(question, &model)
        case .press where !question.isYes: decline(question, &model)
        case .yes, .press:
            model.question = nil
            return carryOut(question.subject, &model)
        default: break
        }
        return []
    }

    private func decline(_ question: Question, _ model: inout AppModel) {
        model.question = nil
        // What was typed is not lost.
        if case .out(.save(let order)) = question.subject { askAgain(order, &model) }
    }

    private func carryOut(_ subject: Question.Subject, _ model: inout AppModel) -> [AppEffect] {
        switch subject {
        case .unlock:
            model.access = .unlocked
            tell("Unlocked: [unlock] locks it again", &model)
            return []
        case .out(let request): return [.out(request)]
        case .act(let deeds):
            model.work.begin(deeds.count)
            model.jobs.clearMarks()
            say(deeds.count == 1 ? "Under way …" : "\(deeds.count) under way …", &model)
            return deeds.map { .act($0.action, $0.id) }
        }
    }

    /// What an action has come to is shown at once; the feed tells the rest.
    func take(_ report: ActionReport, _ model: inout AppModel) {
        if case .success(let outcome) = report.result, let job = outcome.job {
            _ = model.jobs.take([job], now: model.now)
        }
        if let sentence = model.work.end(report) { say(sentence, &model) }
    }
}
