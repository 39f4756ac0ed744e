import JobLogCore
import TerminalUI

/// What keys take out of the screen: copying, saving, piping.
extension JoblogProgram {
    func takeOut(_ action: Action, _ model: inout AppModel) -> [AppEffect] {
        if model.place != .log { return copyJobs(asJSON: action == .copyJSON, &model) }
        switch action {
        case .copy: return copyLines(as: .text, &model)
        case .copyJSON: return copyLines(as: .jsonl, &model)
        case .save:
            guard let lines = linesToWrite(&model) else { return [] }
            let name = LogPane.fileName(for: lines.jobs, now: model.now, isUTC: model.isUTC)
            model.log?.ask(.save, for: lines, text: name, history: model.memory.history(of: .save))
        case .pipe:
            guard let lines = linesToWrite(&model) else { return [] }
            model.log?.ask(.pipe, for: lines, history: model.memory.history(of: .pipe))
        default: break
        }
        return []
    }

    private func copyLines(as format: ExportFormat, _ model: inout AppModel) -> [AppEffect] {
        guard let lines = model.log?.linesToCopy(), !lines.lines.isEmpty else {
            say("There is no line to copy here", &model)
            return []
        }
        let what = lines.what + (format == .jsonl ? " as JSON" : "")
        return [.out(.copy(.init(content: .lines(lines.lines, format, lines.options), what: what)))]
    }

    /// The ids of the marked jobs, or of the one in view; or what is known of them.
    private func copyJobs(asJSON: Bool, _ model: inout AppModel) -> [AppEffect] {
        let ids = model.meantJobs
        guard !ids.isEmpty else {
            say("There is no job to copy", &model)
            return []
        }
        let now = model.now
        let texts = ids.map { id in
            asJSON
                ? (model.jobs[id]?.snapshot.aged(to: now) ?? JobSnapshot(id: id)).json().text(escapeTerminal: true)
                : id.argument
        }
        let what =
            ids.count == 1
            ? (asJSON ? "job \(ids[0].display) as JSON" : "the id \(ids[0].display)")
            : "\(Count.text(ids.count)) \(asJSON ? "jobs as JSON" : "ids")"
        return [.out(.copy(.init(content: .text(texts.joined(separator: "\n")), what: what)))]
    }

    private func linesToWrite(_ model: inout AppModel) -> OutLines? {
        if model.log?.isFiltering == true, model.log?.marked.isEmpty == true {
            say("The filters are still being looked for: try again in a moment", &model)
            return nil
        }
        guard let lines = model.log?.linesToWrite(), !lines.lines.isEmpty else {
            say("No lines are shown", &model)
            return nil
        }
        return lines
    }

    // MARK: - Prompts

    /// Takes what was typed into the prompt for a file or a command.
    func confirmOut(_ prompt: LogPrompt, _ model: inout AppModel) -> [AppEffect] {
        guard let lines = prompt.outgoing else { return [] }
        let text = prompt.input.text
        if prompt.kind == .save, text.allSatisfy(\.isWhitespace) {
            model.log?.prompt?.problem = "A file needs a name."
            return []
        }
        model.remember(text, typedInto: prompt.kind)
        model.log?.prompt = nil
        if prompt.kind == .save {
            say(text.hasSuffix(JobBundle.fileExtension) ? "Looking for secrets …" : "Saving …", &model)
            var order = OutRequest.SaveOrder(lines: lines, path: text)
            guard text.hasSuffix(JobBundle.fileExtension) else { return [.out(.save(order))] }
            guard let bundle = bundle(model) else {
                askAgain(order, problem: "A comparison is no bundle: save it as .diff, or each log by itself.", &model)
                return []
            }
            order.bundle = bundle
            return [.out(.save(order))]
        }
        // The terminal is given away as for a stop; the size that is told when it is back says so.
        model.isSuspended = true
        return [.out(.pipe(.init(lines: lines, format: prompt.isLiteral ? .jsonl : .text, command: text)))]
    }

    /// Asks for the rest of a file's name.
    func complete(_ model: inout AppModel) -> [AppEffect] {
        guard let prompt = model.log?.prompt else { return [] }
        return [.out(.complete(prompt.input.text))]
    }

    // MARK: - What has come of it

    func take(_ report: OutReport, _ model: inout AppModel) -> [AppEffect] {
        if case .text(let order) = report { return [.out(.copy(order))] }
        hear(report, &model)
        return []
    }

    private func hear(_ report: OutReport, _ model: inout AppModel) {
        switch report {
        case .text: break
        case .said(let sentence): say(sentence, &model)
        case .exists(let order):
            guard model.question == nil else {
                return say("Not saved: there is a file \(order.path) already", &model)
            }
            var order = order
            order.replaces = true
            model.toast = nil
            model.question = .replacing(order)
        case .notSaved(let order, let reason):
            say("Not saved: \(reason)", &model)
            askAgain(order, problem: reason, &model)
        case .preview(let order):
            guard model.preview == nil, model.question == nil, model.log?.prompt == nil else {
                return say("Not saved: something else was asked for meanwhile", &model)
            }
            model.toast = nil
            model.preview = BundlePreview(order: order)
        case .completed(let typed, let text, let choices):
            // What was typed since then is newer.
            guard let prompt = model.log?.prompt, prompt.kind == .save, prompt.input.text == typed else { return }
            if text != typed {
                model.log?.prompt?.input = TextInput(text, history: prompt.history)
                model.log?.prompt?.problem = nil
            } else {
                let names = choices.prefix(20).joined(separator: "  ")
                model.log?.prompt?.problem = choices.isEmpty ? "No file begins so." : names
            }
        }
    }

    /// Asks for a file's name again, with what was typed.
    func askAgain(_ order: OutRequest.SaveOrder, problem: String? = nil, _ model: inout AppModel) {
        guard model.log?.jobs == order.lines.jobs, model.log?.prompt == nil else { return }
        model.log?.ask(
            .save, for: order.lines, text: order.path, history: model.memory.history(of: .save), problem: problem)
    }
}

extension Question {
    /// Asks whether a file is to be replaced.
    static func replacing(_ order: OutRequest.SaveOrder) -> Question {
        Question(
            title: "Replace",
            text: [
                "There is a file \(order.path) already. Replace it by \(order.sealed == nil ? "\(order.lines.what) as \(order.format.name)" : "the bundle")?"
            ],
            yes: "replace", subject: .out(.save(order)))
    }
}
