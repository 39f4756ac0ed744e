import ArgumentParser
import JobLogCore
import RedisClient

/// `joblog doctor`: what works with this server and user, and what is wrong with the keys of jobs.
struct Diagnose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the server, the user's rights and the keys of jobs.",
        discussion: """
            Nothing is written. The status is 0 when all that the role needs works, 1 when something does not, which is \
            named, and 4 when the server cannot be reached.
            """)

    /// How the findings are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions

    @Option(
        help: ArgumentHelp(
            "Whom to judge for: read-only, viewer or worker; viewer unless told, read-only with --read-only.",
            valueName: "role"))
    var role: AccessRole?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Check the rights of this user, by ACL DRYRUN, instead of one's own.", valueName: "user"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "Only print the smallest ACL rules for a role: read-only, viewer or worker.", valueName: "role"))
    var acl: AccessRole?

    @Option(help: ArgumentHelp("Look into so many jobs.", valueName: "count"))
    var samples: Int?

    @Flag(help: "Leave out the SCAN: only job:index tells of jobs.")
    var noScan = false

    @Option(name: .shortAndLong, help: "How to write the findings: text or json.")
    var output: Format?

    func validate() throws {
        if let samples, samples < 0 { throw ValidationError("--samples takes a number of at least 0, not \(samples).") }
        if acl != nil, output == .json { throw ValidationError("--acl prints a command for redis-cli, and no JSON.") }
    }

    func run() async throws {
        let configuration = try connection.limitedConfiguration(role: "joblog-doctor")
        var out = StandardOutput()
        if let acl {
            out.line(AccessRules(acl, keys: connection.keys, url: configuration.url).command)
            return out.flush()
        }
        let doctor = Doctor(
            configuration, keys: connection.keys, role: role ?? (connection.readOnly ? .readOnly : .viewer), user: user,
            samples: Settings.current.number(.doctorSamples, samples) ?? 1_000, scans: !noScan)
        let diagnosis = try await doctor.examine()
        switch Settings.current.choice(.doctorOutput, output) ?? .text {
        case .json: out.line(diagnosis.json().text(escapeTerminal: true))
        case .text: for line in DiagnosisSheet(diagnosis, colors: appearance.colors).lines { out.line(line) }
        }
        out.flush()
        guard diagnosis.isWell else { throw ExitCode(Failure.Status.error.rawValue) }
    }
}

extension AccessRole: ExpressibleByArgument {}
