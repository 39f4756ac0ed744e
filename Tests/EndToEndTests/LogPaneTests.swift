import Foundation
import TestSupport
import Testing

/// The keys of a log on a real terminal, one after the other.
@Suite(.inTurn) struct LogPaneTests {
    private func fill(_ place: Workplace) async throws {
        try await place.state("job", "running")
        let start = Int(Date().timeIntervalSince1970 * 1_000) - 600_000
        for number in 0..<200 {
            let level = number % 50 == 49 ? "error" : number % 20 == 19 ? "warn" : "info"
            let text = number == 150 ? "needle in 日本" : "line \(number)."
            try await place.say(text, level: level, at: start + number * 2_000, to: "job")
        }
        for _ in 0..<5 { try await place.say("again", at: start + 400_000, to: "job") }
        try await place.append(
            #"{"timestamp":\#(start + 401_000),"type":"info","message":"with data","metadata":{"key":"value"}}"#,
            to: "job")
        try await place.say("the end", at: start + 402_000, to: "job")
    }

    private func cursor(_ screen: TerminalScreen) -> String { screen.rows.first { $0.hasPrefix("▸") } ?? "" }

    @Test func everyKeyDoesWhatItSays() async throws {
        let place = try Workplace()
        try await fill(place)
        let terminal = try await place.terminal("job", width: 120, height: 40, environment: ["LC_ALL": "C.UTF-8"])
        /// Presses keys and waits for what they do.
        func press(
            _ keys: String..., until title: String, isReached: @escaping (TerminalScreen) -> Bool
        ) async throws {
            for key in keys { try await terminal.send(key) }
            try await terminal.waitFor("\(keys): \(title)", until: isReached)
        }
        func line(_ text: String) -> (TerminalScreen) -> Bool { { self.cursor($0).hasSuffix(text) } }
        func title(_ text: String) -> (TerminalScreen) -> Bool { { $0.rows[1].contains(text) } }
        func footer(_ text: String) -> (TerminalScreen) -> Bool { { $0.rows.last?.contains(text) == true } }

        try await terminal.waitFor("the end of the log", until: line("the end"))
        // Moving.
        try await press("g", until: "the beginning", isReached: line("line 0."))
        try await press("j", "Down", until: "down", isReached: line("line 2."))
        try await press("k", "Up", until: "up", isReached: line("line 0."))
        for (down, up) in [("C-d", "C-u"), ("Space", "b"), ("PageDown", "PageUp")] {
            try await press(down, until: "down", isReached: { !line("line 0.")($0) })
            try await press(up, until: "up", isReached: line("line 0."))
        }
        try await press("G", until: "the end", isReached: title("following"))
        try await press("Home", until: "the beginning", isReached: line("line 0."))
        try await press("End", until: "the end", isReached: title("following"))
        try await press("f", until: "pause", isReached: title("paused"))
        try await press("F", until: "follow", isReached: title("following"))
        // Live.
        try await press("k", until: "pause", isReached: title("paused"))
        try await place.say("fresh", at: Int(Date().timeIntervalSince1970 * 1_000), to: "job")
        try await terminal.waitFor("the count of new lines", until: title("1 new ↓"))
        // Folds.
        try await press("k", until: "repeats", isReached: line("again × 5"))
        try await press(
            "Enter", until: "all of them", isReached: { $0.rows.filter { $0.hasSuffix("again") }.count == 5 })
        try await press("Enter", until: "one of them", isReached: line("again × 5"))
        try await press("j", "Enter", until: "metadata", isReached: { $0.contains("key: \"value\"") })
        try await press("Enter", until: "no metadata", isReached: { !$0.contains("key: \"value\"") })
        // Searching.
        try await press("g", "/", until: "a prompt", isReached: { $0.isCursorVisible && footer("text/regex")($0) })
        try await press("n", "e", "E", "BSpace", "e", "d", until: "the line", isReached: line("needle in 日本"))
        try await press("C-r", until: "text", isReached: footer("/text need"))
        try await press("Enter", until: "the count", isReached: title("/need 1/1"))
        try await press("Escape", until: "no search", isReached: { !$0.rows[1].contains("need") })
        try await press("/", "Up", until: "what was typed before", isReached: footer("/need"))
        try await press(
            "C-u", "l", "i", "n", "e", "Space", "9", "Enter", until: "hits", isReached: title("/line 9 1/11"))
        try await press("n", until: "the next", isReached: title("2/11"))
        try await press("N", until: "the one before", isReached: title("1/11"))
        try await press("Escape", until: "no search", isReached: { !$0.rows[1].contains("/line") })
        // Filters and levels.
        try await press("&", "l", "i", "n", "e", "Enter", until: "a filter", isReached: title("[&line]"))
        try await press("&", "!", "1", "Enter", until: "two filters", isReached: title("[&line] [&!1]"))
        try await press("d", until: "dimmed", isReached: title("dimmed"))
        try await press("d", until: "hidden", isReached: { !$0.rows[1].contains("dimmed") })
        try await press("K", until: "the filters", isReached: { $0.contains("[x] &!1") })
        try await press("j", "k", "Space", until: "one is off", isReached: title("(&line) [&!1]"))
        try await press("Enter", until: "a prompt", isReached: footer("&line"))
        try await press("BSpace", "e", "Enter", until: "another", isReached: title("[&line] [&!1]"))
        try await press("K", "Down", "Up", "Down", "DC", until: "one is gone", isReached: { !title("&!1")($0) })
        try await press("Escape", "&", "!", "1", "Enter", until: "both", isReached: title("[&line] [&!1]"))
        try await press("K", "q", "BSpace", until: "one filter", isReached: { !$0.rows[1].contains("&!1") })
        try await press("BSpace", until: "no filter", isReached: { !$0.rows[1].contains("&") })
        try await press("4", until: "errors", isReached: title("[ERROR+]"))
        try await press("3", until: "warnings", isReached: title("[WARN+]"))
        try await press("2", until: "info", isReached: title("[INFO+]"))
        try await press("1", until: "all", isReached: { !$0.rows[1].contains("+]") })
        try await press("g", "e", until: "an error", isReached: line("line 49."))
        try await press("e", "E", until: "back", isReached: line("line 49."))
        try await press("w", until: "a warning", isReached: line("line 59."))
        try await press("w", "W", until: "back", isReached: line("line 59."))
        // Times.
        for words in ["before now", "since the job began", "since the line before", "No times", "Time of day"] {
            try await press("t", until: words, isReached: footer(words))
        }
        try await press("u", until: "UTC", isReached: footer("UTC"))
        try await press("T", "-", "1", "m", "Enter", until: "the last minute", isReached: line("fresh"))
        try await press("T", "o", "Enter", until: "the formats", isReached: footer("range a..b"))
        try await press("Escape", until: "no prompt", isReached: { !$0.isCursorVisible })
        try await press("T", "-", "1", "m", ".", ".", "Enter", until: "a range", isReached: title("[-1m..]"))
        try await press("BSpace", until: "no range", isReached: { !$0.rows[1].contains("[-1m..]") })
        try await press("G", "[", until: "earlier", isReached: title("paused"))
        try await press("]", until: "later", isReached: line("fresh"))
        try await press("v", until: "no timeline", isReached: { $0.rows[2].contains("line") })
        try await press("v", until: "the timeline", isReached: { !$0.rows[2].contains("line") })
        // Marks.
        try await press("g", "m", "j", "j", until: "a mark", isReached: title("● +4.000s"))
        try await press("m", "'", until: "the first mark", isReached: line("line 0."))
        try await press(
            "'", until: "the second mark",
            isReached: { self.cursor($0).contains("line 2.") && self.cursor($0).hasSuffix("+4.000s") })
        try await press("Escape", until: "no marks", isReached: { !$0.rows[1].contains("●") })
        try await press("x", until: "a mark and down", isReached: line("line 3."))
        try await press("j", "V", until: "marks in between", isReached: title("3 marks, 2.000s apart"))
        // Out.
        try await press("c", until: "copied", isReached: footer("Copied 3 marked lines"))
        try await press("y", until: "copied", isReached: footer("Copied 3 marked lines as JSON"))
        try await press("|", "w", "c", until: "a prompt", isReached: footer("Pipe 3 marked lines to: wc"))
        try await press("C-r", until: "JSON", isReached: footer("Pipe 3 marked lines as JSON to: wc"))
        try await press("Enter", until: "the command's end", isReached: { $0.contains("Press a key to go back") })
        try await press("Space", until: "the screen", isReached: footer("Piped 3 marked lines to wc"))
        try await press("C-s", until: "a prompt", isReached: footer("Save 3 marked lines as: job-"))
        try await press("C-u", "/", "u", "s", "Tab", until: "the name", isReached: footer("as: /usr/"))
        try await press("Escape", "Escape", until: "no marks", isReached: { !$0.rows[1].contains("●") })
        try await press("k", "k", until: "up", isReached: line("line 2."))
        // One job, and one writer.
        try await press("L", until: "no choice", isReached: footer("one writer"))
        try await press("J", until: "no other log", isReached: footer("log of one job"))
        try await press("}", until: "nothing compared", isReached: footer("= does"))
        try await press("{", until: "nothing compared", isReached: footer("= does"))
        try await press("=", until: "nothing to compare with", isReached: { $0.contains("no completed job") })
        // Wide lines, and the rest.
        try await press("C-w", "l", "Right", "h", "Left", "C-w", until: "as before", isReached: line("line 2."))
        try await press("C-r", "C-l", until: "as before", isReached: line("line 2."))
        try await press("?", until: "help", isReached: { $0.rows[1].contains("Help") })
        try await press("/", "f", "o", "l", "d", until: "a filter", isReached: { $0.rows[1].contains("/fold") })
        try await press("Enter", until: "kept", isReached: { !$0.isCursorVisible && $0.rows[1].contains("/fold") })
        try await press("/", "Escape", until: "all keys", isReached: { !$0.rows[1].contains("/fold") })
        try await press("F1", until: "no help", isReached: line("line 2."))
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }
}
