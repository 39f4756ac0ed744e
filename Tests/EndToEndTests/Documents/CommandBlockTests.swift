import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Every command in a block of README and docs is run as it stands there, in a terminal, on jobs of the names that it uses.
@Suite(.inTurn) struct CommandBlockTests {
    /// What is run by something else: beginnings of lines, and what runs them.
    private static let elsewhere = [
        ("$(command -v sudo) apt-get", "README.md", ".ci/run"),
        ("swift build -c release", "docs/performance.md", ".ci/run"),
        (".build/release/joblog-bench", "docs/performance.md", ".ci/run, BenchTests"),
        (
            "pip install pillow && python3 Tests/ScreenBench/screen.py", "docs/performance.md",
            "by hand: it takes minutes"
        ),
        ("JOBLOG_WRITE_", "docs/architecture.md", "writersNameTheirTests"),
    ]
    /// Whole pages.
    private static let pagesElsewhere = ["docs/http-api.md": "JoblogServerTests/Documentation"]

    private static let blocks = CommandBlock.all.filter { pagesElsewhere[$0.page] == nil }.map { block in
        CommandBlock(page: block.page, lines: block.lines.filter { line in !isElsewhere(line, in: block.page) })
    }.filter { !$0.lines.isEmpty }

    private static func isElsewhere(_ line: String, in page: String) -> Bool {
        elsewhere.contains { line.hasPrefix($0.0) && $0.1 == page }
    }

    /// How a command ends.
    private enum End {
        /// By itself, with the status of success.
        case itself
        /// It shows the screen, and goes on until that is left.
        case screen
        /// It goes on until it is told to end.
        case interrupted
    }

    private static func end(of line: String) -> End {
        let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
        guard words.first == "joblog" else { return .itself }
        if words.contains("-f") || words.contains("--watch") { return .interrupted }
        let command = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("://") && $0 != "light" }
        guard let command, !command.hasPrefix("job-"), command != "open", command != "demo" else { return .screen }
        return .itself
    }

    @Test func thereAreBlocks() {
        #expect(Self.blocks.count >= 5)
        #expect(
            CommandBlock.blocks(in: "```sh\nls\n\nid\n```\n```\nno\n```\n```sh\nps\n```") == [["ls", "id"], ["ps"]])
    }

    @Test(arguments: blocks) func aBlockIsRun(_ block: CommandBlock) async throws {
        let place = try Workplace(tcp: true)
        let folder = try TemporaryFolder()
        try await prepare(place, in: folder)
        let cluster = block.lines.contains { $0.contains("redis+cluster://") } ? try await RedisCluster() : nil
        for line in block.lines {
            var command = line
            // Where the servers are is the reader's own.
            for address in ["redis://cache.prod:6379/2", "redis://host:6379"] {
                command = command.replacingOccurrences(of: address, with: place.url)
            }
            if let cluster {
                command = command.replacingOccurrences(of: "redis+cluster://n1,n2", with: cluster.urlText)
            }
            try await run(command, ending: Self.end(of: line), at: place, in: folder)
        }
    }

    private func run(_ command: String, ending end: End, at place: Workplace, in folder: TemporaryFolder) async throws {
        let products = URL(filePath: place.joblog).deletingLastPathComponent().path()
        let path = products + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let terminal = try Tmux(
            width: 120, height: 40,
            environment: place.environment.merging(["PATH": path, "HOME": folder.path, "XDG_CONFIG_HOME": ""]) { $1 })
        // The shell makes way for a single command, which has the terminal for itself.
        try await terminal.start(["sh", "-c", "cd \(folder.path) && \(end == .itself ? "" : "exec ")\(command)"])
        switch end {
        case .itself: break
        case .screen:
            try await terminal.waitFor("the screen of \(command)") { screen in
                ["● Online", "Bundle from"].contains { screen.contains($0) }
            }
            try await terminal.send("Q")
        case .interrupted:
            try await terminal.waitFor("lines of \(command)") { $0.contains("timeout") }
            try await terminal.send("C-c")
        }
        let status = try await terminal.waitForExit()
        let screen = try await terminal.capture()
        let isRight =
            switch end {
            case .interrupted: status != .exited(64)
            // As of diff.
            case .itself where command.hasPrefix("joblog compare"): status == .exited(1)
            case .itself, .screen: status == .exited(0)
            }
        #expect(isRight, "\(command): \(status)\n\(screen)")
        #expect(!screen.contains("Error:"), "\(command)\n\(screen)")
    }

    /// The jobs and files that the pages speak of.
    private func prepare(_ place: Workplace, in folder: TemporaryFolder) async throws {
        let publisher = JobPublisher(connection: place.redis, console: { _ in })
        let ids = ["job-16", "job-17", "job-18", "job-1734470400000-agent1"].map { JobID($0) }
        for id in ids {
            try await publisher.created(id, user: "u1", type: "research")
            try await publisher.running(id)
            try await publisher.progress(id, step: "Searching sources", percent: 30)
            if id == ids[0] {
                try await publisher.complete(id)
            } else {
                try await publisher.fail(id, error: "timeout after 30 s", recoverable: false)
            }
        }
        _ = await publisher.flush(within: .seconds(30))
        let worker = RedisCommand("ACL", "SETUSER", "app-worker", "on", ">secret", "~*", "&*", "+@all")
        _ = try await place.redis.send(worker).get()
        let bundle = try await place.run("export", "job-17", "--bundle", folder.file("night.joblog"))
        #expect(bundle.status == .exited(0), "\(bundle.errorText)")
    }

    /// What writes screens and pages anew names suites that there are.
    @Test func writersNameTheirTests() throws {
        let lines = CommandBlock.all.flatMap(\.lines).filter { $0.hasPrefix("JOBLOG_WRITE_") }
        #expect(lines.count >= 3)
        let tests = URL(filePath: #filePath).appending(path: "../../..").standardized
        let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        for line in lines {
            let suite = try #require(line.split(separator: " ").last)
            #expect(files?.contains { $0.lastPathComponent == "\(suite).swift" } == true, "\(line)")
        }
    }
}
