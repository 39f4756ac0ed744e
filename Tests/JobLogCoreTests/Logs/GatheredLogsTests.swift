import RedisClient
import TestSupport
import Testing

@testable import JobLogCore

/// The logs of many jobs, read together from a real server.
@Suite(.inTurn) struct GatheredLogsTests {
    private let jobs = (0..<150).map { JobID("job-\($0)") }
    private let keys = JobKeys()

    /// Logs of 20 lines whose times interleave; every tenth job's are an hour newer than the others'.
    private func fill(_ place: PrivateRedis) async throws {
        let start = Timestamp.now() - 7_200_000
        for (number, job) in jobs.enumerated() {
            let hour: Int64 = number.isMultiple(of: 10) ? 3_600_000 : 0
            let entries = (0..<20).map { line in
                LogEntry.encode(
                    timestamp: start + hour + Int64(line * 1_000 + number), type: .info, message: "\(number).\(line)",
                    metadata: nil)
            }
            _ = try await place.client.send(
                RedisCommand("RPUSH", arguments: [.key(keys.logs(job))] + entries.map { .bytes($0) }))
        }
    }

    private func messages(_ document: LogDocument) -> [String] { document.lines.compactMap { $0.decoded()?.message } }

    @Test func allLinesStandInTheOrderOfTime() async throws {
        let place = try PrivateRedis()
        try await fill(place)
        let logs = try await RedisJobSource(configuration: place.configuration).gather(jobs)
        #expect(logs.document.count == 3_000 && logs.unreadable.isEmpty)
        #expect(logs.document.lines.map(\.time) == logs.document.lines.map(\.time).sorted())
        #expect(messages(logs.document).suffix(2) == ["130.19", "140.19"])
        #expect(jobs.indices.allSatisfy { logs.document.entryCount(of: $0) == 20 })
    }

    @Test func theNewestLinesAreThoseOfAll() async throws {
        let place = try PrivateRedis()
        try await fill(place)
        let source = RedisJobSource(configuration: place.configuration)
        let all = messages(try await source.gather(jobs).document)
        for count in [0, 1, 15, 100, 5_000] {
            let newest = messages(try await source.gather(jobs, newest: count).document)
            #expect(newest.suffix(count) == all.suffix(count), "\(count)")
        }
        // Of jobs that have no line among them only the ends were read.
        #expect(try await source.gather(jobs, newest: 15).document.count == 300)
    }

    /// Lines without a time may be of any time: their job is looked at.
    @Test func aLogThatTellsNoTimeIsLookedAt() async throws {
        let place = try PrivateRedis()
        try await fill(place)
        for text in ["one", "two", "three", "four"] {
            try await place.call("RPUSH", .key(keys.logs(jobs[10])), .text(text))
        }
        let source = RedisJobSource(configuration: place.configuration)
        let all = messages(try await source.gather(jobs).document)
        #expect(messages(try await source.gather(jobs, newest: 2).document).suffix(2) == all.suffix(2))
        #expect(all.contains("four"))
    }

    @Test func whatCannotBeReadIsTold() async throws {
        let place = try PrivateRedis()
        try await fill(place)
        try await place.call("SET", .key(keys.logs(JobID("odd"))), "text")
        let source = RedisJobSource(configuration: place.configuration)
        for logs in [
            try await source.gather([jobs[0], JobID("odd"), JobID("absent"), jobs[1]]),
            try await source.gather([jobs[0], JobID("odd"), JobID("absent"), jobs[1]], newest: 10),
        ] {
            #expect(logs.unreadable.map(\.job) == [JobID("odd")])
            #expect(logs.unreadable.first?.reason.hasPrefix("job:logs:odd: ") == true)
            #expect(logs.document.entryCount(of: 3) == 20)
        }
        #expect(try await source.gather([]).document.count == 0)
    }
}
