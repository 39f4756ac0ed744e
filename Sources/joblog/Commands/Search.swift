import ArgumentParser
import Dispatch
import JobLogCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `joblog search PATTERN`: the lines of all jobs' logs in which a pattern occurs.
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search the logs of all jobs.",
        discussion: """
            Jobs of the newest activity come first. What is found stands under its job on a terminal, and behind its \
            job's id in a pipe. The status is 0 when something was found and 1 when not. ^C ends the search; what was \
            found until then has been printed.
            """)

    /// How the lines are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, jsonl
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions

    @Argument(help: "A regular expression, looked for in messages and metadata.")
    var pattern: String

    @Flag(name: [.customShort("F"), .long], help: "Mean the pattern as plain text.")
    var fixedStrings = false

    @Flag(name: .shortAndLong, help: "Ignore whether letters are small or capital.")
    var ignoreCase = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The least level, or exactly those named: warn, or warn,error.", valueName: "level"),
        completion: .list(LogLevel.allCases.map(\.wire)))
    var level: String?

    @Option(help: ArgumentHelp("Only lines since then: 5m, 2h, RFC 3339 or Unix ms.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only lines until then: 5m, 2h, RFC 3339 or Unix ms.", valueName: "time"))
    var until: String?

    @Option(
        help: ArgumentHelp(
            "Only jobs in these states: active, all, stalled, lost, or states separated by commas.",
            valueName: "states"), completion: .list(JobStateFilter.allValueStrings))
    var state: JobStateFilter?

    @Option(help: ArgumentHelp("Only the jobs of this owner.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Only the jobs whose id matches; * ? and [a-z] are understood.", valueName: "glob"))
    var match: String?

    @Option(
        name: [.customShort("m", allowingJoined: true), .long],
        help: ArgumentHelp("At most so many lines of a job, the newest.", valueName: "count"))
    var maxCount: Int?

    @Option(
        name: [.customShort("A", allowingJoined: true), .long],
        help: ArgumentHelp("So many lines after each match.", valueName: "count"))
    var afterContext: Int?

    @Option(
        name: [.customShort("B", allowingJoined: true), .long],
        help: ArgumentHelp("So many lines before each match.", valueName: "count"))
    var beforeContext: Int?

    @Option(
        name: [.customShort("C", allowingJoined: true), .customLong("context")],
        help: ArgumentHelp("So many lines around each match.", valueName: "count"))
    var around: Int?

    @Option(
        help: ArgumentHelp(
            "Read at most so many MB of logs a second; 0 for as fast as it goes.", valueName: "MB"))
    var maxRate: Int?

    @Option(name: .shortAndLong, help: "How to write the lines: text, json or jsonl.")
    var output: Format?

    func validate() throws {
        if pattern.isEmpty { throw ValidationError("The pattern is empty: every line would be found.") }
        if let maxCount, maxCount < 1 { throw ValidationError("-m takes a number of at least 1, not \(maxCount).") }
        if let maxRate, maxRate < 0 {
            throw ValidationError("--max-rate takes a number of at least 0, not \(maxRate).")
        }
        for count in [afterContext, beforeContext, around] where (count ?? 0) < 0 {
            throw ValidationError("-A, -B and -C take numbers of at least 0.")
        }
        // What cannot be read is said before anything is asked of Redis.
        _ = try question(now: 0)
    }

    func run() async throws {
        try await search(try connection.source())
    }

    private func search(_ source: any JobSource) async throws {
        let settings = Settings.current
        let maxRate = settings.number(.searchMaxRate, maxRate) ?? 8
        var bounds = JobSearch.Bounds()
        bounds.bytesPerSecond = maxRate > 0 ? maxRate * 1_000_000 : nil
        if maxRate == 0 { bounds.commandsPerSecond = nil }
        bounds.hitsPerJob = maxCount
        let search = JobSearch(try question(now: Timestamp.now()), bounds: bounds)
        let report = SearchReport(
            format: settings.choice(.searchOutput, output) ?? .text, isUTC: appearance.utc, colors: appearance.colors,
            isRead: StandardOutput.isTerminal)
        // Before the first hit can be printed: whoever sees it may press ^C at once.
        let interrupt = Interrupt()
        let task = Task(executorPreference: Main.executor) { await search.run(over: source) { report.take($0) } }
        interrupt.perform { task.cancel() }
        let (end, progress) = await task.value
        interrupt.end()
        report.end(end, progress)
        try finish(end, progress)
    }

    private func finish(_ end: JobSearch.End, _ progress: JobSearch.Progress) throws {
        switch end {
        case .complete, .full:
            if let incomplete = progress.incomplete { StandardError.say(incomplete) }
            if let problem = progress.problem, problem != progress.incomplete {
                let others = progress.unreadable - 1
                StandardError.say(problem + (others > 0 ? " So are \(others) other logs." : ""))
            }
            if progress.hits == 0 {
                throw Failure(.error, "Not found: \(pattern). Searched \(SearchReport.text(progress)).")
            }
        case .cancelled:
            StandardError.say("Interrupted. Searched \(SearchReport.text(progress)).")
            throw ExitCode(130)
        case .tooSlow(let sentence): throw Failure(.error, sentence)
        case .failed(let sentence, let isUnreachable):
            let searched = progress.jobs > 0 ? " Searched \(SearchReport.text(progress))." : ""
            throw Failure(isUnreachable ? .unreachable : .error, sentence + searched)
        }
    }

    // MARK: - The question

    private func question(now: Int64) throws -> JobSearch.Question {
        let filter = LogFilter(
            levels: try level.map { try LogFilterOptions.levels($0) } ?? .least(.debug),
            since: try since.map { try LogFilterOptions.time($0, of: "--since", now: now) },
            until: try until.map { try LogFilterOptions.time($0, of: "--until", now: now) },
            pattern: try compiled())
        var question = JobSearch.Question(
            filter, context: (beforeContext ?? around ?? 0, afterContext ?? around ?? 0))
        if let glob = match.map({ Glob($0) }) { question.admitsID = { glob.matches($0) } }
        if state != nil || user != nil {
            question.admitsJob = { [state, user] job in
                (state?.admits(job) ?? true) && (user == nil || job.userID == user)
            }
        }
        return question
    }

    private func compiled() throws -> LogPattern {
        guard !fixedStrings else { return LogPattern(literal: pattern, ignoresCase: ignoreCase) }
        do throws(LogPattern.Invalid) {
            return try LogPattern(regex: pattern, ignoresCase: ignoreCase)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

/// Takes `^C` from the moment that it is made, and does something else at it.
private final class Interrupt: Sendable {
    private struct State {
        var hasCome = false
        var body: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private nonisolated(unsafe) let source: any DispatchSourceSignal

    init() {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "joblog.interrupt"))
        source.setEventHandler { @Sendable [unowned self] in
            state.withLock { state in
                state.hasCome = true
                state.body?()
            }
        }
        source.activate()
    }

    /// What to do, at once where it has come already.
    func perform(_ body: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.body = body
            if state.hasCome { body() }
        }
    }

    func end() { source.cancel() }
}
