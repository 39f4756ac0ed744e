import JobLogCore
import JobLogTUI
import RedisClient
import RedisTLS

/// A section of the file that is a list of mappings, such as rules: each has these members, the names of which have no
/// dots.
struct SettingList: Sendable {
    let path: String
    let members: [Setting]
    /// The members that must be there.
    let needed: [String]
    /// What holds without the section, for people.
    let standard: String
    /// A sentence.
    let meaning: String
    /// The items of an example, each as it stands behind its dash.
    let examples: [String]
}

/// All that the configuration file may say: what is checked, applied, shown by `joblog config show` and documented.
struct SettingTable: Sendable {
    let settings: [Setting]
    let lists: [SettingList]
    private let byPath: [String: Setting]

    init(_ settings: [Setting], lists: [SettingList] = []) {
        self.settings = settings
        self.lists = lists
        byPath = Dictionary(uniqueKeysWithValues: settings.map { ($0.path, $0) })
    }

    /// The setting at a path.
    subscript(path: String) -> Setting? { byPath[path] }

    /// joblog's own.
    static let joblog = SettingTable(
        Setting.looks + Setting.connection + Setting.credentials + Setting.ofCommands, lists: [.alerts])
}

extension Setting {
    static let screens = ["browse", "open", "demo"]
    private static let printing = [
        "browse", "ls", "show", "logs", "search", "export", "compare", "open", "doctor", "demo",
    ]
    private static let reading = ["browse", "ls", "show", "logs", "search", "export", "compare", "doctor"]
    private static let acting = ["cancel", "pause", "resume", "restart", "rm"]
    private static let working = ["log", "publish"]
    private static let anywhere = reading + acting + working

    // MARK: - How it looks

    static let profile = Setting(
        "profile", .text, option: "--profile", variable: "JOBLOG_PROFILE", for: anywhere, standard: "none",
        "The profile that is used where neither `--url`, `--api`, `REDIS_URL` nor `JOBLOG_API` names a server.")
    static let color = Setting(
        "color", .choice(["auto", "always", "never"]), option: "--color", variable: "JOBLOG_COLOR", for: printing,
        standard: "auto", "When to colour.")
    static let utc = Setting(
        "utc", .flag, option: "--utc", variable: "JOBLOG_UTC", for: printing, standard: "false", member: "utc",
        "Show times in UTC.")
    static let theme = Setting(
        "screen.theme", .text, option: "--theme", variable: "JOBLOG_THEME", for: screens,
        standard: "the one that fits the terminal", member: "theme", "The theme: a name, or a file.")
    static let keys = Setting(
        "screen.keys", .file, option: "--keys", variable: "JOBLOG_KEYS", for: screens + ["keys"],
        standard: "`keys.json` beside this file", "The file with keys of your own.")
    static let mouse = Setting(
        "screen.mouse", .flag, option: "--mouse", variable: "JOBLOG_MOUSE", for: screens, standard: "true",
        member: "mouse", "Whether the mouse is joblog's, and not the terminal's own.")
    static let reducedMotion = Setting(
        "screen.reduced-motion", .flag, option: "--reduced-motion", variable: "JOBLOG_REDUCED_MOTION", for: screens,
        standard: "false", "Whether what comes by itself is shown once a second at most.")
    static let remember = Setting(
        "screen.remember", .flag, option: "--with-state", off: "--no-state", variable: "JOBLOG_REMEMBER",
        for: ["browse", "open"], standard: "true", "Whether the screen comes back as it was left.")
    static let columns = Setting(
        "screen.columns", .list(ScreenChoices.columns), for: screens, standard: "all but rate", member: "columns",
        "The columns of the list; `state` and `job` are always there.")
    static let sort = Setting(
        "screen.sort", .choice(ScreenChoices.orders), for: screens, standard: "state", member: "sort",
        "What the list is sorted by.")
    static let reversed = Setting(
        "screen.reversed", .flag, for: screens, standard: "false", member: "reversed",
        "Whether that order is turned around.")
    static let errorsFirst = Setting(
        "screen.errors-first", .flag, for: screens, standard: "false", member: "errorsFirst",
        "Whether jobs with errors come first.")
    static let scope = Setting(
        "screen.scope", .choice(["active", "all"]), for: screens, standard: "active", member: "scope",
        "Whether the list has all jobs or the active ones.")
    static let split = Setting(
        "screen.split", .choice(ScreenChoices.splits), for: screens, standard: "none", member: "split",
        "Where the log of the selected job is, beside the list or below it.")
    static let times = Setting(
        "screen.times", .choice(ScreenChoices.times), for: screens, standard: "absolute", member: "times",
        "How a log shows the times of its lines.")
    static let wrap = Setting(
        "screen.wrap", .flag, for: screens, standard: "true", member: "wrap", "Whether long lines are wrapped.")
    static let timeline = Setting(
        "screen.timeline", .flag, for: screens, standard: "where there is room", member: "timeline",
        "Whether logs have a timeline.")
    static let level = Setting(
        "screen.level", .choice(LogLevel.allCases.map(\.wire)), for: screens, standard: "debug", member: "level",
        "The least level of lines that are shown.")

