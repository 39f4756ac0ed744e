import JobLogTUI
import TestSupport

/// The log of a job.
extension KeyScene {
    /// Leads into the log of the first job, to its first line.
    static let opened = [listed, KeyStep("Enter", until: .title("following")), KeyStep("g", until: firstLine)]

    static let firstLine = Sight.cursor("line 0.").and(.title("Logs for job job-10")).and(.title("paused 1/"))

    private static let atTop = KeyStep("g", until: .cursor("line 0."))
    private static let atEnd = KeyStep("G", until: .title("following"))

    private static func line(_ number: Int) -> Sight { .cursor("line \(number).") }

    private static func searched(_ text: String) -> KeyStep {
        KeyStep([.keys(["/"]), .text(text), .keys(["Enter"])], until: Sight.title("1/").and(.nothingAbove))
    }

    /// Leads through the list to what was opened of the first two jobs, and back.
    private static func both(_ key: String, until sight: Sight) -> [KeyStep] {
        [KeyStep("q", until: firstJob), marked, KeyStep(key, until: sight)]
    }
    private static let backFromBoth =
        [KeyStep("q", until: .foot("2 marked"))] + unmarked
        + [KeyStep("Enter", until: .title("following")), KeyStep("g", until: .any)]

    static let log = KeyScene(
        context: .log, arguments: ["--production"], entry: [listed] + unlocked + opened.dropFirst() + .quiet,
        base: firstLine.and(.nothingAbove).and(.text("PRODUCTION UNLOCKED")).and(.noTitle("[")).and(.noTitle("●")),
        actions: moving.merging(finding) { $1 }.merging(limiting) { $1 }.merging(marking) { $1 }
            .merging(steering) { $1 })

    private static let moving: [Action: KeyExpectation] = [
        .down: .sees(line(1), then: "k"),
        .up: .stop(KeyStep("j", until: line(1)), sees: line(0)),
        .halfPageDown: .sees(line(10), then: "g"),
        .halfPageUp: .stop(KeyStep("Space", until: line(20)), sees: line(10), after: atTop),
        .pageDown: .sees(line(20), then: "g"),
        .pageUp: .stop(KeyStep("Space", until: line(20)), sees: line(0)),
        .first: .stop(KeyStep("j", until: line(1)), sees: line(0)),
        .last: .sees(.title("following"), then: "g"),
        .left: .stop(
            KeyStep("C-w", "l", until: .no("line 0.")), sees: .text("line 0."), after: KeyStep("C-w", until: .any)),
        .right: .stop(
            KeyStep("C-w", until: .any), sees: .no("line 0."), after: KeyStep("h", "C-w", until: .any)),
        .follow: .sees(.title("following"), then: "g"),
        .wrap: .stop(
            KeyStep("G", until: .text("its end")), sees: .no("its end"),
            after: KeyStep("C-w", until: .text("its end")), atTop),
    ]

    private static let finding: [Action: KeyExpectation] = [
        .unfold: .sees(.text("at: \"place 0\""), then: "Enter"),
        .search: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
        .nextHit: .stop(
            searched("line"), sees: .title("/line 2/120"), after: KeyStep("Escape", until: .noTitle("/line")), atTop),
        .previousHit: .stop(
            searched("line"), KeyStep("n", until: .title("/line 2/120")), sees: .title("/line 1/120"),
            after: KeyStep("Escape", until: .noTitle("/line")), atTop),
        .nextError: .sees(line(39), then: "g"),
        .previousError: .stop(atEnd, sees: .cursor("ERROR"), after: atTop),
        .nextWarning: .sees(line(19), then: "g"),
        .previousWarning: .stop(atEnd, sees: line(99), after: atTop),
        .time: .says("before now", then: "t", "t", "t", "t"),
        .utc: .says("UTC", then: "u"),
        .goToTime: .stop(sees: .foot("Go to time"), after: KeyStep("Escape", until: .nothingAbove)),
        .timeline: .stop(
            sees: Sight("the timeline") { !$0.rows[2].contains("line 0.") }, after: KeyStep("v", until: .any)),
        .earlier: .stop(atEnd, sees: .title("paused"), after: atTop),
        .later: .sees(Sight("the cursor further on") { !line(0).isOn($0) }, then: "g"),
        .nextMark: .stop(
            KeyStep("m", "j", until: line(1)), sees: line(0), after: KeyStep("Escape", until: .any)),
        .ownLog: .all(
            KeyStop(
                both("L", until: .title("Logs of 2 jobs")), sees: .title("Logs for job job-1"),
                after: [KeyStep("q", until: .title("Logs of 2 jobs"))] + backFromBoth)),
        .nextDifference: .all(
            KeyStop(
                both("=", until: .title("difference")) + [atTop], sees: .cursor("changed"),
                after: backFromBoth)),
        .previousDifference: .all(
            KeyStop(
                both("=", until: .title("difference")) + [KeyStep("G", until: .cursor("line 119."))],
                sees: .cursor("99"), after: backFromBoth)),
    ]

