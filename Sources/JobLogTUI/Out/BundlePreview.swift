import JobLogCore
import TerminalUI

/// What a bundle will hold and what was scrubbed from it, shown before it is written.
struct BundlePreview: Sendable {
    let order: OutRequest.SaveOrder
    /// The first row that is shown.
    var top = 0
    /// Whether the button that says yes is chosen.
    var isYes = false

    /// The rows of the text on a screen of a width.
    private func rows(width: Int) -> [String] {
        let what =
            order.lines.jobs.count == 1
            ? "the log, the job's state, checkpoint and reasoning"
            : "the logs of \(order.lines.jobs.count) jobs, their states, checkpoints and reasoning"
        let intro = "\(order.path) will hold \(what), the filters and the place."
        return ([intro] + (order.sealed?.preview ?? [])).flatMap { paragraph in
            TextWrap.rows(of: TerminalText.line(paragraph), width: Dialog.textWidth(in: width)).map(String.init)
        }
    }

    /// How many rows fit on a screen.
    private static func height(_ size: Size) -> Int { max(1, size.height - 6) }

    mutating func scroll(by rows: Int, on size: Size) {
        let last = max(0, self.rows(width: size.width).count - Self.height(size))
        top = min(max(0, top + rows), last)
    }

    mutating func perform(_ action: Action, on size: Size) {
        let page = Self.height(size)
        switch action {
        case .down: scroll(by: 1, on: size)
        case .up: scroll(by: -1, on: size)
        case .halfPageDown: scroll(by: page / 2, on: size)
        case .halfPageUp: scroll(by: -page / 2, on: size)
        case .pageDown: scroll(by: page, on: size)
        case .pageUp: scroll(by: -page, on: size)
        case .first: top = 0
        case .last: scroll(by: Int(Int32.max), on: size)
        case .choose: isYes.toggle()
        default: break
        }
    }

    func draw(into buffer: inout CellBuffer, in area: Rect, size: Size, keys: KeyMap) {
        box(on: size, keys: keys).draw(into: &buffer, in: area)
    }

    /// The box on a screen.
    func box(on size: Size, keys: KeyMap) -> Dialog {
        let all = rows(width: size.width)
        let shown = all.dropFirst(top).prefix(Self.height(size))
        // As wide as the widest row, whichever rows are shown.
        let width = all.map { TextWidth.columns(of: $0) }.max() ?? 0
        var lines = shown.map { Spans(TextWidth.pad($0, to: width)) }
        if shown.count < all.count {
            let moving: KeySentence = "[down] [up] move"
            let place = "rows \(top + 1)–\(top + shown.count) of \(all.count)"
            lines.append(Spans("\(place): \(moving.text(keys, in: .preview))", Theme.faint))
        }
        return Dialog(
            "Share bundle", lines: lines, buttons: Question.buttons("write", keys, in: .preview), chosen: isYes ? 1 : 0,
            style: Theme.caution)
    }
}

extension JoblogProgram {
    /// The logs on screen and all that is known of their jobs but the reasoning, which nobody has read yet; nil where two
    /// are compared.
    func bundle(_ model: AppModel) -> JobBundle? {
        guard let pane = model.log, pane.comparison == nil else { return nil }
        let entries = pane.entriesBySource
        let jobs = zip(pane.jobs, entries).map { id, entries in
            let job = model.jobs[id]
            return JobBundle.Job(
                id: id, records: entries.compactMap { pane.document.record($0) },
                snapshot: (job?.snapshot ?? JobSnapshot(id: id)).aged(to: model.now), checkpoint: job?.checkpoint)
        }
        return JobBundle(jobs, savedAt: model.now, source: model.sourceName, view: pane.view())
    }

    /// A key while the preview is shown.
    func answerPreview(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        guard let preview = model.preview else { return [] }
        switch action {
        case .yes: return write(preview, &model)
        case .press where preview.isYes: return write(preview, &model)
        case .no, .press:
            model.preview = nil
            askAgain(preview.order, &model)
        default: model.preview?.perform(action, on: model.size)
        }
        return []
    }

    private func write(_ preview: BundlePreview, _ model: inout AppModel) -> [AppEffect] {
        model.preview = nil
        return [.out(.save(preview.order))]
    }

    /// Goes to the place that a bundle holds, once its log is there.
    func restoreView(_ model: inout AppModel) -> [AppEffect] {
        guard let view = model.restoring, model.log?.isOpen == true else { return [] }
        model.restoring = nil
        model.log?.restore(view)
        return model.log?.exams() ?? []
    }
}
