import ArgumentParser
import CBaseline
import JobLogCore
import RedisClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Entries as a log shows them: read, and level, time and message of each decoded.
struct OpenBench {
    let server: BenchServer
    let sizes: BenchSizes

    /// Opening a log of 200 entries, beside `LRANGE` by hiredis.
    func open() async throws -> [Measurement] {
        let connection = RedisConnection(server.configuration)
        try await BenchData.fill(connection, logs: 1)
        let manager = JobLogManager(connection: connection)
        let id = BenchData.id(0)
        let figures = try await Measurement.alternating(sizes.runs) {
            var times: [Double] = []
            for _ in 0..<sizes.rounds {
                var decoded = 0
                times.append(
                    try await seconds {
                        decoded = Self.decode(try await manager.newest(BenchSizes.logLength, of: id))
                    })
                try Self.check(decoded, of: BenchSizes.logLength)
            }
            return times.median
        } theirs: {
            try checked(
                String(decoding: JobKeys().logs(id), as: UTF8.self).withCString { key in
                    baseline_lrange(server.socket, key, Int32(sizes.rounds))
                })
        }
        return [
            Measurement(
                "open a log of 200 entries", .microseconds, figures, beside: "LRANGE by hiredis in C",
                goal: .atMost(1.5))
        ]
    }

    /// Decoding an entry, beside `JSONDecoder` on the same bytes.
    func decode() async throws -> [Measurement] {
        let decoder = try Spawn.sibling("DecodeBaseline")
        let count = min(sizes.entries, 10_000)
        let records = (0..<count).map { number in
            LogRecord(
                bytes: BenchData.entry(
                    "#\(number) upload retry shard bucket token", at: 1_734_470_400_000 + Int64(number) * 137,
                    number % 10 == 3 ? .warn : .info))
        }
        let file = server.folder + "/entries"
        try Self.write(records, to: file)
        defer { unlink(file) }
        let rounds = max(1, sizes.rounds / 20)
        let figures = try await Measurement.alternating(sizes.runs) {
            var times: [Double] = []
            for _ in 0..<rounds {
                var decoded = 0
                times.append(await seconds { decoded = Self.decode(records) } / Double(count))
                try Self.check(decoded, of: count)
            }
            return times.median
        } theirs: {
            let text = try Spawn.output(of: [decoder, file, String(rounds)], in: server.folder)
            guard let time = Double(text.prefix { $0 != "\n" }) else { throw ValidationError("\(decoder) failed.") }
            return time / 1e9
        }
        return [
            Measurement("decode an entry", .nanoseconds, figures, beside: "JSONDecoder", goal: .atMost(1 / 10))
        ]
    }

    private static func decode(_ records: [LogRecord]) -> Int {
        var decoded = 0
        for record in records {
            let line = record.headline
            if line.timestamp != nil, line.level != nil, !line.message.isEmpty { decoded += 1 }
        }
        return decoded
    }

    private static func check(_ decoded: Int, of count: Int) throws {
        guard decoded == count else { throw ValidationError("Only \(decoded) of \(count) entries were decoded.") }
    }

    private static func write(_ records: [LogRecord], to path: String) throws {
        guard let file = fopen(path, "w") else { throw ValidationError("\(path) cannot be written.") }
        defer { fclose(file) }
        for record in records {
            let line = record.bytes + [UInt8(ascii: "\n")]
            _ = line.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        }
    }
}
