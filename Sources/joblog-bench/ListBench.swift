import ArgumentParser
import CBaseline
import JobLogCore
import RedisClient
import Synchronization

/// Listing jobs, beside the same commands by hiredis.
struct ListBench {
    let server: BenchServer
    let sizes: BenchSizes

    /// The newest page, from `job:index`.
    func index() async throws -> [Measurement] {
        let source = RedisJobSource(configuration: server.configuration)
        let figures = try await Measurement.alternating(sizes.runs) {
            var times: [Double] = []
            for _ in 0..<sizes.rounds {
                var count = 0
                times.append(try await seconds { count = try await source.jobs(after: nil).jobs.count })
                guard count > 0 else { throw ValidationError("The index lists no job.") }
            }
            return times.median
        } theirs: {
            try checked(baseline_index_page(server.socket, Int32(sizes.rounds)))
        }
        return [
            Measurement(
                "list by index, the newest page", .microseconds, figures, beside: "the same by hiredis in C",
                goal: .atMost(1.3))
        ]
    }

    /// All jobs, as the screen's feed finds and reads them by `SCAN`.
    func scan() async throws -> [Measurement] {
        let figures = try await Measurement.alternating(sizes.runs) {
            let feed = RedisFeed(configuration: server.configuration)
            let (rounds, round) = AsyncStream.makeStream(of: Void.self)
            let read = Mutex(0)
            let time = await seconds {
                await feed.start { update in
                    switch update {
                    case .jobs(let jobs): read.withLock { $0 += jobs.count }
                    case .listing(nil): round.yield()
                    default: break
                    }
                }
                await feed.watch(FeedInterest(discovers: true))
                for await _ in rounds { break }
            }
            await feed.close()
            let count = read.withLock { $0 }
            guard count >= sizes.jobs else { throw ValidationError("Only \(count) of \(sizes.jobs) jobs were found.") }
            return time
        } theirs: {
            try checked(baseline_scan(server.socket, Int32(sizes.jobs)))
        }
        return [
            Measurement(
                "list \(Measurement.text(Double(sizes.jobs))) jobs by SCAN", .milliseconds, figures,
                beside: "the same by hiredis in C", goal: .atMost(1.3))
        ]
    }
}
