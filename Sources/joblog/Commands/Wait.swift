import ArgumentParser
import JobLogCore

/// `joblog wait ID…`: until jobs are in a state, with an exit status by what has become of them.
struct Wait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until jobs are completed, or in another state.",
        discussion: """
            The status is 0 when what was awaited has come; 10 when the job was completed instead, 11 when it failed, 12 when it \
            was cancelled, 13 when it is gone or lost, and 124 when the time was over. Of several jobs the first one counts that \
            did not come to what was awaited.
            """)

    /// How outcomes are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, jsonl
    }

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Jobs: ids, beginnings of ids, or base64:… for bytes that are no text.", completion: .jobs)
    var ids: [String]

    @Option(
        help: ArgumentHelp(
            "The states to wait for, separated by commas: completed, failed, running, stalled, …; end for any that ends a job.",
            valueName: "states"), completion: .list(AwaitedConditions.allValueStrings))
    var until = AwaitedConditions.completed

    @Flag(help: "Wait for the first of several jobs only.")
    var any = false

    @Option(help: ArgumentHelp("At most so long: 90s, 5m, 2h.", valueName: "time"))
    var timeout: String?

    @Flag(name: .shortAndLong, help: "Print nothing: the status tells.")
    var quiet = false

    @Option(name: .shortAndLong, help: "How to write what became of each job: text or jsonl.")
    var output: Format?

    func validate() throws { _ = try limit() }

    private func limit() throws -> Duration? {
        guard let timeout else { return nil }
        guard let milliseconds = Durations.parse(timeout) else {
            throw ValidationError("--timeout takes a time such as 90s, 5m or 2h, not \(TerminalText.line(timeout)).")
        }
        return .milliseconds(milliseconds)
    }

    func run() async throws {
        let source = try connection.source()
        let jobs = try await source.find(ids)
        var wait = JobWait(jobs: jobs, until: until.conditions, endsWithFirst: any)
        var turns = JobTurns()
        var remarks = ConnectionRemarks(server: source.server)
        var out = StandardOutput()
        let feed = source.feed()
        loop: for await news in await feed.news(of: FeedInterest(rows: Set(jobs)), for: try limit()) {
            let now = Timestamp.now()
            var outcomes: [JobWait.Outcome] = []
            switch news {
            case .update(.connection(let connection)): remarks.take(connection).forEach(StandardError.say)
            // Events come before the jobs as they have become by them.
            case .update(.events(let events)): outcomes = events.flatMap { wait.take($0.event, of: $0.id) }
            case .update(.jobs(let readings)): outcomes = wait.take(turns.take(readings, now: now))
            case .update(.vanished(let ids)): outcomes = wait.take(turns.lose(ids))
            case .tick: outcomes = wait.take(turns.age(to: now))
            case .timeIsUp: break loop
            case .update, .typed: break
            }
            if !quiet {
                for outcome in outcomes { out.line(line(outcome)) }
                out.flush()
            }
            if wait.isOver { break }
        }
        await feed.close()
        guard wait.isOver else {
            let names = wait.pending.prefix(5).map(\.display).joined(separator: ", ")
            throw Failure(
                .timeOver, "After \(timeout ?? "") still waiting for \(names)\(wait.pending.count > 5 ? ", …" : "").")
        }
        guard let result = wait.result, !result.isAwaited else { return }
        throw ExitCode(Self.status(of: result.turn).rawValue)
    }

    private func line(_ outcome: JobWait.Outcome) -> String {
        (Settings.current.choice(.waitOutput, output) ?? .text) == .text
            ? JobSentence.text(of: outcome.turn) : outcome.turn.json().text(escapeTerminal: true)
    }

    private static func status(of turn: JobTurn) -> Failure.Status {
        switch turn.to {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        default: .gone
        }
    }
}

/// The conditions that `--until` names.
struct AwaitedConditions: ExpressibleByArgument, Equatable {
    /// Only that a job is done.
    static let completed = AwaitedConditions(conditions: [.completed])

    let conditions: Set<JobCondition>

    private init(conditions: Set<JobCondition>) {
        self.conditions = conditions
    }

    init?(argument: String) {
        var conditions: Set<JobCondition> = []
        for word in argument.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            if word == "end" {
                conditions.formUnion(JobCondition.allCases.filter(\.isEnd))
            } else {
                guard let condition = JobCondition(word: String(word)), condition != .unknown else { return nil }
                conditions.insert(condition)
            }
        }
        self.conditions = conditions
    }

    static var allValueStrings: [String] {
        JobCondition.allCases.filter { $0 != .unknown }.map(\.description) + ["end"]
    }

    var defaultValueDescription: String { conditions.map(\.description).sorted().joined(separator: ",") }
}
