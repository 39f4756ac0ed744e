import Foundation
import JobLogCore
import TestSupport
import Testing

/// Copying, saving and piping on a real terminal.
@Suite(.inTurn) struct OutTests {
    private func place(lines: Int = 5) async throws -> Workplace {
        let place = try Workplace()
        try await place.append(
            (1...lines).map {
                Array(Workplace.entry("line \($0)", level: $0 == 2 ? "error" : "info", at: $0 * 1_000).utf8)
            },
            to: JobID("job"))
        return place
    }

    /// The screen in a folder of its own, with nothing that would be a clipboard but the terminal.
    private func terminal(_ place: Workplace, in folder: TemporaryFolder, path: String? = nil) async throws -> Tmux {
        var environment = place.environment.merging(["LC_ALL": "C.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": ""]) { $1 }
        if let path { environment["PATH"] = path + ":/usr/bin:/bin" }
        let terminal = try Tmux(width: 100, height: 24, environment: environment)
        try await terminal.start(["env", "-C", folder.path, place.joblog, "--utc", "job"])
        try await terminal.waitFor { $0.contains("line 5") && $0.contains("Online") }
        return terminal
    }

    private func toast(_ text: String) -> (TerminalScreen) -> Bool { { $0.rows.last?.contains(text) == true } }

