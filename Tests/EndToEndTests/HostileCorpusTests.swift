import Foundation
import JobLogCore
import RedisClient
import TerminalUI
import TestSupport
import Testing

/// All of the corpus, through everything that shows or writes what is in a Redis.
@Suite(.inTurn) struct HostileCorpusTests {
    private let place: Workplace
    private let id = JobID("hostile")

    init() async throws {
        place = try Workplace()
        try await place.append(HostileCorpus.entries, to: id)
        let texts = HostileCorpus.texts.map {
            HostileCorpus.literal(String(decoding: $0.bytes.prefix(200), as: UTF8.self))
        }
        let text = texts.joined()
        try await set(
            "job:state:hostile",
            #"""
            {"jobId":"hostile","userId":"\#(text)","status":"failed","type":"\#(text)","step":"\#(text)","error":"\#(text)",
            "worker":"\#(text)","result":{"\#(text)":"\#(text)"},"progress":1e999,"updatedAt":-5,"createdAt":1e300}
            """#)
        try await set(
            "checkpoint:hostile",
            #"{"userId":"\#(text)","sequence":1e99,"step":"\#(text)","partialOutput":"\#(text)","progress":-1,"timestamp":"x"}"#
        )
        for (number, text) in texts.enumerated() {
            // Ids with every text in them, of jobs in every state that there is, and of none.
            let bytes = Array("id-\(number)-".utf8) + HostileCorpus.texts[number].bytes.prefix(300)
            let states = ["running", "failed", text, ""]
            try await place.send([
                Array("SET".utf8), Array("job:state:".utf8) + bytes,
                Array(#"{"status":"\#(states[number % 4])","step":"\#(text)","progress":\#(number)}"#.utf8),
            ])
        }
    }

    private func set(_ key: String, _ value: String) async throws { try await place.send("SET", key, value) }

    @Test func nothingOfItLeavesTheCommandLine() async throws {
        var commands = [["ls", "--state", "all"], ["show", "hostile"], ["logs", "hostile", "-n", "1000"]]
        for format in ["json", "jsonl", "csv", "text", "html"] {
            commands.append(["logs", "hostile", "-n", "1000", "-o", format])
            commands.append(["export", "hostile", "-o", format])
        }
        commands += [["ls", "--state", "all", "-o", "json"], ["show", "hostile", "-o", "json"]]
        commands += [["search", "a"], ["search", "evil|alert", "-o", "jsonl"], ["compare", "hostile", "hostile"]]
        for command in commands {
            let output = try await place.run(command)
            #expect(
                [.exited(0), .exited(1)].contains(output.status), "\(command): \(output.status) \(output.errorText)")
            #expect(HostileCorpus.harm(in: output.stdout) == nil, "\(command)")
            #expect(HostileCorpus.harm(in: output.stderr) == nil, "stderr of \(command)")
        }
    }

    @Test func savedHTMLCarriesNoScript() async throws {
        let page = try await place.output("export", "hostile", "-o", "html")
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        // What there is of tags is ours.
        let tags = Set(page.matches(of: /<\s*\/?\s*([A-Za-z!][A-Za-z0-9]*)/).map { $0.1.lowercased() })
        for tag in ["script", "img", "iframe", "a", "object", "svg", "form", "link", "base"] {
            #expect(!tags.contains(tag), "\(tag)")
        }
        #expect(page.firstMatch(of: /<[^>]*\son[a-z]+\s*=/) == nil, "a handler")
        #expect(page.components(separatedBy: "</body>").count == 2)
    }

    @Test func columnsStayStraight() async throws {
        let terminal = try await place.terminal("hostile", width: 80, height: 24)
        try await terminal.waitFor("Logs for job hostile")
        try await terminal.send("g")
        var pages = 0
        while pages < 12 {
            let screen = try await terminal.capture()
            let places = screen.rows.compactMap { row in
                row.firstRange(of: "INFO  ").map { TextWidth.columns(of: String(row[..<$0.lowerBound])) }
            }
            #expect(Set(places).count <= 1, "\(screen.text)")
            pages += 1
            try await terminal.send("PageDown")
        }
    }
}
