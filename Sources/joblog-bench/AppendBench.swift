import CBaseline
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Appends by JobLogManager beside the same commands by hiredis, alternating with it.
struct AppendBench {
    private static let depth = 64
    private static let theirs = "job:logs:bench-c"

    private let server: BenchServer
    private let rounds: Int
    private let repeats: Int
    private let manager: JobLogManager
    private let id = JobID("bench-append")
    private let line = LogLine(.info, BenchEntry.message, metadata: BenchEntry.metadata)

    init(server: BenchServer, rounds: Int, repeats: Int) {
        self.server = server
        self.rounds = rounds
        self.repeats = repeats
        manager = JobLogManager(connection: RedisConnection(RedisConfiguration(url: server.url)))
    }

    /// One task appends 64 lines in one call.
    func batch() async throws -> Measurement {
        let batch = Array(repeating: (id: id, line: line), count: Self.depth)
        let figures = try await alternate {
            var times: [Double] = []
            for _ in 0..<rounds { times.append(await seconds { _ = await manager.append(batch) } / Double(Self.depth)) }
            return 1 / times.median
        } baseline: {
            1 / (try checked(baseline_append(server.socket, Self.theirs, Int32(rounds), Int32(Self.depth))))
        }
        return Measurement(
            name: "append, 64 in flight", unit: "entries/s", value: figures.ours, baseline: figures.theirs,
            goal: .atLeast(0.8))
    }

    /// One task appends one line after the other, each awaited.
    func oneAtATime() async throws -> Measurement {
        let figures = try await alternate(ours: microsecondsAwaited) {
            try checked(baseline_append(server.socket, Self.theirs, Int32(rounds), 1)) * 1_000_000
        }
        return Measurement(
            name: "append, one awaited at a time", unit: "µs", value: figures.ours, baseline: figures.theirs,
            goal: .atMost(1.3))
    }

    /// The same beside what the TypeScript log manager does, by the same client: a round trip for each of the commands.
    func besideThreeRoundTrips() async throws -> Measurement {
        let connection = RedisConnection(RedisConfiguration(url: server.url))
        let key = RedisArgument.text(Self.theirs)
        let entry = LogEntry.encode(
            timestamp: line.timestamp, type: line.level, message: line.message, metadata: line.metadata)
        let commands = [
            RedisCommand("RPUSH", key, .bytes(entry)), RedisCommand("LTRIM", key, -200, -1),
            RedisCommand("EXPIRE", key, 604_800),
        ]
        let figures = try await alternate(ours: microsecondsAwaited) {
            var times: [Double] = []
            for _ in 0..<rounds {
                times.append(
                    try await ContinuousClock().measure {
                        for command in commands { _ = try await connection.send(command) }
                    }
                        / .seconds(1))
            }
            return times.median * 1_000_000
        }
        return Measurement(
            name: "append, beside three round trips", unit: "µs", value: figures.ours, baseline: figures.theirs,
            goal: .atMost(1 / 2.5))
    }

    /// 64 tasks append, each one line after the other, and each awaited: they gather by themselves.
    func gathered() async throws -> [Measurement] {
        var ourProcessor: [Double] = []
        var theirProcessor: [Double] = []
        let entries = Double(rounds * Self.depth)
        let figures = try await alternate {
            let before = processorSeconds()
            let elapsed = await seconds {
                await withTaskGroup { group in
                    for _ in 0..<Self.depth {
                        group.addTask { for _ in 0..<rounds { await manager.append(id, line) } }
                    }
                }
            }
            ourProcessor.append((processorSeconds() - before) / entries * 1_000_000)
            return entries / elapsed
        } baseline: {
            let before = processorSeconds()
            let each = try checked(baseline_append(server.socket, Self.theirs, Int32(rounds), Int32(Self.depth)))
            theirProcessor.append((processorSeconds() - before) / entries * 1_000_000)
            return 1 / each
        }
        return [
            Measurement(
                name: "append, gathered from 64 tasks", unit: "entries/s", value: figures.ours,
                baseline: figures.theirs, goal: .atLeast(0.8)),
            Measurement(
                name: "processor time of an entry, gathered", unit: "µs", value: ourProcessor.median,
                baseline: theirProcessor.median, goal: nil),
        ]
    }

    private func microsecondsAwaited() async -> Double {
        var times: [Double] = []
        for _ in 0..<rounds { times.append(await seconds { await manager.append(id, line) }) }
        return times.median * 1_000_000
    }

    private func alternate(
        ours: () async throws -> Double, baseline: () async throws -> Double
    ) async throws -> (ours: Double, theirs: Double) {
        var values: [Double] = []
        var baselines: [Double] = []
        for _ in 0..<repeats {
            values.append(try await ours())
            baselines.append(try await baseline())
        }
        return (values.median, baselines.median)
    }

    private func seconds(_ body: () async -> Void) async -> Double {
        await ContinuousClock().measure(body) / .seconds(1)
    }

    /// What all threads of this process have used, in seconds.
    private func processorSeconds() -> Double {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }
}
