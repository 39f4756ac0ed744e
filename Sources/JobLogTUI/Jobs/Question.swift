import JobLogCore
import TerminalUI

/// A question before something is done. The safe answer is the one that `Enter` gives until the other is chosen.
struct Question: Sendable, Hashable {
    /// What is done when the answer is yes.
    enum Subject: Sendable, Hashable {
        case act([Deed])
        case unlock
        case out(OutRequest)
    }

    /// An action on a job.
    struct Deed: Sendable, Hashable {
        let id: JobID
        let action: JobAction
    }

    let title: String
    /// Paragraphs.
    let text: [String]
    /// The word on the button that says yes.
    let yes: String
    let subject: Subject
    /// Whether that button is chosen.
    var isYes = false

    /// The box on a screen of a width.
    func dialog(width: Int, keys: KeyMap) -> Dialog {
        let columns = Dialog.textWidth(in: width)
        let lines = text.flatMap { paragraph in
            TextWrap.rows(of: TerminalText.line(paragraph), width: columns).map { Spans(String($0)) }
        }
        return Dialog(
            title, lines: lines, buttons: Self.buttons(yes, keys, in: .question), chosen: isYes ? 1 : 0,
            style: Theme.caution)
    }

    /// The buttons of a question, each with its key.
    static func buttons(_ yes: String, _ keys: KeyMap, in context: KeyContext) -> [String] {
        ["\(keys.word(for: .no, in: context)) no", "\(keys.word(for: .yes, in: context)) \(yes)"]
    }
}

extension Question {
    static let unlocking = Question(
        title: "Unlock", text: ["This is a production server. Unlock it for writing, until it is locked again?"],
        yes: "unlock", subject: .unlock)

    /// How many jobs a question names.
    private static let named = 6

    /// Asks whether something is to be done to jobs.
    ///
    /// - Parameters:
    ///   - wish: what the key asks for; to resume may mean to begin anew.
    ///   - jobs: the jobs, as they are now.
    /// - Returns: the question, or why nothing can be done.
    static func about(_ wish: JobAction, _ jobs: [JobSnapshot]) -> Result<Question, Refusal> {
        guard let first = jobs.first else { return .failure(Refusal("No job is selected.")) }
        var deeds: [(deed: Deed, job: JobSnapshot)] = []
        var refusals: [String] = []
        for job in jobs {
            let off = JobActions.availability(of: job)
            let action = wish == .resume && off[.resume] != nil && off[.restart] == nil ? .restart : wish
            if let reason = off[action] {
                let error = JobActionError.notAllowed(job.id, action, in: job.state, reason: reason)
                refusals.append(error.description)
            } else {
                deeds.append((Deed(id: job.id, action: action), job))
            }
        }
        guard let only = deeds.first else {
            let others = refusals.count - 1
            let more = others > 0 ? " Nor can the \(others == 1 ? "other one" : "\(others) others") be." : ""
            return .failure(Refusal((refusals.first ?? first.id.display) + more))
        }
        let subject = Subject.act(deeds.map(\.deed))
        guard jobs.count > 1 else {
            let action = only.deed.action
            return .success(
                Question(
                    title: title(action),
                    text: ["\(ask(action, name(of: only.job, most: 60))) \(effect(of: action, on: only.job))"],
                    yes: verb(action), subject: subject))
        }
        let names = deeds.prefix(named).map { name(of: $0.job, most: 40) }.joined(separator: ", ")
        let more = deeds.count > named ? " and \(deeds.count - named) more" : ""
        var text = [
            ask(wish, deeds.count == 1 ? "1 marked job" : "\(deeds.count) marked jobs", isPlural: true)
                + " \(effect(of: wish, count: deeds.count, restarts: deeds.count { $0.deed.action == .restart }))",
            names + more,
        ]
        if let refusal = refusals.first {
            text.append("\(refusals.count) of the marked cannot be: \(refusal)")
        }
        return .success(Question(title: title(wish), text: text, yes: verb(wish), subject: subject))
    }

    /// A job's id; of one without an end its beginning and its end, so that what is asked stays in sight.
    private static func name(of job: JobSnapshot, most: Int) -> String {
        let id = job.id.display
        guard TextWidth.columns(of: id) > most else { return id }
        return TextWidth.prefix(of: id, columns: most / 2).text + TextWidth.truncateStart(id, to: most - most / 2)
    }

    /// Why a question is not asked, as a sentence.
    struct Refusal: Error, Hashable {
        let sentence: String
        init(_ sentence: String) { self.sentence = sentence }
    }

    private static func title(_ action: JobAction) -> String {
        switch action {
        case .cancel: "Cancel"
        case .pause: "Pause"
        case .resume: "Resume"
        case .restart: "Restart"
        case .clearCheckpoint: "Clear checkpoint"
        case .deleteLogs: "Delete logs"
        case .remove: "Remove"
        }
    }

