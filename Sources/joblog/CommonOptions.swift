import ArgumentParser
import JobLogAPI
import JobLogCore
import JobLogTUI
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where the jobs are.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: .customLong("url"),
        help: ArgumentHelp(
            "The Redis to read, else REDIS_URL, else redis://localhost:6379.",
            discussion: "redis://[user@]host[:port][/db], rediss:// for TLS, unix:///path?db=N, or "
                + "redis+sentinel://host[:port],host[:port]/name[?db=N]. "
                + "A password belongs in REDIS_URL, JOBLOG_REDIS_PASSWORD or REDISCLI_AUTH: other users can read a command line.",
            valueName: "url"))
    var url: String?

    @OptionGroup(title: "HTTP API")
    var api: APIOptions

    @Option(help: ArgumentHelp("What stands in front of every key.", valueName: "prefix"))
    var keyPrefix = ""

    @Flag(help: "Refuse whatever would write to Redis.")
    var readOnly = false

    @Flag(
        help: ArgumentHelp(
            "Mark the Redis as one of production.",
            discussion: "The screen's header is coloured and nothing is written until the key U unlocks it; "
                + "commands refuse to write."))
    var production = false

    @Option(
        help: ArgumentHelp(
            "Send Redis at most so many commands a second, else JOBLOG_MAX_COMMANDS.",
            discussion: "What has to wait is read later; nothing is left out.",
            valueName: "count"))
    var maxCommands: Int?

    @Flag(
        help: ArgumentHelp(
            "Read from a replica where Sentinels know one.",
            discussion: "What is written goes to the primary all the same."))
    var preferReplica = false

    @OptionGroup(title: "TLS")
    var tls: TLSOptions

    func validate() throws {
        if let maxCommands, maxCommands < RedisTraffic.leastLimit {
            throw ValidationError(Self.refusal(of: "\(maxCommands)", for: "--max-commands"))
        }
        if url != nil, let option = api.given { throw ValidationError("Give --url or \(option), not both.") }
    }

    /// The options that say how Redis is read, which an API does for itself.
    private var givenForRedis: String? {
        let options = [
            ("--key-prefix", !keyPrefix.isEmpty), ("--max-commands", maxCommands != nil),
            ("--prefer-replica", preferReplica),
        ]
        return options.first(where: \.1)?.0
    }

    /// A client of the API, where one is to be read in place of Redis; nil where none is.
    private func client() throws -> JobLogClient? {
        // What is given beats what is set.
        guard url == nil, let address = try api.address() else { return nil }
        if let option = givenForRedis {
            throw Failure(.usage, "\(option) is for Redis, and the jobs are read from the API at \(address).")
        }
        return try JobLogClient(address, token: api.token(), tls: try tls.settings(isTLS: address.isTLS, "\(address)"))
    }

    private static func refusal(of value: String, for name: String) -> String {
        "\(name) takes a number of at least \(RedisTraffic.leastLimit), not \(TerminalText.line(value))."
    }

    /// The ceiling that was asked for, in commands a second.
    private func ceiling() throws(Failure) -> Int? {
        if let maxCommands { return maxCommands }
        let name = "JOBLOG_MAX_COMMANDS"
        guard let value = Environment[name] else { return nil }
        guard let count = Int(value), count >= RedisTraffic.leastLimit else {
            throw Failure(.usage, Self.refusal(of: value, for: name))
        }
        return count
    }

    /// The names of the keys.
    var keys: JobKeys { JobKeys(prefix: keyPrefix) }

    /// How to connect; `role` is the name that `CLIENT LIST` shows.
    ///
    /// Throws a `Failure` where an API is to be read in place of Redis.
    func configuration(role: String) throws -> RedisConfiguration {
        if url == nil, let address = try api.address() {
            throw Failure(
                .usage,
                "This needs Redis itself, which the API at \(address) does not give: say by --url where it is.")
        }
        var configuration = try RedisConfiguration.fromEnvironment(
            url: url, environment: Environment.all, clientName: "\(role):\(Environment.hostName):\(getpid())")
        configuration.transport = try tls.transport(for: configuration.url)
        if preferReplica, !configuration.url.hasSentinels {
            throw Failure(
                .usage,
                "--prefer-replica needs Sentinels, which know the replicas, and \(configuration.url) names none; "
                    + "connect to a replica by its own address, or begin with redis+sentinel://.")
        }
        return configuration
    }

    /// Throws a `Failure` where nothing may be written.
    func checkWriting() throws {
        if production { throw Failure(.error, "--production is given: nothing was written.") }
        if readOnly { throw Failure(.error, "--read-only is given: nothing was written.") }
    }

    /// Whether the screen may write.
    var access: Access { readOnly ? .readOnly : production ? .locked : .writable }

    /// The jobs of that Redis, or of the API.
    func source() throws -> any JobSource {
        if let client = try client() { return APIJobSource(client) }
        return RedisJobSource(
            configuration: try limitedConfiguration(role: "joblog-viewer"), keys: keys, actor: Environment.actor)
    }

    /// The same for doing something to a job, which no ceiling holds back.
    func actingSource() throws -> any JobSource {
        if let client = try client() { return APIJobSource(client) }
        return RedisJobSource(
            configuration: try configuration(role: "joblog-action"), keys: keys, actor: Environment.actor)
    }

    /// Throws a `Failure` where there is no Redis to do something that the API cannot do.
    func checkRedis() throws { _ = try configuration(role: "joblog") }

    /// The same as ``configuration(role:)`` for those who read: from a replica where that was asked for, and not faster than
    /// the ceiling, where there is one.
    func limitedConfiguration(role: String) throws -> RedisConfiguration {
        var configuration = try configuration(role: role)
        configuration.traffic = RedisTraffic(limit: try ceiling())
        configuration.prefersReplica = preferReplica
        return configuration
    }
}

/// How text for people looks.
struct AppearanceOptions: ParsableArguments {
    /// When to colour.
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }

    @Option(help: "When to colour: auto, always or never. NO_COLOR is heard.")
    var color = Color.auto

    @Flag(help: "Show times in UTC.")
    var utc = false

    /// Whether to colour what goes to standard output.
    var colors: Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: StandardOutput.isTerminal && Environment.allowsColor
        }
    }
}

/// The process's environment.
enum Environment {
    /// All variables.
    static var all: [String: String] { ProcessEnvironment.all }

    /// One variable; nil when it is not set or empty.
    static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The folder of a user's files of a kind: what `variable` says, else one below the home folder. Nil where there is neither.
    ///
    /// As the XDG base directory specification has it, a relative path counts as none.
    static func folder(_ variable: String, belowHome path: String) -> String? {
        if let folder = Self[variable], folder.hasPrefix("/") { return folder }
        return Self["HOME"].map { "\($0)/\(path)" }
    }

    /// Whether the terminal and its user take colours.
    static var allowsColor: Bool { Self["NO_COLOR"] == nil && Self["TERM"] != "dumb" }

    /// Who runs this, as `user@host`.
    static var actor: String { "\(Self["USER"] ?? Self["LOGNAME"] ?? "uid \(getuid())")@\(hostName)" }

    /// This machine's name.
    static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
