import Foundation
import JobLogCore
import RedisClient
import TestSupport
import Testing

/// Bundles on the command line and on a real terminal.
@Suite(.inTurn) struct BundleTests {
    private func place() async throws -> Workplace {
        let place = try Workplace()
        try await place.state("job", "failed", progress: 42)
        for number in 1...30 {
            try await place.say(
                "line \(number)", level: number % 10 == 0 ? "error" : "info", at: number * 1_000, to: "job")
        }
        try await place.append(
            #"{"timestamp":31000,"type":"warn","message":"log in","metadata":{"password":"hunter2"}}"#, to: "job")
        return place
    }

    private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func theCommandTellsWhatItScrubs() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let path = folder.file("x.joblog")
        let dry = try await place.run("export", "job", "--bundle", path, "--dry-run")
        #expect(dry.status == .exited(0) && dry.stdout.isEmpty)
        #expect(dry.errorText.contains("1 × log.metadata.password: named like a secret"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        let output = try await place.run("export", "job", "--bundle", path)
        #expect(output.status == .exited(0) && output.errorText == dry.errorText)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try !content(path).contains("hunter2"))
        let again = try await place.run("export", "job", "--bundle", path)
        #expect(again.status == .exited(1) && again.errorText.contains("--force replaces it."))
        for arguments in [["--dry-run"], ["--bundle", "x", "-o", "csv"], ["--bundle", "x", "-n", "3"]] {
            #expect(try await place.run(["export", "job"] + arguments).status == .exited(64), "\(arguments)")
        }
        // Without a terminal, and without a server, the lines are printed.
        let lines = try await place.run(
            ["open", path, "--utc"], environment: ["REDIS_URL": "redis://localhost:1"]
        ).text.split(separator: "\n")
        #expect(lines.count == 31 && lines.last?.hasSuffix(#"log in {"password":"[scrubbed]"}"#) == true)
    }

    /// The reasoning goes along, and merged logs are one bundle that opens as the merged pane.
    @Test func severalJobsAndTheirReasoningAreShared() async throws {
        let place = try await place()
        for number in 1...3 { try await place.say("other \(number)", at: number * 10_000 + 500, to: "job-2") }
        let step =
            #"{"step":"Choosing","decision":"the second","reasoning":"it is newer","metadata":{"apiKey":"k3y"}}"#
        _ = try await place.redis.send(
            RedisCommand("XADD", .key(JobKeys().reasoning(JobID("job"))), "*", "payload", .text(step)))
        let folder = try TemporaryFolder()
        let path = folder.file("both.joblog")
        let environment = place.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let terminal = try Tmux(width: 110, height: 30, environment: environment)
        try await terminal.start(["env", "-C", folder.path, place.joblog, "--utc"])
        try await terminal.waitFor("Online")
        try await terminal.send("a")
        try await terminal.waitFor { $0.contains("job-2") && $0.contains("failed") }
        try await terminal.send("A", "L")
        try await terminal.waitFor { $0.contains("Logs of 2 jobs") && $0.contains("other 3") && $0.contains("log in") }
        try await terminal.send("C-s", "C-u")
        try await terminal.type("both.joblog")
        try await terminal.send("Enter")
        let preview = try await terminal.waitFor("Share bundle")
        #expect(preview.contains("2 jobs, 34 lines, 1 step of reasoning"))
        #expect(preview.contains("1 × reasoning.metadata.apiKey: named like a secret"))
        try await terminal.send("y")
        try await terminal.waitFor("Saved a bundle to both.joblog")
        try await terminal.send("Q")
        _ = try await terminal.waitForExit()
        #expect(try !content(path).contains("k3y"))
        let offline = try Tmux(
            width: 110, height: 30,
            environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "REDIS_URL": "redis://localhost:1"])
        try await offline.start([place.joblog, "open", path, "--utc"])
        try await offline.waitFor {
            $0.contains("Logs of 2 jobs") && $0.contains("other 3") && $0.contains("[scrubbed]")
        }
        try await offline.send("Q")
        #expect(try await offline.waitForExit() == .exited(0))