    private static let limiting: [Action: KeyExpectation] = [
        .filter: .stop(
            sees: Sight.prompt.and(.foot("what lines must have")), after: KeyStep("Escape", until: .nothingAbove)),
        .removeFilter: .stop(
            KeyStep([.keys(["&"]), .text("line"), .keys(["Enter"])], until: .title("[&line]")),
            sees: .noTitle("[&line]")),
        .filters: .stop(
            KeyStep("4", until: .title("[ERROR+]")), sees: .text("─ Filters ─"),
            after: KeyStep("Escape", until: .nothingAbove), KeyStep("1", until: .noTitle("[ERROR+]")), atTop),
        .dim: .says("Other lines are dimmed", then: "d"),
        .debug: .stop(KeyStep("4", until: .title("[ERROR+]")), sees: .noTitle("[ERROR+]"), after: atTop),
        .info: .sees(.title("[INFO+]"), then: "1", "g"),
        .warn: .sees(.title("[WARN+]"), then: "1", "g"),
        .error: .sees(.title("[ERROR+]"), then: "1", "g"),
        .lanes: .stop(sees: .text("─ Workers ─"), after: KeyStep("Escape", until: .nothingAbove)),
    ]

    private static let marking: [Action: KeyExpectation] = [
        .mark: .stop(sees: .title("●"), after: KeyStep("Escape", until: .noTitle("●"))),
        .markDown: .stop(sees: line(1), after: KeyStep("Escape", until: .any), atTop),
        .markRange: .stop(
            KeyStep("m", "j", "j", until: line(2)), sees: .title("3 marks"),
            after: KeyStep("Escape", until: .noTitle("marks")), atTop),
        .clear: .stop(KeyStep("m", until: .title("●")), sees: .noTitle("●")),
        .copy: .says("Copied 1 line", effect: .copied("the line") { $0.contains("INFO  line 0.") }),
        .copyJSON: .says(
            "Copied 1 line as JSON", effect: .copied("the entry") { $0.contains(#""message":"line 0.""#) }),
        .save: .stop(sees: .foot("Save 120 lines as: job-10-"), after: KeyStep("Escape", until: .nothingAbove)),
        .pipe: .stop(sees: .foot("Pipe 120 lines to:"), after: KeyStep("Escape", until: .nothingAbove)),
    ]

    private static let steering: [Action: KeyExpectation] = [
        .searchAll: .stop(sees: .foot("Search all logs"), after: KeyStep("Escape", until: .nothingAbove)),
        .nextPane: .says("This is the only pane"),
        .previousPane: .says("This is the only pane"),
        .compare: .says("no completed job"),
        .split: .stop(
            sees: .text("│"), after: KeyStep("o", until: .no("│")), KeyStep("o", until: .any)),
        .cancelJob: .asks(text: "Cancel job job-10?"),
        .pause: .asks(text: "Pause job job-10?"),
        .resume: .says("cannot be resumed"),
        .deleteLogs: .asks(text: "Delete the log of job job-10?"),
        .clearCheckpoint: .asks(text: "Clear the checkpoint of job job-10?"),
        .watch: .says("Watching job-10", then: "B"),
        .alerts: .says("Nothing was told"),
        .unlock: .all(KeyStop(sees: .text("PRODUCTION locked"), after: unlocked + .quiet)),
        .refresh: .says("Reading again"),
        .redraw: .redraws, .cost: .tellsCost, .mouse: .leavesMouse, .suspend: .stops, .quit: .quits,
        .back: .stop(sees: firstJob, after: KeyStep("Enter", until: .title("following")), atTop),
        .command: .stop(sees: .prompt, after: KeyStep("Escape", until: .nothingAbove)),
        .help: .sees(.text("─ Help ─"), then: "q"),
    ]
}
