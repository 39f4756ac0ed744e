import JobLogCore
import TestSupport
import Testing

/// Text from Redis that would like to be obeyed by a terminal.
@Suite(.inTurn) struct HostileTextTests {
    private static let escapes: [String] = [
        "\u{1B}]0;title\u{7}", "\u{1B}]52;c;cm0gLXJm\u{1B}\\", "\u{1B}[2J\u{1B}[H", "\u{1B}P+q\u{1B}\\", "\u{9B}31m",
        "\u{9D}0;title\u{9C}", "\u{85}", "\u{202E}reversed\u{2066}", "\u{7F}\u{8}\u{8}", "\r\u{B}\u{C}\u{0}",
        "\u{200B}\u{FEFF}",
    ]

    /// A job in which all that can be text is hostile, its log in every spelling.
    private func place() async throws -> (Workplace, JobID) {
        let place = try Workplace()
        let text = Self.escapes.joined(separator: "x")
        let id = JobID("evil" + text.filter { $0 != "\0" })
        let quoted = HostileCorpus.literal(text)
        try await place.append(
            [
                // Escaped as JSON wants it, bare inside JSON, no JSON, no UTF-8.
                #"{"timestamp":1000,"type":"info","message":"\#(quoted)","metadata":{"\#(quoted)":"\#(quoted)"}}"#,
                #"{"timestamp":1000,"type":"\#(quoted)","message":"\#(text)","metadata":{"k":"\#(text)"}}"#, text,
                #"{"timestamp":1000,"message":["\#(quoted)"],"\#(quoted)":1}"#,
            ].map { Array($0.utf8) } + [Array(text.utf8) + [0x9B, 0xFF, 0x1B]], to: id)
        let name = HostileCorpus.literal(id.lossyText)
        try await place.send([
            Array("SET".utf8), Array("job:state:".utf8) + id.bytes,
            Array(
                #"""
                {"jobId":"\#(name)","userId":"\#(quoted)","status":"failed","type":"\#(quoted)","step":"\#(quoted)",
                "error":"\#(quoted)","worker":"\#(quoted)","result":{"\#(quoted)":"\#(quoted)"},"updatedAt":1000}
                """#.utf8),
        ])
        try await place.send([
            Array("SET".utf8), Array("checkpoint:".utf8) + id.bytes,
            Array(#"{"userId":"\#(quoted)","sequence":1,"step":"\#(quoted)","partialOutput":"\#(quoted)"}"#.utf8),
        ])
        return (place, id)
    }

    @Test func nothingOfItReachesTheTerminal() async throws {
        let (place, id) = try await place()
        let argument = id.argument
        var commands = [
            ["ls", "--state", "all"], ["show", argument], ["logs", argument], ["logs", argument, "-f"],
            ["logs", argument, "--reasoning"],
        ]
        for format in ["json", "jsonl", "csv", "text", "html"] {
            commands += [["logs", argument, "-o", format], ["export", argument, "-o", format]]
        }
        for format in ["json", "jsonl"] { commands.append(["ls", "--state", "all", "-o", format]) }
        commands += [["show", argument, "-o", "json"], ["logs", argument, "-f", "-o", "jsonl"]]
        try await place.append([Array(Workplace.entry("calm").utf8)], to: JobID("calm"))
        for format in ["jsonl", "csv", "text"] { commands.append(["logs", argument, "calm", "-o", format]) }
        // Sentences about it: a beginning of two ids, a state that forbids, a key of another type.
        commands += [["show", "no" + argument], ["publish", "progress", argument, "--step", "s", "--percent", "1"]]
        for command in commands {
            let output = try await place.run(command)
            let name = command.filter { $0 != argument }
            #expect(HostileCorpus.harm(in: output.stdout) == nil, "\(name)")
            #expect(HostileCorpus.harm(in: output.stderr) == nil, "stderr of \(name)")
            #expect(output.stdout.count + output.stderr.count > 0 || name.contains("--reasoning"), "\(name) is silent")
        }
    }

    @Test func sentencesAreHarmlessToo() async throws {
        let (place, id) = try await place()
        try await place.append([Array(Workplace.entry("twin").utf8)], to: JobID(bytes: id.bytes + [0x1B, 0x5B]))
        let several = try await place.run("show", "evil")
        #expect(several.status == .exited(3))
        #expect(several.errorText.contains("begins the ids of 2 jobs"))
        #expect(HostileCorpus.harm(in: several.stderr) == nil)
        try await place.send([Array("DEL".utf8), Array("job:logs:".utf8) + id.bytes])
        try await place.send([Array("SET".utf8), Array("job:logs:".utf8) + id.bytes, Array("no list".utf8)])
        let wrong = try await place.run("logs", id.argument)
        #expect(wrong.status == .exited(1))
        #expect(HostileCorpus.harm(in: wrong.stderr) == nil)
    }

    @Test func theScreenShowsStandIns() async throws {
        let (place, id) = try await place()
        let terminal = try await place.terminal(id.argument)
        let screen = try await terminal.waitFor("␛]0;title␇")
        #expect(HostileCorpus.harm(in: Array(screen.text.utf8)) == nil)
        #expect(try await terminal.display("#{pane_title}") != "title")
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
        let list = try await place.terminal()
        try await list.waitFor("Online")
        try await list.send("a")
        let shown = try await list.waitFor("evil␛]0;title␇")
        #expect(HostileCorpus.harm(in: Array(shown.text.utf8)) == nil)
    }
}