        // The command line does the same.
        let second = folder.file("second.joblog")
        let output = try await place.run("export", "job", "job-2", "--bundle", second)
        #expect(output.status == .exited(0) && output.errorText.contains("2 jobs, 34 lines, 1 step of reasoning"))
        let lines = try await place.run("open", second, "--utc").text.split(separator: "\n")
        #expect(lines.count == 34 && lines[10].hasPrefix("[job-2] ") && lines[10].hasSuffix("other 1"))
    }

    @Test func whatIsNoBundleIsRefused() async throws {
        let joblog = try BuiltProducts.path(of: "joblog")
        let place = try await place()
        let folder = try TemporaryFolder()
        let path = folder.file("x.joblog")
        _ = try await place.run("export", "job", "--bundle", path)
        let text = try content(path)
        let files = [
            (try folder.write(text.replacing("line 7", with: "line 8"), to: "damaged.joblog"), "is damaged"),
            (try folder.write(String(text.dropLast(100)), to: "cut.joblog"), "ends early"),
            (
                try folder.write(text.replacing("\"version\":1", with: "\"version\":9"), to: "new.joblog"),
                "newer joblog"
            ),
            (try folder.write("hello", to: "text"), "is no bundle"), (folder.file("none"), "no such file"),
            (folder.path, "Is a directory"), (folder.file("large.joblog"), "is too large"),
        ]
        let large = try #require(fopen(folder.file("large.joblog"), "w"))
        // A hole: it takes no room.
        ftruncate(fileno(large), 600_000_000)
        fclose(large)
        for (file, reason) in files {
            let output = try await TestSupport.run([joblog, "open", file])
            #expect(output.status == .exited(1) && output.stdout.isEmpty, "\(file)")
            #expect(output.errorText.contains(reason), "\(output.errorText)")
        }
        let jsonl = folder.file("x.jsonl")
        _ = try await place.run("export", "job", "--output", jsonl)
        #expect(try await TestSupport.run([joblog, "open", jsonl]).text.split(separator: "\n").count == 31)
    }

    @Test func theScreenSavesAndShowsIt() async throws {
        let place = try await place()
        let folder = try TemporaryFolder()
        let environment = place.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        let terminal = try Tmux(width: 100, height: 24, environment: environment)
        try await terminal.start(["env", "-C", folder.path, place.joblog, "--utc", "job"])
        try await terminal.waitFor { $0.contains("log in") && $0.contains("Online") }
        try await terminal.send("3", "g", "j", "m")
        try await terminal.waitFor { $0.rows[1].contains("[WARN+]") && $0.rows[1].contains("2/4") }
        try await terminal.send("C-s", "C-u")
        try await terminal.type("x.joblog")
        try await terminal.send("Enter")
        try await terminal.waitFor { $0.contains("Share bundle") && $0.contains("1 × log.metadata.password") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        // No is no, and what was typed is there again.
        try await terminal.send("n")
        try await terminal.waitFor("as: x.joblog")
        try await terminal.send("Enter")
        try await terminal.waitFor("Share bundle")
        try await terminal.send("y")
        try await terminal.waitFor("Saved a bundle to x.joblog")
        try await terminal.send("q")
        _ = try await terminal.waitForExit()
        let offline = try Tmux(
            width: 100, height: 24,
            environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "REDIS_URL": "redis://localhost:1"])
        try await offline.start([place.joblog, "open", folder.file("x.joblog"), "--utc"])
        let screen = try await offline.waitFor { $0.rows[1].contains("[WARN+]") && $0.contains("[scrubbed]") }
        #expect(screen.rows[0].contains("Bundle from 20") && screen.rows[1].contains("failed 42%"))
        #expect(screen.rows.contains { $0.hasPrefix("▸●") && $0.hasSuffix("line 20") })
        #expect(screen.rows[1].contains("2/4"))
        try await offline.send("C")
        try await offline.waitFor("This is a saved bundle: nothing can be done to its job.")
        try await offline.send("C-r")
        try await offline.waitFor("there is nothing to read again")
        try await offline.send("1", "G")
        try await offline.waitFor { $0.rows[1].contains("31/31") }
        try await offline.send("q")
        #expect(try await offline.waitForExit() == .exited(0))
    }
}
