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
        guard let help = model.help else { return }
        let page = max(1, model.size.height - 4)
        let last = HelpView(model.place, help, model.settings.keys).lastTop(of: model.size)
        let top = help.top
        let target =
            switch action {
            case .down: top + 1
            case .up: top - 1
            case .halfPageDown: top + page / 2
            case .halfPageUp: top - page / 2
            case .pageDown: top + page
            case .pageUp: top - page
            case .first: 0
            case .last: last
            default: top
            }
        model.help?.top = min(max(0, target), last)
    }
}
