import JobLogCore
import TerminalUI

/// What is asked for by name.
extension JoblogProgram {
    func askCommand(_ model: inout AppModel) {
        model.toast = nil
        let place = model.place
        model.commandPrompt = CommandPrompt(
            Command.all(in: place, model.settings.keys), in: place, history: model.memory.value.commandHistory)
    }

    /// What the command that is typed could become.
    func candidates(_ model: AppModel) -> [CommandPrompt.Candidate] {
        model.commandPrompt?.candidates { argument, typed in
            let names: [String]
            switch argument {
            case .theme: names = model.settings.themes
            case .order: names = JobOrder.allCases.map(\.rawValue)
            case .level: names = LogLevel.allCases.map(\.wire)
            case .job: return model.jobs.ids(beginning: typed, most: 50).map(\.argument)
            case .text, .time, .path, .line: return []
            }
            return names.filter { $0.hasPrefix(typed.lowercased()) }
        } ?? []
    }

    /// A key while a command is typed.
    func typeCommand(_ key: Key, _ model: inout AppModel) -> [AppEffect] {
        let action = model.settings.keys.action(for: key, in: .command)
        switch action {
        case .redraw: return [.redraw]
        case .suspend: return suspend(&model)
        case .cancel: model.commandPrompt = nil
        case .complete, .completeBefore:
            let candidates = candidates(model)
            model.commandPrompt?.complete(candidates, by: action == .complete ? 1 : -1)
        case .confirm: return confirmCommand(&model)
        default:
            if model.commandPrompt?.take(key) == .cancelled { model.commandPrompt = nil }
        }
        return []
    }

    private func confirmCommand(_ model: inout AppModel) -> [AppEffect] {
        guard let prompt = model.commandPrompt else { return [] }
        guard !prompt.input.text.allSatisfy(\.isWhitespace) else {
            model.commandPrompt = nil
            return []
        }
        guard let order = model.commandPrompt?.order(model.settings.keys) else { return [] }
        if let argument = order.argument, let problem = problem(with: argument, of: order.command, model) {
            model.commandPrompt?.fail(problem)
            return []
        }
        model.remember(\.commandHistory, model.memory.value.commandHistory.adding(prompt.input.text))
        model.commandPrompt = nil
        return carryOut(order, &model)
    }

    /// Why an argument cannot be used; nil where it can, or where what is opened says so itself.
    private func problem(with argument: String, of command: Command, _ model: AppModel) -> String? {
        switch command.argument {
        case .order where JobOrder(rawValue: argument) == nil:
            "The orders are \(JobOrder.allCases.map(\.rawValue).joined(separator: ", "))."
        case .level where level(argument) == nil: "The levels are debug, info, warn and error."
        case .line where Int(argument).map { $0 < 1 } ?? true: "A line has a number, from 1."
        case .job where model.jobs.find(argument) == nil:
            model.jobs.ids(beginning: argument, most: 2).isEmpty
                ? "No job that is listed begins with \(TerminalText.line(argument))."
                : "Several jobs begin with \(TerminalText.line(argument))."
        default: nil
        }
    }

    private func carryOut(_ order: CommandPrompt.Order, _ model: inout AppModel) -> [AppEffect] {
        switch (order.command.deed, order.argument) {
        case (.action(let action), nil): return perform(action, &model)
        case (.action(let action), let argument?): return carryOut(action, with: argument, &model)
        case (.theme, let name): return [.theme(name ?? model.settings.theme)]
        case (.level, let name):
            if let level = name.flatMap(level) { model.log?.show(least: level) }
        case (.line, let number):
            if let number = number.flatMap({ Int($0) }) { model.log?.go(toLine: number - 1) }
        }
        return model.log?.exams() ?? []
    }

    private func carryOut(_ action: Action, with argument: String, _ model: inout AppModel) -> [AppEffect] {
        switch action {
        case .sort:
            if let order = JobOrder(rawValue: argument) { model.jobs.sort(by: order) }
            return []
        case .open:
            if let id = model.jobs.find(argument) { openLog(of: id, &model) }
            return []
        case .filter where model.place != .log:
            model.jobs.filter(by: argument)
            return []
        case .searchAll:
            askSearch(&model)
            model.search.type(argument)
            return confirmSearch(&model)
        default:
            // The prompt that a key would open takes the text; it stays where it cannot be used, and says why.
            let effects = perform(action, &model)
            guard model.log?.prompt != nil else { return effects }
            return effects + (model.log?.type(argument) ?? []) + confirmPrompt(&model)
        }
    }

    private func level(_ name: String) -> LogLevel? { LogLevel.allCases.first { $0.wire == name.lowercased() } }
}
