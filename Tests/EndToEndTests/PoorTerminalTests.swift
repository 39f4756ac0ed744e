import Foundation
import JobLogCore
import TestSupport
import Testing

/// The screen on terminals that can do less than most, and on those that can do nothing.
@Suite(.inTurn) struct PoorTerminalTests {
    private let place: Workplace
    private let folder: TemporaryFolder

    init() throws {
        place = try Workplace()
        folder = try TemporaryFolder()
    }

    private func fill() async throws {
        try await place.state("jöb-日本", "running", progress: 64)
        let entries = (0..<120).map { number in
            let level = number % 40 == 39 ? "error" : number % 20 == 19 ? "warn" : "info"
            return Workplace.entry("Grüße № \(number) 日本 🎉 – “done”", level: level, at: 1_000 + number * 2_000)
        }
        try await place.append(entries.map { Array($0.utf8) }, to: JobID("jöb-日本"))
        try await place.send(
            "SET", "checkpoint:jöb-日本", #"{"sequence":7,"step":"Prüfen","progress":64,"customData":{"ä":3}}"#)
    }

    /// A shell whose terminal's bytes are kept from now on.
    private func shell(_ environment: [String: String] = [:]) async throws -> Tmux {
        let terminal = try Tmux(
            width: 120, height: 30, environment: place.environment.merging(environment) { $1 })
        try await terminal.startShell()
        _ = try await terminal.output(of: ["pipe-pane", "exec cat > '\(folder.file("bytes"))'"])
        return terminal
    }

    /// All bytes that the terminal was sent until the shell has it again.
    private func bytes(_ terminal: Tmux) async throws -> [UInt8] {
        try await terminal.waitFor("the shell") { !$0.isAlternate }
        try await terminal.enter("echo recorded $((40 + 2))")
        var bytes: [UInt8] = []
        try await eventually("all that was written") {
            bytes = [UInt8](FileManager.default.contents(atPath: folder.file("bytes")) ?? Data())
            return String(decoding: bytes, as: UTF8.self).contains("recorded 42")
        }
        return bytes
    }

    @Test(arguments: ["nonsense", "-", "dumb"])
    func aTerminalThatCannotBeUsedIsNamedAndLeftAlone(term: String) async throws {
        let terminal = try Pty([place.joblog], environment: place.environment.merging(["TERM": term]) { $1 })
        #expect(try await terminal.waitForExit() == .exited(1))
        let lines = terminal.rest.split(whereSeparator: \.isNewline)
        #expect(lines.count == 1, "\(terminal.rest)")
        #expect(terminal.rest.contains(term == "-" ? "TERM is not set" : "TERM=\(term)"))
        #expect(terminal.rest.contains("try: TERM=xterm-256color joblog"))
        #expect(!terminal.rest.contains("\u{1B}") && terminal.hasFirstModes)
        try await eventually("the end of its connections") { try await place.viewers().isEmpty }
    }

    @Test(arguments: ["C", "POSIX"]) func withoutUnicodeEverythingIsASCII(locale: String) async throws {
        try await fill()
        let terminal = try await shell(["LC_ALL": locale])
        try await terminal.enter(place.joblog)
        let list = try await terminal.waitFor("the list") { $0.contains("* Online") && $0.contains("running   j") }
        #expect(list.contains("> running") && list.contains("#"), "\(list)")
        let visits = [
            (["?"], "- Help -"), (["Escape"], "> running"), (["C"], "+- Cancel -"), (["Escape"], "> running"),
            (["O"], "+- Columns -"), (["Escape"], "> running"), ([":"], "1/"), (["Escape"], "> running"),
            (["Right"], "[Checkpoint]"), (["Enter"], "? 119 ????"), (["m"], ">*"), (["["], ">"), (["Enter"], ">"),
            (["T"], "Enter"), (["Escape"], "- Logs for job"), (["o"], "> running"),
        ]
        for (keys, text) in visits {
            for key in keys { try await terminal.send(key) }
            try await terminal.waitFor(text)
        }
        try await terminal.send("Q")
        let all = try await bytes(terminal)
        #expect(all.count > 5_000)
        #expect(all.allSatisfy { $0 < 0x80 })
    }

    /// The attributes of each character, of which a row with sequences tells.
    private func hasHiddenText(_ row: String) -> Bool {
        var (foreground, background) = ("", "")
        var rest = row[...]
        while let sequence = rest.firstMatch(of: /\u{1B}\[([0-9;]*)m/) {
            let isBlank = rest[..<sequence.range.lowerBound].allSatisfy(\.isWhitespace)
            if !isBlank, !foreground.isEmpty, foreground == background { return true }
            for word in sequence.1.split(separator: ";", omittingEmptySubsequences: false) {
                let number = Int(word) ?? 0
                switch number {
                case 0: (foreground, background) = ("", "")
                case 30...37: foreground = "\(number - 30)"
                case 90...97: foreground = "bright \(number - 90)"
                case 39: foreground = ""
                case 40...47: background = "\(number - 40)"
                case 100...107: background = "bright \(number - 100)"
                case 49: background = ""
                default: break
                }
            }
            rest = rest[sequence.range.upperBound...]
        }
        return false
    }

    @Test(arguments: [8, 16]) func fewColoursAreEnough(colors: Int) async throws {
        try await fill()
        // Not every system knows a terminal of 16 colours.
        let shift = colors == 8 ? "%p1%{30}%+" : "%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;"
        let behind = shift.replacing("{30}", with: "{40}").replacing("{82}", with: "{92}")
        let source = try folder.write(
            "few-colors|for a test,\n\tcolors#\(colors), pairs#\(colors * colors), initc@, oc@, setb@, setf@,\n"
                + "\tsetaf=\\E[\(shift)%dm, setab=\\E[\(behind)%dm, use=xterm-256color,\n", to: "few-colors.ti")
        let compiled = try await run(["tic", "-x", "-o", folder.file("terminfo"), source])
        try #require(compiled.status == .exited(0), "\(compiled.errorText)")
        let terminal = try await shell(["TERMINFO": folder.file("terminfo")])
        try await terminal.enter("TERM=few-colors \(place.joblog)")
        try await terminal.waitFor { $0.contains("● Online") && $0.contains("running") && $0.contains("ERROR") }
        var screens = [try await terminal.capture(colors: true)]
        try await terminal.send("Enter")
        try await terminal.waitFor("the log") { $0.contains("Logs for job") && $0.contains("№ 119 日本") }
        try await terminal.send("m")
        try await terminal.waitFor("▸●")
        screens.append(try await terminal.capture(colors: true))
        try await terminal.send("C")
        try await terminal.waitFor("─ Cancel")
        screens.append(try await terminal.capture(colors: true))
        for screen in screens { #expect(screen.rows.filter(hasHiddenText) == []) }
        try await terminal.send("Escape", "Q")
        let text = String(decoding: try await bytes(terminal), as: UTF8.self)
        #expect(text.contains("\u{1B}[31m") || text.contains("\u{1B}[91m") || text.contains("\u{1B}[1;31m"))
        #expect(text.firstMatch(of: /\u{1B}\[(?:[0-9;]*;)?[34]8[;:][25]/) == nil)
        if colors == 8 { #expect(text.firstMatch(of: /\u{1B}\[(?:[0-9;]*;)?(?:9|10)[0-7]m/) == nil) }
    }
}
