import Foundation
import JobLogCore
import JobLogTUI
import RedisClient
import TestSupport
import Testing

@testable import joblog

/// The configuration file: what it says holds, after options and environment, and what is wrong in it is said with its place.
@Suite(.inTurn) struct ConfigurationTests {
    private let place: Workplace
    private let folder: TemporaryFolder
    private var path: String { folder.file("joblog/config.yaml") }

    init() async throws {
        place = try Workplace()
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("joblog"), withIntermediateDirectories: true)
    }

    private var environment: [String: String] {
        ["XDG_CONFIG_HOME": folder.path, "XDG_STATE_HOME": folder.file("state")]
    }

    private func write(_ text: String, mode: Int = 0o600) throws {
        try folder.write(text, to: "joblog/config.yaml")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func run(_ arguments: String..., with variables: [String: String] = [:]) async throws -> CommandOutput {
        try await place.run(arguments, environment: environment.merging(variables) { $1 })
    }

    /// What `config show` says of a setting.
    private func shown(
        _ setting: String, _ arguments: String..., with variables: [String: String] = [:]
    ) async throws -> [String: String] {
        let output = try await place.run(
            ["config", "show", "-o", "json"] + arguments, environment: environment.merging(variables) { $1 })
        let rows = try #require(try json(output.text) as? [[String: Any]], "\(output.errorText)")
        let row = try #require(rows.first { $0["setting"] as? String == setting })
        return row.mapValues { "\($0)" }
    }

    // MARK: - What is wrong

    @Test func eachFaultIsNamedWithItsPlace() async throws {
        try write(
            """
            utc: maybe
            colour: always
            screen:
              colums: [state]
              columns: [state, bogus]
              theme: drak
            ls: {output: xml}
            max-commands: 5
            url: redis://x
            tls: 3
            profile: prd
            profiles:
              prod:
                url: rediss://u:secret@h:6380/0
                password: "hunter2"
                password-command: [pass, show]
                utc: true
                tls: {min: 1.4}
              stage:
                url: "redis://${JOBLOG_TEST_NOWHERE}:6379"
              "two words": {}
            retention: {age: 7}
            """, mode: 0o644)
        let output = try await run("config", "check")
        #expect(output.status == .exited(1) && output.errorText == "")
        let expected = """
            1:6: utc is true or false, not maybe
            2:1: there is no setting colour; did you mean color?
            4:3: there is no setting screen.colums; did you mean columns?
            5:12: screen.columns is a list of state, job, type, owner, step, counts, activity, progress, rate, left, workers and age; bogus is none of them
            6:10: screen.theme: theme drak: there is none of that name; did you mean dark?
            7:14: ls.output is table, json or jsonl, not xml
            8:15: max-commands takes a number of at least 20, not 5
            9:1: url belongs to a server: it stands in one of the profiles
            10:6: tls is a mapping of settings
            11:10: there is no profile prd; did you mean prod?
            14:10: url of the profile prod is a secret, and others can read this file: chmod 600 \(path)
            15:15: password of the profile prod is a secret, and others can read this file: chmod 600 \(path)
            16:23: the profile prod has password and password-command: give one of them
            17:5: utc stands at the top of the file, not in a profile
            18:16: tls.min is 1.2 or 1.3, not 1.4
            20:19: the variable JOBLOG_TEST_NOWHERE is not set; ${JOBLOG_TEST_NOWHERE:-something} says what holds then (a warning)
            21:3: the name of a profile is a word
            22:18: retention.age is a span of time such as 90s, 12h or 7d, not 7
            """
        #expect(output.text == expected.split(separator: "\n").map { "\(path):\($0)\n" }.joined())
        let used = try await run("ls")
        #expect(used.status == .exited(64))
        #expect(
            used.errorText
                == "joblog: \(path):1:6: utc is true or false, not maybe. To go on without it: --config none\n")
        #expect(try await run("ls", "--config", "none").status == .exited(0))
        #expect(try await run("ls", "--config=/dev/null").status == .exited(0))
        #expect(try await run("ls", with: ["JOBLOG_CONFIG": "none"]).status == .exited(0))
        #expect(try await run("--help").status == .exited(0))
    }

    @Test(arguments: [
        ("a: [1\n", "2:1: this is no YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
        ("- utc\n", "1:1: the file is a mapping of settings: utc: true"),
        ("utc: true\nutc: false\n", "2:1: utc is here a second time; it is in line 1 already"),
        ("profiles: [a]\n", "1:11: profiles is a mapping of names: prod: {url: redis://…}"),
        ("profiles: {a: {url: http://x}}\n", "1:21: "),
        ("screen:\n  keys: nowhere.json\n", "2:9: screen.keys: there is no file nowhere.json"),
        ("utc:\n", "1:5: utc has no value here; leave it out, or give one"),
    ])
    func aFileThatMakesNoSenseIsSaid(_ text: String, _ sentence: String) async throws {
        try write(text)
        let output = try await run("config", "check")
        #expect(output.status == .exited(1) && output.text.hasPrefix("\(path):\(sentence)"), "\(output.text)")
    }

    @Test func aFileThatIsNotThereIsOnlyMissedWhereItWasNamed() async throws {
        #expect(try await run("ls").status == .exited(0))
        #expect(try await run("config", "check").status == .exited(0))
        let output = try await run("--config", "/nowhere/x.yaml", "ls")
        #expect(output.status == .exited(64))
        #expect(output.errorText.hasPrefix("joblog: /nowhere/x.yaml: there is no such file"))
        #expect(try await run("config", "check", "/nowhere/x.yaml").status == .exited(64))
    }

    @Test func aVariableThatMakesNoSenseIsSaid() async throws {
        let output = try await run("ls", with: ["JOBLOG_UTC": "maybe"])
        #expect(output.status == .exited(64))
        #expect(output.errorText == "joblog: JOBLOG_UTC is true or false, not maybe.\n")
    }

    @Test func aFileToBeginWithIsThereOnceAndMakesSense() async throws {
        let output = try await run("config", "init")
        #expect(output.status == .exited(0) && output.text == path + "\n")
        #expect(try await run("config", "path").text == path + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await run("config", "check").text == "")
        #expect(try await run("ls").status == .exited(0))
        // Each of its examples is a value.
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let awake = text.split(separator: "\n").filter { !$0.contains("# joblog") }.map { line in
            line.contains(#/^ *# [a-z-]+: /#) ? line.replacing("# ", with: "", maxReplacements: 1) : line[...]
        }
        try write(awake.filter { $0 != "profile: text" }.joined(separator: "\n"))
        let faults = try await run("config", "check").text.split(separator: "\n")
        #expect(faults.allSatisfy { $0.contains("screen.theme") || $0.contains("screen.keys") }, "\(faults)")
        let again = try await run("config", "init")
        #expect(again.status == .exited(1) && again.errorText == "joblog: \(path) is there already.\n")
    }

    // MARK: - What holds

    @Test func optionsGoBeforeVariablesAndTheseBeforeTheFile() async throws {
        #expect(try await shown("utc") == ["setting": "utc", "source": "default"])
        try write("utc: true\ncolor: never\n")
        let written = try await shown("utc")
        #expect(written["source"] == "file" && written["line"] == "1" && written["column"] == "6")
        let variable = try await shown("utc", with: ["JOBLOG_UTC": "off"])
        #expect(variable["name"] == "JOBLOG_UTC" && variable["value"] == "false")
        let option = try await shown("utc", "--no-utc", with: ["JOBLOG_UTC": "on"])
        #expect(option["name"] == "--no-utc" && option["value"] == "false")
        #expect(try await shown("color", "--color=always")["value"] == "always")
    }

    @Test func whatTheFileSaysIsWhatCommandsDo() async throws {
        try await place.send("RPUSH", "x:job:logs:job", Workplace.entry("one"), Workplace.entry("two", level: "warn"))
        try write(
            """
            key-prefix: "x:"
            color: always
            ls: {output: jsonl}
            logs: {tail: 1, output: csv}
            show: {output: json}
            search: {output: jsonl}
            export: {output: html}
            retention: {entries: 3, age: 1h}
            """)
        #expect(try await run("ls", "--state", "all").text.hasPrefix("{\"id\":\"job\""))
        #expect(try await run("ls", "--state", "all", "-o", "table").text.contains("\u{1B}["))
        #expect(try await run("ls", "--state", "all", "--key-prefix", "", "-o", "json").text == "[]\n")
        let logs = try await run("logs", "job").text
        #expect(logs.contains(",two") && !logs.contains(",one"), "\(logs)")
        #expect(try await run("logs", "job", "-n", "2", "-o", "json").text.contains("one"))
        #expect(try await run("show", "job").text.hasPrefix("{"))
        #expect(try await run("search", "two").text.hasPrefix("{"))
        #expect(try await run("export", "job").text.hasPrefix("<!DOCTYPE html>"))
        for _ in 0..<3 { #expect(try await run("log", "job", "more").status == .exited(0)) }
        #expect(try await place.send("LLEN", "x:job:logs:job").integer == 3)
        let lifetime = try #require(try await place.send("TTL", "x:job:logs:job").integer)
        #expect((3_500...3_600).contains(lifetime))
    }

    @Test(arguments: ["read-only", "production"]) func whatIsNotToBeWrittenIsNot(_ setting: String) async throws {
        try write("\(setting): true\n")
        let refused = try await run("log", "job", "line")
        #expect(refused.status == .exited(1))
        #expect(
            refused.errorText == "joblog: \(setting) is set (\(path):1:\(setting.count + 3)): nothing was written.\n")
        #expect(try await run("log", "job", "line", "--no-\(setting)").status == .exited(0))
    }

    @Test func whatTheScreenRemembersGoesBeforeTheFile() async throws {
        try write("screen:\n  columns: [state, job, age]\n  split: none\n  sort: age\nutc: true\n")
        try await place.state("job", "running")
        let terminal = try await place.terminal(width: 120, environment: environment)
        try await terminal.waitFor { $0.contains("AGE") && $0.contains("running") && !$0.contains("PROGRESS") }
        try await terminal.send("s")
        try await terminal.send("Q")
        #expect(try await terminal.waitForExit() == .exited(0))
        #expect(try await shown("screen.sort")["source"] == "remembered")
        #expect(try await shown("screen.columns")["source"] == "file")
    }

    // MARK: - Profiles

    @Test func aProfileSaysWhereTheJobsAre() async throws {
        let other = try RedisServer(arguments: ["--requirepass", "hunter2"])
        let elsewhere = RedisConnection(
            RedisConfiguration(url: other.url, password: RedisPassword("hunter2")))
        _ = try await elsewhere.send(
            RedisCommand("RPUSH", .key(Array("p:job:logs:there".utf8)), .text(Workplace.entry("x")))
        ).get()
        try await place.say("x", to: "here")
        try write(
            """
            profile: usual
            profiles:
              usual: {url: "\(place.url)"}
              other:
                url: "${JOBLOG_TEST_URL}"
                key-prefix: "p:"
                read-only: true
                password-command: "printf '%s\\\\n' hunter2 second"
            """)
        let all = ["ls", "--state", "all", "-o", "jsonl"]
        let nowhere = ["REDIS_URL": "", "JOBLOG_TEST_URL": other.urlText]
        func list(_ arguments: String..., with variables: [String: String]) async throws -> CommandOutput {
            try await place.run(all + arguments, environment: environment.merging(variables) { $1 })
        }
        #expect(try await list(with: nowhere).text.contains("\"here\""))
        let there = try await list("--profile", "other", with: nowhere)
        #expect(there.text.contains("\"there\""), "\(there.errorText)")
        #expect(try await list(with: nowhere.merging(["JOBLOG_PROFILE": "other"]) { $1 }).text.contains("\"there\""))
        // REDIS_URL goes before the usual profile, not before one that is asked for.
        let set = ["REDIS_URL": place.url, "JOBLOG_TEST_URL": other.urlText]
        #expect(try await shown("url", with: set)["source"] == "variable")
        let explicit = try await list("--profile=other", with: set.merging(["JOBLOG_REDIS_PASSWORD": "wrong"]) { $1 })
        #expect(explicit.text.contains("\"there\""), "\(explicit.errorText)")
        // An address that is given leaves nothing of a profile.
        #expect(try await list("--url", place.url, with: ["JOBLOG_PROFILE": "other"]).text.contains("\"here\""))
        let both = try await list("--url", place.url, "--profile", "other", with: [:])
        #expect(both.status == .exited(64) && both.errorText.contains("--url or --profile, not both"))
        let refused = try await run("--profile", "other", "cancel", "there", with: nowhere)
        #expect(refused.status == .exited(1) && refused.errorText.contains("read-only is set"))
        let unknown = try await list("--profile", "ohter", with: nowhere)
        #expect(unknown.status == .exited(64))
        #expect(unknown.errorText == "joblog: \(path): there is no profile ohter; did you mean other?\n")
        // A variable is missed when it is used.
        let unset = try await list("--profile", "other", with: ["REDIS_URL": ""])
        #expect(unset.status == .exited(64))
        #expect(unset.errorText.hasPrefix("joblog: \(path):5:11: the variable JOBLOG_TEST_URL is not set"))
        let sheet = try await run("config", "show", "--profile", "other", with: nowhere)
        #expect(sheet.text.contains("(profile other)") && !sheet.text.contains("hunter2 \n"))
    }

    @Test func aPasswordIsNeverPrinted() async throws {
        try write(
            "profiles: {a: {url: 'redis://u:topsecret@h:1', sentinel-password: topsecret}, b: {password: topsecret, token: topsecret}}\n"
        )
        for profile in ["a", "b"] {
            for format in ["text", "json"] {
                let output = try await run("config", "show", "-o", format, "--profile", profile)
                #expect(output.text.contains("•••") && !output.text.contains("topsecret"))
            }
        }
        let failed = try await run("ls", "--profile", "a")
        #expect(failed.status == .exited(4) && !failed.errorText.contains("topsecret"))
    }

    @Test(arguments: [
        ("printf 'no\\033[31m key' >&2; exit 3", "failed: status 3; it said: no␛[31m key"),
        ("true", "printed no password"), ("kill -9 $$", "failed: ended by signal 9"),
    ])
    func whyACommandGivesNoPasswordIsSaid(_ command: String, _ sentence: String) async throws {
        try write("profiles:\n  p:\n    password-command: |\n      \(command)\n")
        let output = try await run("ls", "--profile", "p", with: ["REDIS_URL": ""])
        #expect(output.status == .exited(1))
        #expect(output.errorText.hasPrefix("joblog: \(path):3:23: password-command \(sentence)"), "\(output.errorText)")
    }

    // MARK: - The table

    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/configuration.md")

    @Test func theDocumentedSettingsAreTheSettings() throws {
        var text = try String(contentsOf: Self.docs, encoding: .utf8)
        let parts = text.split(
            separator: /<!-- settings -->\n|<!-- end of settings -->\n/, omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        if ProcessInfo.processInfo.environment["JOBLOG_WRITE_DOCS"] == "1" {
            text =
                "\(parts[0])<!-- settings -->\n\(SettingTable.joblog.markdown)<!-- end of settings -->\n\(parts[2])"
            try Data(text.utf8).write(to: Self.docs)
        } else {
            #expect(
                parts[1] == SettingTable.joblog.markdown[...],
                "docs/configuration.md is stale: JOBLOG_WRITE_DOCS=1 swift test --filter ConfigurationTests")
        }
    }

    /// Each option of the table is one of each command that the table names, and each common one may stand before it.
    @Test func theOptionsOfTheTableAreThoseOfTheCommands() async throws {
        let dump = try json(try await place.run("--experimental-dump-help").text)
        let root = try #require((dump as? [String: Any])?["command"] as? [String: Any])
        let commands = try #require(root["subcommands"] as? [[String: Any]])
        func names(_ command: [String: Any]) -> Set<String> {
            let own = (command["arguments"] as? [[String: Any]] ?? []).flatMap { argument in
                (argument["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            }
            return (command["subcommands"] as? [[String: Any]] ?? []).filter { $0["commandName"] as? String != "help" }
                .map(names).reduce(Set(own)) { $0.isEmpty ? $1 : $0.union($1) }
        }
        let known = Dictionary(
            uniqueKeysWithValues: commands.map { ($0["commandName"] as? String ?? "", names($0)) })
        for setting in SettingTable.joblog.settings {
            for command in setting.commands {
                let options = try #require(known[command], "\(command)")
                for option in [setting.option, setting.offOption].compactMap({ $0 }) {
                    #expect(options.contains(String(option.dropFirst(2))), "\(command) \(option)")
                }
            }
        }
    }

    @Test func rulesForAlertsAreReadCheckedAndShown() async throws {
        let folder = try TemporaryFolder()
        let text = """
            alerts:
              - {on: [failed, lost], do: [bell, notify-send], user: "${WHO:-ann}", job: "n*"}
              - on: stalled
            screen:
              watched: [bell]

            """
        let file = try folder.write(text, to: "c.yaml")
        let shown = try await place.run("config", "show", "--config", file)
        #expect(shown.text.contains("alerts[1]") && shown.text.contains("\(file):2:5"))
        #expect(shown.text.contains("on failed, lost; do bell, notify-send; user ${WHO:-ann}; job n*"))
        let rows = try json(try await place.run("config", "show", "--config", file, "-o", "json").text)
        let values = (rows as? [[String: Any]])?.filter { ($0["setting"] as? String)?.hasPrefix("alerts[") == true }
        #expect(
            values?.map { ($0["value"] as? [String: Any])?["on"] as? [String] } == [["failed", "lost"], ["stalled"]])
        let usual = try await place.run("config", "show", "--config", "none")
        #expect(usual.text.split(separator: "\n").contains { $0.hasPrefix("alerts ") && $0.hasSuffix("default") })
        let bad = try folder.write(
            "alerts:\n  - {on: [], do: bel}\n  - {do: toast, on: unknown}\n  - {on: failed, job: '${NO_SUCH}'}\n",
            to: "bad.yaml")
        let check = try await place.run("config", "check", bad)
        #expect(check.status == .exited(1))
        let lines = check.text.split(separator: "\n").map { $0.replacing(bad, with: "c") }
        #expect(lines.count == 4, "\(lines)")
        #expect(lines.first == "c:2:5: this item of alerts needs on")
        #expect(lines.dropFirst().first?.hasSuffix("bel is none of them; did you mean bell?") == true)
        #expect(lines.dropFirst(2).first?.hasPrefix("c:3:21: on is a list of created, running") == true)
        #expect(lines.last?.contains("the variable NO_SUCH is not set") == true)
    }

    @Test func aRuleBecomesWhatTheScreenGoesBy() throws {
        func alerts(_ text: String) throws -> AlertSettings {
            let folder = try TemporaryFolder()
            return try Settings(GivenOptions(["--config", try folder.write(text, to: "c.yaml")])).alerts
        }
        #expect(try alerts("utc: true\n") == AlertSettings())
        #expect(try alerts("alerts:\n") == AlertSettings())
        #expect(try alerts("alerts: []\n").rules == [])
        let own = try alerts("alerts: [{on: failed, type: \"r*\"}, {on: [lost], do: desktop}]\nscreen: {watched: []}\n")
        #expect(
            own
                == AlertSettings(
                    rules: [
                        AlertRule(on: [.failed], do: [.toast], type: "r*"), AlertRule(on: [.lost], do: [.desktop]),
                    ],
                    watched: []))
    }

    @Test(
        arguments: [
            ([:], false, .osc9), (["TERM": "xterm-kitty", "DISPLAY": ":0"], true, .osc9),
            (["TERM": "foot"], false, .osc777), (["TERM": "xterm", "TERM_PROGRAM": "WezTerm"], true, .osc9),
            (["DISPLAY": ":0"], true, .notifySend), (["WAYLAND_DISPLAY": "w"], true, .notifySend),
            (["DISPLAY": ":0"], false, .osc9), (["DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"], true, .osc9),
            (["DISPLAY": ":0", "TMUX": "x", "TERM_PROGRAM": "WezTerm"], true, .notifySend),
            (["TMUX": "x"], true, .osc9),
        ] as [([String: String], Bool, AlertWay)])
    func theWayToTheDesktopFits(_ variables: [String: String], _ hasTool: Bool, _ expected: AlertWay) {
        #expect(DesktopWay.find({ variables[$0] }, hasTool: hasTool) == expected)
    }

    @Test func aSectionMayBeAListOfMappings() {
        let rules = SettingList(
            path: "rules",
            members: [
                Setting("on", .list(["failed", "stalled"]), for: [], standard: "", ""),
                Setting("user", .text, for: [], standard: "", ""),
            ], needed: ["on"], standard: "", meaning: "", examples: [])
        let table = SettingTable([.utc], lists: [rules])
        func file(_ text: String) -> ConfigurationFile {
            ConfigurationFile(Array(text.utf8), path: "c", isPrivate: true, table: table)
        }
        let good = file("utc: true\nrules:\n  - {on: failed}\n  - on: [failed, stalled]\n    user: ann\n")
        #expect(good.faults.isEmpty)
        #expect(
            good.lists["rules"]?.map { $0.entries.mapValues(\.value.text)[rules.members[0]] } == [
                "failed", "failed, stalled",
            ])
        let bad = file("rules:\n  - {on: faild, usr: x}\n  - user: ann\n  - 3\nrulse: 1\n")
        #expect(
            bad.faults.map(\.error.description) == [
                "c:2:10: on is a list of failed and stalled; faild is none of them; did you mean failed?",
                "c:2:17: there is no usr in rules; did you mean user?", "c:3:5: this item of rules needs on",
                "c:4:5: an item of rules is a mapping of on, user",
                "c:5:1: there is no setting rulse; did you mean rules?",
            ])
    }

    @Test(arguments: [
        ("a$$b", "a$b"), ("${HOME}/x", "<HOME>/x"), ("${A_1:-b}c", "bc"), ("${A:-}", ""), ("$x", nil), ("${", nil),
        ("${1 }", nil), ("x${NO}", nil), ("plain", "plain"),
    ])
    func variablesArePutIn(_ text: String, _ expected: String?) {
        let expanded = try? Interpolation.expand(text) { $0 == "HOME" ? "<HOME>" : nil }
        #expect(expanded == expected)
    }
}
