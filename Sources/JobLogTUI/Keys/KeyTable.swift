import TerminalUI

/// The one table of keys: behaviour, footer, help screen and `docs/keys.md` all come from it; see ``KeyMap``.
public enum KeyTable {
    private static let all: Set<KeyContext> = [.jobs, .log, .panel, .help, .results]
    private static let panes: Set<KeyContext> = [.jobs, .log, .panel]
    static let prompts: Set<KeyContext> = [.prompt, .searchPrompt, .output, .command]
    private static let everywhere = Set(KeyContext.allCases)

    /// The bindings, in the order of help and footer.
    public static let bindings: [KeyBinding] = jobs + log + out + results + between + actions + moving + dialogs + rest

    private static let jobs: [KeyBinding] = [
        KeyBinding([Key(.enter)], .open, [.jobs, .panel], "log", "Open the log of the selected job."),
        KeyBinding([Key("a")], .scope, [.jobs], "active/all", "Show active jobs only, or all."),
        KeyBinding(
            [Key("/"), Key("&")], .filter, [.jobs], "filter",
            "Show only jobs with these words in id, owner, type, step, state or error; !word: without it."),
        KeyBinding(
            [Key("s")], .sort, [.jobs], "sort", "Sort by state, activity, progress, age, id or type."),
        KeyBinding([Key("r")], .reverse, [.jobs], nil, "Reverse the order."),
        KeyBinding([Key("e")], .errorsFirst, [.jobs], nil, "Failed jobs first, then those with errors, or not."),
        KeyBinding([Key("x"), Key(" ")], .mark, [.jobs], "mark", "Mark the job, or take its mark away, and go on."),
        KeyBinding([Key("A")], .markAll, [.jobs], nil, "Mark all jobs that are shown, or none."),
        KeyBinding([Key(.escape)], .clear, [.jobs], nil, "Drop the filter, then the marks."),
        KeyBinding([Key("O")], .columns, [.jobs], nil, "Choose the columns."),
        KeyBinding(
            [Key("L")], .merge, [.jobs], nil,
            "Merge the logs of the marked jobs in time order; without marks those of the jobs shown, if they are few."),
        KeyBinding(
            [Key(.left), Key("h")], .previousTab, [.jobs, .panel], nil, "The page before, in the activity panel."),
        KeyBinding(
            [Key(.right), Key("l")], .nextTab, [.jobs, .panel], "page", "The next page of the activity panel."),
        KeyBinding([Key("[")], .older, [.jobs, .panel], nil, "An older archived checkpoint."),
        KeyBinding([Key("]")], .newer, [.jobs, .panel], nil, "A newer checkpoint."),
    ]

    private static let results: [KeyBinding] = [
        KeyBinding([Key(.enter)], .open, [.results], "log", "Open the log at this line, with what stands around it."),
        KeyBinding([Key("S")], .searchAll, panes.union([.results]), "search all", "Search the logs of all jobs."),
        KeyBinding([Key("/")], .searchAll, [.results], nil, "Search the logs of all jobs for something else."),
        KeyBinding([Key("n")], .nextHit, [.results], "next", "To the next line that was found."),
        KeyBinding([Key("N")], .previousHit, [.results], nil, "To the line before that was found."),
        KeyBinding([Key("]"), Key(.tab)], .nextJob, [.results], "job", "To the next job."),
        KeyBinding([Key("["), Key(.backTab)], .previousJob, [.results], nil, "To the job before."),
        KeyBinding([Key(control: "r")], .refresh, [.results], nil, "Search once more."),
        KeyBinding([Key(.escape)], .clear, [.results], nil, "Stop the search; then leave the results."),
    ]

    private static let between: [KeyBinding] = [
        KeyBinding([Key(.tab)], .nextPane, panes, "pane", "To the next pane: list, activity panel, log."),
        KeyBinding([Key(.backTab)], .previousPane, panes, nil, "To the pane before."),
        KeyBinding(
            [Key("=")], .compare, panes, nil,
            "Compare the logs of two marked jobs; else that of the job with the newest completed one of its type."),
        KeyBinding([Key("o")], .split, panes, "split", "List and log side by side, one above the other, or apart."),
    ]

