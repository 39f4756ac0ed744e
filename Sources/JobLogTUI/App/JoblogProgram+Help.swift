import TerminalUI

/// What keys do in the help.
extension JoblogProgram {
    func perform(_ action: Action, onHelpOf model: inout AppModel) {
        switch action {
        case .help, .back: model.help = nil
        case .filter: model.help?.beginFilter()
        case .press: model.help?.keepFilter()
        case .no: model.help?.dropFilter()
        default: scroll(action, helpOf: &model)
        }
    }

    private func scroll(_ action: Action, helpOf model: inout AppModel) {
        let page = max(1, model.size.height - 4)
        switch action {
        case .down: scrollHelp(by: 1, &model)
        case .up: scrollHelp(by: -1, &model)
        case .halfPageDown: scrollHelp(by: page / 2, &model)
        case .halfPageUp: scrollHelp(by: -page / 2, &model)
        case .pageDown: scrollHelp(by: page, &model)
        case .pageUp: scrollHelp(by: -page, &model)
        case .first: scrollHelp(by: -Int(Int32.max), &model)
        case .last: scrollHelp(by: Int(Int32.max), &model)
        default: break
        }
    }

    /// Moves the help down or up.
    func scrollHelp(by rows: Int, _ model: inout AppModel) {
        guard let help = model.help else { return }
        let last = HelpView(model.place, help, model.settings.keys).lastTop(of: model.size)
        model.help?.top = min(max(0, help.top + rows), last)
    }
}
