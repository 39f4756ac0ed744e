import Foundation
import TestSupport
import Testing

/// joblog-bench works: how fast anything is says a run of its release build only.
@Suite(.inTurn(minutes: 5)) struct BenchTests {
    private func bench(_ arguments: String...) async throws -> CommandOutput {
        try await run([BuiltProducts.path(of: "joblog-bench")] + arguments, timeout: .seconds(240))
    }

    @Test func everyRowIsThereAndPositive() async throws {
        let output = try await bench("--smoke", "-o", "json")
        try #require(output.status == .exited(0), "\(output.errorText)")
        let rows = try #require(try json(output.text) as? [NSDictionary])
        let names = rows.compactMap { $0["name"] as? String }
        let wanted = [
            "append, 64 in one call", "append, one awaited at a time", "append, beside three round trips",
            "append, gathered from 64 tasks", "processor time of an entry, gathered",
            "append over TLS, one awaited at a time", "append in a cluster of three, one awaited at a time",
            "open a log of 200 entries",
            "decode an entry", "frame of 200x60, another page of a log", "frame of 200x60, one line of it",
            "list by index, the newest page", "list 300 jobs by SCAN", "start until a job is on the screen",
            "the same with 300 jobs", "peak memory with 300 jobs listed",
            "a line of one of 300 jobs to the screen", "a key under a flood of events and changes",
            "the same, 99 of 100 keys", "events and changes a second meanwhile",
            "Redis' processor time in a second of 2,000 writes and events", "merge 2,000 lines of 10 jobs",
            "the newest page of them",
            "search 2,000 lines to a hit at 80 %",
        ]
        #expect(names == wanted)
        for row in rows {
            let name = row["name"] as? String ?? "?"
            let beside = row["baseline"] as? Double
            #expect((row["value"] as? Double).map { $0 > 0 } == true, "\(name)")
            let isAlone = name.hasPrefix("peak memory") || name.hasPrefix("events and changes")
            #expect(beside.map { $0 > 0 } ?? isAlone, "\(name)")
        }
    }

    @Test func aTableIsForPeople() async throws {
        let output = try await bench("--smoke", "--only", "decode", "index", "--jobs", "20")
        try #require(output.status == .exited(0), "\(output.errorText)")
        let lines = output.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].split(separator: " ") == ["joblog", "beside", "ratio", "goal"])
        #expect(lines[1].hasPrefix("decode an entry ") && lines[1].contains("≤ 0.1 ×"))
        #expect(lines[2].hasPrefix("list by index, the newest page "))
        // Ratios stand below each other.
        let ends = lines.dropFirst().map { line in
            line.firstIndex(of: "×").map { line.distance(from: line.startIndex, to: $0) }
        }
        #expect(ends[0] == ends[1])
    }

    @Test func whatIsMissingIsNamed() async throws {
        let folder = try TemporaryFolder()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for name in ["redis-server", "redis-cli"] {
            let file = path.split(separator: ":").map { "\($0)/\(name)" }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
            try FileManager.default.createSymbolicLink(
                atPath: folder.file(name), withDestinationPath: try #require(file))
        }
        let output = try await run(
            [BuiltProducts.path(of: "joblog-bench"), "--smoke", "--only", "tls"], environment: ["PATH": folder.path])
        #expect(
            output.status == .exited(64) && output.errorText.contains("openssl makes the certificate for the row tls"))
    }

    @Test(arguments: [["--runs", "0"], ["--jobs", "0"], ["--entries", "1"], ["--only", "nothing"]])
    func sizesThatMakeNoSenseAreRefused(_ arguments: [String]) async throws {
        let output = try await run([BuiltProducts.path(of: "joblog-bench"), "--smoke"] + arguments)
        #expect(output.status == .exited(64))
    }
}
