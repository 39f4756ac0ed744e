import Foundation
import JobLogCore
import TestSupport
import Testing

/// All of the corpus, through every command that shows or writes what is in a Redis.
@Suite(.inTurn) struct HostileCorpusTests {
    private let place: Workplace
    private let id = JobID("hostile")

    init() async throws { place = try await Workplace(withHostileJob: id) }

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
}
