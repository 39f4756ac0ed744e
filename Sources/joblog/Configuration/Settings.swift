import JobLogCore
import JobLogTUI
import RedisClient
import Synchronization
import YAMLReader

/// What holds for this run, as far as options do not say it: the environment, the configuration file and its profile.
///
/// As the environment, there is one of a process. Options ask it where they were not given.
struct Settings: Sendable {
    /// Where a value comes from.
    enum Origin: Sendable, Hashable {
        case option(String)
        case variable(String)
        case file(String, YAMLMark)
        case remembered
        case standard

        /// For people.
        var text: String {
            switch self {
            case .option(let name): "option \(name)"
            case .variable(let name): "variable \(name)"
            case .file(let path, let mark): "\(TerminalText.line(path)):\(mark.line):\(mark.column)"
            case .remembered: "remembered"
            case .standard: "default"
            }
        }
    }

    /// A value, and where it comes from.
    struct Found: Sendable {
        let value: SettingValue
        let origin: Origin
    }

    private static let shared = Mutex(Settings())

    /// Those of this run.
    static var current: Settings { shared.withLock { $0 } }

    private(set) var file: ConfigurationFile?
    /// The profile in use.
    private(set) var profile: ConfigurationFile.Profile?
    /// Whether the profile was asked for by `--profile` or `JOBLOG_PROFILE`: then it goes before the environment.
    private(set) var isExplicit = false

    /// Whether the command line names a server.
    private var hasAddress = false

    /// Reads the file, once, before a command runs.
    static func load(_ options: GivenOptions) throws {
        let settings = try Settings(options)
        shared.withLock { $0 = settings }
    }

    /// Has neither a file nor a profile.
    init() {}

    /// Reads what options and environment say is to be read. Throws a `Failure` for the first thing that is wrong in it.
    init(_ options: GivenOptions) throws {
        do throws(SettingsError) {
            file = try ConfigurationFile.read(option: options[GivenOptions.config])
            if let fault = file?.faults.first(where: { !$0.isWarning }) { throw fault.error }
            if let file {
                for (setting, entry) in file.generalEntries where setting.kind.isText {
                    _ = try file.expanded(entry, of: setting.kind)
                }
            }
        } catch {
            throw Failure(.usage, "\(error). To go on without it: \(GivenOptions.config) \(ConfigurationFile.none)")
        }
        try Self.checkVariables()
        hasAddress = options["--url"] != nil || options["--api"] != nil
        if hasAddress, options["--profile"] != nil {
            throw Failure(
                .usage,
                "Give \(options["--url"] != nil ? "--url" : "--api") or --profile, not both: each names a server.")
        }
        guard !hasAddress else { return }
        if let name = options["--profile"] ?? Environment["JOBLOG_PROFILE"] {
            profile = try named(name)
            isExplicit = true
        } else if let entry = file?.entries[.profile], Environment["REDIS_URL"] == nil, Environment["JOBLOG_API"] == nil
        {
            profile = try named(file?.expanded(entry, of: .text) ?? "")
        }
    }

    private func named(_ name: String) throws(Failure) -> ConfigurationFile.Profile {
        guard let file else {
            throw Failure(.usage, "There is no profile \(TerminalText.line(name)): there is no configuration file.")
        }
        guard let profile = file.profile(name) else {
            throw Failure(.usage, "\(TerminalText.line(file.path)): \(TerminalText.line(file.noProfile(name)))")
        }
        return profile
    }

    /// A variable that makes no sense is said, whatever comes before it.
    private static func checkVariables() throws(Failure) {
        for setting in SettingTable.joblog.settings {
            guard let name = setting.variable, let text = Environment[name] else { continue }
            do throws(Setting.Kind.Refusal) {
                _ = try setting.kind.value(of: text)
            } catch {
                throw Failure(.usage, "\(name) \(error.sentence).")
            }
        }
    }

    /// Whether nothing has said where the jobs are, so that the usual place is tried.
    var isPlaceAssumed: Bool { !hasAddress && found(.url) == nil && found(.api) == nil }

    /// The same without a profile, for an address that is given.
    var withoutProfile: Settings {
        var settings = self
        (settings.profile, settings.isExplicit) = (nil, false)
        return settings
    }