    private static let actions: [KeyBinding] = [
        KeyBinding([Key("C")], .cancelJob, panes, "cancel", "Cancel the job, or the marked ones, after a question."),
        KeyBinding([Key("P")], .pause, panes, "pause", "Pause the job, or the marked ones, after a question."),
        KeyBinding(
            [Key("R")], .resume, panes, "resume",
            "Resume a paused job, or a failed one from its checkpoint; retry one that has none."),
        KeyBinding([Key("D")], .deleteLogs, panes, nil, "Delete the log of the job, or of the marked ones."),
        KeyBinding([Key("X")], .clearCheckpoint, panes, nil, "Clear the checkpoint of the job, or of the marked ones."),
        KeyBinding(
            [Key("B")], .watch, panes, nil,
            "Watch the job, or the marked ones: you are told when it ends or stalls; or watch it no longer."),
        KeyBinding(
            [Key("!")], .alerts, panes, nil, "The jobs of which you were told, the newest first; Enter opens the log."),
        KeyBinding([Key("U")], .unlock, panes, nil, "Unlock a production server for writing, or lock it again."),
    ]

    private static let log: [KeyBinding] = [
        KeyBinding(
            [Key(.enter)], .unfold, [.log], "unfold",
            "Show the whole entry with its metadata, or the lines that repeat it; or fold it again."),
        KeyBinding(
            [Key("/")], .search, [.log], "search",
            "Search messages and metadata, for text or a regular expression; small letters mean capital ones too."),
        KeyBinding([Key("n")], .nextHit, [.log], nil, "To the next line that the search found."),
        KeyBinding([Key("N")], .previousHit, [.log], nil, "To the line before that the search found."),
        KeyBinding(
            [Key("&")], .filter, [.log], "filter",
            "Show only lines with a text or regular expression; &! those without. One filter after the other."),
        KeyBinding(
            [Key(.backspace)], .removeFilter, [.log], nil,
            "Take the last filter off; then the range of times, then the level."),
        KeyBinding(
            [Key("K")], .filters, [.log], nil,
            "Choose among filters, range of times and level: switch one off, take it off, change it."),
        KeyBinding([Key("d")], .dim, [.log], nil, "Dim lines that the filters do not want instead of hiding them."),
        KeyBinding([Key("f"), Key("F")], .follow, [.log], "follow", "Follow the end of the log, or stop following."),
        KeyBinding([Key("e")], .nextError, [.log], "error", "Go to the next error."),
        KeyBinding([Key("E")], .previousError, [.log], nil, "Go to the error before."),
        KeyBinding([Key("w")], .nextWarning, [.log], "warning", "Go to the next warning."),
        KeyBinding([Key("W")], .previousWarning, [.log], nil, "Go to the warning before."),
        KeyBinding([Key("1")], .debug, [.log], nil, "Show all levels."),
        KeyBinding([Key("2")], .info, [.log], nil, "Show info and more serious lines."),
        KeyBinding([Key("3")], .warn, [.log], "warn+", "Show warnings and errors."),
        KeyBinding([Key("4")], .error, [.log], nil, "Show errors only."),
        KeyBinding([Key(control: "w")], .wrap, [.log], "wrap", "Wrap long lines, or cut them."),
        KeyBinding(
            [Key("t")], .time, [.log], "time",
            "Show the time of day, or the time before now, since the job began, or since the line before, or none."),
        KeyBinding([Key("u")], .utc, [.log], nil, "Show times in UTC, or local."),
        KeyBinding(
            [Key("T")], .goToTime, [.log], nil,
            "Go to a time (14:02, -5m, RFC 3339, Unix ms), or show a range only (14:02..14:10); empty for all."),
        KeyBinding([Key("v")], .timeline, [.log], nil, "Show the timeline above the log, or hide it."),
        KeyBinding([Key("[")], .earlier, [.log], nil, "One column of the timeline back."),
        KeyBinding([Key("]")], .later, [.log], nil, "One column of the timeline on."),
        KeyBinding(
            [Key("m")], .mark, [.log], nil,
            "Mark the line, or take its mark off; each marked line tells the time since the one before, the title that between "
                + "the marks around the cursor."),
        KeyBinding([Key("x")], .markDown, [.log], nil, "Mark the line, or take its mark off, and go on."),
        KeyBinding([Key("V")], .markRange, [.log], nil, "Mark all lines from the mark before this line to here."),
        KeyBinding([Key("'")], .nextMark, [.log], nil, "Go to the next marked line."),
        KeyBinding(
            [Key("L")], .lanes, [.log], nil, "Choose the jobs, and the workers of a job, whose lines are shown."),
        KeyBinding(
            [Key("J")], .ownLog, [.log], nil,
            "In merged logs: open the log of the line's own job at that line; q leads back."),
        KeyBinding([Key("}")], .nextDifference, [.log], nil, "In compared logs: to the next difference."),
        KeyBinding([Key("{")], .previousDifference, [.log], nil, "In compared logs: to the difference before."),
    ]

