import ArgumentParser
import JobLogCore
import RedisClient

/// `joblog ls`: the jobs, as a table or as JSON.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List jobs, those of the newest activity first.")

    /// How the list is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var appearance: AppearanceOptions

    @Option(
        help: ArgumentHelp(
            "The states to list, active unless told otherwise: active, all, stalled, lost, or states separated by commas.",
            valueName: "states"),
        completion: .list(JobStateFilter.allValueStrings))
    var state: JobStateFilter?

    /// Which jobs are listed, by option or setting.
    private var states: JobStateFilter {
        state ?? Settings.current.words(.listState).flatMap { JobStateFilter(argument: $0.joined(separator: ",")) }
            ?? .active
    }

    @Option(help: ArgumentHelp("Only the jobs of this owner.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Only the jobs whose id matches; * ? and [a-z] are understood.", valueName: "glob"))
    var match: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many jobs.", valueName: "count"))
    var number: Int?

    @Option(name: .shortAndLong, help: "How to write the list: table, json or jsonl.")
    var output: Format?

    @Flag(
        name: .shortAndLong,
        help: "Go on with a line, or with -o jsonl an object, whenever a job comes into another state.")
    var watch = false

    func validate() throws {
        if watch, output == .json { throw ValidationError("--watch writes line by line: use -o jsonl.") }
        if let number, number < 1 { throw ValidationError("-n takes a number of at least 1, not \(number).") }
    }

    func run() async throws {
        let source = try connection.source()
        if watch { await watch(source) } else { try await print(from: source) }
    }

    /// Lists a source's jobs.
    func print(from source: any JobSource) async throws {
        var jobs: [JobID: JobSnapshot] = [:]
        var cursor: JobCursor?
        var problem: RedisError?
        repeat {
            let page = try await source.jobs(after: cursor)
            for job in page.jobs where admits(job.snapshot) { jobs[job.snapshot.id] = job.snapshot }
            cursor = page.next
            guard let found = page.problem else { continue }
            // Who may not look for more has all there is to have.
            if found.refusesCommand { StandardError.say(found.message) } else { problem = problem ?? found }
        } while cursor != nil
        write(arranged(jobs.values))
        if let problem { throw problem }
    }

    /// Those of the newest activity first, at most so many as are wanted.
    func arranged(_ jobs: some Sequence<JobSnapshot>) -> [JobSnapshot] {
        let sorted = jobs.sorted { ($1.lastHeard ?? 0, $0.id) < ($0.lastHeard ?? 0, $1.id) }
        return Array(sorted.prefix(Settings.current.number(.listNumber, number) ?? .max))
    }

    /// How the list is written; what is watched comes line by line.
    var format: Format {
        let format = Settings.current.choice(.listOutput, output) ?? .table
        return watch && format == .json ? .jsonl : format
    }

    func admits(_ job: JobSnapshot) -> Bool {
        states.admits(job) && (user == nil || job.userID == user)
            && (match.map { Glob($0).matches(job.id) } ?? true)
    }

    /// Writes the list; gives the table that it stands in.
    @discardableResult
    func write(_ jobs: [JobSnapshot]) -> JobTable {
        var table = JobTable(colors: appearance.colors, width: StandardOutput.columns)
        var out = StandardOutput()
        switch format {
        case .json:
            out.line(JSONValue.array(jobs.map { $0.json() }).text(escapeTerminal: true))
        case .jsonl:
            for job in jobs { out.line(job.json().text(escapeTerminal: true)) }
        case .table:
            for line in table.lines(of: jobs, now: Timestamp.now()) { out.line(line) }
            if jobs.isEmpty { StandardError.say(emptyHint) }
        }
        out.flush()
        return table
    }

    private var emptyHint: String {
        states == .active
            ? "No active jobs. `joblog ls --state all` lists those that have ended too."
            : "No jobs that match."
    }
}

/// Which states a list holds.
struct JobStateFilter: ExpressibleByArgument, Equatable {
    /// Created, running and paused jobs that are not lost.
    static let active = JobStateFilter(words: ["active"])

    private let words: Set<String>

    private init(words: Set<String>) {
        self.words = words
    }

    init?(argument: String) {
        let words = Set(argument.lowercased().split(separator: ",").map(String.init))
        let known = Set(Self.allValueStrings)
        guard !words.isEmpty, words.isSubset(of: known) else { return nil }
        self.words = words
    }

    static var allValueStrings: [String] {
        ["active", "all", "stalled", "lost"] + JobState.allCases.map(\.rawValue)
    }

    var defaultValueDescription: String { words.sorted().joined(separator: ",") }

    /// Whether a list with this filter holds a job.
    func admits(_ job: JobSnapshot) -> Bool {
        words.contains { word in
            switch word {
            case "all": true
            case "active": job.isListedAsActive
            case "stalled": job.stalled
            case "lost": job.isLost
            default: job.state?.rawValue == word
            }
        }
    }
}
