import Foundation
import TestSupport
import Testing

/// `joblog demo`: what it shows, and that nothing of it is left.
@Suite(.inTurn) struct DemoTests {
    /// How a demo is left.
    enum Leaving: CaseIterable {
        case key, terminated, hungUp, killed
    }

    private func terminal(_ arguments: String..., in folder: TemporaryFolder, path: String? = nil) async throws -> Tmux
    {
        var environment = ["TMPDIR": folder.path, "XDG_STATE_HOME": folder.path]
        environment["PATH"] = path
        let terminal = try Tmux(width: 100, height: 30, environment: environment)
        try await terminal.start([BuiltProducts.path(of: "joblog"), "demo"] + arguments)
        return terminal
    }

    private func remains(of folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    @Test func theTourGoesOnWithTheKeysThatItNames() async throws {
        let folder = try TemporaryFolder()
        let terminal = try await terminal("--tour", in: folder)
        try await terminal.waitFor("the first thing") { $0.contains("Tour, 1 of 10") && $0.contains("running   job-") }
        for (number, key) in ["j", "a", "e"].enumerated() {
            try await terminal.send(key)
            try await terminal.waitFor("the next thing") { $0.contains("Tour, \(number + 2) of 10") }
        }
        try await terminal.send("q")
        #expect(try await terminal.waitForExit() == .exited(0))
    }

    @Test(arguments: Leaving.allCases) func nothingIsLeft(leaving: Leaving) async throws {
        let folder = try TemporaryFolder()
        let terminal = try await terminal(in: folder)
        let screen = try await terminal.waitFor("rows and a log line") {
            $0.contains("● Online") && $0.contains("running   job-") && $0.contains("INFO ")
        }
        #expect(!screen.contains("No jobs"))
        let pid = try await terminal.panePID()
        let others = Processes.descendants(of: pid)
        for part in ["demo-host", "redis-server", "demo-worker --index 0", "demo-worker --index 2"] {
            #expect(others.values.contains { $0.contains(part) }, "\(part) is not among \(others)")
        }
        #expect(try remains(of: folder).count == 1)
        // What is chosen here is not for the user's own screen.
        try await terminal.send("o")
        try await terminal.waitFor("Logs for job")
        switch leaving {
        case .key: try await terminal.send("q")
        case .terminated: kill(pid, SIGTERM)
        case .hungUp: kill(pid, SIGHUP)
        case .killed: kill(pid, SIGKILL)
        }
        let status = try await terminal.waitForExit()
        switch leaving {
        case .key: #expect(status == .exited(0))
        case .terminated: #expect(status == .signalled(SIGTERM))
        case .hungUp: #expect(status == .signalled(SIGHUP))
        case .killed: #expect(status == .signalled(SIGKILL))
        }
        if leaving != .key {
            // The host needs a moment to notice the end of the screen's process.
            try await eventually("the end of the demo's processes") {
                !others.keys.contains(where: Processes.isRunning)
            }
            try await eventually("the end of the demo's folder") { try remains(of: folder).isEmpty }
        } else {
            let running = others.filter { Processes.isRunning($0.key) }
            #expect(running.isEmpty)
            let left = try remains(of: folder)
            #expect(left == [])
        }
    }

    @Test func withoutAServerItSaysSo() async throws {
        let folder = try TemporaryFolder()
        let output = try await run(
            [BuiltProducts.path(of: "joblog"), "demo"], environment: ["TMPDIR": folder.path, "PATH": folder.path])
        #expect(output.status == .exited(1))
        #expect(output.errorText.hasPrefix("joblog: redis-server cannot be started. Install it"))
        #expect(output.text == "")
        let left = try remains(of: folder)
        #expect(left == [])
    }

    @Test func withoutATerminalItSaysSo() async throws {
        let folder = try TemporaryFolder()
        let output = try await run(
            [BuiltProducts.path(of: "joblog"), "demo"], environment: ["TMPDIR": folder.path, "TERM": "xterm"])
        #expect(output.status == .exited(1))
        #expect(output.errorText.contains("terminal"))
        let left = try remains(of: folder)
        #expect(left == [])
    }

    @Test func headlessPrintsTheList() async throws {
        let folder = try TemporaryFolder()
        let output = try await run(
            [BuiltProducts.path(of: "joblog"), "demo", "--headless", "--seconds", "1", "--rate", "60"],
            environment: ["TMPDIR": folder.path])
        #expect(output.status == .exited(0))
        #expect(output.errorText == "")
        let lines = output.text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("STATE") == true)
        #expect(lines.count >= 4)
        #expect(lines.contains { $0.contains("job-research-1000") })
        let left = try remains(of: folder)
        #expect(left == [])
    }

    @Test func itEndsByItself() async throws {
        let folder = try TemporaryFolder()
        let terminal = try await terminal("--seconds", "0.5", in: folder)
        #expect(try await terminal.waitForExit() == .exited(0))
        let left = try remains(of: folder)
        #expect(left == [])
    }

    @Test func impossibleShapesAreRefused() async throws {
        for arguments in [["--jobs", "0"], ["--rate", "-1"], ["--rate", "nan"], ["--seconds", "-1"]] {
            let output = try await run([BuiltProducts.path(of: "joblog"), "demo"] + arguments)
            #expect(output.status == .exited(64), "\(arguments)")
        }
    }
}
