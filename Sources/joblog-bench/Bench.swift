import ArgumentParser
import JobLogCore

/// Measures joblog beside the same work in C over raw hiredis, alternating in one run on a private redis-server.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joblog-bench", abstract: "Measure joblog against raw hiredis in C, as ratios in one run.")

    /// How the figures are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(name: .shortAndLong, help: "How to write the figures: table or json.")
    var output = Format.table

    @Option(help: ArgumentHelp("How often each side is measured; the median counts.", valueName: "count"))
    var repeats = 15

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Measure these only.", valueName: "name"))
    var only: [String] = []

    @Flag(help: "Only show that everything works: few rounds, figures without meaning.")
    var smoke = false

    func validate() throws {
        guard (1...1_000).contains(repeats) else { throw ValidationError("--repeats takes a number from 1 to 1000.") }
    }

    func run() async throws {
        let server = try await BenchServer()
        defer { server.stop() }
        let repeats = smoke ? 1 : repeats
        let rounds = smoke ? 5 : 200
        let append = AppendBench(server: server, rounds: rounds, repeats: repeats)
        let open = OpenBench(server: server, rounds: rounds)
        let all: [(name: String, measure: () async throws -> [Measurement])] = [
            ("append-batch", { [try await append.batch()] }),
            ("append-awaited", { [try await append.oneAtATime()] }),
            ("append-apart", { [try await append.besideThreeRoundTrips()] }),
            ("append-gathered", { try await append.gathered() }),
            ("open", { [try await open.measure(repeats)] }),
        ]
        let wanted = only.isEmpty ? all : all.filter { only.contains($0.name) }
        guard !wanted.isEmpty else {
            throw ValidationError("--only takes names among \(all.map(\.name).joined(separator: ", ")).")
        }
        var measurements: [Measurement] = []
        for bench in wanted { measurements += try await bench.measure() }
        switch output {
        case .json: print(JSONValue.array(measurements.map(\.json)).text())
        case .table:
            for measurement in measurements {
                let (value, baseline) = (
                    Measurement.rounded(measurement.value), Measurement.rounded(measurement.baseline)
                )
                print(
                    "\(measurement.name): \(value) \(measurement.unit), in C \(baseline), ratio "
                        + "\(Measurement.rounded(measurement.ratio))\(measurement.verdict)")
            }
        }
    }
}