    // MARK: - Asking

    /// What environment and file say; nil where they say nothing.
    func found(_ setting: Setting) -> Found? {
        if isExplicit, setting.isAboutConnection {
            if let found = profile?.entries[setting].flatMap({ found($0, setting) }) { return found }
            // Address and credentials belong together: those of the environment are another server's.
            if setting.scope == .profile { return nil }
        }
        return given(setting) ?? profile?.entries[setting].flatMap { found($0, setting) } ?? written(setting)
    }

    /// What the environment says, which goes before what the screen remembers.
    func given(_ setting: Setting) -> Found? {
        guard let name = setting.variable, let text = Environment[name] else { return nil }
        return (try? setting.kind.value(of: text)).map { Found(value: $0, origin: .variable(name)) }
    }

    /// What the top of the file says.
    func written(_ setting: Setting) -> Found? { file?.entries[setting].flatMap { found($0, setting) } }

    private func found(_ entry: ConfigurationFile.Entry, _ setting: Setting) -> Found? {
        guard let file else { return nil }
        var value = entry.value
        // What cannot be put in is said when the profile is used.
        if setting.kind.isText { value = .text((try? file.expanded(entry, of: setting.kind)) ?? entry.value.text) }
        return Found(value: value, origin: .file(file.path, entry.mark))
    }

    /// Whether a flag is on: as an option has it, else as environment or file have it, else as it is by default.
    func flag(_ setting: Setting, _ option: Bool?, otherwise: Bool = false) -> Bool {
        if let option { return option }
        if case .flag(let isOn)? = found(setting)?.value { return isOn }
        return otherwise
    }

    /// A number, as an option, the environment or the file have it.
    func number(_ setting: Setting, _ option: Int? = nil) -> Int? {
        if let option { return option }
        if case .number(let number)? = found(setting)?.value { return number }
        return nil
    }

    /// A text, as an option, the environment or the file have it.
    func text(_ setting: Setting, _ option: String? = nil) -> String? { option ?? found(setting)?.value.text }

    /// Words, as the environment or the file have them.
    func words(_ setting: Setting) -> [String]? {
        if case .list(let words)? = found(setting)?.value { words } else { nil }
    }

    /// One of several, as an option, the environment or the file have it.
    func choice<Choice: RawRepresentable<String>>(_ setting: Setting, _ option: Choice?) -> Choice? {
        option ?? found(setting).flatMap { Choice(rawValue: $0.value.text) }
    }

    /// How much of a log is left by those who write to it.
    var retention: LogRetention {
        let usual = LogRetention()
        return LogRetention(
            entries: number(.retentionEntries) ?? usual.entries, seconds: number(.retentionAge) ?? usual.seconds)
    }

    /// Throws where a variable is missing that the profile names.
    func checkProfile() throws(Failure) {
        guard let file, let profile else { return }
        for setting in SettingTable.joblog.settings where setting.kind.isText {
            guard let entry = profile.entries[setting] else { continue }
            do throws(SettingsError) {
                _ = try file.expanded(entry, of: setting.kind)
            } catch {
                throw Failure(.usage, error.description)
            }
        }
    }

    /// The variables by which Redis and TLS are reached: the process's own, and what profile and file have in their place.
    func variables() throws(Failure) -> [String: String] {
        var variables = Environment.all
        if isExplicit {
            for setting in Setting.credentials { setting.variable.map { variables[$0] = nil } }
            variables["REDISCLI_AUTH"] = nil
        }
        for setting in Setting.credentials + Setting.connection {
            guard let name = setting.variable, let found = found(setting) else { continue }
            variables[name] = found.value.text
        }
        if variables["JOBLOG_REDIS_PASSWORD", default: ""].isEmpty, let password = try commandedPassword() {
            variables["JOBLOG_REDIS_PASSWORD"] = password
        }
        return variables
    }

    private func commandedPassword() throws(Failure) -> String? {
        guard let file, let entry = profile?.entries[.passwordCommand] else { return nil }
        do throws(Failure) {
            return try PasswordCommand.password(of: entry.value)
        } catch {
            throw Failure(.error, "\(file.error("password-command \(error.message)", at: entry.mark))")
        }
    }
}
