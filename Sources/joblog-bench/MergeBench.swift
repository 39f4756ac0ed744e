import ArgumentParser
import CBaseline
import JobLogCore
import RedisClient

/// Merging the logs of many jobs, beside merely reading them by hiredis.
struct MergeBench {
    let server: BenchServer
    let sizes: BenchSizes

    /// How many logs the baseline reads in one pipeline.
    private static let depth: Int32 = 64
    /// How many lines a screen has.
    private static let page = 60

    func measure() async throws -> [Measurement] {
        let source = RedisJobSource(configuration: server.configuration)
        let jobs = (0..<sizes.logs).map { BenchData.id($0) }
        let reading = { try checked(baseline_read_logs(server.socket, Int32(sizes.logs), Self.depth)) }
        let all = try await Measurement.alternating(sizes.runs) {
            var count = 0
            let time = try await seconds { count = try await source.gather(jobs).document.count }
            try Self.check(count, sizes.logs * BenchSizes.logLength)
            return time
        } theirs: {
            try reading()
        }
        let first = try await Measurement.alternating(sizes.runs) {
            var count = 0
            let time = try await seconds {
                count = try await source.gather(jobs, newest: Self.page).document.count
            }
            try Self.check(min(count, Self.page), Self.page)
            return time
        } theirs: {
            try reading()
        }
        let lines = Measurement.text(Double(sizes.logs * BenchSizes.logLength))
        let reader = "reading them by hiredis in C"
        return [
            Measurement(
                "merge \(lines) lines of \(Measurement.text(Double(sizes.logs))) jobs", .milliseconds, all,
                beside: reader, goal: .atMost(2)),
            Measurement(
                "the newest page of them", .milliseconds, first, beside: reader, goal: .atMost(0.2)),
        ]
    }

    private static func check(_ count: Int, _ wanted: Int) throws {
        guard count == wanted else { throw ValidationError("\(count) lines were merged, not \(wanted).") }
    }
}
