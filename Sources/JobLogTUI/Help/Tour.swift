import TerminalUI

/// A walk through the things to know first: each is told in a strip below the screen, and done by its key.
struct Tour: Sendable {
    /// One thing to know.
    struct Step: Sendable {
        /// Where it is done.
        let place: KeyContext
        /// What does it.
        let action: Action
        let sentence: KeySentence
    }

    static let steps = [
        Step(
            place: .jobs, action: .down,
            sentence: "These jobs are active, the newest first; below is what one of them does. [down] moves down."),
        Step(
            place: .jobs, action: .scope,
            sentence: "[scope] shows the jobs that have ended as well: those that failed last night are among them."),
        Step(
            place: .jobs, action: .errorsFirst, sentence: "[errorsFirst] puts what failed or has errors at the top."),
        Step(
            place: .jobs, action: .filter,
            sentence: "[filter] finds jobs by what is in their rows. Press it, type research, and then Enter."),
        Step(place: .jobs, action: .open, sentence: "[open] opens the log of the selected job."),
        Step(
            place: .log, action: .nextError,
            sentence: "In a log, [nextError] goes to the next error and [previousError] to the one before."),
        Step(
            place: .log, action: .unfold,
            sentence: "[unfold] shows all that a line carries: long text, metadata, the stack of an error."),
        Step(
            place: .log, action: .search,
            sentence: "[search] searches as you type; after Enter [nextHit] and [previousHit] go from hit to hit."),
        Step(
            place: .log, action: .follow,
            sentence: "[follow] follows the end as the log grows, or holds still. [warn] shows no more than is wrong."),
        Step(
            place: .log, action: .help,
            sentence:
                "[help] tells all keys of where you are, and [back] leads out again: of help, of a log, of joblog."),
    ]

    private static let end: KeySentence = "That was the tour; the demo goes on. [help] knows the rest, [quit] quits."

    /// The whole terminal: the screen has what the strip leaves of it.
    private(set) var terminal = Size(width: 0, height: 0)
    private(set) var done = 0

    /// The thing to know now; nil when all are known.
    var step: Step? { done < Self.steps.count ? Self.steps[done] : nil }

    /// What is left for the screen of a terminal; all of it where there is little.
    mutating func resize(to size: Size, _ keys: KeyMap) -> Size {
        terminal = size
        // As many rows as the longest sentence takes, so that nothing moves from one to the next.
        let texts = Self.steps.map { $0.sentence.text(keys, in: $0.place) } + [Self.end.text(keys, in: .jobs)]
        let rows = texts.map { Self.rows(of: $0, width: size.width).count }.max() ?? 0
        let height = size.height - rows - 1
        return height < AppModel.leastSize.height ? size : Size(width: size.width, height: height)
    }

    private static func rows(of text: String, width: Int) -> [Substring] {
        TextWrap.rows(of: text, width: max(1, width - 2))
    }

    /// A key was pressed somewhere.
    mutating func take(_ action: Action, in context: KeyContext) {
        guard let step, action == step.action, context == step.place else { return }
        done += 1
    }

    /// Draws the strip below a screen.
    func draw(_ model: AppModel, into buffer: inout CellBuffer) {
        guard terminal.height > model.size.height else { return }
        let area = Rect(
            x: 0, y: model.size.height, width: terminal.width, height: terminal.height - model.size.height)
        buffer.fill(area, style: Theme.chip)
        let count = step == nil ? "Tour" : "Tour, \(done + 1) of \(Self.steps.count)"
        buffer.put(" \(count)", x: 0, y: area.y, style: Theme.chip.adding(.bold), maxWidth: area.width)
        let rows = Self.rows(of: text(model), width: area.width).prefix(area.height - 1)
        for (offset, row) in rows.enumerated() {
            buffer.put(String(row), x: 1, y: area.y + 1 + offset, style: Theme.chip, maxWidth: area.width - 2)
        }
    }

    private func text(_ model: AppModel) -> String {
        let keys = model.settings.keys
        guard let step else {
            return Self.end.text(keys, in: model.place)
        }
        guard [.jobs, .panel, .log].contains(model.context) else {
            return "Esc leads back to where the tour goes on."
        }
        switch (step.place, model.place) {
        case (.jobs, .log):
            let back: KeySentence = "The tour goes on in the list: [back] leads there."
            return back.text(keys, in: .log)
        case (.log, .jobs), (.log, .panel):
            let open: KeySentence = "The tour goes on in a log: [open] opens the selected job's."
            return open.text(keys, in: .jobs)
        case (.jobs, .panel):
            let next: KeySentence = "The tour goes on in the list: [nextPane] leads there."
            return next.text(keys, in: .panel)
        default: return step.sentence.text(keys, in: step.place)
        }
    }
}
