import TerminalUI

/// What keys do in the help.
extension JoblogProgram {
    func perform(_ action: Action, onHelpOf model: inout AppModel) {
        switch action {
        case .help, .back: model.help = nil
        case .filter: model.help?.beginFilter()
        case .press: model.help?.keepFilter()
        case .no: model.help?.dropFilter()
        default:
            if let rows = action.rows(page: max(1, model.size.height - 4)) { scrollHelp(by: rows, &model) }
        }
    }

    /// Moves the help down or up.
    func scrollHelp(by rows: Int, _ model: inout AppModel) {
        guard let help = model.help else { return }
        let last = HelpView(model.place, help, model.settings.keys).lastTop(of: model.size)
        model.help?.top = min(max(0, help.top + rows), last)
    }
}
