import ArgumentParser
import CBaseline
import JobLogCore
import RedisClient

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
            let raw = try checked(
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
