import Foundation
import JobLogCore
import TestSupport
import Testing

/// What scripts and people are told when something cannot be done.
@Suite(.inTurn) struct ExitStatusTests {
    private func expect(
        _ status: Int32, _ sentence: String, from arguments: [String], at place: Workplace,
        environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let output = try await place.run(arguments, environment: environment)
        #expect(output.status == .exited(status), "\(output.errorText)", sourceLocation: sourceLocation)
        #expect(
            output.errorText.contains(sentence), "\(sentence) is not in \(output.errorText)",
            sourceLocation: sourceLocation)
        #expect(output.text == "", sourceLocation: sourceLocation)
    }

    @Test func usage() async throws {
        let place = try Workplace()
        try await expect(64, "--nonsense", from: ["ls", "--nonsense"], at: place)
        try await expect(64, "--nonsense", from: ["--nonsense"], at: place)
        try await expect(64, "redis://", from: ["ls", "--url", "foo"], at: place)
        try await expect(64, "-n takes", from: ["ls", "-n", "0"], at: place)
        try await expect(64, "--since", from: ["logs", "job", "--since", "yesteryear"], at: place)
        try await expect(64, "-l takes", from: ["logs", "job", "-l", "loud"], at: place)
        try await expect(64, "-o jsonl", from: ["logs", "job", "-f", "-o", "json"], at: place)
        try await expect(64, "--keep", from: ["logs", "job", "--keep"], at: place)
        try await expect(64, "ids", from: ["logs"], at: place)
        try await expect(64, "base64", from: ["log", "base64:§", "text"], at: place)
    }

    @Test func usageIsFoundBeforeRedisIsAsked() async throws {
        let place = try Workplace()
        place.server.stop()
        try await expect(64, "--since", from: ["logs", "job", "--since", "yesteryear"], at: place)
        try await expect(64, "-l takes", from: ["logs", "job", "-l", "loud"], at: place)
        try await expect(64, "[", from: ["logs", "job", "-g", "["], at: place)
    }

    @Test func aPasswordOnTheCommandLineIsRefused() async throws {
        let place = try Workplace()
        let output = try await place.run("ls", "--url", "redis://:sesame@127.0.0.1")
        #expect(output.status == .exited(64))
        #expect(output.errorText.contains("REDIS_URL"))
        #expect(!output.errorText.contains("sesame"))
    }

    @Test func redisThatIsNotThere() async throws {
        let place = try Workplace()
        place.server.stop()
        for command in [["ls"], ["show", "job"], ["logs", "job"], ["log", "job", "text"], []] {
            try await expect(4, place.server.socketPath, from: command, at: place)
        }
        try await expect(
            4, place.server.socketPath,
            from: ["publish", "progress", "job", "--user", "u", "--step", "s", "--percent", "1"], at: place)
    }

    @Test func passwords() async throws {
        let place = try Workplace(arguments: ["--requirepass", "sesame"])
        try await expect(1, "password", from: ["ls"], at: place)
        try await expect(1, "password", from: ["ls"], at: place, environment: ["JOBLOG_REDIS_PASSWORD": "wrong"])
        for name in ["JOBLOG_REDIS_PASSWORD", "REDISCLI_AUTH"] {
            let output = try await place.run("ls", "-o", "json", environment: [name: "sesame"])
            #expect(output.status == .exited(0) && output.text == "[]\n", "\(output.errorText)")
        }
    }

    @Test func jobsThatAreNotThere() async throws {
        let place = try Workplace()
        for id in ["job-a1", "job-a2"] { try await place.say("hello", to: id) }
        try await expect(3, "no job lss; did you mean the command ls?", from: ["lss"], at: place)
        try await expect(3, "no job nothing", from: ["nothing"], at: place)
        try await expect(3, "no job nothing", from: ["show", "nothing"], at: place)
        try await expect(3, "no job nothing", from: ["logs", "job-a1", "nothing"], at: place)
        try await expect(
            3, "job-a begins the ids of 2 jobs:\n  job-a1\n  job-a2", from: ["logs", "job-a"], at: place)
        #expect(try await place.lines("logs", "job-a1").count == 1)
    }

    @Test func aKeyOfAnotherTypeIsNamed() async throws {
        let place = try Workplace()
        try await place.send("SET", "job:logs:job", "no list")
        try await expect(1, "job:logs:job", from: ["logs", "job"], at: place)
        let followed = try await place.run("logs", "-f", "job")
        #expect(followed.errorText.hasPrefix("joblog: The log of job job cannot be read: "))
        #expect(followed.errorText.split(separator: "\n").count == 1)
        let show = try await place.run("show", "job")
        #expect(show.status == .exited(0) && show.text.contains("job:logs:job"), "\(show)")
        // One bad key spoils no list.
        try await place.state("good", "running")
        #expect(try await place.lines("ls").contains { $0.contains("good") })
        #expect(try await place.lines("ls", "--state", "all").contains { $0.contains(" job ") })
    }

    @Test func anyBytesAreAnID() async throws {
        let place = try Workplace()
        for id in ["a:b:c", "with space", "star*[a-z]?", "two\nlines", "ünï-✓", "-dash", "base64:x", "logs:job:logs:"] {
            try await place.append([Array(Workplace.entry("I am it").utf8)], to: JobID(id))
            try await place.state("other-\(id.hashValue)", "running")
            let argument = JobID(id).argument
            let output = try await place.run("logs", "-o", "jsonl", "--", argument)
            #expect(output.text == Workplace.entry("I am it") + "\n", "\(argument): \(output.errorText)")
            let job = try json(await place.run("show", "-o", "json", "--", argument).text)
            #expect(field("id", of: job) == id)
        }
    }

    @Test func idsThatAreNoTextHaveAnotherName() async throws {
        let place = try Workplace()
        let id = JobID(bytes: [0xFF, 0x00, 0x41, 0x1B])
        try await place.append([Array(Workplace.entry("I am it").utf8)], to: id)
        #expect(id.argument == "base64:/wBBGw==")
        #expect(try await place.output("logs", id.argument, "-o", "jsonl") == Workplace.entry("I am it") + "\n")
        let jobs = try #require(try json(await place.output("ls", "--state", "all", "-o", "json")) as? [NSObject])
        #expect(jobs.map { field("idBase64", of: $0) } == ["/wBBGw=="])
        _ = try await place.output("log", id.argument, "more")
        #expect(try await place.lines("logs", id.argument).count == 2)
    }

    @Test func aTerminalThatNobodyKnows() async throws {
        let place = try Workplace()
        let terminal = try Tmux(width: 100, height: 10, environment: place.environment)
        try await terminal.startShell()
        try await terminal.enter("TERM=no-such-terminal \(place.joblog); echo \"status $?\"")
        let screen = try await terminal.waitFor("status 1")
        #expect(screen.contains("TERM=no-such-terminal"))
        #expect(!screen.isAlternate)
    }
}
