import TerminalUI

/// Pasted text: it is typed where something is typed, and is never keys.
extension JoblogProgram {
    func paste(_ text: String, _ model: inout AppModel) -> [AppEffect] {
        model.agesAt = model.now
        switch model.context {
        case .prompt, .output:
            guard model.log?.prompt?.input.paste(text) == .edited else { return [] }
            return model.log?.promptChanged() ?? []
        case .searchPrompt:
            if model.search.prompt?.input.paste(text) == .edited { model.search.promptChanged() }
        case .filter:
            model.filterInput?.paste(text)
            model.jobs.filter(by: model.filterInput?.text ?? "")
        case .command: model.commandPrompt?.paste(text)
        case .helpFilter: model.help?.paste(text)
        default: say("Nothing is typed here: what was pasted is dropped", &model)
        }
        return []
    }
}