    @Test func whatIsCopiedIsOnTheTerminalsClipboard() async throws {
        let (place, folder) = (try await place(), try TemporaryFolder())
        let terminal = try await terminal(place, in: folder)
        defer { withExtendedLifetime(place) {} }
        try await terminal.send("g", "c")
        try await terminal.waitFor(until: toast("Copied 1 line, 36 B, by the terminal (OSC 52)"))
        #expect(try await terminal.buffer() == "1970-01-01 00:00:01.000 INFO  line 1")
        try await terminal.send("x", "x", "y")
        try await terminal.waitFor(until: toast("Copied 2 marked lines as JSON"))
        #expect(
            try await terminal.buffer() == Workplace.entry("line 1", at: 1_000) + "\n"
                + Workplace.entry("line 2", level: "error", at: 2_000) + "\n")
    }

    @Test func aToolGetsTheTextTooAndLeavesNothingBehind() async throws {
        let folder = try TemporaryFolder()
        let tool = try folder.write("#!/bin/sh\necho noise >&2\nexec cat > '\(folder.path)/clip'\n", to: "pbcopy")
        chmod(tool, 0o755)
        let place = try await place()
        let terminal = try await terminal(place, in: folder, path: folder.path)
        defer { withExtendedLifetime(place) {} }
        try await terminal.send("g", "c")
        let screen = try await terminal.waitFor(until: toast("by the terminal (OSC 52) and pbcopy"))
        #expect(!screen.contains("noise"))
        #expect(
            try String(contentsOfFile: folder.file("clip"), encoding: .utf8) == "1970-01-01 00:00:01.000 INFO  line 1")
        let joblog = try await terminal.panePID()
        let children = try await TestSupport.run(["ps", "--ppid", "\(joblog)", "-o", "stat="]).text
        #expect(children == "")
    }

    @Test func whatIsTooMuchForTheTerminalIsSaid() async throws {
        let place = try await place()
        try await place.say(String(repeating: "x", count: 80_000), at: 6_000, to: "job")
        let folder = try TemporaryFolder()
        let tool = try folder.write("#!/bin/sh\nexit 1\n", to: "pbcopy")
        chmod(tool, 0o755)
        let terminal = try await terminal(place, in: folder, path: folder.path)
        try await terminal.send("G", "c")
        try await terminal.waitFor("Not copied: 80.0 KB are too much for the terminal")
        _ = try folder.write("#!/bin/sh\ncat | wc -c > '\(folder.path)/count'\n", to: "pbcopy")
        try await terminal.send("c")
        try await terminal.waitFor("Copied 1 line, 80.0 KB, by pbcopy")
        #expect(try String(contentsOfFile: folder.file("count"), encoding: .utf8).contains("80030"))
    }

    @Test func whatIsShownIsSaved() async throws {
        let folder = try TemporaryFolder()
        let place = try await place()
        let terminal = try await terminal(place, in: folder)
        // Its server is to live as long as the screen.
        defer { withExtendedLifetime(place) {} }
        try await terminal.send("4", "C-s")
        try await terminal.waitFor("Save 1 line as: job-")
        try await terminal.send("C-u")
        try await terminal.type("x.csv")
        try await terminal.send("Enter")
        try await terminal.waitFor("Saved 1 line to x.csv as CSV")
        let path = folder.file("x.csv")
        let csv = "timestamp,type,message,metadata\n2000,error,line 2,\n"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == csv)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        // It is asked for, and kept after a no.
        try await terminal.send("1", "C-s", "Up", "Enter")
        try await terminal.waitFor("There is a file x.csv already. Replace it by 5 lines as CSV?")
        try await terminal.send("n")
        try await terminal.waitFor("Save 5 lines as: x.csv")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == csv)
        try await terminal.send("Enter")
        try await terminal.waitFor("There is a file x.csv already.")
        try await terminal.send("y")
        try await terminal.waitFor("Saved 5 lines to x.csv")
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 6)
        // What cannot be written is said, and what was typed stays.
        try await terminal.send("C-s", "C-u")
        try await terminal.type("none/x.txt")
        try await terminal.send("Enter")
        try await terminal.waitFor("No such file or directory.")
        try await terminal.send("C-u")
        try await terminal.type("x.html")
        try await terminal.send("Enter")
        try await terminal.waitFor("Saved 5 lines to x.html as HTML")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["x.csv", "x.html"])
    }

    @Test func aCommandGetsTheLinesAndTheTerminal() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let terminal = try await terminal(place, in: folder)
        try await terminal.send("|")
        try await terminal.type("wc -l")
        try await terminal.send("Enter")
        let shown = try await terminal.waitFor("joblog: the command has ended. Press a key to go back.")
        #expect(!shown.isAlternate && shown.rows.contains("5"))
        // Nothing is read while the terminal is given away.
        #expect(try await place.viewers().isEmpty)
        try await place.say("meanwhile", at: 9_000, to: "job")
        try await terminal.send("Up")
        try await terminal.waitFor { $0.isAlternate && $0.contains("Piped 5 lines to wc -l") }
        try await terminal.waitFor("meanwhile")
        // ^C is the command's. What is waited for is its output, and nowhere in what is typed.
        try await terminal.send("|")
        try await terminal.type("echo re''ady; exec sleep 600")
        try await terminal.send("Enter")
        try await terminal.waitFor("ready")
        try await terminal.send("C-c")
        try await terminal.waitFor("was ended by signal 2")
        try await terminal.send("x")
        try await terminal.waitFor { $0.isAlternate && $0.contains("Online") }
        // So much for a command that reads little, and for one that is none.
        for (command, answer) in [
            ("head -1", "has ended"), ("no-such-command", "was not found (status 127)"), ("exit 3", "status 3"),
        ] {
            try await terminal.send("|")
            try await terminal.type(command)
            try await terminal.send("Enter")
            try await terminal.waitFor(answer)
            try await terminal.send("x")
            try await terminal.waitFor { $0.isAlternate && $0.contains("Online") }
        }
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test func bothAreStoppedAndGoOn() async throws {
        let place = try await place()
        let terminal = try Tmux(
            width: 100, height: 24, environment: place.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 })
        try await terminal.startShell()
        try await terminal.enter("\(place.joblog) job")
        try await terminal.waitFor { $0.isAlternate && $0.contains("Online") && $0.contains("line 5") }
        try await terminal.send("|")
        try await terminal.type("echo re''ady; exec sleep 600")
        try await terminal.send("Enter")
        try await terminal.waitFor { !$0.isAlternate && $0.rows.contains("ready") }
        try await terminal.send("C-z")
        try await terminal.waitFor("Stopped")
        try await terminal.enter("fg")
        try await terminal.waitFor { $0.rows.last { !$0.isEmpty }?.hasSuffix("joblog job") == true }
        try await terminal.send("C-c")
        try await terminal.waitFor("was ended by signal 2")
        try await terminal.send("x")
        try await terminal.waitFor { $0.isAlternate && $0.contains("Online") && $0.contains("line 5") }
    }

    @Test func thePagerIsTheUsers() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let terminal = try await terminal(place, in: folder)
        try await place.append(
            (6...99).map { Array(Workplace.entry("line \($0)", at: $0 * 1_000).utf8) }, to: JobID("job"))
        try await terminal.waitFor("line 99")
        try await terminal.send("|", "Enter")
        try await terminal.waitFor { $0.rows[0].hasSuffix("line 1") && $0.rows.last == ":" }
        try await terminal.send("G")
        try await terminal.waitFor { $0.rows.last?.contains("(END)") == true }
        try await terminal.send("q")
        // A pager that was there for the blink of an eye has shown nothing, as far as joblog can tell.
        let after = try await terminal.waitFor { $0.contains("Press a key to go back") || $0.contains("Online") }
        if !after.isAlternate { try await terminal.send("x") }
        try await terminal.waitFor { $0.contains("Piped 99 lines to less") && $0.contains("Online") }
    }
}

extension Tmux {
    /// What was copied last.
    fileprivate func buffer() async throws -> String { try await output(of: ["show-buffer"]) }
}
