import Foundation
import RedisClient
import TestSupport
import Testing

/// What shells offer after Tab, by the scripts that are installed.
@Suite(.inTurn) struct CompletionTests {
    private static func has(_ shell: String) -> Bool {
        ["/usr/bin", "/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
        }
    }

    /// A Redis with some jobs, and the programs that are installed, found by PATH.
    private struct Place {
        let installation: Installation
        let server: RedisServer
        let folder: TemporaryFolder

        init() async throws {
            installation = try await Installation.common
            server = try RedisServer()
            folder = try TemporaryFolder()
            let redis = RedisConnection(RedisConfiguration(url: server.url))
            let ids = [
                "job-17", "job-18", "nightly:reindex", "nightly:reports", "evil\u{1b}[31m", "two words", "$(touch x)",
                "a;b", "-x",
            ]
            for id in ids {
                _ = try await redis.send(
                    RedisCommand("RPUSH", arguments: [.key(Array("job:logs:\(id)".utf8)), .bytes(Array("{}".utf8))])
                ).get()
            }
        }

        var environment: [String: String] {
            [
                "PATH": "\(installation.path("bin")):/usr/local/bin:/usr/bin:/bin", "REDIS_URL": server.urlText,
                "HOME": folder.path, "JOBLOG_CONFIG": "none", "LC_ALL": "C.UTF-8",
            ]
        }

