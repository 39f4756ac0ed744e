import Foundation
import JobLogTUI
import TestSupport

/// What lies over a log, and the results of a search through all.
extension KeyScene {
    static let lanes = KeyScene(
        context: .lanes, entry: opened + [KeyStep("L", until: .text("─ Workers ─"))],
        base: Sight.choice("[x] A").and(.text("[x] B")),
        actions: [
            .down: .stop(sees: .choice("[x] B"), after: KeyStep(.up, until: .any)),
            .up: .stop(KeyStep(.down, until: .choice("[x] B")), sees: .choice("[x] A")),
            .choose: .stop(sees: .choice("[ ] A").and(.title("lanes]")), after: KeyStep(.choose, until: .any)),
            .solo: .stop(sees: .text("[ ] B"), after: KeyStep(.solo, until: .any)),
            .markAll: .stop(KeyStep(.choose, until: .choice("[ ] A")), sees: .choice("[x] A")),
            .back: .sees(.nothingAbove, then: "L"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])

    static let filters = KeyScene(
        context: .filters, entry: opened + [limited, KeyStep("K", until: .text("─ Filters ─"))],
        base: Sight.choice("[x] &line").and(.text("[x] INFO and above")),
        actions: [
            .down: .stop(sees: .choice("[x] INFO"), after: KeyStep(.up, until: .any)),
            .up: .stop(KeyStep(.down, until: .choice("[x] INFO")), sees: .choice("[x] &line")),
            .choose: .stop(
                sees: Sight.choice("[ ] &line").and(.title("(&line)")), after: KeyStep(.choose, until: .any)),
            .removeFilter: .stop(
                sees: .noTitle("&line"), after: KeyStep(.back, until: .nothingAbove), limited, KeyStep("K", until: .any)
            ),
            .press: .stop(
                sees: .typed("&line"), after: KeyStep("Escape", until: .nothingAbove), KeyStep("K", until: .any)),
            .back: .sees(.nothingAbove, then: "K"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])
    private static let limited = KeyStep(
        [.keys(["2", "&"]), .text("line"), .keys(["Enter"])], until: Sight.title("[&line]").and(.nothingAbove))

    static let prompt = KeyScene(
        context: .prompt,
        entry: opened + [
            KeyStep([.keys(["/"]), .text("line 11"), .keys(["Enter"])], until: Sight.title("1/11").and(.nothingAbove)),
            KeyStep("Escape", until: .noTitle("/line")), search,
        ],
        base: .typed("/line 3"),
        actions: [
            .confirm: .stop(
                KeyStep([.keys(["C-u"]), .text("line 11")], until: .typed("/line 11")),
                sees: Sight.title("/line 11 1/11").and(.nothingAbove),
                after: KeyStep("Escape", until: .noTitle("/line")),
                search),
            .cancel: .stop(sees: Sight.nothingAbove.and(.noTitle("/line")), after: search),
            .literal: .sees(.typed("/text line 3"), then: "C-r"),
            .recall: .each([
                "↑": KeyStop(sees: .typed("/line 11"), after: [KeyStep("Down", until: .any)]),
                "↓": KeyStop([KeyStep("Up", until: .typed("/line 11"))], sees: .typed("/line 3")),
            ]),
            .edit: .edits("/", "line 3"),
            .redraw: .redraws, .suspend: .stops,
        ])
    private static let search = KeyStep([.keys(["g", "/"]), .text("line 3")], until: .typed("/line 3"))

    static let output = KeyScene(
        context: .output,
        entry: opened + [
            KeyStep([.keys(["|"]), .text("wc -l >> x"), .keys(["Enter"])], until: .text("Press a key")),
            KeyStep("x", until: Sight("the screen") { $0.isAlternate }), pipe,
        ],
        base: .typed("Pipe 120 lines to: cat > y"),
        actions: [
            .confirm: .stop(
                KeyStep([.keys(["C-u"]), .text("wc -l >> x")], until: .typed("to: wc -l >> x")),
                sees: Sight("the command") { !$0.isAlternate && $0.contains("Press a key to go back") },
                effect: KeyStop.Effect(name: "the output of a second command in a file") { walk in
                    try String(contentsOfFile: walk.folder.file("x"), encoding: .utf8) == "120\n120\n"
                },
                after: KeyStep("x", until: Sight("the screen") { $0.isAlternate }), pipe),
            .cancel: .stop(sees: .nothingAbove, after: pipe),
            .complete: .stop(
                KeyStep("Escape", until: .nothingAbove),
                KeyStep([.keys(["C-s", "C-u"]), .text("/usr/shar")], until: .typed("as: /usr/shar")),
                sees: .typed("as: /usr/share/"), after: KeyStep("Escape", until: .nothingAbove), pipe),
            .literal: .sees(.typed("as JSON to: cat > y"), then: "C-r"),
            .recall: .each([
                "↑": KeyStop(sees: .typed("to: wc -l >> x"), after: [KeyStep("Down", until: .any)]),
                "↓": KeyStop([KeyStep("Up", until: .typed("to: wc -l >> x"))], sees: .typed("to: cat > y")),
            ]),
            .edit: .edits("to: ", "cat > y"),
            .redraw: .redraws, .suspend: .stops,
        ])
    private static let pipe = KeyStep([.keys(["|"]), .text("cat > y")], until: .typed("to: cat > y"))

    static let preview = KeyScene(
        context: .preview, height: 10, entry: opened + bundled,
        base: Sight.text("Share bundle").and(.text("[ Esc no ]")).and(.text("rows 1–")),
        actions: [
            .down: .stop(sees: .text("rows 2–"), after: KeyStep(.up, until: .any)),
            .up: .stop(KeyStep(.down, until: .text("rows 2–")), sees: .text("rows 1–")),
            .pageDown: .stop(sees: .no("rows 1–"), after: KeyStep(.first, until: .any)),
            .pageUp: .stop(KeyStep(.last, until: .no("rows 1–")), sees: .text("rows 1–")),
            .first: .stop(KeyStep(.last, until: .no("rows 1–")), sees: .text("rows 1–")),
            .last: .stop(sees: .no("rows 1–"), after: KeyStep(.first, until: .any)),
            .yes: .all(KeyStop(sees: Sight.nothingAbove.and(.foot("Saved")), effect: saved, after: removed)),
            .press: .all(
                KeyStop(
                    [KeyStep(.choose, until: .text("[ y write ]"))], sees: Sight.nothingAbove.and(.foot("Saved")),
                    effect: saved, after: removed)),
            .no: .stop(
                sees: .typed("as: x.joblog"), after: KeyStep("Enter", until: .text("Share bundle"))),
            .choose: .stop(sees: .text("[ y write ]"), after: KeyStep(.choose, until: .any)),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])
    private static let bundled = [
        KeyStep([.keys(["C-s", "C-u"]), .text("x.joblog"), .keys(["Enter"])], until: .text("Share bundle"))
    ]
    private static let removed =
        .quiet + [
            KeyStep([.keys(["|"]), .text("rm x.joblog"), .keys(["Enter"])], until: .text("Press a key")),
            KeyStep("x", until: Sight("the screen") { $0.isAlternate }),
        ] + bundled
    private static let saved = KeyStop.Effect(name: "the bundle") {
        FileManager.default.fileExists(atPath: $0.folder.file("x.joblog"))
    }

    static let results = KeyScene(
        context: .results,
        entry: [
            listed,
            KeyStep([.keys(["S"]), .text("needle"), .keys(["Enter"])], until: .text("58 hits in 29 jobs")),
            KeyStep("g", until: .cursor("job-12")),
        ],
        base: Sight.title("Logs of all jobs /needle").and(.noTitle("searching")).and(.cursor("job-12  running")).and(
            .nothingAbove),
        actions: [
            .searchAll: .stop(sees: .foot("Search all logs"), after: KeyStep("Escape", until: .nothingAbove)),
            .open: .stop(
                KeyStep("n", until: .cursor("a needle of 12")), sees: .title("Logs for job job-12"),
                after: KeyStep("q", until: .title("Logs of all jobs")), KeyStep("g", until: .any)),
            .nextHit: .sees(.cursor("a needle of 12"), then: "g"),
            .previousHit: .stop(
                KeyStep("n", "n", until: .cursor("another needle")), sees: .cursor("a needle of 12"),
                after: KeyStep("g", until: .any)),
            .nextJob: .sees(.cursor("job-13"), then: "g"),
            .previousJob: .stop(KeyStep("]", until: .cursor("job-13")), sees: .cursor("job-12")),
            .refresh: .sees(.cursor("a needle of 12"), then: "g"),
            .clear: .stop(
                sees: firstJob,
                after: KeyStep([.keys(["S"]), .text("needle"), .keys(["Enter"])], until: .text("58 hits in 29 jobs")),
                KeyStep("g", until: .any)),
            .down: .sees(.cursor("a needle of 12"), then: "k"),
            .up: .stop(KeyStep("j", until: .cursor("a needle of 12")), sees: .cursor("job-12  running")),
            .halfPageDown: .sees(.cursor("job-15  running"), then: "g"),
            .halfPageUp: .stop(
                KeyStep("Space", until: .cursor("a needle of 18")), sees: .cursor("a needle of 15"),
                after: KeyStep("g", until: .any)),
            .pageDown: .sees(.cursor("a needle of 18"), then: "g"),
            .pageUp: .stop(KeyStep("Space", until: .cursor("a needle of 18")), sees: .cursor("job-12  running")),
            .first: .stop(KeyStep("j", until: .cursor("a needle of 12")), sees: .cursor("job-12  running")),
            .last: .sees(.cursor("another needle"), then: "g"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
            .command: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
            .help: .sees(.text("─ Help ─"), then: "q"),
            .back: .stop(
                sees: firstJob,
                after: KeyStep([.keys(["S"]), .text("needle"), .keys(["Enter"])], until: .text("58 hits in 29 jobs")),
                KeyStep("g", until: .any)),
        ])
}

extension KeyExpectation {
    /// The keys that edit a line, on a line with two words.
    static func edits(_ label: String, _ text: String) -> KeyExpectation {
        let first = text.prefix { $0 != " " }
        let again = KeyStep([.keys(["C-u"]), .text(text)], until: .any)
        let atStart = KeyStep(
            "C-a",
            until: Sight("the cursor at the beginning") { screen in
                screen.rows[screen.cursor.row].dropFirst(screen.cursor.column).hasPrefix(text)
            })
        return .each([
            "^A": KeyStop(sees: atStart.until, after: [KeyStep("C-e", until: .any)]),
            "^E": KeyStop([atStart], sees: .typed(label + text)),
            "^W": KeyStop(sees: .no(label + text), after: [again]),
            "^U": KeyStop(sees: .no(label + first), after: [again]),
            "^K": KeyStop([atStart], sees: .no(label + first), after: [again]),
        ])
    }
}
