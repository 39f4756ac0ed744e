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
    private let sizes: BenchSizes
    private let manager: JobLogManager
    private let id = JobID("bench-append")
    private let line = LogLine(.info, BenchData.message, metadata: BenchData.metadata)

    init(_ server: BenchServer, _ sizes: BenchSizes) {
        self.server = server
        self.sizes = sizes
        manager = JobLogManager(connection: RedisConnection(server.configuration))
    }

    func measure() async throws -> [Measurement] {
        [try await batch(), try await oneAtATime(), try await besideThreeRoundTrips()] + (try await gathered())
    }

    /// One task appends 64 lines in one call.
    private func batch() async throws -> Measurement {
        let batch = Array(repeating: (id: id, line: line), count: Self.depth)
        let figures = try await Measurement.alternating(sizes.runs) {
            var times: [Double] = []
            for _ in 0..<sizes.rounds {
                times.append(await seconds { _ = await manager.append(batch) } / Double(Self.depth))
            }
            return 1 / times.median
        } theirs: {
            1 / (try checked(baseline_append(server.socket, Self.theirs, Int32(sizes.rounds), Int32(Self.depth))))
        }
        return Measurement(
            "append, 64 in one call", .entriesPerSecond, figures, beside: "hiredis in C", goal: .atLeast(0.8))
    }

    /// One task appends one line after the other, each awaited.
    private func oneAtATime() async throws -> Measurement {
        let figures = try await Measurement.alternating(sizes.runs, ours: secondsAwaited) {
            try checked(baseline_append(server.socket, Self.theirs, Int32(sizes.rounds), 1))
        }
        return Measurement(
            "append, one awaited at a time", .microseconds, figures, beside: "hiredis in C", goal: .atMost(1.3))
    }

    /// The same beside what the TypeScript log manager does, by the same client: a round trip for each of the commands.
    private func besideThreeRoundTrips() async throws -> Measurement {
        let connection = RedisConnection(server.configuration)
        let key = RedisArgument.text(Self.theirs)
        let entry = LogEntry.encode(
            timestamp: line.timestamp, type: line.level, message: line.message, metadata: line.metadata)
        let commands = [
            RedisCommand("RPUSH", key, .bytes(entry)), RedisCommand("LTRIM", key, -200, -1),
            RedisCommand("EXPIRE", key, 604_800),
        ]
        let figures = try await Measurement.alternating(sizes.runs, ours: secondsAwaited) {
            var times: [Double] = []
            for _ in 0..<sizes.rounds {
                times.append(
                    try await seconds { for command in commands { _ = try await connection.send(command) } })
            }
            return times.median
        }
        return Measurement(
            "append, beside three round trips", .microseconds, figures, beside: "the same client",
            goal: .atMost(1 / 2.5))
    }

    /// 64 tasks append, each one line after the other, and each awaited: they gather by themselves.
    private func gathered() async throws -> [Measurement] {
        var ourProcessor: [Double] = []
        var theirProcessor: [Double] = []
        let entries = Double(sizes.rounds * Self.depth)
        let figures = try await Measurement.alternating(sizes.runs) {
            let before = processorSeconds()
            let elapsed = await seconds {
                await withTaskGroup { group in
                    for _ in 0..<Self.depth {
                        group.addTask { for _ in 0..<sizes.rounds { await manager.append(id, line) } }
                    }
                }
            }
            ourProcessor.append((processorSeconds() - before) / entries)
            return entries / elapsed
        } theirs: {
            let before = processorSeconds()
            let each = try checked(baseline_append(server.socket, Self.theirs, Int32(sizes.rounds), Int32(Self.depth)))
            theirProcessor.append((processorSeconds() - before) / entries)
            return 1 / each
        }
        return [
            Measurement(
                "append, gathered from 64 tasks", .entriesPerSecond, figures, beside: "hiredis in C, 64 in flight",
                goal: .atLeast(0.8)),
            Measurement(
                "processor time of an entry, gathered", .microseconds,
                (ours: ourProcessor.median, theirs: theirProcessor.median), beside: "hiredis in C, 64 in flight"),
        ]
    }

    private func secondsAwaited() async -> Double {
        var times: [Double] = []
        for _ in 0..<sizes.rounds { times.append(await seconds { await manager.append(id, line) }) }
        return times.median
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
