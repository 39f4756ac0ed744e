import ArgumentParser
import JobLogCore
import RedisClient

/// The joblog executable in a terminal: what can only be seen there.
struct ScreenBench {
    /// A server with many jobs.
    let server: BenchServer
    let sizes: BenchSizes
    private let joblog: String

    /// How many jobs a short list has.
    private static let few = 100
    /// How many times a program is started in a run, and how many changes are awaited.
    private var repeats: Int { max(2, sizes.rounds / 10) }

    init(_ server: BenchServer, _ sizes: BenchSizes) throws {
        self.server = server
        self.sizes = sizes
        joblog = try Spawn.sibling("joblog")
    }

    /// From the start of the process until the list shows a job, beside the least that a C program needs for it; and
    /// beside the same with few jobs.
    func start() async throws -> [Measurement] {
        let small = try await BenchServer()
        defer { small.stop() }
        try await BenchData.fill(RedisConnection(small.configuration), jobs: Self.few)
        let floor = try Spawn.sibling("CBaselineList")
        let beside = try await Measurement.alternating(sizes.runs) {
            try firstJob([joblog, "--url", "unix://\(small.socket)"], of: Self.few)
        } theirs: {
            try firstJob([floor, small.socket], of: Self.few)
        }
        let grown = try await Measurement.alternating(sizes.runs) {
            try firstJob([joblog, "--url", "unix://\(server.socket)"], of: sizes.jobs)
        } theirs: {
            try firstJob([joblog, "--url", "unix://\(small.socket)"], of: Self.few)
        }
        return [
            Measurement(
                "start until a job is on the screen", .milliseconds, beside, beside: "the same in C", goal: .atMost(4)),
            Measurement(
                "the same with \(Measurement.text(Double(sizes.jobs))) jobs", .milliseconds, grown,
                beside: "with \(Self.few) jobs", goal: .atMost(1.2)),
        ]
    }

    /// The most memory until the screen has listed all jobs.
    func memory() async throws -> [Measurement] {
        let program = try listed()
        let goal: Measurement.Goal? = sizes.jobs <= 100_000 ? .value(atMost: 60) : nil
        return [
            Measurement(
                "peak memory with \(Measurement.text(Double(sizes.jobs))) jobs listed", .megabytes,
                try program.peakMemory(), goal: goal)
        ]
    }

    /// From a line that a job logs until the list shows it, beside `redis-cli MONITOR`.
    func latency() async throws -> [Measurement] {
        let program = try listed()
        let connection = RedisConnection(server.configuration)
        let job = JobKeys().logs(BenchData.id(sizes.jobs - 1))
        let figures = try await Measurement.alternating(sizes.runs) {
            try await latency(of: program, to: job, over: connection)
        } theirs: {
            let monitor = try TerminalProgram(["redis-cli", "-s", server.socket, "MONITOR"])
            defer { monitor.end() }
            try monitor.find("OK")
            // A log that is on no screen: joblog must not work meanwhile.
            return try await latency(of: monitor, to: Array("bench:monitored".utf8), over: connection)
        }
        return [
            Measurement(
                "a line of one of \(Measurement.text(Double(sizes.jobs))) jobs to the screen", .microseconds, figures,
                beside: "redis-cli MONITOR", goal: .atMost(3))
        ]
    }

    /// The median of the times from appending a line until a program shows it.
    private func latency(
        of program: TerminalProgram, to key: [UInt8], over connection: RedisConnection
    ) async throws -> Double {
        var times: [Double] = []
        for turn in 0..<repeats {
            let word = Self.word(turn)
            let entry = BenchData.entry("\(word) (\(turn % 100)%)", at: Timestamp.now())
            try program.watch(for: .milliseconds(40))
            let start = ContinuousClock.now
            _ = try await connection.send(RedisCommand("RPUSH", .key(key), .bytes(entry)))
            times.append((try program.find(word, within: .seconds(10)) - start) / .seconds(1))
        }
        return times.median
    }

    /// A word no letter of which stands at the same place in the one before: a terminal is sent only what differs.
    private static func word(_ turn: Int) -> String {
        String((0..<8).map { Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8((turn * 3 + $0 * 5) % 26))) })
    }

    /// The median of the times from the start of a program until it shows the newest job.
    private func firstJob(_ arguments: [String], of jobs: Int) throws -> Double {
        let newest = BenchData.id(jobs - 1).display
        var times: [Double] = []
        for _ in 0..<repeats {
            let program = try TerminalProgram(arguments)
            times.append((try program.find(newest) - program.started) / .seconds(1))
            program.end()
        }
        return times.median
    }

    /// joblog, all jobs listed; where nothing is written meanwhile, with the newest one in view.
    func listed(isQuiet: Bool = true) throws -> TerminalProgram {
        let program = try TerminalProgram([joblog, "--url", "unix://\(server.socket)"])
        if isQuiet { try program.find(BenchData.id(sizes.jobs - 1).display) }
        let total = "all \(Measurement.text(Double(sizes.jobs))) "
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            // Only what differs is sent: drawn anew, the total comes in one piece.
            program.type("\u{0C}")
            if (try? program.find(total, within: .milliseconds(200))) != nil { return program }
        }
        throw ValidationError("joblog did not list all \(sizes.jobs) jobs.")
    }
}
