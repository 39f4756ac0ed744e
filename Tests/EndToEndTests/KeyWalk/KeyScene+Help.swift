import JobLogTUI
import TestSupport

/// The help, and what is typed at the foot of the list.
extension KeyScene {
    static let help = KeyScene(
        context: .help, entry: [listed, KeyStep("?", until: .title("─ Help"))],
        base: Sight.title("─ Help ").and(Sight("the top") { $0.rows[2].hasPrefix(" Jobs") }).and(.nothingAbove),
        actions: [
            .down: .sees(row(1), then: "k"),
            .up: .stop(KeyStep("j", until: row(1)), sees: row(0)),
            .halfPageDown: .sees(row(10), then: "g"),
            .halfPageUp: .stop(KeyStep("Space", until: row(20)), sees: row(10), after: KeyStep("g", until: .any)),
            .pageDown: .sees(row(20), then: "g"),
            .pageUp: .stop(KeyStep("Space", until: row(20)), sees: row(0)),
            .first: .stop(KeyStep("Space", until: row(20)), sees: row(0)),
            .last: .sees(
                Sight("the end") { screen in
                    screen.rows[1].contains(#/ (\d+)\/\1 /#)
                }, then: "g"),
            .filter: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
            .help: .sees(firstJob, then: "?"),
            .back: .sees(firstJob, then: "?"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])

    /// The help scrolled by so many rows: the last row on screen, counted in the title, of all.
    private static func row(_ top: Int) -> Sight {
        Sight("the help from its row \(top) on") { $0.rows[1].contains(" \(top + 21)/") }
    }

    static let helpFilter = KeyScene(
        context: .helpFilter, entry: [listed, KeyStep("?", "/", "o", until: .typed("/o"))],
        base: Sight.typed("/o").and(row(0)),
        actions: [
            .down: .sees(row(1), then: "Up"),
            .up: .stop(KeyStep("Down", until: row(1)), sees: row(0)),
            .pageDown: .sees(row(20), then: "PageUp"),
            .pageUp: .stop(KeyStep("PageDown", until: row(20)), sees: row(0)),
            .press: .sees(Sight.nothingAbove.and(.title("/o")), then: "/"),
            .no: .sees(Sight.nothingAbove.and(.noTitle("/o")), then: "/", "o"),
            .redraw: .redraws, .suspend: .stops, .quit: .quits,
        ])

    static let command = KeyScene(
        context: .command,
        entry: [listed, KeyStep([.keys([":"]), .text("sort age"), .keys(["Enter"])], until: .nothingAbove), begun],
        base: .typed(":sort id"),
        actions: [
            .confirm: .stop(
                KeyStep([.keys(["C-u"]), .text("sort age")], until: .typed(":sort age")), sees: .nothingAbove,
                after: begun),
            .cancel: .stop(sees: .nothingAbove, after: begun),
            .complete: .stop(
                KeyStep([.keys(["C-u"]), .text("theme ")], until: .typed(":theme")), sees: .typed(":theme dark"),
                after: again),
            .completeBefore: .stop(
                KeyStep([.keys(["C-u"]), .text("theme ")], until: .typed(":theme")), sees: .typed(":theme monochrome"),
                after: again),
            .recall: .each([
                "↑": KeyStop(sees: .typed(":sort age"), after: [KeyStep("Down", until: .any)]),
                "↓": KeyStop([KeyStep("Up", until: .typed(":sort age"))], sees: .typed(":sort id")),
            ]),
            .edit: .edits(":", "sort id"),
            .redraw: .redraws, .suspend: .stops,
        ])
    private static let begun = KeyStep([.keys([":"]), .text("sort id")], until: .typed(":sort id"))
    private static let again = KeyStep([.keys(["C-u"]), .text("sort id")], until: .any)

    static let searchPrompt = KeyScene(
        context: .searchPrompt,
        entry: [
            listed, KeyStep([.keys(["S"]), .text("another"), .keys(["Enter"])], until: .text("hits in")),
            KeyStep("q", until: .foot("q quit")),
            KeyStep([.keys(["S"]), .text("a needle")], until: .typed("Search all logs: a needle")),
        ],
        base: .typed("Search all logs: a needle"),
        actions: [
            .confirm: .stop(
                KeyStep([.keys(["C-u"]), .text("another")], until: .typed(": another")),
                sees: .text("29 hits in 29 jobs"), after: KeyStep("q", until: .foot("q quit")),
                KeyStep([.keys(["S"]), .text("a needle")], until: .any)),
            .cancel: .stop(
                sees: .nothingAbove, after: KeyStep([.keys(["S"]), .text("a needle")], until: .any)),
            .literal: .sees(.typed("Search all logs, text: a needle"), then: "C-r"),
            .recall: .each([
                "↑": KeyStop(sees: .typed(": another"), after: [KeyStep("Down", until: .any)]),
                "↓": KeyStop(
                    [KeyStep("Up", until: .typed(": another"))], sees: .typed(": a needle")),
            ]),
            .edit: .edits(": ", "a needle"),
            .redraw: .redraws, .suspend: .stops,
        ])
}