        /// What bash offers for the last of the words as readline has split them.
        func bash(_ words: String..., typed: String? = nil, environment: [String: String] = [:]) async throws -> Set<
            String
        > {
            // As readline does: a word that is a colon, or stands behind one, has no space before it.
            let script = """
                source "$1"; shift; typed=$1; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"
                COMP_LINE=${COMP_LINE// :/:}; COMP_LINE=${COMP_LINE//: /:}; COMP_POINT=${#COMP_LINE}
                COMPREPLY=(); _joblog_in_whole_words joblog "$typed" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let file = installation.path("share/bash-completion/completions/joblog")
            let output = try await run(
                ["bash", "--norc", "-c", script, "bash", file, typed ?? words.last ?? ""] + words,
                environment: self.environment.merging(environment) { $1 })
            #expect(output.status == .exited(0), "\(output.errorText)")
            #expect(output.errorText == "")
            return Set(output.text.split(separator: "\n").map(String.init))
        }
    }

    @Test func bashCompletesJobs() async throws {
        let place = try await Place()
        #expect(try await place.bash("joblog", "logs", "job-") == ["job-17", "job-18"])
        // Nothing that a shell would read otherwise, or a terminal obey.
        let all: Set = ["job-17", "job-18", "nightly:reindex", "nightly:reports"]
        #expect(try await place.bash("joblog", "show", "").subtracting(all).allSatisfy { $0.hasPrefix("-") })
        #expect(try await place.bash("joblog", "show", "").isSuperset(of: all))
        #expect(try await place.bash("joblog", "rm", "job-18") == ["job-18"])
        #expect(try await place.bash("joblog", "publish", "progress", "job-1") == ["job-17", "job-18"])
    }

    /// Readline takes a colon for a word, and puts what it is given behind it.
    @Test func bashCompletesWhatHasAColon() async throws {
        let place = try await Place()
        #expect(try await place.bash("joblog", "cancel", "nightly") == ["nightly:reindex", "nightly:reports"])
        #expect(try await place.bash("joblog", "cancel", "nightly", ":", "rei") == ["reindex"])
        #expect(
            try await place.bash("joblog", "cancel", "nightly", ":", typed: "") == ["reindex", "reports"])
    }

    @Test func bashAsksTheServerOfTheLine() async throws {
        let place = try await Place()
        let other = try RedisServer(tcp: true)
        #expect(
            try await place.bash(
                "joblog", "logs", "--url", "redis", ":", "//127.0.0.1", ":", "\(try #require(other.port))", "job-")
                == [])
        #expect(
            try await place.bash(
                "joblog", "logs", "--url", "unix", ":", "//\(place.server.socketPath)", "job-",
                environment: ["REDIS_URL": other.urlText]) == ["job-17", "job-18"])
    }

    @Test func bashCompletesValues() async throws {
        let place = try await Place()
        #expect(try await place.bash("joblog", "ls", "--state", "f") == ["failed"])
        #expect(try await place.bash("joblog", "logs", "--level", "") == ["debug", "info", "warn", "error"])
        #expect(try await place.bash("joblog", "ls", "-o", "") == ["table", "json", "jsonl"])
        #expect(try await place.bash("joblog", "browse", "--theme", "li") == ["light"])
        #expect(try await place.bash("joblog", "do") == ["doctor"])
        let file = try place.folder.write(
            "profiles:\n  prod: {url: redis://a}\n  stage: {url: redis://b}\n", to: "c.yaml")
        #expect(
            try await place.bash("joblog", "ls", "--profile", "", environment: ["JOBLOG_CONFIG": file]) == [
                "prod", "stage",
            ])
    }

    /// A server that cannot be reached, and one that says nothing, leave the line as it is.
    @Test func aServerThatIsAwayOffersNothing() async throws {
        let place = try await Place()
        #expect(
            try await place.bash("joblog", "logs", "job-", environment: ["REDIS_URL": "unix:///nowhere"]) == [])
        place.server.suspend()
        defer { place.server.resume() }
        #expect(try await place.bash("joblog", "logs", "job-") == [])
    }

    @Test(.enabled(if: has("fish"), "fish is not installed")) func fishCompletes() async throws {
        let place = try await Place()
        let file = place.installation.path("share/fish/vendor_completions.d/joblog.fish")
        func offered(_ line: String) async throws -> Set<String> {
            let output = try await run(
                ["fish", "--no-config", "-c", "source \(file); complete -C '\(line)'"], environment: place.environment)
            #expect(output.status == .exited(0), "\(output.errorText)")
            return Set(output.text.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) })
        }
        #expect(try await offered("joblog ls --state fai") == ["failed"])
        #expect(try await offered("joblog doc") == ["doctor"])
        // The line that a custom completion asks for is there at a terminal only.
        let terminal = try Tmux(width: 100, height: 24, environment: place.environment)
        try await terminal.start(["fish", "--no-config"])
        try await terminal.enter("source \(file); function fish_prompt; echo 'rea''dy> '; end; clear")
        try await terminal.waitFor("ready>")
        try await terminal.type("joblog cancel nightly:rei")
        try await terminal.send("Tab")
        try await terminal.waitFor("ready> joblog cancel nightly:reindex")
        try await terminal.send("C-u")
        try await terminal.type("joblog logs job-")
        try await terminal.send("Tab")
        try await terminal.waitFor("both jobs") { $0.contains("job-17") && $0.contains("job-18") }
    }

    @Test(.enabled(if: has("zsh"), "zsh is not installed")) func zshCompletes() async throws {
        let place = try await Place()
        let functions = place.installation.path("share/zsh/site-functions")
        let terminal = try Tmux(width: 100, height: 24, environment: place.environment)
        try await terminal.start(["zsh", "-f"])
        try await terminal.enter(
            "PS1='rea''dy> '; fpath=(\(functions) $fpath); autoload -Uz compinit; compinit -u -D; clear")
        try await terminal.waitFor("ready>")
        try await terminal.type("joblog cancel nightly:rei")
        try await terminal.send("Tab")
        try await terminal.waitFor("ready> joblog cancel nightly:reindex")
        try await terminal.send("C-u")
        try await terminal.type("joblog logs job-")
        try await terminal.send("Tab", "Tab")
        try await terminal.waitFor("both jobs") { $0.contains("job-17") && $0.contains("job-18") }
    }
}
