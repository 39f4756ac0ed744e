import Foundation
import RedisClient
import TestSupport
import Testing

/// Jobs that fail, stall or end while something else is looked at: on real terminals, with a real server and workers.
@Suite(.inTurn) struct AlertTests {
    private static let ring = "\u{7}"

    private func configuration(_ text: String, in folder: TemporaryFolder) throws -> [String: String] {
        let file = try folder.write(text, to: "config.yaml")
        chmod(file, 0o600)
        return ["JOBLOG_CONFIG": file, "LC_ALL": "C.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": "", "SSH_TTY": ""]
    }

    /// The screen with two jobs that run, on a terminal whose bytes are kept; joblog does not know that it is tmux.
    private struct Seen {
        let terminal: Tmux
        let folder: TemporaryFolder

        /// All that was sent to the terminal.
        var bytes: String {
            get throws { String(decoding: try Data(contentsOf: URL(filePath: folder.file("bytes"))), as: UTF8.self) }
        }

        /// Waits until something was sent.
        func wait(for text: String) async throws {
            try await eventually("the bytes \(text.debugDescription)") { try bytes.contains(text) }
        }
    }

    private func seen(
        _ place: Workplace, _ rules: String, environment: [String: String] = [:], until sight: String = "running   b"
    ) async throws -> Seen {
        let folder = try TemporaryFolder()
        for id in ["a", "b"] { try await place.state(id, "running") }
        let own = try configuration(rules, in: folder)
        let terminal = try Tmux(width: 100, height: 24, environment: place.environment.merging(own) { $1 })
        let variables = ["TERM": "xterm-256color"].merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        try await terminal.start(["env", "-u", "TMUX", "-u", "TERM_PROGRAM"] + variables + [place.joblog])
        _ = try await terminal.output(of: ["pipe-pane", "cat >> '\(folder.file("bytes"))'"])
        try await terminal.waitFor { $0.contains(sight) && $0.contains("● Online") && !$0.contains("%)") }
        // Something to be kept, so that the file is there.
        try await terminal.send("s")
        try await terminal.waitFor("Sorted by activity")
        return Seen(terminal: terminal, folder: folder)
    }

    @Test func aWorkersFailureIsToldRungAndReached() async throws {
        let (place, folder) = (try Workplace(), try TemporaryFolder())
        defer { withExtendedLifetime(folder) {} }
        let rules = "alerts:\n  - {on: [failed], do: [toast, bell]}\n"
        for id in ["a", "b"] { try await place.state(id, "running") }
        let terminal = try await place.terminal(environment: try configuration(rules, in: folder))
        try await terminal.waitFor { $0.contains("running   b") && $0.contains("● Online") }
        #expect(try await terminal.display("#{window_bell_flag}") == "0")
        // Someone else looks at the terminal now.
        _ = try await terminal.output(of: ["new-window", "-d", "cat"])
        _ = try await terminal.output(of: ["select-window", "-t", ":1"])
        _ = try await place.output("publish", "fail", "b", "--user", "u1", "the disk is full")
        try await eventually("the bell") {
            try await terminal.output(of: ["list-windows", "-F", "#{window_index} #{window_bell_flag}"])
                .contains("0 1\n")
        }
        _ = try await terminal.output(of: ["select-window", "-t", ":0"])
        try await terminal.send("!")
        try await terminal.waitFor("─ Alerts ─")
        try await terminal.send("Enter")
        try await terminal.waitFor { $0.contains("Logs for job b") && $0.contains("the disk is full") }
    }

    @Test(
        arguments: [
            ("osc9", [:], "\u{1B}]9;joblog TITLE: TEXT\u{7}"),
            ("osc777", [:], "\u{1B}]777;notify;joblog TITLE;TEXT\u{7}"),
            ("desktop", [:], "\u{1B}]9;joblog TITLE: TEXT\u{7}"),
            ("desktop", ["TERM": "rxvt-unicode-256color"], "\u{1B}]777;notify;joblog TITLE;TEXT\u{7}"),
            ("desktop", ["TMUX": "/tmp/tmux,1,0"], "\u{1B}Ptmux;\u{1B}\u{1B}]9;joblog TITLE: TEXT\u{7}\u{1B}\\"),
            ("bell", [:], "\u{7}"),
        ] as [(String, [String: String], String)])
    func theTerminalGetsExactly(_ way: String, _ environment: [String: String], _ expected: String) async throws {
        let place = try Workplace()
        let seen = try await seen(place, "alerts: [{on: failed, do: \(way)}]\n", environment: environment)
        #expect(try !seen.bytes.contains(Self.ring))
        try await place.state("b", "failed")
        let wanted = expected.replacing("TITLE", with: place.shownURL).replacing("TEXT", with: "b failed at 0%")
        try await seen.wait(for: wanted)
        try await seen.terminal.send("q")
        _ = try await seen.terminal.waitForExit()
        #expect(try seen.bytes.components(separatedBy: Self.ring).count == 2)
    }