    private static let out: [KeyBinding] = [
        KeyBinding([Key("c")], .copy, [.log], "copy", "Copy the line, or the marked ones, in full."),
        KeyBinding([Key("y")], .copyJSON, [.log], nil, "Copy the line, or the marked ones, as JSON."),
        KeyBinding([Key("c")], .copy, [.jobs, .panel], nil, "Copy the id of the job, or of the marked ones."),
        KeyBinding([Key("y")], .copyJSON, [.jobs, .panel], nil, "Copy what is known of the job as JSON."),
        KeyBinding(
            [Key(control: "s")], .save, [.log], "save",
            "Save the lines that are shown, or the marked ones, to a file: .txt, .jsonl, .csv, .html, or .joblog for a bundle."
        ),
        KeyBinding(
            [Key("|")], .pipe, [.log], "pipe",
            "Pipe the lines that are shown, or the marked ones, to a command, or to the pager."),
    ]

    private static let moving: [KeyBinding] = [
        KeyBinding(
            [Key("j"), Key(.down)], .down, all.union([.alerts, .columns, .lanes, .filters, .preview]), nil,
            "One line down."),
        KeyBinding(
            [Key("k"), Key(.up)], .up, all.union([.alerts, .columns, .lanes, .filters, .preview]), nil, "One line up."),
        KeyBinding([Key(.down)], .down, [.filter, .helpFilter], nil, "One line down."),
        KeyBinding([Key(.up)], .up, [.filter, .helpFilter], nil, "One line up."),
        KeyBinding([Key(control: "d")], .halfPageDown, all, nil, "Half a page down."),
        KeyBinding([Key(control: "u")], .halfPageUp, all, nil, "Half a page up."),
        KeyBinding(
            [Key(" "), Key(.pageDown)], .pageDown, [.log, .help, .panel, .results, .preview], nil, "One page down."),
        KeyBinding([Key(.pageDown)], .pageDown, [.jobs, .filter, .helpFilter], nil, "One page down."),
        KeyBinding([Key("b"), Key(.pageUp)], .pageUp, all.union([.preview]), nil, "One page up."),
        KeyBinding([Key(.pageUp)], .pageUp, [.filter, .helpFilter], nil, "One page up."),
        KeyBinding([Key("g"), Key(.home)], .first, all.union([.preview]), nil, "To the beginning."),
        KeyBinding([Key("G"), Key(.end)], .last, all.union([.preview]), nil, "To the end; in a log, follow it."),
        KeyBinding([Key("h"), Key(.left)], .left, [.log], nil, "Sideways to the left, when lines are cut."),
        KeyBinding([Key("l"), Key(.right)], .right, [.log], nil, "Sideways to the right, when lines are cut."),
    ]

