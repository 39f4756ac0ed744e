import JobLogCore
import TerminalUI

/// The last row: what is typed, or a toast, the keys, and the place in the list.
struct FooterView {
    private let model: AppModel
    private let candidates: [CommandPrompt.Candidate]
    // Worked out once: a frame asks for each several times.
    private let keys: [KeyHints.Hint]
    private let toast: Spans?
    private let corner: Spans

    /// The row of a screen.
    ///
    /// - Parameters:
    ///   - model: the screen.
    ///   - candidates: what a command that is typed could become.
    init(model: AppModel, candidates: [CommandPrompt.Candidate] = []) {
        self.model = model
        self.candidates = candidates
        let prompt = [.prompt, .output].contains(model.context) ? model.log?.prompt : nil
        keys = model.settings.keys.hints(in: model.context) { prompt?.takes($0) ?? true }
        toast = Self.toast(of: model)
        corner = Self.corner(of: model)
    }

    private var y: Int { model.size.height - 1 }

    /// Draws it; where the cursor is.
    func draw(into buffer: inout CellBuffer) -> Point? {
        if model.context == .command, let prompt = model.commandPrompt {
            return CommandView(prompt: prompt, candidates: candidates, hints: keys).draw(
                into: &buffer, size: model.size)
        }
        if let prompt { return prompt.draw(into: &buffer, y: y, width: model.size.width) }
        if let toast {
            toast.draw(into: &buffer, x: 1, y: y, maxWidth: model.size.width - 2)
        } else if let text = model.toast.map({ TerminalText.line($0.text) }) {
            // A sentence that does not fit beside the way out stands above it, in full.
            let rows = TextWrap.rows(of: text, width: model.size.width - 2).suffix(4).map(String.init)
            for (offset, row) in rows.enumerated() {
                let y = y - rows.count + offset
                buffer.fill(Rect(x: 0, y: y, width: model.size.width, height: 1))
                buffer.put(row, x: 1, y: y, style: .bold)
            }
        }
        corner.draw(into: &buffer, endingAt: model.size.width - 1, y: y, maxWidth: model.size.width - 2)
        let columns = columns
        // Beside a toast too: the way out is always in sight where there is room.
        KeyHints(keys, labelStyle: Theme.faint).draw(into: &buffer, x: columns.lowerBound, y: y, width: columns.count)
        return nil
    }

    /// All that the row shows while nothing is typed and nothing is told; nil otherwise.
    static func facts(of model: AppModel) -> Facts? {
        let isTyped = [.prompt, .output, .command, .searchPrompt].contains(model.context)
        guard model.toast == nil, !isTyped else { return nil }
        return Facts(context: model.context, corner: corner(of: model), keys: model.settings.keys)
    }

    /// What the row shows.
    struct Facts: Equatable {
        let context: KeyContext
        let corner: Spans
        let keys: KeyMap
    }

    /// The keys that are shown, each with the columns that it takes.
    var hints: [(hint: KeyHints.Hint, columns: Range<Int>)] {
        if let prompt { return prompt.hintPlaces(width: model.size.width) }
        let columns = columns
        return KeyHints(keys).places(x: columns.lowerBound, width: columns.count)
    }

    /// The columns that there are for keys.
    private var columns: Range<Int> {
        let start = 1 + (toast.map { $0.width + 3 } ?? 0)
        let end = model.size.width - 1 - (corner.width > 0 ? corner.width + 2 : 0)
        return start..<max(start, end)
    }

    /// What is typed in place of all that.
    private var prompt: PromptRow? {
        switch model.context {
        case .command: model.commandPrompt.map { CommandView.row($0, hints: keys) }
        case .searchPrompt: model.search.prompt.map { PromptRow($0, hints: keys, width: model.size.width) }
        case .prompt, .output:
            model.log?.prompt.map {
                PromptRow($0, hits: model.log?.hitCount, hints: keys, width: model.size.width)
            }
        default: nil
        }
    }

    /// The toast, where it fits beside the way out.
    private static func toast(of model: AppModel) -> Spans? {
        guard let text = model.toast.map({ TerminalText.line($0.text) }),
            TextWidth.columns(of: text) <= model.size.width - 24
        else { return nil }
        return Spans(text, .bold)
    }

    /// What stands at the right: what the screen costs the server, where that is wanted, and the place.
    private static func corner(of model: AppModel) -> Spans {
        let place = place(in: model)
        guard let cost = model.cost?.value else { return place }
        let isWhole = TextWidth.columns(of: cost.text) + 24 <= model.size.width
        var corner = Spans(isWhole ? cost.text : cost.brief, cost.isHeldBack ? Theme.caution : Theme.faint)
        if place.width > 0, corner.width + place.width + 26 < model.size.width {
            corner.add("  ")
            for span in place.spans { corner.add(span.text, span.style) }
        }
        return corner
    }

    /// How many jobs are marked, and which of them the selected one is.
    private static func place(in model: AppModel) -> Spans {
        guard [.jobs, .filter].contains(model.context) else { return Spans() }
        let marked = model.jobs.markedCount
        var place = Spans(marked > 0 ? "\(Count.text(marked)) marked" : "", Theme.marked)
        if let text = model.jobs.place { place.add(marked > 0 ? "  \(text)" : text, Theme.faint) }
        return place
    }
}