    static let looks = [
        profile, color, utc, theme, keys, mouse, reducedMotion, remember, columns, sort, reversed, errorsFirst, scope,
        split, times, wrap, timeline, level, watched,
    ]

    // MARK: - The server

    static let url = Setting(
        "url", .text, option: "--url", variable: "REDIS_URL", scope: .profile, for: anywhere,
        standard: "redis://localhost:6379", "The Redis; a password may be in it.")
    static let api = Setting(
        "api", .text, option: "--api", variable: "JOBLOG_API", scope: .profile, for: reading + acting,
        standard: "none", "The HTTP API that is read in place of Redis.")
    static let user = Setting(
        "user", .text, variable: "JOBLOG_REDIS_USER", scope: .profile, for: anywhere, standard: "the URL's",
        "The ACL user.")
    static let password = Setting(
        "password", .secret, variable: "JOBLOG_REDIS_PASSWORD", scope: .profile, for: anywhere,
        standard: "the URL's, else REDISCLI_AUTH", "Its password.")
    static let passwordCommand = Setting(
        "password-command", .command, scope: .profile, for: anywhere, standard: "none",
        "What prints the password, in its first line.")
    static let sentinelUser = Setting(
        "sentinel-user", .text, variable: "JOBLOG_SENTINEL_USER", scope: .profile, for: anywhere, standard: "none",
        "The ACL user for Sentinels.")
    static let sentinelPassword = Setting(
        "sentinel-password", .secret, variable: "JOBLOG_SENTINEL_PASSWORD", scope: .profile, for: anywhere,
        standard: "none", "The password for Sentinels.")
    static let token = Setting(
        "token", .secret, variable: "JOBLOG_TOKEN", scope: .profile, for: reading + acting, standard: "none",
        "The token for the API.")
    static let tokenFile = Setting(
        "token-file", .file, option: "--token-file", scope: .profile, for: reading + acting, standard: "none",
        "The file that holds the token for the API.")

    static let credentials = [
        url, api, user, password, passwordCommand, sentinelUser, sentinelPassword, token, tokenFile,
    ]

    static let keyPrefix = Setting(
        "key-prefix", .text, option: "--key-prefix", variable: "JOBLOG_KEY_PREFIX", scope: .connection, for: anywhere,
        standard: "none", "What stands in front of every key.")
    static let readOnly = Setting(
        "read-only", .flag, option: "--read-only", variable: "JOBLOG_READ_ONLY", scope: .connection, for: anywhere,
        standard: "false", "Refuse whatever would write.")
    static let production = Setting(
        "production", .flag, option: "--production", variable: "JOBLOG_PRODUCTION", scope: .connection, for: anywhere,
        standard: "false", "The server is one of production: nothing is written until it is unlocked.")
    static let maxCommands = Setting(
        "max-commands", .number(RedisTraffic.leastLimit ... .max), option: "--max-commands",
        variable: "JOBLOG_MAX_COMMANDS", scope: .connection, for: reading, standard: "no ceiling",
        "The most commands a second that Redis is sent.")
    static let preferReplica = Setting(
        "prefer-replica", .flag, option: "--prefer-replica", variable: "JOBLOG_PREFER_REPLICA", scope: .connection,
        for: reading, standard: "false", "Read from a replica, where Sentinels know one.")
    static let insecureAPI = Setting(
        "insecure-api", .flag, option: "--insecure-api", variable: "JOBLOG_INSECURE_API", scope: .connection,
        for: reading + acting, standard: "false", "Let the token go to another machine without TLS.")
    static let tlsCA = Setting(
        "tls.ca", .file, option: "--tls-ca", variable: "JOBLOG_TLS_CA", scope: .connection, for: anywhere,
        standard: "the system's", "The authorities that may sign the server's certificate.")
    static let tlsCert = Setting(
        "tls.cert", .file, option: "--tls-cert", variable: "JOBLOG_TLS_CERT", scope: .connection, for: anywhere,
        standard: "none", "The certificate to show to the server.")
    static let tlsKey = Setting(
        "tls.key", .file, option: "--tls-key", variable: "JOBLOG_TLS_KEY", scope: .connection, for: anywhere,
        standard: "none", "The key of that certificate.")
    static let tlsServerName = Setting(
        "tls.server-name", .text, option: "--tls-server-name", variable: "JOBLOG_TLS_SERVER_NAME", scope: .connection,
        for: anywhere, standard: "the URL's host", "The name that the server's certificate must be for.")
    static let tlsMin = Setting(
        "tls.min", .choice(TLSSettings.Version.allCases.map(\.rawValue)), option: "--tls-min",
        variable: "JOBLOG_TLS_MIN", scope: .connection, for: anywhere, standard: "1.2",
        "The oldest version of TLS to speak.")
    static let tlsVerify = Setting(
        "tls.verify", .choice(TLSSettings.Verification.allCases.map(\.rawValue)), option: "--tls-verify",
        variable: "JOBLOG_TLS_VERIFY", scope: .connection, for: anywhere, standard: "full",
        "What to check of the server's certificate.")