    private static func verb(_ action: JobAction) -> String { title(action).lowercased() }

    private static func ask(_ action: JobAction, _ jobs: String, isPlural: Bool = false) -> String {
        let subject = isPlural ? jobs : "job \(jobs)"
        return switch action {
        case .clearCheckpoint: "Clear the checkpoint\(isPlural ? "s" : "") of \(subject)?"
        case .deleteLogs: "Delete the log\(isPlural ? "s" : "") of \(subject)?"
        default: "\(title(action)) \(subject)?"
        }
    }

    /// What it does to one job.
    private static func effect(of action: JobAction, on job: JobSnapshot) -> String {
        let asks = "It has no state in Redis, so its worker can only be asked"
        switch action {
        case .cancel:
            if job.isDerived { return "\(asks), on job:cancel." }
            return job.state?.isTerminal == true
                ? "It is \(job.stateWord) and will count as cancelled." : "It ends, and its worker is told."
        case .pause:
            return job.isDerived ? "\(asks), by a line in its log." : "It is set aside until it is resumed."
        case .resume:
            if job.isDerived { return "\(asks), by a line in its log." }
            guard job.state == .failed else { return "It goes on where it was paused." }
            let place = job.checkpoint?.sequence.map { "checkpoint \($0)" } ?? "its checkpoint"
            return "It goes on from \(place), as a new attempt."
        case .restart:
            if job.isDerived { return "\(asks), by a line in its log." }
            return "It begins anew: progress 0, and its error and result are dropped."
        case .clearCheckpoint:
            return "It cannot be resumed from there afterwards. The archived ones stay."
        case .deleteLogs:
            let lines = job.logCount.map { $0 == 1 ? "1 line is" : "\(Count.text($0)) lines are" } ?? "All lines are"
            return "\(lines) gone for good; who did it stands in the new log."
        case .remove:
            return "All that Redis has of it is gone for good."
        }
    }

    /// What it does to several.
    private static func effect(of action: JobAction, count: Int, restarts: Int) -> String {
        switch action {
        case .cancel: return "They end, and their workers are told; jobs without a state are only asked to."
        case .pause: return "They are set aside; workers of jobs without a state are only asked to."
        case .resume, .restart:
            if restarts == count { return "They begin anew: progress 0, errors and results are dropped." }
            let begin = restarts == 1 ? "begins" : "begin"
            return restarts > 0 ? "\(restarts) of them \(begin) anew, the others go on." : "They go on."
        case .clearCheckpoint: return "They cannot be resumed from there afterwards."
        case .deleteLogs: return "All lines are gone for good."
        case .remove: return "All that Redis has of them is gone for good."
        }
    }
}

/// Actions under way, to be told of when all have come to an end.
struct ActionWork: Sendable, Hashable {
    private(set) var open = 0
    private var done: [String] = []
    private var refusals: [String] = []
    private var problems: [String] = []

    mutating func begin(_ count: Int) {
        if open == 0 { self = ActionWork() }
        open += count
    }

    /// One has come to an end; the sentence that tells of all when it was the last.
    mutating func end(_ report: ActionReport) -> String? {
        open = max(0, open - 1)
        switch report.result {
        case .success(let outcome):
            done.append(outcome.isRequested ? "\(verb(report.action)) requested" : report.action.done)
            problems += outcome.problems
        case .failure(let refusal): refusals.append(refusal.sentence)
        }
        guard open == 0 else { return nil }
        if done.count + refusals.count == 1 {
            let sentence = refusals.first ?? "Job \(report.id.display): \(done.first ?? "")."
            return ([sentence] + problems).joined(separator: " ")
        }
        var counts: [(word: String, count: Int)] = []
        for word in done {
            if let index = counts.firstIndex(where: { $0.word == word }) {
                counts[index].count += 1
            } else {
                counts.append((word, 1))
            }
        }
        var parts = counts.map { "\($0.count) jobs \($0.word)" }
        if let refusal = refusals.first { parts.append("\(refusals.count) not: \(refusal)") }
        return (parts + problems.prefix(1)).joined(separator: ", ")
    }

    private func verb(_ action: JobAction) -> String {
        switch action {
        case .clearCheckpoint: "clearing the checkpoint"
        case .deleteLogs: "deleting the logs"
        default: action.rawValue
        }
    }
}

/// What an action on a job has come to.
public struct ActionReport: Sendable {
    /// The job.
    public let id: JobID
    /// What was to be done.
    public let action: JobAction
    let result: Result<JobActions.Outcome, Question.Refusal>

    /// It was carried out, or asked for.
    public init(_ outcome: JobActions.Outcome, of id: JobID) {
        self.id = id
        action = outcome.action
        result = .success(outcome)
    }

    /// It was not; the sentence says why.
    public init(_ action: JobAction, of id: JobID, failed sentence: String) {
        self.id = id
        self.action = action
        result = .failure(Question.Refusal(sentence))
    }
}
