import JobLogCore
import JobLogTUI
import RedisClient
import TestSupport

/// The list, and what lies over it.
extension KeyScene {
    /// All of them.
    static let all = [
        jobs, panel, log, filter, columns, lanes, question, prompt, preview, output, results, searchPrompt, command,
        filters, alerts, help, helpFilter,
    ]

    /// Leads into the list, its first job selected, the server unlocked for writing.
    static let unlocked = [
        KeyStep("U", until: .text("y unlock")),
        KeyStep([.keys(["y"])], until: .text("PRODUCTION UNLOCKED")),
    ]

    static let listed = KeyStep([], until: Sight.cursor("job-10").and(.text("● Online")).and(.text("active 31")))

    static let firstJob = Sight.cursor("job-10").and(.nothingAbove).and(.foot("q quit"))

    static let marked = KeyStep("x", "x", until: .foot("2 marked"))
    static let unmarked = [KeyStep("Escape", until: .no("marked")), KeyStep("g", until: .cursor("job-10"))]

    static let jobs = KeyScene(
        context: .jobs, arguments: ["--production"], entry: [listed] + unlocked + .quiet,
        base: firstJob.and(.text("PRODUCTION UNLOCKED")).and(.no("marked")).and(.text("Overview 1/6")),
        actions: [
            .open: .sees(.title("Logs for job job-10"), then: "q"),
            .scope: .says("All jobs", then: "a"),
            .filter: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
            .sort: .stop(
                sees: .foot("Sorted by activity"),
                after: KeyStep([.keys([":"]), .text("sort state"), .keys(["Enter"])], until: .nothingAbove)),
            .reverse: .says("Sorted by state, reversed", then: "r"),
            .errorsFirst: .says("Errors first", then: "e"),
            .columns: .stop(sees: .text("percent a minute"), after: KeyStep("Escape", until: .nothingAbove)),
            .mark: .all(KeyStop(sees: .foot("1 marked"), after: unmarked)),
            .markAll: .all(KeyStop(sees: .foot("31 marked"), after: unmarked)),
            .clear: .all(KeyStop([marked], sees: .no("marked"), after: [KeyStep("g", until: .any)])),
            .merge: .all(
                KeyStop(
                    [marked], sees: .title("Logs of 2 jobs"), after: [KeyStep("q", until: .foot("q quit"))] + unmarked)
            ),
            .previousTab: .sees(.text("Attempts 6/6"), then: "l"),
            .nextTab: .sees(.text("Checkpoint 2/6"), then: "h"),
            .older: .stop(
                KeyStep("l", until: .text("at: 3")), sees: .text("at: 2"),
                after: KeyStep("]", until: .text("at: 3")), KeyStep("h", until: .any)),
            .newer: .stop(
                KeyStep("l", until: .text("at: 3")), KeyStep("[", until: .text("at: 2")), sees: .text("at: 3"),
                after: KeyStep("h", until: .any)),
            .copy: .says("Copied the id job-10", effect: .copied("the id") { $0 == "job-10" }),
            .copyJSON: .says(
                "Copied job job-10 as JSON", effect: .copied("the job") { $0.contains(#""id":"job-10""#) }),
            .searchAll: .stop(sees: .foot("Search all logs"), after: KeyStep("Escape", until: .nothingAbove)),
            .nextPane: .sees(.foot("q back"), then: "q"),
            .previousPane: .sees(.foot("q back"), then: "q"),
            .compare: .all(
                KeyStop([marked], sees: .title("differences"), after: [KeyStep("q", until: .foot("q quit"))] + unmarked)
            ),
            .split: .stop(
                sees: .text("Logs for job job-10"), after: KeyStep("o", until: .no("│")), KeyStep("o", until: .any)),
            .cancelJob: .asks(text: "Cancel job job-10?"),
            .pause: .asks(text: "Pause job job-10?"),
            .resume: .asks(
                KeyStep("G", until: .cursor("job-40")), text: "Resume job job-40?", after: KeyStep("g", until: .any)),
            .deleteLogs: .asks(text: "Delete the log of job job-10?"),
            .clearCheckpoint: .asks(text: "Clear the checkpoint of job job-10?"),
            .watch: .says("Watching job-10", then: "B"),
            .alerts: .says("Nothing was told"),
            .unlock: .all(
                KeyStop(
                    sees: .text("PRODUCTION locked"),
                    after: unlocked + .quiet)),
            .down: .sees(.cursor("job-11"), then: "k"),
            .up: .stop(KeyStep("j", until: .cursor("job-11")), sees: .cursor("job-10")),
            .halfPageDown: .sees(.cursor("job-16"), then: "g"),
            .halfPageUp: .stop(
                KeyStep("G", until: .cursor("job-40")), sees: .cursor("job-34"), after: KeyStep("g", until: .any)),
            .pageDown: .sees(.cursor("job-22"), then: "g"),
            .pageUp: .stop(
                KeyStep("G", until: .cursor("job-40")), sees: .cursor("job-28"), after: KeyStep("g", until: .any)),
            .first: .stop(KeyStep("j", "j", until: .cursor("job-12")), sees: .cursor("job-10")),
            .last: .sees(.cursor("job-40"), then: "g"),
            .refresh: .says("Reading again"),
            .redraw: .redraws, .cost: .tellsCost, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits, .back: .quits,
            .command: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
            .help: .sees(.text("─ Help ─"), then: "q"),
        ])

    /// The panel's page, rolled by one row, and by none.
    private static let rolled = Sight("the second row at the top") { isRolled($0, by: 1) }
    private static let unrolled = Sight("the first row at the top") { isRolled($0, by: 0) }

    private static func isRolled(_ screen: TerminalScreen, by rows: Int) -> Bool {
        guard let title = screen.row(containing: "Checkpoint 2/6"), let row = screen.row(containing: "seq 7,") else {
            return false
        }
        return row == title + 2 - rows
    }

    static let panel = KeyScene(
        context: .panel, arguments: ["--production"],
        entry: [listed] + unlocked + .quiet + [KeyStep("l", "Tab", until: .foot("q back"))],
        base: Sight.cursor("job-10").and(.nothingAbove).and(.foot("q back")).and(.text("Checkpoint 2/6"))
            .and(.text("at: 3")).and(unrolled).and(.text("PRODUCTION UNLOCKED")),
        actions: [
            .open: .sees(.title("Logs for job job-10"), then: "q", "Tab"),
            .previousTab: .sees(.text("Overview 1/6"), then: "l"),
            .nextTab: .sees(.text("Output 3/6"), then: "h"),
            .older: .sees(.text("at: 2"), then: "]"),
            .newer: .stop(KeyStep("[", until: .text("at: 2")), sees: .text("at: 3")),
            .copy: .says("Copied the id job-10", effect: .copied("the id") { $0 == "job-10" }),
            .copyJSON: .says(
                "Copied job job-10 as JSON", effect: .copied("the job") { $0.contains(#""id":"job-10""#) }),
            .searchAll: .stop(sees: .foot("Search all logs"), after: KeyStep("Escape", until: .nothingAbove)),
            .nextPane: .sees(.foot("q quit"), then: "Tab"),
            .previousPane: .sees(.foot("q quit"), then: "Tab"),
            .compare: .says("no completed job"),
            .split: .stop(
                sees: .text("Logs for job job-10"), after: KeyStep("o", until: .no("│")),
                KeyStep("o", "Tab", until: .any)),
            .cancelJob: .asks(text: "Cancel job job-10?"),
            .pause: .asks(text: "Pause job job-10?"),
            .resume: .says("cannot be resumed"),
            .deleteLogs: .asks(text: "Delete the log of job job-10?"),
            .clearCheckpoint: .asks(text: "Clear the checkpoint of job job-10?"),
            .watch: .says("Watching job-10", then: "B"),
            .alerts: .says("Nothing was told"),
            .unlock: .all(KeyStop(sees: .text("PRODUCTION locked"), after: unlocked + .quiet)),
            .down: .sees(rolled, then: "k"),
            .up: .stop(KeyStep("j", until: rolled), sees: unrolled),
            .halfPageDown: .sees(.no("at: 3"), then: "g"),
            .halfPageUp: .stop(KeyStep("G", until: .text("k49")), sees: .no("k49"), after: KeyStep("g", until: .any)),
            .pageDown: .sees(.no("at: 3"), then: "g"),
            .pageUp: .stop(KeyStep("G", until: .text("k49")), sees: .no("k49"), after: KeyStep("g", until: .any)),
            .first: .stop(KeyStep("G", until: .text("k49")), sees: .text("seq 7,")),
            .last: .sees(.text("k49"), then: "g"),
            .refresh: .says("Reading again"),
            .redraw: .redraws, .cost: .tellsCost, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
            .back: .sees(.foot("q quit"), then: "Tab"),
            .command: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
            .help: .sees(.text("─ Help ─"), then: "q"),
        ])

    static let filter = KeyScene(
        context: .filter, entry: [listed, KeyStep([.keys(["/"]), .text("job-")], until: .typed("/job-"))],
        base: Sight.cursor("job-10").and(.typed("/job-")),
        actions: [
            .down: .sees(.cursor("job-11"), then: "Up"),
            .up: .stop(KeyStep("Down", until: .cursor("job-11")), sees: .cursor("job-10")),
            .pageDown: .sees(.cursor("job-22"), then: "PageUp"),
            .pageUp: .stop(KeyStep("PageDown", until: .cursor("job-22")), sees: .cursor("job-10")),
            .press: .sees(Sight.nothingAbove.and(.text("/job-")), then: "/"),
            .no: .stop(
                sees: Sight.nothingAbove.and(.no("/job-")), after: KeyStep([.keys(["/"]), .text("job-")], until: .any)),
            .redraw: .redraws, .suspend: .stops, .quit: .quits,
        ])

    static let columns = KeyScene(
        context: .columns, entry: [listed, KeyStep("O", until: .text("─ Columns ─"))],
        base: Sight.choice("[x] type").and(.cursor("job-10")),
        actions: [
            .down: .stop(sees: .choice("[x] owner"), after: KeyStep(.up, until: .any)),
            .up: .stop(KeyStep(.down, until: .choice("[x] owner")), sees: .choice("[x] type")),
            .choose: .stop(
                sees: Sight.choice("[ ] type").and(.no("TYPE")), after: KeyStep(.choose, until: .text("TYPE"))),
            .back: .sees(.nothingAbove, then: "O"),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])

    static let question = KeyScene(
        context: .question, entry: [listed, KeyStep("j", "k", "P", until: .text("Pause job job-10?"))],
        base: Sight.text("Pause job job-10?").and(.text("[ Esc no ]")),
        actions: [
            .yes: .all(KeyStop(sees: .text("Job job-10: paused."), effect: .status("paused"), after: resumed)),
            .press: .all(
                KeyStop(
                    [KeyStep(.choose, until: .text("[ y pause ]"))], sees: .text("Job job-10: paused."),
                    effect: .status("paused"), after: resumed)),
            .no: .sees(.nothingAbove, then: "P"),
            .choose: .stop(sees: .text("[ y pause ]"), after: KeyStep(.choose, until: .any)),
            .redraw: .redraws, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        ])

    /// Each waits for what only the feed tells: what was read before may come after the word of what was done.
    private static let resumed =
        [
            KeyStep([], until: Sight.cursor("paused    job-10").and(lastLine("paused by"))),
            KeyStep("R", until: .text("Resume job job-10?")),
            KeyStep("y", until: Sight.cursor("running   job-10").and(lastLine("resumed by"))),
        ] + .quiet + [KeyStep("P", until: .any)]

    /// The last line of the log in the panel holds a text.
    private static func lastLine(_ text: String) -> Sight {
        Sight("the last line \"\(text)\"") { $0.rows[$0.rows.count - 2].contains(text) }
    }
}

extension KeyStop.Effect {
    /// What was copied, in the terminal's clipboard.
    static func copied(_ name: String, _ isMeant: @escaping @Sendable (String) -> Bool) -> KeyStop.Effect {
        KeyStop.Effect(name: "\(name) in the clipboard") { isMeant(try await $0.clipboard()) }
    }

    /// The status of the first job in Redis.
    static func status(_ status: String) -> KeyStop.Effect {
        KeyStop.Effect(name: "\(status) in Redis") { walk in
            try await walk.place.send("GET", "job:state:job-10").string?.contains(#""status":"\#(status)""#) == true
        }
    }
}