    /// Whatever a worker writes, no sequence but ours goes out.
    @Test func hostileJobsMakeNoSequence() async throws {
        let place = try Workplace()
        let seen = try await seen(place, "alerts: [{on: failed, do: [osc9, osc777]}]\n")
        let id = "b;\u{7}\u{1B}]0;own\u{1B}\\\u{9C}\n\u{202E}x"
        func state(_ status: String) throws -> [UInt8] {
            let now = Int(Date().timeIntervalSince1970 * 1_000)
            let error = String(repeating: "\u{7}\u{1B}[2J;", count: 10_000)
            let state: [String: Any] = ["jobId": id, "userId": "u", "status": status, "updatedAt": now, "error": error]
            return Array(try JSONSerialization.data(withJSONObject: state))
        }
        let key = Array("job:state:\(id)".utf8)
        try await place.send([Array("SET".utf8), key, try state("running")])
        try await place.send("ZADD", "job:index", "\(Int(Date().timeIntervalSince1970 * 1_000))", id)
        try await seen.terminal.waitFor("]0;own")
        try await place.send([Array("SET".utf8), key, try state("failed")])
        let (nine, seven) = ("\u{1B}]9;joblog \(place.shownURL): ", "\u{1B}]777;notify;joblog \(place.shownURL);")
        for start in [nine, seven] { try await seen.wait(for: start) }
        try await eventually("both to their ends") { try seen.bytes.components(separatedBy: Self.ring).count == 3 }
        let bytes = try seen.bytes
        // Up to the bell that ends it: text only.
        let texts = [nine, seven].compactMap { bytes.components(separatedBy: $0).last?.prefix { $0 != "\u{7}" } }
        #expect(texts.count == 2)
        for text in texts.map(String.init) {
            #expect(text.hasPrefix("b,␇␛]0,own␛\\"))
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) })
            #expect(!text.contains(";") && !text.contains("\u{202E}") && text.count <= 250)
        }
    }

    @Test func theDesktopsProgramGetsTheTextAsArguments() async throws {
        let place = try Workplace()
        let tools = try TemporaryFolder()
        let script = "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\"; done >> '\(tools.path)/told'\n"
        chmod(try tools.write(script, to: "notify-send"), 0o755)
        let seen = try await seen(
            place, "alerts: [{on: failed, do: desktop}]\n",
            environment: ["PATH": "\(tools.path):/usr/bin:/bin", "DISPLAY": ":7"])
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        try await place.send(
            "SET", "job:state:b",
            #"{"jobId":"b","userId":"u","status":"failed","updatedAt":\#(now),"error":"<b>$(id)</b> & `id`"}"#)
        try await eventually("the notification") { FileManager.default.fileExists(atPath: tools.file("told")) }
        let expected = [
            "--app-name=joblog", "--", "joblog \(place.shownURL)",
            "b failed: &lt;b&gt;$(id)&lt;/b&gt; &amp; `id`",
        ]
        try await eventually("all of it") {
            try String(contentsOfFile: tools.file("told"), encoding: .utf8) == expected.joined(separator: "\n") + "\n"
        }
        #expect(try !seen.bytes.contains("\u{1B}]9;"))
    }

    @Test func whereThatProgramFailsItIsSaidOnceAndKeysGoOn() async throws {
        let place = try Workplace()
        let tools = try TemporaryFolder()
        chmod(try tools.write("#!/bin/sh\necho x >> '\(tools.path)/count'\nexit 1\n", to: "notify-send"), 0o755)
        for id in ["a", "b"] { try await place.state(id, "running") }
        var environment = try configuration("alerts: [{on: failed, do: notify-send}]\n", in: tools)
        environment["PATH"] = "\(tools.path):/usr/bin:/bin"
        let terminal = try await place.terminal(environment: environment)
        try await terminal.waitFor { $0.contains("running   b") && $0.contains("● Online") }
        try await place.state("b", "failed")
        try await terminal.waitFor("Alerts by notify-send do not come: notify-send failed.")
        try await terminal.send("s")
        try await terminal.waitFor("Sorted by activity")
        #expect(try String(contentsOfFile: tools.file("count"), encoding: .utf8) == "x\n")
    }

    /// Each turn is told once, whatever becomes of the server meanwhile.
    @Test func aRestartTellsNothingTwiceAndWhatCameInBetween() async throws {
        let place = try Workplace(arguments: ["--appendonly", "yes"])
        for id in ["a", "b", "c"] { try await place.state(id, "running") }
        try await place.state("old", "failed")
        // The first one is selected, of which a sentence of its own tells.
        let folder = try TemporaryFolder()
        let terminal = try await place.terminal(environment: try configuration("screen: {sort: id}\n", in: folder))
        try await terminal.waitFor { $0.contains("running   c") && $0.contains("all 4") }
        try await place.state("b", "failed")
        try await terminal.waitFor("b failed at 0% ! leads there.")
        place.server.stop()
        try await terminal.waitFor("Reconnecting (")
        try place.server.restart()
        try await place.state("c", "failed")
        try await terminal.waitFor("c failed at 0% ! leads there.")
        try await terminal.send("!")
        let screen = try await terminal.waitFor("─ Alerts ─")
        #expect(screen.rows.filter { $0.contains(" failed at 0%") && $0.contains("│") }.count == 2)
        #expect(!screen.contains("old failed"))
    }

    /// A watched job is heard of while the log of another has the screen.
    @Test func aWatchedJobIsToldFromAnotherOnesLog() async throws {
        let place = try Workplace()
        let seen = try await seen(place, "alerts: []\n")
        try await seen.terminal.send("s", "s", "s", "s")
        try await seen.terminal.waitFor("Sorted by type")
        try await seen.terminal.send("G", "B")
        try await seen.terminal.waitFor { $0.contains("Watching b: you will be told") && $0.contains("◉ b") }
        try await seen.terminal.send("g", "Enter")
        try await seen.terminal.waitFor("Logs for job a")
        // It publishes no event.
        try await place.state("b", "completed")
        try await seen.wait(for: "\u{1B}]9;joblog \(place.shownURL): b completed")
    }

    /// However many fail, there are few alerts, and the screen goes on.
    @Test func tenThousandFailuresAreFewAlerts() async throws {
        let place = try Workplace()
        let count = 10_000
        func tell(_ status: String, _ event: String) async throws {
            let now = Int(Date().timeIntervalSince1970 * 1_000)
            for first in stride(from: 0, to: count, by: 500) {
                let commands = (first..<first + 500).flatMap { number in
                    let (id, job) = ("m-\(number)", #""jobId":"m-\#(number)","userId":"u""#)
                    return [
                        RedisCommand(
                            "SET", .key(Array("job:state:\(id)".utf8)),
                            .text(#"{\#(job),"status":"\#(status)","updatedAt":\#(now)}"#)),
                        RedisCommand("ZADD", .key(Array("job:index".utf8)), .integer(now), .text(id)),
                        RedisCommand(
                            "PUBLISH", .text("job:event:\(id)"),
                            .text(#"{\#(job),"event":"\#(event)","error":"gone","sequence":1,"timestamp":\#(now)}"#)),
                    ]
                }
                _ = try await place.redis.send(commands)
            }
        }
        try await tell("running", "job:started")
        let rules = "alerts: [{on: failed, do: [toast, bell, osc9]}]\n"
        let seen = try await seen(place, rules, until: "active 10,002")
        let start = ContinuousClock.now
        try await tell("failed", "job:failed")
        try await seen.terminal.waitFor(" jobs failed: ")
        try await seen.terminal.send(":")
        try await seen.terminal.type("sort id")
        try await seen.terminal.send("Enter")
        try await seen.terminal.waitFor { !$0.isCursorVisible }
        try await seen.terminal.send("Q")
        _ = try await seen.terminal.waitForExit()
        let output = try seen.bytes
        let seconds = Int((ContinuousClock.now - start) / .seconds(1)) + 1
        #expect(output.components(separatedBy: "\u{1B}]9;").count - 1 <= 1 + seconds / 10)
        // Bells, and those that end a sequence.
        #expect(output.components(separatedBy: Self.ring).count - 1 <= 2 + seconds / 3 + seconds / 10)
    }
}

extension Workplace {
    /// The address as the screen shows it.
    fileprivate var shownURL: String { "\(server.url)" }
}
