import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog demo`: workers of its own on a Redis of its own, and nothing left of them afterwards.
@Suite(.timeLimit(.minutes(2))) struct DemoTests {
    /// How the screen can end.
    enum End: CaseIterable {
        case key, terminate, kill
    }

    @Test(arguments: End.allCases) func nothingIsLeft(_ end: End) async throws {
        let folder = try TemporaryFolder()
        let terminal = try Tmux(environment: [
            "TMPDIR": folder.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ])
        try await terminal.start([try BuiltProducts.path(of: "joblog"), "demo", "--rate", "20"])
        _ = try await terminal.waitFor("running")
        let screen = try await terminal.panePID()
        let processes = try descendants(of: screen)
        // The host, its redis-server, and three workers.
        #expect(processes.count == 5)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)

        switch end {
        case .key: try await terminal.send("q")
        case .terminate: kill(screen, SIGTERM)
        case .kill: kill(screen, SIGKILL)
        }
        try await eventually("the end of the demo's processes") {
            (processes + [screen]).allSatisfy { !isRunning($0) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func headlessPrintsTheList() async throws {
        let folder = try TemporaryFolder()
        let output = try await run(
            [
                try BuiltProducts.path(of: "joblog"), "demo", "--headless", "--seconds", "1", "--jobs", "2", "--rate",
                "20",
            ],
            environment: ["TMPDIR": folder.path])
        #expect(output.status == .exited(0))
        #expect(output.text.contains("STATE"))
        #expect(output.text.contains("job-research-1000"))
        #expect(output.text.contains("job-import-1001"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func withoutARedisServerItSaysWhatToInstall() async throws {
        let output = try await run(
            [try BuiltProducts.path(of: "joblog"), "demo", "--headless"], environment: ["PATH": "/nonexistent"])
        #expect(output.status == .exited(1))
        #expect(output.errorText.contains("redis-server cannot be started"))
        #expect(output.errorText.contains("apt-get install redis-server"))
    }

    private func isRunning(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        // A zombie has ended; only its parent has not asked yet.
        return !stat.contains(") Z ")
    }

    private func descendants(of pid: pid_t) throws -> [pid_t] {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
        let parents = all.reduce(into: [pid_t: pid_t]()) { parents, child in
            guard let stat = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8),
                let end = stat.lastIndex(of: ")")
            else { return }
            parents[child] = stat[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) }
        }
        var found: [pid_t] = []
        var next = [pid]
        while let parent = next.popLast() {
            let children = parents.filter { $0.value == parent }.map(\.key)
            found += children
            next += children
        }
        return found
    }
}
