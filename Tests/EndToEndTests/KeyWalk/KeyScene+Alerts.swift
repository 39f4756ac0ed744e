import JobLogTUI
import TestSupport

/// The jobs of which was told.
extension KeyScene {
    /// That many rows below the title of the box.
    private static func alert(_ row: Int) -> Sight {
        Sight("alert \(row) chosen") { screen in
            guard let title = screen.row(containing: "─ Alerts ─") else { return false }
            return screen.row(containing: "│ ▸ ") == title + row
        }
    }

    /// The newest stand above the others no longer: before that a key means the rows as they were.
    private static let isSorted = Sight("rows by id") { screen in
        guard let first = screen.row(containing: "job-10"), let newest = screen.row(containing: "job-20") else {
            return false
        }
        return first < newest && Sight.nothingAbove.isOn(screen)
    }

    static let alerts = KeyScene(
        context: .alerts,
        entry: [
            KeyStep([.turn([20, 21], "running")], until: Sight.text("● Online").and(.text("active 31"))),
            // Of the selected job a sentence of its own would tell.
            KeyStep([.keys([":"]), .text("sort id"), .keys(["Enter"])], until: isSorted),
            KeyStep("g", until: .cursor("job-10")),
            KeyStep([.turn([20, 21], "failed")], until: .text("failed 2")),
            KeyStep("!", until: .text("─ Alerts ─")),
        ],
        base: alert(1),
        actions: [
            .down: .stop(sees: alert(2), after: KeyStep(.up, until: .any)),
            .up: .stop(KeyStep(.down, until: alert(2)), sees: alert(1)),
            .open: .stop(
                sees: .title("Logs for job job-2"), after: KeyStep("q", until: .text("STATE")),
                KeyStep("!", until: .any)),
            .back: .sees(.nothingAbove, then: "!"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])
}
