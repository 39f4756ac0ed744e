import Foundation
import TestSupport
import Testing

/// The manual pages, as installed.
@Suite(.inTurn) struct ManualTests {
    /// A command of a program, and its options, as the parser tells them.
    private struct Command {
        var page: String
        var options: [String]
    }

    private static let hasMandoc = FileManager.default.isExecutableFile(atPath: "/usr/bin/mandoc")
    private static let hasMan = FileManager.default.isExecutableFile(atPath: "/usr/bin/man")

    @Test func everyCommandAndOptionHasItsPlace() async throws {
        let installation = try await Installation.common
        var pages: Set<String> = []
        for program in ["joblog", "joblog-server"] {
            for command in try await commands(of: program, installation) {
                pages.insert("\(command.page).1.gz")
                let text = try await page("man1/\(command.page).1", installation)
                for option in command.options {
                    #expect(text.contains("Fl \(option.replacing("-", with: "\\-"))"), "\(command.page): \(option)")
                }
            }
        }
        #expect(pages.count > 25)
        #expect(try installation.names(in: "share/man/man1") == pages)
    }

    @Test func theKeysAreThoseOfTheScreen() async throws {
        let page = try await page("man7/joblog.7", try await Installation.common)
        let keys = try String(contentsOf: Installation.repository.appending(path: "docs/keys.md"), encoding: .utf8)
        let rows = keys.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 100)
        #expect(page.matches(of: #/\n\.It Ic\ /#).count == rows.count)
        #expect(page.contains("\n.It Ic \\&C\nCancel the job, or the marked ones, after a question.\n"))
    }

    /// References to other pages are left out: they are looked for on the machine.
    @Test(.enabled(if: hasMandoc, "mandoc is not installed")) func thePagesAreClean() async throws {
        let installation = try await Installation.common
        let folder = try TemporaryFolder()
        for section in ["man1", "man7"] {
            for name in try installation.names(in: "share/man/\(section)").sorted() {
                let file = try folder.write(
                    try await page("\(section)/\(name.dropLast(3))", installation), to: String(name.dropLast(3)))
                let output = try await run(["mandoc", "-T", "lint", "-W", "warning", file])
                #expect(output.text + output.errorText == "", "\(name)")
            }
        }
    }

    @Test(.enabled(if: hasMan, "man is not installed")) func manShowsThem() async throws {
        let installation = try await Installation.common
        let environment = ["MANPATH": installation.path("share/man"), "MANWIDTH": "80", "LC_ALL": "C.UTF-8"]
        let logs = try await run(["man", "joblog-logs"], environment: environment)
        // In some containers man is there and says only that there is none.
        if logs.text.contains("minimized") { return }
        #expect(logs.status == .exited(0), "\(logs.errorText)")
        #expect(logs.text.contains("joblog logs [options] ids ..."))
        let screen = try await run(["man", "7", "joblog"], environment: environment)
        #expect(screen.text.contains("Cancel the job"))
    }

    private func page(_ path: String, _ installation: Installation) async throws -> String {
        let output = try await run(["gzip", "-dc", installation.path("share/man/\(path).gz")])
        try #require(output.status == .exited(0), "\(output.errorText)")
        return output.text
    }

    private func commands(of program: String, _ installation: Installation) async throws -> [Command] {
        let dump = try await run([installation.path("bin/\(program)"), "--experimental-dump-help"])
        let root = try #require(
            (JSONSerialization.jsonObject(with: Data(dump.stdout)) as? [String: Any])?["command"] as? [String: Any])
        return commands(below: root, page: program)
    }

    private func commands(below command: [String: Any], page: String) -> [Command] {
        let arguments = (command["arguments"] as? [[String: Any]] ?? []).filter { $0["shouldDisplay"] as? Bool == true }
        let names = arguments.flatMap { $0["names"] as? [[String: Any]] ?? [] }
        let options = names.filter { $0["kind"] as? String == "long" }.compactMap { $0["name"] as? String }.map {
            "-\($0)"
        }
        let subcommands = (command["subcommands"] as? [[String: Any]] ?? []).filter {
            $0["shouldDisplay"] as? Bool == true && $0["commandName"] as? String != "help"
        }
        return [Command(page: page, options: options)]
            + subcommands.flatMap { commands(below: $0, page: "\(page)-\($0["commandName"] as? String ?? "")") }
    }
}