    private static let dialogs: [KeyBinding] = [
        KeyBinding([Key(.enter)], .confirm, prompts, "go", "Take what was typed."),
        KeyBinding(
            [Key(.escape), Key(control: "c")], .cancel, prompts, "leave", "Leave, and go back to where you were."),
        KeyBinding(
            [Key(control: "r")], .literal, prompts.subtracting([.output, .command]), "text/regex",
            "Mean the text as it is, or as a regular expression."),
        KeyBinding([Key(.tab)], .complete, [.output], "complete", "Complete the name of a file."),
        KeyBinding(
            [Key(.tab)], .complete, [.command], "complete", "The next of the commands that the text may become."),
        KeyBinding([Key(.backTab)], .completeBefore, [.command], nil, "The one before."),
        KeyBinding([Key(control: "r")], .literal, [.output], "text/JSON", "Pipe text, or a line of JSON an entry."),
        KeyBinding([Key(.up), Key(.down)], .recall, prompts, "before", "What was typed before."),
        KeyBinding(
            ["a", "e", "w", "u", "k"].map { Key(control: $0) }, .edit, prompts, nil,
            "To the beginning or end; delete the word before, all before, or all behind."),
        KeyBinding([Key(.enter)], .press, [.filter, .helpFilter], "keep", "Keep the filter."),
        KeyBinding([Key(.escape)], .no, [.filter, .helpFilter], "drop", "Drop what was typed."),
        KeyBinding(
            [Key(" "), Key(.enter), Key("x")], .choose, [.columns], "show/hide", "Show the column, or hide it."),
        KeyBinding([Key(" "), Key("x")], .choose, [.lanes], "show/hide", "Show the lines, or hide them."),
        KeyBinding([Key(" "), Key("x")], .choose, [.filters], "on/off", "Let it count no more, or again."),
        KeyBinding([Key(.delete), Key(.backspace), Key("d")], .removeFilter, [.filters], "remove", "Take it off."),
        KeyBinding([Key(.enter)], .press, [.filters], "change", "Change it; of the level, take the next one."),
        KeyBinding([Key(.enter)], .open, [.alerts], "log", "Open the log of the job."),
        KeyBinding([Key(.enter)], .solo, [.lanes], "only these", "Show these lines only, or all again."),
        KeyBinding([Key("a"), Key("A")], .markAll, [.lanes], "all", "Show the lines of all."),
        KeyBinding([Key("y"), Key("Y")], .yes, [.question, .preview], "yes", "Do it."),
        KeyBinding([Key(.escape), Key("n"), Key("N"), Key("q")], .no, [.question, .preview], "no", "Leave it."),
        KeyBinding(
            [Key(.tab), Key(.backTab), Key(.left), Key(.right), Key("h"), Key("l")], .choose, [.question, .preview],
            nil,
            "Choose the other answer."),
        KeyBinding([Key(.enter)], .press, [.question, .preview], nil, "Give the answer that is chosen."),
    ]

    private static let rest: [KeyBinding] = [
        KeyBinding(
            [Key(control: "r")], .refresh, panes, nil, "Read everything on screen again; a comparison is made anew."),
        KeyBinding([Key(control: "l")], .redraw, everywhere, nil, "Draw the screen again."),
        KeyBinding(
            [Key("M")], .mouse, everywhere.filter { !$0.isTyped }, nil,
            "Leave the mouse to the terminal, or take it back."),
        KeyBinding(
            [Key(control: "g")], .cost, panes.union([.results]), nil,
            "Show what this screen costs the server, commands and bytes a second; or hide it."),
        KeyBinding([Key(control: "z")], .suspend, everywhere, nil, "Suspend joblog; fg goes on."),
        KeyBinding([Key("/")], .filter, [.help], "filter", "Show only keys with these words in name or sentence."),
        KeyBinding(
            [Key(":")], .command, panes.union([.results]), "command",
            "Ask for anything by its name, or a beginning of it: theme light, sort age, next-error, 120."),
        KeyBinding([Key("?"), Key(.function(1))], .help, all, "help", "Show or leave this help."),
        KeyBinding([Key("q")], .back, [.log, .panel, .help, .results], "back", "Back to where you came from."),
        KeyBinding([Key(.escape)], .back, [.panel, .help], nil, "Back to where you came from."),
        KeyBinding(
            [Key(.escape)], .clear, [.log], nil,
            "End the search, then take the marks off; without both, back to where you came from."),
        KeyBinding([Key("q"), Key(.escape), Key("O")], .back, [.columns], "done", "Back to the list."),
        KeyBinding([Key("q"), Key(.escape), Key("!")], .back, [.alerts], "done", "Back to where you came from."),
        KeyBinding([Key("q"), Key(.escape), Key("K")], .back, [.filters], "done", "Back to the log."),
        KeyBinding([Key("q"), Key(.escape), Key("L")], .back, [.lanes], "done", "Back to the log."),
        KeyBinding([Key("q")], .back, [.jobs], "quit", "Quit."),
        KeyBinding(
            [Key("Q")], .quit, all.union([.alerts, .columns, .lanes, .filters, .question, .preview]), nil,
            "Quit at once."),
        KeyBinding(
            [Key(control: "c"), Key(control: "\\")], .quit, everywhere.subtracting(prompts), nil, "Quit at once."),
    ]
}