    static let connection = [
        keyPrefix, readOnly, production, maxCommands, preferReplica, insecureAPI, tlsCA, tlsCert, tlsKey,
        tlsServerName, tlsMin, tlsVerify,
    ]

    // MARK: - Single commands

    static let listState = Setting(
        "ls.state", .list(JobStateFilter.allValueStrings), option: "--state", for: ["ls"], standard: "active",
        "The states of the jobs that `ls` lists.")
    static let listOutput = Setting(
        "ls.output", .choice(List.Format.allCases.map(\.rawValue)), option: "--output", for: ["ls"],
        standard: "table", "How `ls` writes the list.")
    static let listNumber = Setting(
        "ls.number", .number(1 ... .max), option: "--number", for: ["ls"], standard: "all",
        "The most jobs that `ls` lists.")
    static let showOutput = Setting(
        "show.output", .choice(Show.Format.allCases.map(\.rawValue)), option: "--output", for: ["show"],
        standard: "text", "How `show` writes the job.")
    static let logsOutput = Setting(
        "logs.output", .choice(ExportFormat.allCases.map(\.rawValue)), option: "--output", for: ["logs"],
        standard: "text", "How `logs` writes the lines; with `-f`, `json` and `html` become `jsonl`.")
    static let logsTail = Setting(
        "logs.tail", .number(0 ... .max), option: "--tail", for: ["logs"], standard: "100, or all with `--since`",
        "The last so many lines that `logs` prints.")
    static let logsLevel = Setting(
        "logs.level", .choice(LogLevel.allCases.map(\.wire)), option: "--level", for: ["logs"], standard: "all",
        "The least level of lines that `logs` prints.")
    static let exportOutput = Setting(
        "export.output", .choice(ExportFormat.allCases.map(\.rawValue)), for: ["export"],
        standard: "what the file's name says, else text", "How `export` writes the lines.")
    static let searchOutput = Setting(
        "search.output", .choice(Search.Format.allCases.map(\.rawValue)), option: "--output", for: ["search"],
        standard: "text", "How `search` writes the lines.")
    static let searchMaxRate = Setting(
        "search.max-rate", .number(0...1_000_000), option: "--max-rate", for: ["search"], standard: "8",
        "The most MB of logs a second that `search` reads; 0 for as fast as it goes.")
    static let compareContext = Setting(
        "compare.context", .number(0 ... .max), option: "--unified", for: ["compare"], standard: "3",
        "The lines around each difference.")
    static let doctorSamples = Setting(
        "doctor.samples", .number(0 ... .max), option: "--samples", for: ["doctor"], standard: "1000",
        "The jobs that `doctor` looks into.")
    static let doctorOutput = Setting(
        "doctor.output", .choice(Diagnose.Format.allCases.map(\.rawValue)), option: "--output", for: ["doctor"],
        standard: "text", "How `doctor` writes its findings.")
    static let waitOutput = Setting(
        "wait.output", .choice(Wait.Format.allCases.map(\.rawValue)), option: "--output", for: ["wait"],
        standard: "text", "How `wait` writes what became of each job.")
    static let actionsOutput = Setting(
        "actions.output", .choice(ActionTarget.Format.allCases.map(\.rawValue)), option: "--output", for: acting,
        standard: "text", "How the commands that act on a job write what became of it.")
    static let retentionEntries = Setting(
        "retention.entries", .number(1...1_000_000), for: working, standard: "200",
        "The newest entries of a log that `log` and `publish` leave.")
    static let retentionAge = Setting(
        "retention.age", .duration, for: working, standard: "7d",
        "How long a log stays after `log` or `publish` has written to it.")

    static let ofCommands = [
        listState, listOutput, listNumber, showOutput, logsOutput, logsTail, logsLevel, exportOutput, searchOutput,
        searchMaxRate,
        compareContext, doctorSamples, doctorOutput, waitOutput, actionsOutput, retentionEntries, retentionAge,
    ]
}
