import ArgumentParser
import CBaseline
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

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
        let measurements = [
            try await AppendBench(server: server, rounds: rounds).measure(repeats),
            try await OpenBench(server: server, rounds: rounds).measure(repeats),
        ]
        switch output {
        case .json: print(JSONValue.array(measurements.map(\.json)).text())
        case .table:
            for measurement in measurements {
                let (value, baseline) = (
                    Measurement.rounded(measurement.value), Measurement.rounded(measurement.baseline)
                )
                print(
                    "\(measurement.name): \(value) \(measurement.unit), in C \(baseline), ratio "
                        + "\(Measurement.rounded(measurement.ratio)), goal \(measurement.goal.text): "
                        + (measurement.isMet ? "met" : "MISSED"))
            }
        }
    }
}

/// An entry of 150 bytes as a worker writes it.
enum BenchEntry {
    static let message = "#1234 upload retry shard bucket token worker queue"
    static let metadata: JSONValue = ["step": 17, "host": "w3"]

    /// A list of entries.
    static func fill(_ key: [UInt8], count: Int, over connection: RedisConnection) async throws {
        _ = try await connection.send(RedisCommand("DEL", .key(key)))
        for index in 0..<count {
            let entry = LogEntry.encode(
                timestamp: 1_700_000_000_000 + Int64(index) * 137, type: index % 10 == 3 ? .warn : .info,
                message: message, metadata: metadata)
            _ = try await connection.send(RedisCommand("RPUSH", .key(key), .bytes(entry)))
        }
    }
}

/// What a call of the C baseline gave. Throws where it could not measure.
func seconds(_ result: Double) throws -> Double {
    guard result >= 0 else { throw ValidationError("The C baseline could not measure (\(Int(result))).") }
    return result
}

/// Appends by JobLogManager, 64 in flight, beside the same commands by hiredis.
struct AppendBench {
    let server: BenchServer
    let rounds: Int
    private let depth = 64

    func measure(_ repeats: Int) async throws -> Measurement {
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let manager = JobLogManager(connection: connection)
        let id = JobID("bench-append")
        let line = LogLine(.info, BenchEntry.message, metadata: BenchEntry.metadata)
        let batch = Array(repeating: (id: id, line: line), count: depth)
        var ours: [Double] = []
        var baseline: [Double] = []
        for _ in 0..<repeats {
            var times: [Double] = []
            for _ in 0..<rounds {
                let elapsed = await ContinuousClock().measure { _ = await manager.append(batch) }
                times.append(elapsed / .seconds(1) / Double(depth))
            }
            ours.append(1 / times.median)
            baseline.append(
                1 / (try seconds(baseline_append(server.socket, "job:logs:bench-c", Int32(rounds), Int32(depth)))))
        }
        return Measurement(
            name: "append, 64 in flight", unit: "entries/s", value: ours.median, baseline: baseline.median,
            goal: .atLeast(0.8))
    }
}

/// Opening a log of 200 entries: read, and level, time and message of each decoded, beside `LRANGE` by hiredis.
struct OpenBench {
    let server: BenchServer
    let rounds: Int

    func measure(_ repeats: Int) async throws -> Measurement {
        let keys = JobKeys()
        let id = JobID("bench-open")
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        try await BenchEntry.fill(keys.logs(id), count: 200, over: connection)
        let manager = JobLogManager(connection: connection)
        var ours: [Double] = []
        var baseline: [Double] = []
        for _ in 0..<repeats {
            var times: [Double] = []
            for _ in 0..<rounds {
                var decoded = 0
                let elapsed = try await ContinuousClock().measure {
                    for record in try await manager.newest(200, of: id) {
                        let line = record.headline
                        if line.timestamp != nil, line.level != nil, !line.message.isEmpty { decoded += 1 }
                    }
                }
                guard decoded == 200 else { throw ValidationError("Only \(decoded) of 200 entries were decoded.") }
                times.append(elapsed / .microseconds(1))
            }
            ours.append(times.median)
            let raw = try seconds(
                String(decoding: keys.logs(id), as: UTF8.self).withCString { key in
                    baseline_lrange(server.socket, key, Int32(rounds))
                })
            baseline.append(raw * 1_000_000)
        }
        return Measurement(
            name: "open a log of 200 entries", unit: "µs", value: ours.median, baseline: baseline.median,
            goal: .atMost(1.5))
    }
}
