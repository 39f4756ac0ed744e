import JobLogCore

/// What the screen costs the server, counted once a second while it is shown.
extension JoblogProgram {
    func switchCost(_ model: inout AppModel) -> [AppEffect] {
        guard model.cost == nil else {
            model.cost = nil
            return []
        }
        model.cost = ShownCost()
        return [.measure]
    }

    func take(_ cost: ServerCost?, _ model: inout AppModel) {
        guard model.cost != nil else { return }
        model.cost = cost.map { ShownCost(value: $0) }
        if cost == nil { say("There is no server whose load could be counted", &model) }
    }
}
