import Foundation
import TestSupport
import Testing

/// The parts that other tests stand on.
@Suite(.inTurn) struct HarnessTests {
    @Suite struct Commands {
        @Test func outputErrorsAndStatusAreKeptApart() async throws {
            let output = try await run(["sh", "-c", "cat; echo wrong >&2; exit 3"], input: "über\n")
            #expect(output.status == .exited(3))
            #expect(output.text == "über\n")
            #expect(output.errorText == "wrong\n")
        }

        @Test func moreThanAPipeHoldsGoesBothWays() async throws {
            let text = String(repeating: "0123456789abcde\n", count: 20_000)
            let output = try await run(["cat"], input: text)
            #expect(output.text == text)
        }

        @Test func aSignalIsTold() async throws {
            #expect(try await run(["sh", "-c", "kill -TERM $$"]).status == .signalled(SIGTERM))
        }

        @Test func signalsReachTheChild() async throws {
            let child = try Spawned(["sleep", "1000"])
            child.terminate()
            #expect(try await child.wait() == .signalled(SIGTERM))
        }

        @Test func tooLongIsAnErrorWithTheOutput() async throws {
            let child = try Spawned(["sh", "-c", "echo begun; exec sleep 1000"])
            for await line in child.lines {
                #expect(line == "begun")
                break
            }
            let error = await #expect(throws: SubprocessError.self) { try await child.wait(timeout: .zero) }
            #expect(error?.description.contains("begun") == true)
        }

        @Test func aMissingProgramIsNamed() async throws {
            let error = await #expect(throws: SubprocessError.self) { try await run(["no-such-program-here"]) }
            #expect(error?.description.contains("no-such-program-here") == true)
        }

        @Test func linesComeWhileTheChildRuns() async throws {
            let child = try Spawned(["sh", "-c", "while read -r line; do echo \"got $line\"; done; printf end"])
            var lines = child.lines.makeAsyncIterator()
            child.write("a\n")
            #expect(await lines.next() == "got a")
            child.write("b\n")
            #expect(await lines.next() == "got b")
            child.closeInput()
            #expect(await lines.next() == "end")
            #expect(await lines.next() == nil)
            #expect(try await child.wait() == .exited(0))
        }

        @Test func aForgottenChildIsKilled() async throws {
            var child: Spawned? = try Spawned(["sleep", "1000"])
            let lines = try #require(child?.lines)
            child = nil
            // Its output ends with it.
            #expect(await lines.first { _ in true } == nil)
        }

        @Test func theEnvironmentOfWhoeverRunsTheTestsStaysOut() async throws {
            let output = try await run(["env"], environment: ["NO_COLOR": "1"])
            let lines = output.text.split(separator: "\n")
            #expect(lines.contains("NO_COLOR=1"))
            #expect(lines.contains("LC_ALL=C.UTF-8"))
            let names = Set(lines.map { String($0.prefix { $0 != "=" }) })
            #expect(names == Set(childEnvironment().keys).union(["NO_COLOR"]))
            #expect(names.contains("PATH") && !names.contains("PWD"))
        }
    }

    @Suite struct Terminal {
        @Test func typedTextIsShown() async throws {
            let terminal = try Tmux(width: 40, height: 6)
            try await terminal.start(["sh", "-c", "cat; exit 4"])
            try await terminal.enter("日本; é;")
            let screen = try await terminal.waitFor { $0.rows[1] == "日本; é;" }
            #expect(screen.rows.count == 6)
            #expect(screen.rows[0] == "日本; é;")
            #expect(screen.cursor == (0, 2))
            #expect(screen.isCursorVisible && !screen.isAlternate && !screen.wantsMouse)
            try await terminal.send("C-d")
            let status = try await terminal.waitForExit()
            #expect(status == .exited(4))
            #expect(try await !terminal.isAlive())
            try await terminal.close()
        }

        @Test func theEnvironmentAndSizeArrive() async throws {
            let terminal = try Tmux(width: 61, height: 17, environment: ["GREETING": "hello there"])
            try await terminal.startShell()
            try await terminal.enter("echo $GREETING $TERM; stty size")
            try await terminal.waitFor("hello there tmux-256color")
            try await terminal.waitFor("17 61")
            try await terminal.resize(width: 70, height: 10)
            try await terminal.enter("stty size")
            let screen = try await terminal.waitFor("10 70")
            #expect(screen.rows.count == 10)
        }

        @Test func coloursAndModesAreSeen() async throws {
            let terminal = try Tmux()
            try await terminal.start([
                "sh", "-c", #"printf '\033[?1049h\033[?25l\033[?1000h\033[H\033[31mred\033[0m'; exec cat"#,
            ])
            let screen = try await terminal.waitFor("red")
            #expect(screen.isAlternate && !screen.isCursorVisible && screen.wantsMouse)
            #expect(try await terminal.capture(colors: true).rows[0].hasPrefix("\u{1b}[31mred"))
        }

        @Test func theProgramHasNoShellAroundIt() async throws {
            let terminal = try Tmux()
            try await terminal.start(["cat"])
            let pid = try await terminal.panePID()
            kill(pid, SIGKILL)
            #expect(try await terminal.waitForExit() == .signalled(SIGKILL))
        }

        @Test func aFailureShowsTheScreen() async throws {
            let terminal = try Tmux(width: 30, height: 4)
            try await terminal.start(["sh", "-c", "echo what there is; read -r line; exit 7"])
            try await terminal.waitFor("what there is")
            try await terminal.send("Enter")
            let error = await #expect(throws: SubprocessError.self) { try await terminal.waitFor("what there is not") }
            #expect(error?.description.contains("has ended") == true)
            #expect(error?.description.contains("\nwhat there is\n") == true)
            let status = try await terminal.waitForExit()
            #expect(status == .exited(7))
            let screen = try await terminal.capture()
            #expect(screen.rows == ["what there is", "", "", ""])
        }
    }

    @Test func aFolderGoesAwayWithItsContent() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(try folder?.write("text", to: "file"))
        #expect(FileManager.default.contents(atPath: path) == Data("text".utf8))
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func ourProgramsAreFound() async throws {
        let joblog = try BuiltProducts.path(of: "joblog")
        #expect(joblog.hasSuffix("/joblog"))
        #expect(throws: SubprocessError.self) { try BuiltProducts.path(of: "no-such-product") }
    }

    @Test(arguments: [Recording.Pace.atOnce, .asRecorded])
    func theRecordingIsReplayedInOrder(pace: Recording.Pace) async throws {
        var recording = try Recording.agentJob()
        #expect(recording.commands.count == 67)
        #expect(recording.commands.first?.argv.first == Array("PUBLISH".utf8))
        // Its pauses take seconds; a hundredth of them shows the same.
        for index in recording.commands.indices {
            recording.commands[index].atMs /= 100
        }
        var sent: [[[UInt8]]] = []
        let start = ContinuousClock.now
        try await recording.replay(pace: pace) { sent.append($0) }
        #expect(sent == recording.commands.map(\.argv))
        if pace == .asRecorded {
            #expect(ContinuousClock.now - start >= .milliseconds(try #require(recording.commands.last).atMs))
        }
    }
}
