import JobLogCore
import TerminalUI

/// What is told of jobs that turn, and the keys for it.
extension JoblogProgram {
    /// How long after jobs were found silent they are looked at again, in ms: time for them to be read.
    private static let doubt: Int64 = 10_000
    /// How many jobs are read again at a time because they are silent.
    private static let mostDoubted = 200

    /// Takes in that jobs turned.
    func hear(_ turns: [JobTurn], _ model: inout AppModel) {
        guard !turns.isEmpty else { return }
        for turn in turns where turn.from?.isEnd == false && turn.to?.isEnd == true { announce(turn.job, &model) }
        let front = Set(model.log?.jobs ?? [])
        let selected = model.place == .log ? nil : model.jobs.selected
        model.alerts.take(turns, now: model.now) { turn in
            if front.contains(turn.job.id) { return .front }
            return turn.job.id == selected && (turn.to == .completed || turn.to == .failed) ? .said : .none
        }
    }

    /// Only what the user is looking at is announced: its log, or the selected job.
    private func announce(_ job: JobSnapshot, _ model: inout AppModel) {
        guard model.log?.jobs.contains(job.id) == true || model.place != .log && job.id == model.jobs.selected else {
            return
        }
        switch job.state {
        case .completed: announce("Job completed successfully.", &model)
        case .failed: announce("Job failed. You can retry or view logs.", &model)
        default: break
        }
    }

    /// Takes in that nothing is left of jobs.
    func lose(_ ids: [JobID], _ model: inout AppModel) {
        let lost = ids.filter { model.alerts.watched.contains($0) }
        hear(lost.map { JobTurn(job: JobSnapshot(id: $0), from: .unknown, to: nil) }, &model)
    }

    /// Time has passed: jobs of which nothing was heard have stalled. But what is off screen need not be heard of, and this machine
    /// or process may have slept: who is silent is read again, or has time to be, and has stalled if it is silent then.
    func noticeSilence(_ model: inout AppModel) {
        guard model.hearsSilence else { return }
        let (now, doubted, interest) = (model.now, model.doubted, model.interest)
        let (turns, doubtful) = model.jobs.turn(at: now, again: now + Self.doubt) {
            doubted.contains($0) && interest.rows.contains($0)
        }
        if !turns.isEmpty || !doubtful.isEmpty { model.doubted = Set(doubtful.prefix(Self.mostDoubted)) }
        hear(turns, &model)
    }

    /// Tells what is due.
    func tellAlerts(_ model: inout AppModel) -> [AppEffect] {
        var effects: [AppEffect] = []
        for (way, news) in model.alerts.take(dueAt: model.now, hasRoom: model.hasRoomForAlert) {
            guard way == .toast else {
                effects.append(.alert(AlertOrder(way: way, title: "joblog \(model.sourceName)", text: news.text)))
                continue
            }
            let hint: KeySentence = "[alerts] leads there."
            announce("\(news.text) \(hint.text(model.settings.keys, in: model.place))", &model)
            model.settleToast()
        }
        return effects
    }

    // MARK: - Keys

    /// Watches the jobs that are meant, or watches them no longer.
    func toggleWatch(_ model: inout AppModel) {
        let ids = model.place == .log ? model.log?.jobs ?? [] : model.meantJobs
        guard !ids.isEmpty else { return say("No job is selected.", &model) }
        if model.place != .log { model.jobs.keepSelection() }
        let name = ids.count == 1 ? ids[0].display : "\(Count.text(ids.count)) jobs"
        guard !ids.allSatisfy(model.alerts.watched.contains) else {
            model.alerts.leave(ids)
            return say("No longer watched: \(name)", &model)
        }
        let going = ids.filter { model.jobs[$0]?.snapshot.state?.isTerminal != true }
        guard !going.isEmpty else { return say(ids.count == 1 ? "\(name) has ended" : "They have all ended", &model) }
        guard model.alerts.watch(going) else {
            return say("No more than \(AlertBook.mostWatched) jobs are watched", &model)
        }
        let watched = going.count == ids.count ? name : "the \(Count.text(going.count)) of them that have not ended"
        say("Watching \(watched): you will be told of the end, or when nothing is heard for 5 minutes", &model)
    }

    /// Opens the list of what was told.
    func openAlerts(_ model: inout AppModel) {
        guard !model.alerts.past.isEmpty else {
            return say("Nothing was told of any job yet", &model)
        }
        model.alertsDialog = AlertsDialog(model.alerts.past)
    }

    func chooseAlerts(_ action: Action, _ model: inout AppModel) {
        switch action {
        case .down: model.alertsDialog?.move(by: 1)
        case .up: model.alertsDialog?.move(by: -1)
        case .open:
            guard let id = model.alertsDialog?.job else { return }
            model.alertsDialog = nil
            openLog(of: id, &model)
        case .back: model.alertsDialog = nil
        default: break
        }
    }
}

extension AppModel {
    /// Whether it means something that nothing is heard of a job.
    fileprivate var hearsSilence: Bool { connection.isOnline && !connection.isCutOff }

    /// When jobs may have stalled of which nothing was heard, in Unix ms; nil for never.
    var silenceDue: Int64? { hearsSilence ? jobs.turnsAt : nil }
}

/// An alert that leaves the screen.
public struct AlertOrder: Sendable, Hashable {
    /// Where to; no toast.
    public let way: AlertWay
    /// What it is about, where the way has room for that.
    public let title: String
    /// What happened.
    public let text: String
}
