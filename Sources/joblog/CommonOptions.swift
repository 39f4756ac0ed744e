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

/// Which configuration file is read, and which of its profiles is used. ``GivenOptions`` looks for them in the command line, as
/// they are wanted before the command runs.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file; none for none.",
            discussion: "Else JOBLOG_CONFIG, else ~/.config/joblog/config.yaml where it is there. See joblog config.",
            valueName: "file"), completion: .file())
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The profile of the configuration file that says where the jobs are, else JOBLOG_PROFILE.",
            valueName: "name"), completion: .profiles)
    var profile: String?
}

/// Where the jobs are.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup(title: "Configuration")
    var settingsOptions: SettingsOptions

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
    var keyPrefix: String?

    @Flag(
        name: .customLong("read-only"), inversion: .prefixedNo, help: "Refuse whatever would write to Redis.")
    var readOnlyOption: Bool?

    @Flag(
        name: .customLong("production"), inversion: .prefixedNo,
        help: ArgumentHelp(
            "Mark the Redis as one of production.",
            discussion: "The screen's header is coloured and nothing is written until the key U unlocks it; "
                + "commands refuse to write."))
    var productionOption: Bool?

    @Option(
        help: ArgumentHelp(
            "Send Redis at most so many commands a second, else JOBLOG_MAX_COMMANDS.",
            discussion: "What has to wait is read later; nothing is left out.",
            valueName: "count"))
    var maxCommands: Int?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Read from a replica where Sentinels know one.",
            discussion: "What is written goes to the primary all the same."))
    var preferReplica: Bool?

    @OptionGroup(title: "TLS")
    var tls: TLSOptions

    func validate() throws {
        if let maxCommands, maxCommands < RedisTraffic.leastLimit {
            throw ValidationError(
                "--max-commands takes a number of at least \(RedisTraffic.leastLimit), not \(maxCommands).")
        }
        if url != nil, let option = api.given { throw ValidationError("Give --url or \(option), not both.") }
    }

    /// The options that say how Redis is read, which an API does for itself.
    private var givenForRedis: String? {
        let options = [
            ("--key-prefix", keyPrefix?.isEmpty == false), ("--max-commands", maxCommands != nil),
            ("--prefer-replica", preferReplica == true),
        ]
        return options.first(where: \.1)?.0
    }

    /// What holds where these options say nothing. An address that is given leaves no profile: it is another server's.
    private var settings: Settings {
        url != nil || api.url != nil ? Settings.current.withoutProfile : Settings.current
    }

    /// A client of the API, where one is to be read in place of Redis; nil where none is.
    private func client(_ settings: Settings) throws -> JobLogClient? {
        // What is given beats what is set.
        guard url == nil, let address = try api.address(settings) else { return nil }
        if let option = givenForRedis {
            throw Failure(.usage, "\(option) is for Redis, and the jobs are read from the API at \(address).")
        }
        try settings.checkProfile()
        return try JobLogClient(
            address, token: api.token(settings),
            tls: try tls.settings(isTLS: address.isTLS, "\(address)", settings.variables()))
    }

    /// The names of the keys.
    var keys: JobKeys { keys(settings) }

    private func keys(_ settings: Settings) -> JobKeys { JobKeys(prefix: settings.text(.keyPrefix, keyPrefix) ?? "") }

    /// Whether nothing may be written.
    var readOnly: Bool { settings.flag(.readOnly, readOnlyOption) }

    /// Whether the server is one of production.
    var production: Bool { settings.flag(.production, productionOption) }

    /// How to connect; `role` is the name that `CLIENT LIST` shows.
    ///
    /// Throws a `Failure` where an API is to be read in place of Redis.
    func configuration(role: String) throws -> RedisConfiguration { try configuration(role: role, settings) }

    private func configuration(role: String, _ settings: Settings) throws -> RedisConfiguration {
        try settings.checkProfile()
        if url == nil, let address = try api.address(settings) {
            throw Failure(
                .usage,
                "This needs Redis itself, which the API at \(address) does not give: say by --url where it is.")
        }
        let variables = try settings.variables()
        var configuration = try RedisConfiguration.fromEnvironment(
            url: url, environment: variables, clientName: "\(role):\(Environment.hostName):\(getpid())")
        configuration.transport = try tls.transport(for: configuration.url, variables)
        if preferReplica == true, !configuration.url.hasSentinels {
            throw Failure(
                .usage,
                "--prefer-replica needs Sentinels, which know the replicas, and \(configuration.url) names none; "
                    + "connect to a replica by its own address, or begin with redis+sentinel://.")
        }
        return configuration
    }

    /// Throws a `Failure` where nothing may be written.
    func checkWriting() throws {
        let limits: [(isOn: Bool, option: Bool?, setting: Setting)] = [
            (production, productionOption, .production), (readOnly, readOnlyOption, .readOnly),
        ]
        for limit in limits where limit.isOn {
            let reason =
                limit.option == true
                ? "--\(limit.setting.path) is given"
                : "\(limit.setting.path) is set (\(settings.found(limit.setting)?.origin.text ?? ""))"
            throw Failure(.error, "\(reason): nothing was written.")
        }
    }

    /// Whether the screen may write.
    var access: Access { access(settings) }

    private func access(_ settings: Settings) -> Access {
        if settings.flag(.readOnly, readOnlyOption) { return .readOnly }
        return settings.flag(.production, productionOption) ? .locked : .writable
    }

    /// The jobs of that Redis, or of the API.
    func source() throws -> any JobSource { try source(settings) }

    private func source(_ settings: Settings) throws -> any JobSource {
        if let client = try client(settings) { return APIJobSource(client) }
        return RedisJobSource(
            configuration: try limitedConfiguration(role: "joblog-viewer", settings), keys: keys(settings),
            actor: Environment.actor)
    }

    /// The same for doing something to a job, which no ceiling holds back.
    func actingSource() throws -> any JobSource {
        if let client = try client(settings) { return APIJobSource(client) }
        return RedisJobSource(
            configuration: try configuration(role: "joblog-action"), keys: keys, actor: Environment.actor)
    }

    /// Throws a `Failure` where there is no Redis to do something that the API cannot do.
    func checkRedis() throws { _ = try configuration(role: "joblog") }

    /// The same as ``configuration(role:)`` for those who read: from a replica where that was asked for, and not faster than
    /// the ceiling, where there is one.
    func limitedConfiguration(role: String) throws -> RedisConfiguration {
        try limitedConfiguration(role: role, settings)
    }

    private func limitedConfiguration(role: String, _ settings: Settings) throws -> RedisConfiguration {
        var configuration = try configuration(role: role, settings)
        configuration.traffic = RedisTraffic(limit: settings.number(.maxCommands, maxCommands))
        configuration.prefersReplica = settings.flag(.preferReplica, preferReplica) && configuration.url.hasSentinels
        return configuration
    }
}

/// How text for people looks.
struct AppearanceOptions: ParsableArguments {
    /// When to colour.
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }

    @Option(
        name: .customLong("color"), help: "When to colour: auto, always or never. NO_COLOR is heard.")
    var colorOption: Color?

    @Flag(name: .customLong("utc"), inversion: .prefixedNo, help: "Show times in UTC.")
    var utcOption: Bool?

    /// When to colour.
    var color: Color { Settings.current.choice(.color, colorOption) ?? .auto }

    /// Whether times are shown in UTC.
    var utc: Bool { Settings.current.flag(.utc, utcOption) }

    /// Whether options or environment ask for UTC, or for local times; nil where what the screen remembers counts.
    var askedUTC: Bool? { utcOption ?? Settings.current.given(.utc).map { $0.value == .flag(true) } }

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
