import Foundation
import TestSupport
import Testing

/// Themes and keys of a user's own, on real terminals.
@Suite(.inTurn) struct ThemeTests {
    private let place: Workplace
    private let folder: TemporaryFolder

    init() async throws {
        place = try Workplace()
        folder = try TemporaryFolder()
        try await place.state("job", "failed")
        try await place.say("It broke", level: "error", to: "job")
    }

    /// Writes a file of settings; gives its path.
    private func write(_ text: String, to name: String) throws -> String {
        let path = folder.file("joblog/\(name)")
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        return try folder.write(text, to: "joblog/\(name)")
    }

    /// The screen's row of the error, with the sequences that colour it.
    private func errorRow(_ arguments: String..., environment: [String: String]) async throws -> String {
        let terminal = try Tmux(width: 80, height: 24, environment: place.environment)
        // tmux gives its panes a TERM of its own.
        let variables = environment.map { "\($0)=\($1)" }
        try await terminal.start(["env"] + variables + [place.joblog, "job"] + arguments)
        try await terminal.waitFor("ERROR It broke")
        let rows = try await terminal.capture(colors: true).rows
        return try #require(rows.first { $0.contains("ERROR") })
    }

    @Test(arguments: [
        ("tmux-256color", "38;5;208"), ("xterm-256color", "38;5;208"), ("joblog-16color", "33"), ("xterm", "33"),
    ])
    func aColourIsTheNearestThatTheTerminalHas(terminal: String, code: String) async throws {
        let description = try write(
            #"""
            joblog-16color|xterm with 16 colours,
              colors#16, pairs#256, setab=\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm,
              setaf=\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm, use=xterm,
            """#, to: "16.ti")
        let compiled = try await TestSupport.run(["tic", "-x", "-o", folder.file("terminfo"), description])
        #expect(compiled.status == .exited(0), "\(compiled.errorText)")
        let file = try write(##"{"styles": {"error": {"fg": "#ff8700"}}}"##, to: "mine.json")
        let row = try await errorRow(
            "--theme", file, environment: ["TERM": terminal, "TERMINFO": folder.file("terminfo")])
        #expect(row.contains("\u{1B}[\(code)mERROR"), "\(row.debugDescription)")
    }

    /// The theme without colours tells by weight and reversal what colours would.
    @Test(arguments: [["TERM": "vt100"], ["NO_COLOR": "1"]])
    func withoutColoursAnErrorStillStandsOut(environment: [String: String]) async throws {
        let row = try await errorRow(environment: environment)
        #expect(row.contains("\u{1B}[1m\u{1B}[7mERROR") || row.contains("\u{1B}[1;7mERROR"), "\(row.debugDescription)")
        #expect(row.firstMatch(of: /\u{1B}\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m/) == nil)
    }

    @Test func aTerminalThatSaysThatItIsLightGetsTheLightTheme() async throws {
        #expect(try await errorRow(environment: ["COLORFGBG": "0;15"]).contains("38;5;124"))
        #expect(try await errorRow(environment: ["COLORFGBG": "15;0"]).contains("31mERROR"))
    }

    @Test func aThemeIsFoundByItsNameInTheFolderOfSettings() async throws {
        _ = try write(#"{"styles": {"error": {"fg": "blue"}}}"#, to: "themes/night.json")
        let environment = ["XDG_CONFIG_HOME": folder.path, "JOBLOG_THEME": "night"]
        #expect(try await errorRow(environment: environment).contains("\u{1B}[34mERROR"))
        let listed = try await place.run("themes", environment: environment)
        #expect(listed.text.hasPrefix("night\ndark\nlight\n"))
        #expect(try await place.run("themes", "night", environment: environment).text.contains("\"blue\""))
    }

    /// The colours of the whole screen are there where nothing is written, too.
    @Test func aThemeMayColourTheWholeScreen() async throws {
        let terminal = try Tmux(width: 80, height: 24, environment: place.environment)
        try await terminal.start([place.joblog, "job", "--theme", "high-contrast"])
        try await terminal.waitFor("ERROR It broke")
        // What is captured tells a colour once; blank rows go on in the one that was told last.
        let rows = try await terminal.capture(colors: true).rows[..<20].joined(separator: "\n")
        let backgrounds = rows.matches(of: /\u{1B}\[(?:[0-9;]*;)?(4[0-9]|10[0-7])m/).map { String($0.1) }
        #expect(backgrounds.first == "107" && backgrounds.last == "40", "\(rows.debugDescription)")
    }

    @Test func whatIsWrongInAFileIsToldWithItsPlace() async throws {
        let file = try write("{\n  \"styles\": {\"eror\": {}}\n}", to: "mine.json")
        let keys = try await place.run("keys", "--keys", file)
        #expect(keys.status == .exited(64))
        #expect(keys.errorText == "joblog: \(file):2:3: there is no place styles; joblog keys -o json lists them\n")
        let missing = try await place.run("keys", "--keys", "/nowhere/keys.json")
        #expect(missing.status == .exited(64))
        #expect(missing.errorText == "joblog: /nowhere/keys.json: there is no such file\n")
        let unknown = try await place.run("themes", "drak")
        #expect(unknown.status == .exited(64))
        #expect(unknown.errorText == "joblog: theme drak: there is none of that name; did you mean dark?\n")
        // The screen says it too, and does not take the terminal before.
        let terminal = try await place.terminal("job", "--theme", file, width: 200)
        try await terminal.waitFor("\(file):2:14: there is no style eror; did you mean error?")
        #expect(try await !terminal.capture().isAlternate)
    }

    @Test func keysOfOnesOwnAreThoseOfTheScreen() async throws {
        _ = try write(#"{"log": {"help": "F5", "back": ["Z", "F6"]}}"#, to: "keys.json")
        let environment = ["XDG_CONFIG_HOME": folder.path]
        let terminal = try await place.terminal("job", environment: environment)
        try await terminal.waitFor { $0.contains("ERROR It broke") && $0.contains("Z back") && $0.contains("F5 help") }
        try await terminal.send("F5")
        try await terminal.waitFor("Help")
        let printed = try await place.run("keys", environment: environment)
        #expect(printed.text.contains("  Z F6 "))
    }
}
