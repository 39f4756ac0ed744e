import JobLogCore
import TerminalUI

/// What stands before the lines of two logs that are compared, and in their title.
struct ComparisonView {
    private static let delayWidth = 8

    /// The columns before the badge: the sign, and by how much later a line came than in the other run.
    static func width(on screen: Int) -> Int { screen < 60 ? 2 : 2 + delayWidth + 1 }

    let comparison: LogComparison

    func draw(_ id: Int, row: Int, into buffer: inout CellBuffer, x: Int, y: Int, screen: Int) {
        let (sign, style) = Self.sign(of: comparison.sides[id])
        buffer.put(sign, x: x, y: y, style: style)
        guard row == 0, screen >= 60, comparison.sides[id] == .both else { return }
        let delay = comparison.delays[id]
        // What no one can do anything about is no difference.
        guard abs(delay) >= 100 else { return }
        let text = TextWidth.padStart(LogTimes.distance(delay), to: Self.delayWidth)
        buffer.put(text, x: x + 2, y: y, style: Theme.faint, maxWidth: Self.delayWidth)
    }

    static func sign(of side: LogComparison.Side) -> (String, Style) {
        switch side {
        case .both: (side.sign, .plain)
        case .this: (side.sign, Theme.onlyHere)
        case .other: (side.sign, Theme.onlyThere)
        }
    }

    /// The title, from what says most to what says least.
    func title() -> Spans {
        let names = ShortNames.of(comparison.jobs.map(\.display))
        var title = Spans()
        title.add("+\(names[0])", Theme.onlyHere.adding(.bold))
        title.add(" -\(names[1])", Theme.onlyThere.adding(.bold))
        guard comparison.parting != nil else {
            title.add(" no difference", Theme.title)
            return title
        }
        if let message = comparison.lastCommonMessage {
            let text = TextWidth.truncate(TerminalText.line(message), to: 48)
            title.add(" part after '\(text)'", Theme.title)
        } else {
            title.add(" part at once", Theme.title)
        }
        return title
    }
}
