import ArgumentParser
import JobLogCore
import RedisClient

/// `joblog log ID MESSAGE`: appends one line to a job's log.
struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Append a line to a job's log.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var metadata: MetadataOptions

    @Argument(help: "The job's id, or base64:… for bytes that are no text.", completion: .jobs)
    var id: String

    @Argument(help: "The message.")
    var message: String

    @Option(
        name: .shortAndLong, help: "The level: debug, info, warn or error.",
        completion: .list(LogLevel.allCases.map(\.wire)))
    var level = LogLevel.info

    func run() async throws {
        try connection.checkWriting()
        let id = try JobID(checking: id)
        let redis = RedisConnection(try connection.configuration(role: "joblog-worker"))
        // The line is not repeated on the console: the command's failure says all.
        let manager = JobLogManager(
            connection: redis, keys: connection.keys, retention: Settings.current.retention, keeping: .nothing,
            console: { _ in })
        if case .console(let error) = await manager.append(id, LogLine(level, message, metadata: metadata.value)) {
            throw Failure(error)
        }
    }
}

extension LogLevel: ExpressibleByArgument {
    /// Reads `debug`, `info`, `warn` or `error`.
    public init?(argument: String) {
        self.init(wire: argument)
    }

    /// The words that are understood.
    public static var allValueStrings: [String] { allCases.map(\.wire) }
}

extension JobID {
    /// An id given on the command line for a job that need not exist yet. Throws when it is empty or no base64.
    init(checking argument: String) throws {
        guard let id = JobID(argument: argument), !id.isEmpty else {
            throw ValidationError(
                argument.isEmpty ? "The job's id is empty." : "'\(TerminalText.line(argument))' is no base64.")
        }
        self = id
    }
}

/// Structured data from the command line.
struct MetadataOptions: ParsableArguments {
    @Option(
        name: .customLong("meta"),
        help: ArgumentHelp(
            "Structured data of the line; may be given several times. A value that is JSON is kept as JSON.",
            valueName: "key=value"))
    var pairs: [String] = []

    func validate() throws {
        for pair in pairs where !pair.dropFirst().contains("=") {
            throw ValidationError("--meta takes key=value, not '\(TerminalText.line(pair))'.")
        }
    }

    /// The pairs as a JSON object; nil when there are none.
    var value: JSONValue? {
        guard !pairs.isEmpty else { return nil }
        var object = JSONObject()
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let text = String(pair[pair.index(after: equals)...])
            object.append(String(pair[..<equals]), (try? JSONValue(parsing: text)) ?? .string(text))
        }
        return .object(object)
    }
}
