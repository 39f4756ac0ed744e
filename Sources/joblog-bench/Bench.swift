import ArgumentParser
import JobLogCore
import RedisClient

/// Measures joblog beside the same work done otherwise, alternating in one run on private redis-servers.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joblog-bench",
        abstract: "Measure joblog beside raw hiredis and ncurses in C, and others, as ratios in one run.",
        subcommands: [PaintCommand.self])

    /// How the figures are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(name: .shortAndLong, help: "How to write the figures: table or json.")
    var output = Format.table

    @Option(help: ArgumentHelp("How many jobs a list has: 100,000.", valueName: "count"))
    var jobs: Int?

    @Option(help: ArgumentHelp("How many log entries are merged and searched: 1,000,000.", valueName: "count"))
    var entries: Int?

    @Option(help: ArgumentHelp("How often each side is measured; the median counts: 7.", valueName: "count"))
    var runs: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Measure these only: \(Row.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
    var only: [Row] = []

    @Flag(help: "Only show that everything works: small sizes, few rounds, figures without meaning.")
    var smoke = false

    func validate() throws {
        guard (1...1_000_000).contains(jobs ?? 1) else { throw ValidationError("--jobs takes 1 to 1,000,000.") }
        guard (200...10_000_000).contains(entries ?? 200) else {
            throw ValidationError("--entries takes 200 to 10,000,000.")
        }
        guard (1...1_000).contains(runs ?? 1) else { throw ValidationError("--runs takes 1 to 1,000.") }
    }

    func run() async throws {
        let sizes = BenchSizes(
            jobs: jobs ?? (smoke ? 300 : 100_000), entries: entries ?? (smoke ? 2_000 : 1_000_000),
            runs: runs ?? (smoke ? 1 : 7), rounds: smoke ? 5 : 200)
        let wanted = Row.allCases.filter { only.isEmpty || only.contains($0) }
        var measurements: [Measurement] = []
        for data in Row.Data.allCases {
            let rows = wanted.filter { $0.data == data }
            guard !rows.isEmpty else { continue }
            let server = try await BenchServer()
            defer { server.stop() }
            let connection = RedisConnection(server.configuration)
            switch data {
            case .none: break
            case .jobs: try await BenchData.fill(connection, jobs: sizes.jobs)
            case .logs: try await BenchData.fill(connection, logs: sizes.logs)
            }
            for row in rows { measurements += try await row.measure(server, sizes) }
        }
        switch output {
        case .json: print(JSONValue.array(measurements.map(\.json)).text())
        case .table: for line in Measurement.table(measurements) { print(line) }
        }
    }
}

/// What can be measured.
enum Row: String, CaseIterable, ExpressibleByArgument {
    case append, tls, cluster, open, decode, frame, index, scan, start, memory, latency, keys, cost, merge, search

    /// What the server holds that it is measured on.
    enum Data: CaseIterable {
        case none, jobs, logs
    }

    var data: Data {
        switch self {
        case .append, .tls, .cluster, .open, .decode, .frame: .none
        case .index, .scan, .start, .memory, .latency, .keys, .cost: .jobs
        case .merge, .search: .logs
        }
    }

    func measure(_ server: BenchServer, _ sizes: BenchSizes) async throws -> [Measurement] {
        switch self {
        case .append: try await AppendBench(server, sizes).measure()
        case .tls: try await RoundTripBench(sizes: sizes, folder: server.folder).tls()
        case .cluster: try await RoundTripBench(sizes: sizes, folder: server.folder).cluster()
        case .open: try await OpenBench(server: server, sizes: sizes).open()
        case .decode: try await OpenBench(server: server, sizes: sizes).decode()
        case .frame: try await PaintBench(server: server, sizes: sizes).measure()
        case .index: try await ListBench(server: server, sizes: sizes).index()
        case .scan: try await ListBench(server: server, sizes: sizes).scan()
        case .start: try await ScreenBench(server, sizes).start()
        case .memory: try await ScreenBench(server, sizes).memory()
        case .latency: try await ScreenBench(server, sizes).latency()
        case .keys: try await LoadBench(server, sizes).keys()
        case .cost: try await LoadBench(server, sizes).cost()
        case .merge: try await MergeBench(server: server, sizes: sizes).measure()
        case .search: try await SearchBench(server: server, sizes: sizes).measure()
        }
    }
}
