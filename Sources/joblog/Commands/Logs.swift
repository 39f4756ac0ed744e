import ArgumentParser
import JobLogCore

/// `joblog logs ID…`: the lines of logs, filtered, and followed if asked for.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the logs of jobs.",
        discussion: """
            The last 100 lines that the filters admit are printed, or all of them when --since is given. With -f the \
            command goes on until every job has ended.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions
    @OptionGroup var filter: LogFilterOptions

    @Argument(help: "Jobs: ids, beginnings of ids, or base64:… for bytes that are no text.", completion: .jobs)
    var ids: [String]

    @Flag(name: .shortAndLong, help: "Go on with new lines until the jobs have ended.")
    var follow = false

    @Flag(help: "With -f: go on after the jobs have ended.")
    var keep = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The last so many lines.", valueName: "count"))
    var tail: Int?

    @Option(name: .shortAndLong, help: "How to write the lines: text, json, jsonl, csv or html.")
    var output: ExportFormat?

    @Flag(help: "Print the reasoning of the jobs instead of their logs.")
    var reasoning = false

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("-n takes a number of at least 0, not \(tail).") }
        if keep, !follow { throw ValidationError("--keep goes with -f.") }
        if follow, let output, output.isOneDocument {
            throw ValidationError("-f writes line by line: use -o jsonl in place of -o \(output.rawValue).")
        }
        if follow, reasoning { throw ValidationError("--reasoning prints what there is: it cannot be followed.") }
    }

    func run() async throws {
        let source = try connection.source()
        let jobs = try await source.find(ids)
        try await print(jobs, from: source)
    }

    /// Prints, and follows if asked for.
    func print(_ jobs: [JobID], from source: any JobSource) async throws {
        let settings = Settings.current
        var filter = filter
        filter.level = settings.text(.logsLevel, filter.level)
        let logFilter = try filter.filter(now: Timestamp.now())
        var format = settings.choice(.logsOutput, output) ?? .text
        if follow, format.isOneDocument { format = .jsonl }
        var writer = LogWriter(format: format, appearance.options(for: jobs))
        writer.begin()
        let count = tail ?? (filter.since == nil ? settings.number(.logsTail) ?? 100 : nil)
        if follow {
            let follower = LogFollower(source: source, jobs: jobs, keeps: keep)
            var selection = LogSelection(filter: logFilter, context: filter.context, count: count)
            for await batch in follower.batches() {
                switch batch {
                case .lines(let lines, let isFirst): writer.write(selection.take(lines, isFirst: isFirst))
                case .remark(let sentence): StandardError.say(sentence)
                }
            }
        } else {
            let lines = try await source.lines(
                of: jobs, reasoning: reasoning, keys: connection.keys, newest: filter.admitsAll ? count : nil)
            var selection = LogSelection(filter: logFilter, context: filter.context, count: count)
            writer.write(selection.take(lines, isFirst: true))
        }
        writer.end()
    }
}

extension ExportFormat {
    /// Whether it has a beginning and an end, so that it cannot be written line by line.
    fileprivate var isOneDocument: Bool { self == .json || self == .html }
}

/// Which lines are wanted.
struct LogFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only lines since then: 5m, 2h, RFC 3339 or Unix ms.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only lines until then: 5m, 2h, RFC 3339 or Unix ms.", valueName: "time"))
    var until: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The least level, or exactly those named: warn, or warn,error.", valueName: "level"),
        completion: .list(LogLevel.allCases.map(\.wire)))
    var level: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Only lines in whose message or metadata the expression occurs.", valueName: "regex"))
    var grep: String?

    @Flag(name: [.customShort("v"), .long], help: "Only lines in which --grep does not occur.")
    var invert = false

    @Option(
        name: [.customShort("A"), .long], help: ArgumentHelp("So many lines after each match.", valueName: "count"))
    var afterContext: Int?

    @Option(
        name: [.customShort("B"), .long], help: ArgumentHelp("So many lines before each match.", valueName: "count"))
    var beforeContext: Int?

    @Option(
        name: [.customShort("C"), .customLong("context")],
        help: ArgumentHelp("So many lines around each match.", valueName: "count"))
    var around: Int?

    func validate() throws {
        if invert, grep == nil { throw ValidationError("-v goes with --grep.") }
        for count in [afterContext, beforeContext, around] where (count ?? 0) < 0 {
            throw ValidationError("-A, -B and -C take numbers of at least 0.")
        }
        // What cannot be read is said before anything is asked of Redis.
        _ = try filter(now: 0)
    }

    /// How many lines stand before and after each match.
    var context: (before: Int, after: Int) {
        (beforeContext ?? around ?? 0, afterContext ?? around ?? 0)
    }

    /// Whether no line is kept out.
    var admitsAll: Bool { since == nil && until == nil && level == nil && grep == nil }

    /// The filter. Throws a usage error that names what cannot be read.
    func filter(now: Int64) throws -> LogFilter {
        LogFilter(
            levels: try level.map { try Self.levels($0) } ?? .least(.debug),
            since: try since.map { try Self.time($0, of: "--since", now: now) },
            until: try until.map { try Self.time($0, of: "--until", now: now) },
            pattern: try grep.map { text in
                do throws(LogPattern.Invalid) {
                    return try LogPattern(regex: text)
                } catch {
                    throw ValidationError(error.description)
                }
            },
            inverted: invert)
    }

    /// The levels that an option means.
    static func levels(_ text: String) throws -> LogFilter.Levels {
        do throws(LogFilter.Levels.Invalid) {
            return try LogFilter.Levels(argument: text)
        } catch {
            throw ValidationError("-l \(error.description).")
        }
    }

    /// The Unix time in ms that an option means.
    static func time(_ text: String, of option: String, now: Int64) throws -> Int64 {
        do throws(TimeFormatError) {
            return try RelativeTime.parse(text, now: now)
        } catch {
            throw ValidationError("\(option): \(error.description).")
        }
    }
}
